//! One lane per shop, the single writer: drain, decide, journal, release.
//!
//! ```text
//! caller ─▶ intake (who, what words, sealed) ─▶ inbox ─▶ lane: decide ─▶ apply ─▶ journal
//!    ▲                                                     │                        │
//!    └───────────── answers, buyers' frames, views ◀── barrier ◀──── durable ◀──────┘
//! ```
//!
//! Promises: one writer per shop; nothing is given out before its position is durable; a key is
//! answered once and then always the same; queues are bounded and a full one says `busy`; a failed
//! append stops everything.
//! Never: knows HTTP, sockets or SQL; lets a screen or a slow reader hold up a lane.

mod afterwork;
mod answers;
mod ask;
mod audience;
mod barrier;
mod clock;
mod connection;
mod contact;
mod desk;
mod directory;
mod dossier;
mod effects;
mod erase;
mod error;
mod health;
mod hub;
mod inbox;
mod intake;
mod key;
mod lane;
mod ledger;
mod lineage;
mod once;
mod outbox;
mod pressure;
mod recovery;
mod reviews;
mod round;
mod shed;
mod shell;
mod start;
mod views;
mod wish;

pub use afterwork::OnLost;
pub use ask::{
    Answered, Arrival, Ask, Asked, BuyerFrame, ConnectionId, Entry, Erase, Erased, Input, Outbox,
    Output, Published, Read, Release, Reply, ReplyTo, Sender, Welcome,
};
pub use clock::{Moment, SystemClock};
pub use connection::{Connection, Said};
pub use desk::{Desk, Evening, FeedItem, Look, Missed, Numbers, Shortage, Work};
pub use dossier::{Account, Deed, Deeds, Dossier};
pub use error::{HubError, StartError};
pub use health::{Pulse, StockCheck};
pub use hub::{Hub, Options, Status};
pub use intake::{Comment, StaffClaim, Viewer};
pub use intent::{Author, propose_codes};
pub use inventory::Place;
pub use journal::PersonalWords;
pub use key::{host_key, pasted_id};
pub use lane::{Decide, Lane};
pub use ledger::{LedgerRecord, LedgerRecords};
pub use outbox::Frames;
pub use pressure::Pressure;
pub use recovery::{Replayed, Unreadable, recover, wake};
pub use reviews::{ReviewGroup, Reviews, ShownCard};
