//! Bytes that nobody would send: four parsers and what must hold of each.
//!
//! ```text
//! bytes ─▶ target ─┬─▶ comment ─▶ intent::read
//!                  ├─▶ frame ───▶ gateway: what a socket says, in JSON and in protobuf
//!                  ├─▶ journal ─▶ journal::codec
//!                  └─▶ ledger ──▶ ledger::verify, on anything and on an honest file with edits
//! ```
//!
//! Promises: a target panics if, and only if, something does not hold; the same bytes always do the
//! same.
//! Never: reads a clock, keeps anything from one input to the next.

mod comment;
mod frame;
mod journal_frame;
mod ledger_file;

/// A function that panics if something does not hold of these bytes.
pub type Target = fn(&[u8]);

/// All targets under their names, which are also those of their folders in `corpus/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("comment", comment::check),
    ("frame", frame::check),
    ("journal", journal_frame::check),
    ("ledger", ledger_file::check),
];

/// The target of that name.
pub fn target(name: &str) -> Option<Target> {
    TARGETS.iter().find(|(known, _)| *known == name).map(|(_, target)| *target)
}
