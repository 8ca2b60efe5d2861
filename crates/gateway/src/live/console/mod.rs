//! Consoles: what a session's own people look at, folded once for all their devices.
//!
//! ```text
//! hub's desk ─▶ room: one look per 250 ms, each part encoded once ─▶ seats: one socket each, which
//!               shows the latest look, as far as it is new to it
//!                      └─▶ onlookers: the session's overlays
//! ```
//!
//! Promises: a session that nobody looks at costs nothing; a slow console is shown the latest state
//! and never the ones between; one device at a time has control.
//! Never: carries commands (they are calls), refuses one because of who has control.

mod control;
mod room;
mod shown;
pub(super) mod socket;

pub(crate) use room::Consoles;
pub(super) use room::{Onlooker, Showing};
pub(super) use socket::Pass;
