//! A session: one live broadcast of a shop, as everybody may see it.

use crate::code::Code;
use crate::id::{SessionId, ShopId};
use crate::money::{Currency, Money};
use crate::offer::OfferState;
use crate::position::Position;
use crate::quantity::Quantity;
use crate::rules::Rules;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Where a session stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SessionState {
    /// Being prepared.
    Draft,
    /// Taking orders.
    Live,
    /// Not taking orders for a while.
    Paused,
    /// Over; holds run on to their deadlines.
    Ended,
    /// Its keys are forgotten.
    Archived,
}

impl SessionState {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Ended => "ended",
            Self::Archived => "archived",
        }
    }
}

/// A session as anyone may see it, at one position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionView {
    /// Whose.
    pub shop: ShopId,
    /// Which.
    pub session: SessionId,
    /// Its name.
    pub title: Arc<str>,
    /// Where it stands.
    pub state: SessionState,
    /// Its rules.
    pub rules: Arc<Rules>,
    /// Of all its prices.
    pub currency: Currency,
    /// In the order in which they were added.
    pub offers: Vec<OfferState>,
    /// The pinned offer.
    pub pinned: Option<Code>,
    /// The event after which it looked like this.
    pub position: Position,
}

/// What a session came to. It balances: for every offer `stock` = `free` + `held` + `sold` over its
/// item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionSummary {
    /// Which.
    pub session: SessionId,
    /// Claims that reached stock or were refused (the last number given).
    pub claims: u32,
    /// Orders by state: held, confirmed, paid, cancelled, expired.
    pub orders: [u32; 5],
    /// Per offer, in the order in which they were added.
    pub offers: Vec<OfferSummary>,
    /// Goods that are held, confirmed or paid, without delivery.
    pub goods: Money,
    /// Open review cards.
    pub reviews: u32,
}

/// What became of one offer's stock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OfferSummary {
    /// Under which code.
    pub code: Code,
    /// All there is of the item.
    pub stock: Quantity,
    /// Free, of the item.
    pub free: Quantity,
    /// Promised, of the item, over all sessions.
    pub held: Quantity,
    /// Confirmed or paid, of the item, over all sessions.
    pub sold: Quantity,
    /// Promised, confirmed or paid under this offer alone.
    pub taken: Quantity,
    /// Waiting in line under this offer alone.
    pub waiting: Quantity,
}
