//! A request that could not be asked: told to its sender, never journaled, never remembered.

use crate::offer::OfferState;
use crate::order::OrderState;
use crate::quantity::Quantity;
use crate::session::SessionState;
use alloc::boxed::Box;

/// Why a request was not decided at all. (An expected no to a buyer is a fact:
/// [`crate::Event::ClaimRefused`].)
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rejection {
    /// The shop has no such session.
    UnknownSession,
    /// The session has no such order.
    UnknownOrder,
    /// The session has no such open card.
    UnknownReview,
    /// The session has no offer under that code.
    UnknownCode,
    /// The shop has no such item.
    UnknownItem,
    /// The offer has no such variant, or one must be named because it has several stock figures.
    UnknownVariant,
    /// Another offer of the session has that code, compared without case.
    CodeTaken,
    /// The offer has changed since that version; here it is now.
    Stale(Box<OfferState>),
    /// The key came before with another body.
    KeyReused,
    /// The session cannot go there from where it is.
    SessionState(SessionState),
    /// The order cannot go there from where it is.
    OrderState(OrderState),
    /// Stock would fall below what is held and sold.
    StockBelowCommitted {
        /// What is held and sold.
        committed: Quantity,
    },
    /// The terms break a limit or contradict themselves; the word says which.
    BadTerms(&'static str),
    /// The order has no deadline to move.
    NoDeadline,
    /// The order is being cancelled: undo that first, or wait until it is.
    BeingCancelled,
    /// Nothing of the order is being cancelled.
    NothingToUndo,
    /// Something is still held for the buyer, waits for them, or is to be answered.
    OpenOrders,
    /// The session's keys are forgotten.
    SessionArchived,
    /// One of [`crate::limits`] is reached; the word is its stable code.
    Limit(&'static str),
}

impl Rejection {
    /// The stable code of the answer.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownSession => "unknown_session",
            Self::UnknownOrder => "unknown_order",
            Self::UnknownReview => "unknown_review",
            Self::UnknownCode => "unknown_code",
            Self::UnknownItem => "unknown_item",
            Self::UnknownVariant => "unknown_variant",
            Self::CodeTaken => "code_taken",
            Self::Stale(_) => "stale",
            Self::KeyReused => "key_reused",
            Self::SessionState(_) => "session_state",
            Self::OrderState(_) => "order_state",
            Self::StockBelowCommitted { .. } => "stock_below_committed",
            Self::BadTerms(_) => "bad_terms",
            Self::NoDeadline => "no_deadline",
            Self::BeingCancelled => "being_cancelled",
            Self::NothingToUndo => "nothing_to_undo",
            Self::OpenOrders => "open_orders",
            Self::SessionArchived => "session_archived",
            Self::Limit(code) => code,
        }
    }
}
