//! The contract with the outside: schemas and generated types, no logic.
//!
//! ```text
//! chot/live/v1/*.proto ────▶ live       sockets and HTTP, in JSON and in protobuf
//! chot/journal/v1/*.proto ─▶ store      the ledger's frames, rows on disk, a shop at rest
//!                  json                 how the contract writes quantities, times and hashes
//! ```
//!
//! Promises: fields are only added; the JSON form is the contract's; wire and journal are separate
//! packages.
//! Never: decides, converts between packages, reads a clock.

pub mod json;

/// What is said over sockets and HTTP: package `chot.live.v1`.
#[allow(missing_docs, clippy::all)]
pub mod live {
    include!(concat!(env!("OUT_DIR"), "/chot.live.v1.rs"));
}

/// What is journaled and how it lies on disk: package `chot.journal.v1`.
#[allow(missing_docs, clippy::all)]
pub mod store {
    include!(concat!(env!("OUT_DIR"), "/chot.journal.v1.rs"));
}
