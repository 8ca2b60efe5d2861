//! Running totals over a session's orders: each order counts as it was last seen.

use domain::session::OfferSummary;
use domain::{Code, Currency, Money, OrderId, OrderState, OrderView, Quantity, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// The figures of a whole session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Numbers {
    /// Orders that hold something.
    pub orders: u32,
    /// What they come to.
    pub revenue: Money,
    /// Of them, confirmed and paid ones.
    pub settled: u32,
    /// What these come to.
    pub settled_amount: Money,
    /// Of them, held ones.
    pub unsettled: u32,
    /// What these come to.
    pub unsettled_amount: Money,
    /// What viewers said or tapped, as far as it is known here.
    pub comments: u64,
    /// Of that in the last minute.
    pub comments_per_minute: u32,
    /// Lines of orders that wait.
    pub waiting: u32,
}

/// All orders of a session, and their sums.
pub(super) struct Totals {
    currency: Currency,
    orders: BTreeMap<OrderId, OrderView>,
    settled: Sum,
    unsettled: Sum,
    waiting: BTreeMap<Code, u64>,
    places: u32,
    holds: BTreeSet<(Timestamp, OrderId)>,
}

/// Orders and what they come to.
#[derive(Clone, Copy, Default)]
struct Sum {
    orders: u32,
    amount: i128,
}

/// Where a hold without a deadline stands: behind all others.
const NEVER: Timestamp = Timestamp(u64::MAX);

impl Totals {
    pub(super) fn new(currency: Currency) -> Self {
        Self {
            currency,
            orders: BTreeMap::new(),
            settled: Sum::default(),
            unsettled: Sum::default(),
            waiting: BTreeMap::new(),
            places: 0,
            holds: BTreeSet::new(),
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self::new(self.currency);
    }

    /// An order as it is now, instead of as it was.
    pub(super) fn put(&mut self, order: OrderView) {
        if let Some(before) = self.orders.remove(&order.order) {
            self.count(&before, false);
        }
        self.count(&order, true);
        self.orders.insert(order.order, order);
    }

    fn count(&mut self, order: &OrderView, more: bool) {
        let holds = order.lines.iter().any(|line| !line.line.held.is_zero());
        let sum = match order.state {
            OrderState::Held => Some(&mut self.unsettled),
            OrderState::Confirmed | OrderState::Paid => Some(&mut self.settled),
            OrderState::Cancelled | OrderState::Expired => None,
        };
        if let Some(sum) = sum.filter(|_| holds) {
            let amount = i128::from(order.total.amount);
            sum.orders = if more { sum.orders + 1 } else { sum.orders - 1 };
            sum.amount += if more { amount } else { -amount };
        }
        if order.state == OrderState::Held && holds {
            let place = (order.hold_until.unwrap_or(NEVER), order.order);
            if more {
                self.holds.insert(place)
            } else {
                self.holds.remove(&place)
            };
        }
        for line in order.lines.iter().map(|line| &line.line) {
            if line.waitlisted.is_zero() {
                continue;
            }
            let waiting = self.waiting.entry(line.code).or_default();
            if more {
                *waiting += line.waitlisted.milli();
                self.places += 1;
            } else {
                *waiting -= line.waitlisted.milli();
                self.places -= 1;
            }
        }
    }

    /// Held orders, the nearest deadline first.
    pub(super) fn next_holds(&self, limit: usize) -> impl Iterator<Item = &OrderView> {
        self.holds.iter().take(limit).filter_map(|(_, order)| self.orders.get(order))
    }

    pub(super) fn open_holds(&self) -> usize {
        self.holds.len()
    }

    /// The same figures with what waits for each offer in this session.
    pub(super) fn with_waiting(&self, mut figures: Vec<OfferSummary>) -> Vec<OfferSummary> {
        for offer in &mut figures {
            let milli = self.waiting.get(&offer.code).copied().unwrap_or(0);
            offer.waiting = Quantity::from_milli(milli).unwrap_or(Quantity::MAX);
        }
        figures
    }

    /// The figures, comments aside.
    pub(super) fn numbers(&self) -> Numbers {
        let money = |amount: i128| Money {
            amount: i64::try_from(amount).unwrap_or(i64::MAX),
            currency: self.currency,
        };
        Numbers {
            orders: self.settled.orders + self.unsettled.orders,
            revenue: money(self.settled.amount + self.unsettled.amount),
            settled: self.settled.orders,
            settled_amount: money(self.settled.amount),
            unsettled: self.unsettled.orders,
            unsettled_amount: money(self.unsettled.amount),
            comments: 0,
            comments_per_minute: 0,
            waiting: self.places,
        }
    }
}
