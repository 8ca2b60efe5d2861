//! A session as the state keeps it: what rests, and the ways to find its offers and orders quickly.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;
use domain::code::Code;
use domain::id::{BuyerRef, OrderId};
use domain::limits::ARCHIVE_AFTER_MS;
use domain::rules::Hold;
use domain::session::SessionState;
use domain::snapshot::{OfferAtRest, SessionAtRest};
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
    pub(crate) buyers: BTreeSet<(BuyerRef, OrderId)>,
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
            buyers: BTreeSet::new(),
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

    /// The deadline of an order with a line that was taken `now`: a new line extends it, never
    /// shortens it.
    pub(crate) fn deadline(&self, before: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
        match self.rest.rules.hold {
            Hold::For(span) => before.max(Some(now.plus(span))),
            Hold::UntilEnd { plus } if self.rest.state == SessionState::Ended => {
                before.max(Some(now.plus(plus)))
            }
            Hold::UntilEnd { .. } => before,
        }
    }
}
