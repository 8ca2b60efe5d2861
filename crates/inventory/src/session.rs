//! A session as the state keeps it: what rests, and the ways to find its offers and orders quickly.

use crate::order::holds_something;
use crate::spread::Spread;
use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use domain::code::Code;
use domain::id::{BuyerRef, OrderId};
use domain::limits::ARCHIVE_AFTER_MS;
use domain::rules::Hold;
use domain::session::SessionState;
use domain::snapshot::{OfferAtRest, OrderAtRest, SessionAtRest};
use domain::time::{Millis, Timestamp};

/// A session that is not archived.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Session {
    /// What a snapshot keeps of it.
    pub(crate) rest: SessionAtRest,
    /// Derived: where each offer stands.
    pub(crate) by_code: BTreeMap<Code, u16>,
    /// Derived: its orders, by number.
    pub(crate) orders: Vec<OrderId>,
    /// Derived: each buyer's orders, by number.
    pub(crate) buyers: Spread<BuyerRef, Vec<OrderId>>,
    /// Derived: how many of its orders have a deadline.
    pub(crate) deadlines: usize,
}

impl Session {
    /// Finds its offers; it has no orders yet.
    pub(crate) fn new(rest: SessionAtRest) -> Self {
        let codes = rest.offers.iter().map(|offer| offer.terms.code);
        Self {
            by_code: codes.zip(0..).collect(),
            orders: Vec::new(),
            buyers: Spread::new(),
            deadlines: 0,
            rest,
        }
    }

    /// The offer under exactly that code.
    pub(crate) fn offer(&self, code: &Code) -> Option<&OfferAtRest> {
        let at = *self.by_code.get(code)?;
        Some(&self.rest.offers[usize::from(at)])
    }

    /// When its keys may be forgotten; none before its end.
    pub(crate) fn archive_due(&self) -> Option<Timestamp> {
        let ended = self.rest.state == SessionState::Ended;
        ended.then(|| self.rest.since.plus(Millis(ARCHIVE_AFTER_MS)))
    }

    /// The deadline of an order with a line that was taken `now` and is promised as the hold says:
    /// a new line extends the promise, never shortens it.
    pub(crate) fn deadline(
        &self,
        promised: Promise,
        hold: Hold,
        ready_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let fresh = match hold {
            Hold::For(span) => now.plus(span),
            Hold::UntilEnd { plus } if self.rest.state == SessionState::Ended => now.plus(plus),
            Hold::UntilEnd { .. } => return None,
        };
        let fresh = ready_at.map_or(fresh, |ready_at| fresh.max(ready_at));
        match promised {
            Promise::Nothing => Some(fresh),
            Promise::Until(before) => Some(fresh.max(before)),
            Promise::UntilEnd => None,
        }
    }

    /// The day of the harvest until which a line is held at least.
    pub(crate) fn ready_at(&self, code: &Code) -> Option<Timestamp> {
        self.offer(code).and_then(|offer| offer.terms.ready_at)
    }
}

/// Until when an order's stock is promised so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Promise {
    /// It holds nothing.
    Nothing,
    /// Until then.
    Until(Timestamp),
    /// Until the session's end.
    UntilEnd,
}

impl Promise {
    /// Of a held order, if there is one.
    pub(crate) fn of(order: Option<&OrderAtRest>) -> Self {
        match order {
            Some(order) if holds_something(order) => {
                order.hold_until.map_or(Self::UntilEnd, Self::Until)
            }
            Some(_) | None => Self::Nothing,
        }
    }
}
