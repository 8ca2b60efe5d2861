//! What a viewer says after hello: read in the socket's form, checked, and sent on to the hub.

use super::frames::{self, BadFrame, Form};
use crate::wire::incoming;
use domain::limits::COMMENT_BYTES_MAX;
use domain::{OrderId, ShopId};
use hub::{Connection, HubError};
use proto::live::{self, client_frame::Frame};

/// Why a message went nowhere.
pub(super) enum Unsent {
    /// It is not one that could be sent on.
    Bad(BadFrame),
    /// The hub did not take it, under this key.
    Hub(String, HubError),
}

/// Sends a message on to the hub; gives its key, under which exactly one answer will come.
pub(super) fn send(frame: Frame, shop: ShopId, to: &Connection) -> Result<String, Unsent> {
    let key = match &frame {
        Frame::Hello(_) => return Err(bad("bad_frame", "Hello is said once.", None)),
        Frame::Comment(live::Comment { key, .. })
        | Frame::Claim(live::Claim { key, .. })
        | Frame::Release(live::Release { key, .. })
        | Frame::Extend(live::Extend { key, .. })
        | Frame::Undo(live::Undo { key, .. }) => key.clone(),
    };
    let wrong = |problem| Unsent::Bad(BadFrame::of(problem, &key));
    incoming::key(&key).map_err(wrong)?;
    let sent = match frame {
        Frame::Hello(_) => unreachable!("answered above"),
        Frame::Comment(live::Comment { text, .. }) if text.len() > COMMENT_BYTES_MAX => {
            let detail = "A comment has at most 2,000 bytes.";
            return Err(bad("comment_too_long", detail, Some(key)));
        }
        Frame::Comment(live::Comment { text, .. }) => to.comment(key.clone(), text),
        Frame::Claim(claim) => {
            let wants = incoming::wants(&claim.lines).map_err(wrong)?;
            to.claim(key.clone(), wants)
        }
        Frame::Release(release) => {
            let code = release.code.as_deref().map(incoming::code);
            let code = code.transpose().map_err(wrong)?;
            let quantity = release.quantity_milli.map(incoming::quantity);
            let quantity = quantity.transpose().map_err(wrong)?;
            to.release(key.clone(), code.into_iter().collect(), quantity)
        }
        Frame::Extend(extend) => to.extend(key.clone(), own(shop, &extend.order, &key)?),
        Frame::Undo(undo) => to.undo(key.clone(), own(shop, &undo.order, &key)?),
    };
    match sent {
        Ok(()) => Ok(key),
        Err(error) => Err(Unsent::Hub(key, error)),
    }
}

/// An order of this shop.
fn own(shop: ShopId, order: &str, key: &str) -> Result<OrderId, Unsent> {
    match OrderId::parse_public(order) {
        Some((of, order)) if of == shop => Ok(order),
        Some(_) | None => {
            let detail = "There is no such order in this session.";
            Err(bad("unknown_order", detail, Some(key.to_owned())))
        }
    }
}

fn bad(code: &'static str, detail: &str, key: Option<String>) -> Unsent {
    Unsent::Bad(BadFrame::new(code, detail, key))
}

/// Reads a text frame, which only the JSON form has.
pub(super) fn read_text(form: Form, text: &str) -> Result<Frame, BadFrame> {
    let detail = "v1.proto.chot takes binary frames.";
    match form {
        Form::Json => frames::read_json(text),
        Form::Proto => Err(BadFrame::new("bad_frame", detail, None)),
    }
}

/// Reads a binary frame, which only the protobuf form has.
pub(super) fn read_binary(form: Form, bytes: &[u8]) -> Result<Frame, BadFrame> {
    let detail = "v1.json.chot takes text frames.";
    match form {
        Form::Json => Err(BadFrame::new("bad_frame", detail, None)),
        Form::Proto => frames::read_proto(bytes),
    }
}
