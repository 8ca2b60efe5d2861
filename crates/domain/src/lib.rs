//! The nouns every other crate speaks: ids, money, quantity, time, limits, command, event, refusal,
//! position.
//!
//! ```text
//! id ─ code ─ money ─ quantity ─ time ─ position      the small nouns, parsed once at the border
//!        └─ offer ─ rules                             what a host sets
//!             └─ command ─▶ event ─▶ outcome          a request, its facts, what is told of it
//!                   └─ rejection    snapshot          what could not be asked, and a shop at rest
//! ```
//!
//! Promises: `no_std`, no dependency, no clock, no randomness; checked arithmetic on integers only;
//! every value that exists is within [`limits`].
//! Never: does I/O, knows a wire format, decides anything.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod claimed;
pub mod clock;
pub mod code;
pub mod command;
pub mod contact;
pub mod event;
pub mod id;
pub mod limits;
pub mod link;
pub mod mask;
pub mod money;
pub mod offer;
pub mod order;
pub mod outcome;
pub mod phones;
pub mod position;
pub mod quantity;
pub mod reason;
pub mod rejection;
pub mod rules;
pub mod salutation;
pub mod session;
pub mod shown;
pub mod snapshot;
pub mod time;
pub mod written;

pub use clock::Clock;
pub use code::Code;
pub use command::{Command, Request};
pub use contact::{Consent, Contact};
pub use event::{Event, Fact};
pub use id::{
    BuyerRef, ItemId, KeyDigest, Network, OrderId, ReviewId, SessionId, ShopId, StaffRef,
};
pub use link::LinkCode;
pub use mask::masked_name;
pub use money::{Currency, Money};
pub use offer::{OfferState, OfferTerms};
pub use order::{OrderState, OrderView};
pub use outcome::{Answer, AnswerBody, Outcome, OutcomeKind};
pub use phones::mask_phones;
pub use position::{Epoch, Hash, Position, Seq, Stamp};
pub use quantity::Quantity;
pub use reason::Reason;
pub use rejection::Rejection;
pub use rules::Rules;
pub use salutation::Salutation;
pub use session::{SessionState, SessionView};
pub use snapshot::Snapshot;
pub use time::{Millis, Timestamp};
