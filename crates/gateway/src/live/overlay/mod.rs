//! Overlays: what a stream's program draws over its picture, the same for all of a session.
//!
//! ```text
//! consoles' room ─▶ look ─▶ air: at most one state per 500 ms, encoded once ─▶ sockets
//! revoked keys ─▶ every socket looks whether its own still opens ──────────────┘
//! ```
//!
//! Promises: whoever has a key sees states of what is durable, and nothing of anybody but as much
//! of a name as may go on air; a revoked key's sockets end at once.
//! Never: takes a command; reads anything that the consoles' looks have not read.

mod air;
pub(super) mod socket;

pub(crate) use air::Overlays;
