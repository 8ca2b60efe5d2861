//! The doors: HTTP and websockets, who are you, may you come in.
//!
//! ```text
//! connection ─▶ serve ─▶ router ─┬─▶ auth ─▶ host, comments, ledger ─▶ wire ─▶ hub
//!               (limits)         ├─▶ viewer: tickets      pages: screens' HTML, door, forms
//!                                ├─▶ lists, sheet: what is pasted in, what is taken home
//!                                └─▶ live, console, ops: handshake ─▶ one task per socket ─▶ hub
//!                                          stock: encoded once, shown to all of a session
//! ```
//!
//! Promises: whatever comes in is answered, by what was asked or by a problem that says what would
//! be right; an answer leaves only when the hub has given it, so when it is durable; on one socket
//! positions never fall.
//! Never: decides who gets what, touches the journal or the read model, logs words, names, tokens
//! or tickets.

mod auth;
mod backup;
mod body;
mod call;
mod called;
mod comments;
mod doors;
mod edge;
mod front;
mod gate;
mod host;
mod later;
mod ledger_file;
mod lists;
mod live;
mod metrics;
mod ops;
mod orders_page;
mod pages;
mod passwords;
mod people;
mod problem;
mod rates;
mod router;
mod serve;
mod sheet;
mod stop;
mod turn;
mod viewer;
mod wire;

pub use backup::{BackedUp, Backup, BackupDone, NotBackedUp};
pub use doors::{
    Addresses, Doors, Notes, Options, Practise, RateLimits, ReadModelDown, StoredOrders,
    StoredPage, StoredResult,
};
pub use edge::{Edge, Hosts, Network, Networks, NotANetwork, UnusableHost};
pub use gate::{Access, Noted, Row};
pub use live::{BadFrame, SPOKEN, Spoken, Timing, Wish, read_json, read_proto, understand};
pub use metrics::describe as describe_metrics;
pub use ops::{
    Board, Figures, Level, OpsDoors, RULES, Rule, Standing, TILES, ops_router, ops_routes,
};
pub use rates::Rate;
pub use router::{public_router, routes};
pub use screens::Keeping;
pub use serve::{Listening, listen, serve};
pub use sheet::{OrderSheet, SheetForm};
pub use stop::{Stop, Stopper};
