//! What a viewer says after hello: read in the socket's form, checked, and sent on to the hub.

use super::frames::{self, BadFrame, Form};
use crate::wire::incoming;
use domain::command::Want;
use domain::limits::COMMENT_BYTES_MAX;
use domain::{Code, OrderId, Quantity, ShopId};
use hub::{Connection, HubError, Said};
use proto::live::{self, client_frame::Frame};

/// Why a message went nowhere.
pub(super) enum Unsent {
    /// It is not one that could be sent on.
    Bad(BadFrame),
    /// The hub did not take it, under this key.
    Hub(String, HubError),
}

/// Messages that came together, on their way to the hub.
#[derive(Default)]
pub(super) struct Ready {
    pub(super) keys: Vec<String>,
    pub(super) said: Vec<Said>,
}

/// What a viewer wants, understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wish {
    /// Words, to be read.
    Comment(String),
    /// A tap: these lines.
    Claim(Vec<Want>),
    /// Lines given back; all of them if no code was named, so much of each with a quantity.
    Release(Vec<Code>, Option<Quantity>),
    /// More time for this order of this shop.
    Extend(ShopId, OrderId),
    /// A cancel of this order of this shop taken back.
    Undo(ShopId, OrderId),
}

/// What a message after hello says, under its key.
///
/// # Errors
/// What is wrong with it: every code of the protocol's page for messages.
pub fn understand(frame: Frame) -> Result<(String, Wish), BadFrame> {
    let key = match &frame {
        Frame::Hello(_) => return Err(BadFrame::new("bad_frame", "Hello is said once.", None)),
        Frame::Ping(_) => return Err(BadFrame::new("bad_frame", "A ping has no key.", None)),
        Frame::Comment(live::Comment { key, .. })
        | Frame::Claim(live::Claim { key, .. })
        | Frame::Release(live::Release { key, .. })
        | Frame::Extend(live::Extend { key, .. })
        | Frame::Undo(live::Undo { key, .. }) => key.clone(),
    };
    let wrong = |problem| BadFrame::of(problem, &key);
    incoming::key(&key).map_err(wrong)?;
    let wish = match frame {
        Frame::Hello(_) | Frame::Ping(_) => unreachable!("answered above"),
        Frame::Comment(live::Comment { text, .. }) if text.len() > COMMENT_BYTES_MAX => {
            let detail = "A comment has at most 2,000 bytes.";
            return Err(BadFrame::new("comment_too_long", detail, Some(key)));
        }
        Frame::Comment(live::Comment { text, .. }) => Wish::Comment(text),
        Frame::Claim(claim) => Wish::Claim(incoming::wants(&claim.lines).map_err(wrong)?),
        Frame::Release(release) => {
            let code = release.code.as_deref().map(incoming::code);
            let codes = code.transpose().map_err(wrong)?.into_iter().collect();
            let quantity = release.quantity_milli.map(incoming::quantity);
            Wish::Release(codes, quantity.transpose().map_err(wrong)?)
        }
        Frame::Extend(extend) => match OrderId::parse_public(&extend.order) {
            Some((shop, order)) => Wish::Extend(shop, order),
            None => return Err(unknown_order(key)),
        },
        Frame::Undo(undo) => match OrderId::parse_public(&undo.order) {
            Some((shop, order)) => Wish::Undo(shop, order),
            None => return Err(unknown_order(key)),
        },
    };
    Ok((key, wish))
}

fn unknown_order(key: String) -> BadFrame {
    BadFrame::new("unknown_order", "There is no such order in this session.", Some(key))
}

/// Makes a message ready to be sent on to the hub; gives its key, under which exactly one answer
/// will come once it is sent.
pub(super) fn ready(frame: Frame, shop: ShopId, to: &Connection) -> Result<(String, Said), Unsent> {
    let (key, wish) = understand(frame).map_err(Unsent::Bad)?;
    let said = match wish {
        Wish::Comment(text) => to.comment(key.clone(), text),
        Wish::Claim(wants) => to.claim(key.clone(), wants),
        Wish::Release(codes, quantity) => to.release(key.clone(), codes, quantity),
        Wish::Extend(of, order) if of == shop => to.extend(key.clone(), order),
        Wish::Undo(of, order) if of == shop => to.undo(key.clone(), order),
        Wish::Extend(..) | Wish::Undo(..) => return Err(Unsent::Bad(unknown_order(key))),
    };
    match said {
        Ok(said) => Ok((key, said)),
        Err(error) => Err(Unsent::Hub(key, error)),
    }
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
