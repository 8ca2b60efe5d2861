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
    /// What the goods of those orders cost, without delivery; nothing where they went back.
    pub goods: [Money; 5],
    /// What delivery adds to those orders.
    pub delivery: [Money; 5],
    /// All of it: what buyers were told that they pay, order by order.
    pub total: Money,
    /// Open review cards.
    pub reviews: u32,
}

impl SessionSummary {
    /// Whether it balances, to the unit and to the đồng: every item's stock is free, held or sold,
    /// and what the orders come to is the sum of their goods and their delivery.
    pub fn is_balanced(&self) -> bool {
        let stock = |offer: &OfferSummary| {
            let committed = offer.held.plus(offer.sold).and_then(|sum| sum.plus(offer.free));
            committed == Some(offer.stock) && offer.taken <= offer.stock
        };
        let parts = self.goods.iter().chain(&self.delivery);
        let sum = parts.map(|part| i128::from(part.amount)).sum::<i128>();
        self.offers.iter().all(stock) && sum == i128::from(self.total.amount)
    }
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
