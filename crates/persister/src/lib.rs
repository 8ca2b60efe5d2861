//! Journal to SQL: SQLite by default, Postgres when told. Idempotent batches and a watermark.
//!
//! ```text
//! journal ─▶ Source ─▶ Machine ──▶ facts ─▶ Fold ─▶ Rows ─▶ ReadModel::apply ─▶ SQLite | Postgres
//!               ▲      what next?         deltas      one transaction: watermark, then rows    │
//!               └───────── run: one task, one write at a time ◀──── Reader: stored=true ◀──────┘
//! ```
//!
//! Promises: a fact is written once, however often it is tried and by however many persisters; what
//! is written is a shop's history up to its watermark, without gaps; a shop whose fact is refused
//! waits alone; what fails is tried again for ever, with bounded waits; nobody who takes orders
//! waits for it. New rows travel as Postgres takes them fastest, a binary copy; that nothing is
//! written twice rests on the watermark, for orders also on the highest stored of their session.
//! Never: decides, writes to the journal, asks a clock of its own, lets a password into a log or an
//! error.

pub mod error;
pub mod machine;
pub mod model;
mod order;
pub mod reader;
pub mod source;
pub mod target;

mod ahead;
mod change;
mod claim;
mod copy;
mod fold;
mod link;
mod migrate;
mod row;
mod run;
mod shop;
mod sql;
mod stored;
mod write;

pub use error::{Fault, ReadModelDown};
pub use machine::Status;
pub use model::ReadModel;
pub use reader::Reader;
pub use run::Persister;
pub use source::Source;
pub use stored::{Counts, StoredClaim, StoredOrders};
pub use target::Target;
