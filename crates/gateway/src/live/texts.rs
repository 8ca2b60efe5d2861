//! Sockets that speak JSON texts alone, a console's and an overlay's: what they have in common.

use super::close::{Close, End};
use super::frames::{self, BadFrame, Form};
use super::link::{Came, Link};
use crate::doors::Shared;
use crate::metrics;
use serde::Serialize;
use tokio::time::timeout;

/// How one of them reads what came.
pub(super) type Read<Frame> = fn(&str) -> Result<Frame, BadFrame>;

/// Lets somebody arrive, in the time that there is for hello and unless the server stops.
pub(super) async fn in_time<Arrived>(
    shared: &Shared,
    arriving: impl Future<Output = Result<Arrived, End>>,
) -> Result<Arrived, End> {
    let mut stop = shared.doors.stop.clone();
    tokio::select! {
        () = stop.stopped() => Err(End::Close(Close::RESTARTING)),
        arrived = timeout(shared.doors.options.timing.hello, arriving) => {
            arrived.unwrap_or(Err(End::Close(Close::HELLO_TIMEOUT)))
        }
    }
}

/// The first frame; one that cannot be read is the last one too.
pub(super) async fn first<Frame>(link: &mut Link, read: Read<Frame>) -> Result<Frame, End> {
    loop {
        let came = link.read().await;
        if let Some(frame) = taken(came, read)? {
            return frame.map_err(|bad| refuse(link, &bad));
        }
    }
}

/// The frame in what came; none in a mere sign of life.
///
/// # Errors
/// The end of the socket.
pub(super) fn taken<Frame>(
    came: Came,
    read: Read<Frame>,
) -> Result<Option<Result<Frame, BadFrame>>, End> {
    match came {
        Came::Sign => Ok(None),
        Came::End(end) => Err(end),
        Came::TooLarge => Err(End::Close(Close::refused("frame_too_large"))),
        Came::Text(text) => Ok(Some(read(&text))),
        Came::Binary(_) => {
            let bad = BadFrame::new("bad_frame", "This socket takes text frames.", None);
            Ok(Some(Err(bad)))
        }
    }
}

/// Says what is wrong with a frame, in `link.out`; the end, if the socket ends with it.
pub(super) fn refuse(link: &mut Link, bad: &BadFrame) -> End {
    metrics::bad_input(bad.code);
    frames::write_error(&mut link.out, Form::Json, bad.code, &bad.detail, "");
    End::Close(Close::refused(bad.code))
}

/// Appends a frame, in `link.out`.
pub(super) fn say(link: &mut Link, frame: &impl Serialize) {
    frames::framed(&mut link.out, Form::Json, |payload| {
        serde_json::to_writer(payload, frame)
            .expect("messages have only texts, numbers and times of our calendar");
    });
}
