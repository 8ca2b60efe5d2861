//! Never forget: append with group commit, sync, replay, follow, snapshot.
//!
//! ```text
//! event ─▶ codec ─▶ chain ─▶ Batch ─▶ Journal::append ─▶ Writer ─▶ Storage ─▶ journal.db
//!                                         done(Synced) ◀───┘ one sync per round, over all shops
//! journal.db ─▶ Rows ─┬─▶ Replay ─▶ facts again, every hash checked
//!                     ├─▶ read ───▶ frames for the ledger and the read model
//!                     └─▶ Vault ──▶ who a buyer is; sealed words and contacts, each under
//!                              its buyer's key
//! ```
//!
//! Promises: what `done(Synced)` was said of survives kill -9 and power loss, in order, or its
//! absence is noticed; a failed or unknown append is the last one; a buyer's place in the vault is
//! durable no later than their first event; what replay hands out is what was hashed.
//! Never: decides anything, retries a write, reads a clock, lets words or names into the chain.

pub mod batch;
pub mod chain;
pub mod codec;
pub mod contact;
pub mod copy;
pub mod error;
pub mod folder;
pub mod journal;
pub mod mark;
pub mod memory;
pub mod reader;
pub mod replay;
pub mod seal;
pub mod snapshots;
pub mod sqlite;
pub mod storage;
pub mod vault;
pub mod writer;

mod durable;
mod log;
mod people;
mod schema;
mod shell;
mod soundness;

pub use batch::{Batch, Erased};
pub use chain::chain;
pub use contact::SealedContact;
pub use copy::Still;
pub use durable::Durable;
pub use error::{Broken, JournalError};
pub use journal::{Journal, Recovered, Spoken};
pub use replay::{RawFrame, Replay};
pub use seal::{PersonalWords, Sealed, Words};
pub use snapshots::Snapshots;
pub use storage::{Appended, Rows, Storage};
pub use vault::{Buyer, NewBuyer, Quiet, Vault};
