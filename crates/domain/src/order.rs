//! An order: a buyer's lines in one session, merged, with one deadline.

use crate::code::Code;
use crate::id::{BuyerRef, ItemId, OrderId, SessionId};
use crate::money::Money;
use crate::offer::{Cell, Variant};
use crate::position::Position;
use crate::quantity::Quantity;
use crate::time::Timestamp;
use alloc::vec::Vec;

/// Where an order stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OrderState {
    /// Promised until the deadline.
    Held,
    /// Confirmed by the host: no deadline any more.
    Confirmed,
    /// Paid.
    Paid,
    /// Cancelled by buyer or host: its stock has returned.
    Cancelled,
    /// The deadline passed: its stock has returned.
    Expired,
}

impl OrderState {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Confirmed => "confirmed",
            Self::Paid => "paid",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// True while the order's stock is neither returned nor sold.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Held)
    }

    /// True once the order's stock counts as sold.
    pub const fn is_sold(self) -> bool {
        matches!(self, Self::Confirmed | Self::Paid)
    }
}

/// One line of an order: one code, variant and cell, at the price of the moment of the claim.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderLine {
    /// Under which code it was claimed.
    pub code: Code,
    /// What it is.
    pub item: ItemId,
    /// Where its stock lies; provisional while an axis is unsaid.
    pub cell: Cell,
    /// The variant as said.
    pub variant: Variant,
    /// Promised or sold.
    pub held: Quantity,
    /// Still waiting in line.
    pub waitlisted: Quantity,
    /// Of one unit.
    pub price: Money,
}

/// A line as others see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderLineView {
    /// The line.
    pub line: OrderLine,
    /// 1 for the next in line; none where nothing waits.
    pub position_in_line: Option<u32>,
}

/// An order as its buyer and its host see it, at one position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderView {
    /// Which.
    pub order: OrderId,
    /// In which session.
    pub session: SessionId,
    /// Whose.
    pub buyer: BuyerRef,
    /// Where it stands.
    pub state: OrderState,
    /// What is in it.
    pub lines: Vec<OrderLineView>,
    /// What delivery adds; none where the session charges nothing.
    pub delivery_fee: Option<Money>,
    /// Lines that are held, and the delivery.
    pub total: Money,
    /// When the promise ends; none while it runs until the session's end, or for ever.
    pub hold_until: Option<Timestamp>,
    /// Until when a cancel of some of it can be undone.
    pub undo_until: Option<Timestamp>,
    /// The last event that changed it.
    pub position: Position,
}
