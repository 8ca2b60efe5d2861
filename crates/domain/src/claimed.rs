//! What a claim brought, and what went back: the lines that events carry.

use crate::code::Code;
use crate::command::{Origin, RuleNo};
use crate::id::{BuyerRef, ItemId, KeyDigest, Network, OrderId, ReviewId, SessionId};
use crate::money::Money;
use crate::offer::{Cell, Variant};
use crate::quantity::Quantity;
use crate::time::Timestamp;
use alloc::vec::Vec;

/// One line of a claim that reached stock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClaimedLine {
    /// Under which code.
    pub code: Code,
    /// What.
    pub item: ItemId,
    /// Which stock figure.
    pub cell: Cell,
    /// The variant as said.
    pub variant: Variant,
    /// Taken from free stock.
    pub held: Quantity,
    /// Put in line.
    pub waitlisted: Quantity,
    /// 1 for the next in line.
    pub position_in_line: Option<u32>,
    /// Of one unit, at that moment.
    pub price: Money,
}

/// A claim that got stock or a place in line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Claimed {
    /// Where.
    pub session: SessionId,
    /// Under which key.
    pub key: KeyDigest,
    /// A digest of the call's body, where another body under the same key is an error (a host's
    /// claim).
    pub body: Option<KeyDigest>,
    /// For whom.
    pub buyer: BuyerRef,
    /// By which door.
    pub origin: Origin,
    /// Which rule read it.
    pub rule: RuleNo,
    /// The claim's place in the session.
    pub number: u32,
    /// The buyer's order that it goes into; new if the shop has none by that number yet.
    pub order: OrderId,
    /// What it brought.
    pub lines: Vec<ClaimedLine>,
    /// The order's deadline from now on; none while it runs until the session's end.
    pub hold_until: Option<Timestamp>,
    /// What went back from the same order in the same moment, before the lines were taken: a swap.
    pub returned: Vec<ReturnedLine>,
    /// The card that a person made an order of; its key keeps its first answer.
    pub review: Option<ReviewId>,
    /// From which network, for an anonymous buyer.
    pub network: Option<Network>,
}

/// Stock or places in line that went back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReturnedLine {
    /// Under which code.
    pub code: Code,
    /// What.
    pub item: ItemId,
    /// Which stock figure.
    pub cell: Cell,
    /// The variant as said.
    pub variant: Variant,
    /// Back to free stock.
    pub held: Quantity,
    /// Out of the line.
    pub waitlisted: Quantity,
}
