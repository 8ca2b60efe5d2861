//! The first frame: a ticket, and where the viewer was before.

use super::close::{Close, End};
use super::frames::{self, BadFrame};
use super::link::{Came, Link};
use crate::doors::Shared;
use crate::later;
use crate::metrics;
use crate::wire::incoming;
use domain::{Position, SessionId, ShopId};
use hub::{Connection, Frames, HubError, Viewer, Welcome};
use proto::live::{Hello, client_frame::Frame};
use std::net::IpAddr;
use tokio::time::timeout;

/// When a ticket may be shown again where too many were shown within a minute.
const TICKETS_AGAIN_MS: u64 = 1_000;

/// Who has come in.
pub(super) struct Arrived {
    pub(super) connection: Connection,
    pub(super) welcome: Welcome,
    pub(super) outbox: Frames,
    pub(super) buyer: String,
    pub(super) resumed: bool,
}

/// Waits for hello, takes its ticket, attaches to the session. What goes wrong is said in an error
/// frame, in `link.out`, before the close.
pub(super) async fn arrive(
    shared: &Shared,
    link: &mut Link,
    (shop, session): (ShopId, SessionId),
    from: Option<IpAddr>,
) -> Result<Arrived, End> {
    let Ok(hello) = timeout(shared.doors.options.timing.hello, hello(link)).await else {
        let detail = "Say hello within 10 s of connecting.";
        return Err(refuse(link, "hello_timeout", detail, Close::HELLO_TIMEOUT));
    };
    let hello = hello?;
    let viewer = shared.doors.accounts.redeem_ticket(&hello.ticket, shared.doors.clock.wall());
    let viewer = match viewer {
        Ok(viewer) if (viewer.shop, viewer.session) == (shop, session) => viewer,
        Ok(_) => {
            let detail = "This ticket is for another session: ask for one here.";
            return Err(refuse(link, "bad_ticket", detail, Close::refused("bad_ticket")));
        }
        Err(error @ accounts::TicketError::Busy) => {
            let busy = HubError::Busy { retry_after_ms: TICKETS_AGAIN_MS };
            return Err(refuse_hub(link, &busy, &format!("{error}.")));
        }
        Err(error) => {
            let close = Close::refused("bad_ticket");
            return Err(refuse(link, error.code(), &format!("{error}."), close));
        }
    };
    let resume = hello.resume.as_ref().map(incoming::position);
    attach(shared, link, viewer, resume, from).await
}

async fn attach(
    shared: &Shared,
    link: &mut Link,
    viewer: accounts::Viewer,
    resume: Option<Position>,
    from: Option<IpAddr>,
) -> Result<Arrived, End> {
    let accounts::Viewer { shop, session, buyer, name } = viewer;
    let network = from.and_then(|from| shared.doors.accounts.network(from));
    let viewer = Viewer { shop, session, buyer, name, network };
    if let Err(retry_after_ms) = later::hello(shared, shop, buyer, resume.is_some()) {
        let detail = "Orders of those who are here come first: come again after the time given.";
        return Err(come_later(link, later::CROWDED, detail, retry_after_ms));
    }
    match shared.hub().attach(viewer, resume).await {
        Ok((connection, welcome, outbox)) => {
            let (buyer, resumed) = (buyer.to_string(), resume.is_some());
            Ok(Arrived { connection, welcome, outbox, buyer, resumed })
        }
        Err(error) => Err(refuse_hub(link, &error, &format!("{error}."))),
    }
}

/// The first frame that is no sign of life.
async fn hello(link: &mut Link) -> Result<Hello, End> {
    loop {
        let read = match link.read().await {
            Came::Sign => continue,
            Came::End(end) => return Err(end),
            Came::TooLarge => {
                let detail = "A frame has at most 16 KiB.";
                let close = Close::refused("frame_too_large");
                return Err(refuse(link, "frame_too_large", detail, close));
            }
            Came::Text(text) => super::speech::read_text(link.form, &text),
            Came::Binary(bytes) => super::speech::read_binary(link.form, &bytes),
        };
        let (code, detail) = match read {
            Ok(Frame::Hello(hello)) => return Ok(hello),
            Ok(
                Frame::Comment(_)
                | Frame::Claim(_)
                | Frame::Release(_)
                | Frame::Extend(_)
                | Frame::Undo(_)
                | Frame::Ping(_),
            ) => ("hello_first", "The first frame is hello with a ticket.".to_owned()),
            Err(BadFrame { code, detail, .. }) => (code, detail),
        };
        return Err(refuse(link, code, &detail, Close::refused(code)));
    }
}

/// What the hub refuses, with when to come again where that is known.
fn refuse_hub(link: &mut Link, error: &HubError, detail: &str) -> End {
    let close = Close::of_hub(error);
    match error.retry_after_ms() {
        None => refuse(link, error.code(), detail, close),
        Some(ms) => come_later(link, error.code(), detail, ms),
    }
}

fn come_later(link: &mut Link, code: &'static str, detail: &str, retry_after_ms: u64) -> End {
    metrics::bad_input(code);
    frames::write_later(&mut link.out, link.form, code, detail, "", retry_after_ms);
    End::Close(Close::of_hub(&HubError::Busy { retry_after_ms }))
}

fn refuse(link: &mut Link, code: &'static str, detail: &str, close: Close) -> End {
    metrics::bad_input(code);
    frames::write_error(&mut link.out, link.form, code, detail, "");
    End::Close(close)
}
