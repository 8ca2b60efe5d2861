//! One look as bytes: each part encoded once for all consoles.

use super::control::{Controller, DeviceId};
use crate::wire::console;
use axum::body::Bytes;
use domain::{Position, Timestamp, mask_phones};
use hub::{Hub, Look, Missed};
use proto::live;
use serde::Serialize;

/// The parts that all consoles of a session share, by their names in a frame.
const PARTS: [&str; 6] = ["offers", "numbers", "feed", "reviews", "holds", "waiting"];

/// One look.
pub(super) struct Shown {
    pub(super) position: Position,
    now: Timestamp,
    session: live::ConsoleSession,
    parts: [Bytes; PARTS.len()],
}

impl Shown {
    /// Encodes a look.
    pub(super) fn of(hub: &Hub, look: &Look) -> Self {
        let shop = look.view.shop;
        let masked = |name: String| mask_phones(&name).into_owned();
        let name = |buyer| hub.buyer_name(shop, buyer).map(masked);
        Self {
            position: look.position,
            now: look.now,
            session: console::session_of(&look.view),
            parts: [
                json(&console::offers_of(look)),
                json(&console::numbers_of(&look.numbers)),
                json(&console::feed_of(shop, &look.feed)),
                json(&console::reviews_of(look, name)),
                json(&console::holds_of(look, name)),
                json(&console::waiting_of(look, name)),
            ],
        }
    }
}

/// What a console has been shown, so that it is shown no part twice.
#[derive(Default)]
pub(super) struct Sent {
    parts: [Bytes; PARTS.len()],
    session: Bytes,
}

impl Sent {
    /// The next frame: what of a look is new.
    pub(super) fn frame(
        &mut self,
        shown: &Shown,
        (device, controller): (DeviceId, Option<&Controller>),
        missed: Option<Missed>,
    ) -> Vec<u8> {
        let live::Position { epoch, seq } = crate::wire::outgoing::position_of(shown.position);
        let mut frame = format!(
            "{{\"type\":\"console\",\"position\":{{\"epoch\":{epoch},\"seq\":{seq}}},\
             \"now\":\"{}\"",
            shown.now
        )
        .into_bytes();
        let controller = controller.map(|has| live::ConsoleController {
            name: has.name.clone(),
            mine: has.device == device,
        });
        let session = json(&live::ConsoleSession { controller, ..shown.session.clone() });
        add(&mut frame, "session", &session, &mut self.session);
        for ((name, part), sent) in PARTS.iter().zip(&shown.parts).zip(&mut self.parts) {
            add(&mut frame, name, part, sent);
        }
        if let Some(Missed { comments, orders }) = missed {
            let missed = json(&live::ConsoleMissed { comments, orders });
            add(&mut frame, "missed", &missed, &mut Bytes::new());
        }
        frame.push(b'}');
        frame
    }
}

fn add(frame: &mut Vec<u8>, name: &str, part: &Bytes, sent: &mut Bytes) {
    if part == sent {
        return;
    }
    frame.extend_from_slice(format!(",\"{name}\":").as_bytes());
    frame.extend_from_slice(part);
    *sent = part.clone();
}

fn json<T: Serialize>(part: &T) -> Bytes {
    let written = serde_json::to_vec(part);
    written.expect("messages have only texts, numbers and times of our calendar").into()
}
