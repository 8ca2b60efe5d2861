//! What the sender is told, and what is remembered under its key: the same words the first time and
//! every time.

use crate::code::Code;
use crate::id::{BuyerRef, OrderId, ReviewId, SessionId};
use crate::link::LinkCode;
use crate::offer::{OfferState, Variant};
use crate::order::OrderView;
use crate::position::{Hash, Position};
use crate::quantity::Quantity;
use crate::reason::Reason;
use crate::session::SessionState;
use crate::time::Timestamp;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// What came of a comment, a tap or a staff order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OutcomeKind {
    /// All of it is held.
    Held,
    /// Some is held, some waits.
    Partial,
    /// All of it waits.
    Waitlisted,
    /// What was open is released.
    Cancelled,
    /// An expected no.
    Refused,
    /// A person must look; nothing is held.
    Review,
    /// No order.
    Noted,
}

impl OutcomeKind {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Partial => "partial",
            Self::Waitlisted => "waitlisted",
            Self::Cancelled => "cancelled",
            Self::Refused => "refused",
            Self::Review => "review",
            Self::Noted => "noted",
        }
    }
}

/// One line of an outcome: what this claim, and no other, brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OutcomeLine {
    /// Under which code.
    pub code: Code,
    /// The variant as said.
    pub variant: Variant,
    /// Now held for the buyer (for `Cancelled`: given back).
    pub held: Quantity,
    /// Now waiting (for `Cancelled`: no longer waiting).
    pub waitlisted: Quantity,
    /// 1 for the next in line, at the moment of the claim.
    pub position_in_line: Option<u32>,
}

/// The first answer to a key, and every later one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// What came of it.
    pub kind: OutcomeKind,
    /// Why, where there is a why.
    pub reason: Option<Reason>,
    /// The claim's place in the session, from 1 without gaps, where it has one.
    pub number: Option<u32>,
    /// What it brought, line by line; may be empty.
    pub lines: Vec<OutcomeLine>,
    /// The buyer's order that it went into.
    pub order: Option<OrderId>,
    /// The card a person will look at.
    pub review: Option<ReviewId>,
    /// The order's deadline at that moment.
    pub hold_until: Option<Timestamp>,
}

/// What is remembered under a key: the answer with its place and its receipt.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// Where the fact stands.
    pub position: Position,
    /// The chain's hash there.
    pub receipt: Hash,
    /// The answer itself.
    pub body: AnswerBody,
}

/// The kinds of answers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AnswerBody {
    /// To a comment, a tap, a staff order, a release or a buyer's extension.
    Outcome(Outcome),
    /// To opening a session or changing its state.
    Session(SessionId, SessionState),
    /// To making or changing an offer.
    Offer(Box<OfferState>),
    /// To an act on an order.
    Order(Box<OrderView>),
    /// To an answer to cards: those that it resolved, by number.
    Resolved(Vec<ReviewId>),
    /// To a block or its end: whether the buyer is blocked now.
    Blocked(BuyerRef, bool),
    /// To a new link code, and until when it counts.
    Link(LinkCode, Timestamp),
}
