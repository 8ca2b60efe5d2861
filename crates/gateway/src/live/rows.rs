//! What clients may say on each socket, and who may: the sockets' part of the printed table.

use crate::gate::Access;
use accounts::Act;
use serde_json::{Value, json};

/// One kind of message of one socket.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spoken {
    /// The socket's address.
    pub path: &'static str,
    /// The message's `type`.
    pub message: &'static str,
    /// Who may say it; hello says who, everything else comes after it.
    pub access: Access,
}

const LIVE: &str = "/v1/sessions/{session}/live";
const CONSOLE: &str = "/v1/sessions/{session}/console";
const OVERLAY: &str = "/v1/sessions/{session}/overlay";

/// Every message that a client may send.
pub const SPOKEN: &[Spoken] = &[
    live("hello"),
    live("ping"),
    live("comment"),
    live("claim"),
    live("release"),
    live("extend"),
    live("undo"),
    console("hello", Act::SeeOrders),
    console("ping", Act::SeeOrders),
    console("control", Act::Sell),
    overlay("hello"),
    overlay("ping"),
];

const fn live(message: &'static str) -> Spoken {
    Spoken { path: LIVE, message, access: Access::Ticket }
}

const fn console(message: &'static str, act: Act) -> Spoken {
    Spoken { path: CONSOLE, message, access: Access::Hello(act) }
}

const fn overlay(message: &'static str) -> Spoken {
    Spoken { path: OVERLAY, message, access: Access::Key }
}

impl Spoken {
    /// The row as JSON.
    pub fn json(&self) -> Value {
        let roles = self.access.roles();
        let roles = roles.map(|all| all.into_iter().map(|role| role.as_str()).collect::<Vec<_>>());
        json!({
            "socket": self.path,
            "message": self.message,
            "access": self.access.word(),
            "roles": roles,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proto::live::{client_frame, console_client_frame, overlay_client_frame};

    /// The compiler asks for a word here when a frame is added, and the test for its row.
    fn word_of_live(frame: &client_frame::Frame) -> &'static str {
        match frame {
            client_frame::Frame::Hello(_) => "hello",
            client_frame::Frame::Ping(_) => "ping",
            client_frame::Frame::Comment(_) => "comment",
            client_frame::Frame::Claim(_) => "claim",
            client_frame::Frame::Release(_) => "release",
            client_frame::Frame::Extend(_) => "extend",
            client_frame::Frame::Undo(_) => "undo",
        }
    }

    fn word_of_console(frame: &console_client_frame::Frame) -> &'static str {
        match frame {
            console_client_frame::Frame::Hello(_) => "hello",
            console_client_frame::Frame::Ping(_) => "ping",
            console_client_frame::Frame::Control(_) => "control",
        }
    }

    fn word_of_overlay(frame: &overlay_client_frame::Frame) -> &'static str {
        match frame {
            overlay_client_frame::Frame::Hello(_) => "hello",
            overlay_client_frame::Frame::Ping(_) => "ping",
        }
    }

    #[test]
    fn every_frame_of_a_client_has_a_row() {
        use client_frame::Frame as Live;
        use console_client_frame::Frame as Console;
        use overlay_client_frame::Frame as Overlay;
        let live = [
            Live::Hello(Default::default()),
            Live::Ping(Default::default()),
            Live::Comment(Default::default()),
            Live::Claim(Default::default()),
            Live::Release(Default::default()),
            Live::Extend(Default::default()),
            Live::Undo(Default::default()),
        ];
        let console = [
            Console::Hello(Default::default()),
            Console::Ping(Default::default()),
            Console::Control(Default::default()),
        ];
        let overlay = [Overlay::Hello(Default::default()), Overlay::Ping(Default::default())];
        let live = live.iter().map(|frame| (LIVE, word_of_live(frame)));
        let console = console.iter().map(|frame| (CONSOLE, word_of_console(frame)));
        let overlay = overlay.iter().map(|frame| (OVERLAY, word_of_overlay(frame)));
        let said: Vec<_> = live.chain(console).chain(overlay).collect();
        let rows: Vec<_> = SPOKEN.iter().map(|row| (row.path, row.message)).collect();
        assert_eq!(rows, said);
    }
}
