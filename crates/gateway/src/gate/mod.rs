//! The gate: who may come in by which address, asked in one place before any handler runs.
//!
//! ```text
//! row: method, address, access ─▶ guard ─┬─ who calls, in which shop, as what? ─▶ handler
//!                                        ├─ no ─▶ 401, 403, or 404 for what is another shop's
//!                                        └─ a deed of a person ─▶ audit log
//! ```
//!
//! Promises: an address without a row cannot be served, because the row is what serves it; a
//! handler never asks again who may do what it does; what the printed table says is what is asked.

mod access;
mod caller;
mod guard;
mod table;

pub use access::Access;
pub(crate) use caller::{Caller, Visitor};
pub(crate) use guard::came_from;
pub(crate) use table::Table;
pub use table::{Noted, Row};
