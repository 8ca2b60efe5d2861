//! Sockets: a viewer's live connection to one session.
//!
//! ```text
//! handshake ─▶ hello: ticket, resume ─▶ attach ─▶ welcome, missed outcomes ─▶ one loop:
//!    outbox (own outcomes and orders, at once) ─┐
//!    stock (encoded once per session, ≤ 2/s) ───┴─▶ frames ─▶ socket
//!    socket ─▶ frames ─▶ hub, at most 64 in flight, then not read
//! ```
//!
//! Promises: a frame at p leaves after all of that buyer's frames ≤ p; stock never goes back; an
//! idle viewer costs one task and a few kilobytes.
//! Never: buffers for a reader that does not read.

mod close;
mod console;
pub(crate) mod frames;
pub(crate) mod handshake;
mod hello;
mod in_flight;
mod link;
mod overlay;
mod pace;
mod rows;
mod signs;
mod socket;
mod speech;
mod stock;
mod texts;

pub(crate) use console::Consoles;
pub use frames::{BadFrame, read_json, read_proto};
pub(crate) use overlay::Overlays;
pub(crate) use pace::Pace;
pub use rows::{SPOKEN, Spoken};
pub use speech::{Wish, understand};
pub(crate) use stock::Stocks;

use domain::limits::{
    BODY_MS_MAX, CLOSE_MS_MAX, CONSOLE_EVERY_MS, HEAD_MS_MAX, HELLO_MS_MAX, IDLE_MS_MAX,
    OVERLAY_EVERY_MS, PING_MS, STOCK_EVERY_MS, WRITE_MS_MAX,
};
use std::time::Duration;

/// How long a connection waits for this and that; the limits unless a test says otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timing {
    /// For the head of a call, from its first byte; a new connection's, from the beginning.
    pub head: Duration,
    /// For the next call on a connection.
    pub idle: Duration,
    /// For a call's body.
    pub body: Duration,
    /// For hello.
    pub hello: Duration,
    /// Between pings.
    pub ping: Duration,
    /// For the other side to take bytes.
    pub write: Duration,
    /// For the other side to answer a close.
    pub close: Duration,
    /// Between two looks at the stock.
    pub stock_every: Duration,
    /// Between two frames to a console.
    pub console_every: Duration,
    /// Between two frames to an overlay.
    pub overlay_every: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            head: Duration::from_millis(HEAD_MS_MAX),
            idle: Duration::from_millis(IDLE_MS_MAX),
            body: Duration::from_millis(BODY_MS_MAX),
            hello: Duration::from_millis(HELLO_MS_MAX),
            ping: Duration::from_millis(PING_MS),
            write: Duration::from_millis(WRITE_MS_MAX),
            close: Duration::from_millis(CLOSE_MS_MAX),
            stock_every: Duration::from_millis(STOCK_EVERY_MS),
            console_every: Duration::from_millis(CONSOLE_EVERY_MS),
            overlay_every: Duration::from_millis(OVERLAY_EVERY_MS),
        }
    }
}
