//! Orders after some facts: the deltas of events, applied to the orders they touch. Nothing is
//! decided.
//!
//! ```text
//! touched(facts) ─▶ the database's orders ─▶ Fold ─ take(fact)* ─▶ orders as they are from now on
//! ```
//!
//! Promises: every fact changes only orders it names; a fact that contradicts an order is an error,
//! not a guess.
//! Never: holds an order that no fact of its batch names. What moves every order of a session or a
//! shop at once (its end, a resumption, a link) is a statement of its own and the last of its
//! batch: [`ends_batch`].

use crate::error::Fault;
use crate::order::{Order, contradiction};
use domain::event::{Claimed, Event, Fact, ReturnedLine};
use domain::limits::{PERSIST_BATCH_EVENTS_MAX, PERSIST_BATCH_ROWS_MAX};
use domain::order::OrderState;
use domain::rules::Delivery;
use domain::{BuyerRef, Currency, OrderId, SessionId, SessionState, Stamp};
use std::collections::{BTreeMap, BTreeSet};

/// An order of one session; the database's name for it.
pub(crate) type Place = (SessionId, OrderId);

/// The orders that a batch touches.
#[derive(Debug, Default)]
pub(crate) struct Fold {
    /// By session and number.
    pub(crate) orders: BTreeMap<Place, Order>,
    /// Those that were there before.
    pub(crate) stored: BTreeSet<Place>,
    /// What delivery costs where orders are settled.
    pub(crate) delivery: BTreeMap<SessionId, Option<Delivery>>,
}

/// How many of these facts are written at once: at least one, up to the limits, no further than one
/// that moves orders which it does not name.
pub(crate) fn batch_len(facts: &[Fact]) -> usize {
    let mut rows = 0;
    for (at, fact) in facts.iter().enumerate() {
        rows += row_count(&fact.event);
        let full = at == PERSIST_BATCH_EVENTS_MAX || rows > PERSIST_BATCH_ROWS_MAX;
        if full && at > 0 {
            return at;
        }
        if ends_batch(&fact.event) {
            return at + 1;
        }
    }
    facts.len()
}

fn row_count(event: &Event) -> usize {
    match event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
            2 + claimed.lines.len() + claimed.returned.len()
        }
        Event::CommentsNoted { notes, .. } => notes.len(),
        Event::OfferAdded { terms, .. } => 3 + terms.axes.iter().map(Vec::len).product::<usize>(),
        Event::ReviewResolved { reviews, .. } => reviews.len(),
        Event::ClaimReleased { lines, .. }
        | Event::CancelBegun { lines, .. }
        | Event::CancelClosed { lines, .. }
        | Event::HoldExpired { lines, .. }
        | Event::OrderCancelled { lines, .. } => 2 + lines.len(),
        Event::WaitlistPromoted { .. } => 4,
        Event::SessionOpened { .. }
        | Event::SessionStateChanged { .. }
        | Event::OfferChanged { .. }
        | Event::StockChanged { .. }
        | Event::ClaimRefused { .. }
        | Event::ClaimReviewed { .. }
        | Event::CancelUndone { .. }
        | Event::RequestRefused { .. }
        | Event::HoldExtended { .. }
        | Event::RulesChanged { .. }
        | Event::BuyerBlocked { .. }
        | Event::LinkOffered { .. }
        | Event::BuyersLinked { .. }
        | Event::BuyerErased { .. }
        | Event::OrderConfirmed { .. }
        | Event::OrderPaid { .. }
        | Event::Resumed { .. }
        | Event::SessionArchived { .. } => 1,
    }
}

/// The sessions whose rules say what delivery costs where these facts settle orders.
pub(crate) fn settling(facts: &[Fact]) -> BTreeSet<SessionId> {
    let settled = |fact: &Fact| {
        let (Event::OrderConfirmed { session, .. } | Event::OrderPaid { session, .. }) =
            &fact.event
        else {
            return None;
        };
        Some(*session)
    };
    facts.iter().filter_map(settled).collect()
}

/// True if the event moves orders that it does not name.
pub(crate) fn ends_batch(event: &Event) -> bool {
    let ended = SessionState::Ended;
    matches!(event, Event::Resumed { .. } | Event::BuyersLinked { .. })
        || matches!(event, Event::SessionStateChanged { state, .. } if *state == ended)
}

/// The orders that the facts name.
pub(crate) fn touched(facts: &[Fact]) -> BTreeSet<Place> {
    facts.iter().flat_map(|fact| places(&fact.event)).flatten().collect()
}

fn places(event: &Event) -> [Option<Place>; 2] {
    match event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
            [Some((claimed.session, claimed.order)), None]
        }
        Event::ClaimReleased { session, order, .. }
        | Event::CancelBegun { session, order, .. }
        | Event::CancelUndone { session, order, .. }
        | Event::CancelClosed { session, order, .. }
        | Event::HoldExpired { session, order, .. }
        | Event::HoldExtended { session, order, .. }
        | Event::OrderConfirmed { session, order, .. }
        | Event::OrderPaid { session, order, .. }
        | Event::OrderCancelled { session, order, .. } => [Some((*session, *order)), None],
        Event::WaitlistPromoted { session, order, into, .. } => {
            [Some((*session, *order)), Some((*session, *into))]
        }
        Event::SessionOpened { .. }
        | Event::SessionStateChanged { .. }
        | Event::OfferAdded { .. }
        | Event::OfferChanged { .. }
        | Event::StockChanged { .. }
        | Event::ClaimRefused { .. }
        | Event::ClaimReviewed { .. }
        | Event::ReviewResolved { .. }
        | Event::CommentsNoted { .. }
        | Event::RequestRefused { .. }
        | Event::RulesChanged { .. }
        | Event::BuyerBlocked { .. }
        | Event::LinkOffered { .. }
        | Event::BuyersLinked { .. }
        | Event::BuyerErased { .. }
        | Event::Resumed { .. }
        | Event::SessionArchived { .. } => [None, None],
    }
}

impl Fold {
    /// Takes one fact, the next of its shop.
    ///
    /// # Errors
    /// [`Fault::Data`] if it contradicts the orders as they were loaded.
    pub(crate) fn take(&mut self, fact: &Fact) -> Result<(), Fault> {
        let stamp = fact.stamp;
        match &fact.event {
            Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
                self.claimed(stamp, claimed)
            }
            Event::ClaimReleased { session, order, lines, .. } => {
                let order = self.order((*session, *order), stamp)?;
                order.give_back(lines)?;
                order.close_if_empty();
                Ok(())
            }
            Event::CancelBegun { session, order, lines, closes_at, .. } => {
                self.order((*session, *order), stamp)?.begin_cancel(lines, *closes_at)
            }
            Event::CancelUndone { session, order, .. } => {
                self.order((*session, *order), stamp)?.drop_cancel();
                Ok(())
            }
            Event::CancelClosed { session, order, lines } => {
                let order = self.order((*session, *order), stamp)?;
                order.close_cancel(lines)?;
                order.close_if_empty();
                Ok(())
            }
            Event::HoldExpired { session, order, lines } => {
                self.closed((*session, *order), stamp, lines, OrderState::Expired)
            }
            Event::OrderCancelled { session, order, lines, .. } => {
                self.closed((*session, *order), stamp, lines, OrderState::Cancelled)
            }
            Event::HoldExtended { session, order, hold_until, .. } => {
                self.order((*session, *order), stamp)?.hold_until = Some(*hold_until);
                Ok(())
            }
            Event::WaitlistPromoted { .. } => self.promoted(stamp, &fact.event),
            Event::OrderConfirmed { session, order, .. } => {
                self.settled((*session, *order), stamp, OrderState::Confirmed)
            }
            Event::OrderPaid { session, order, .. } => {
                self.settled((*session, *order), stamp, OrderState::Paid)
            }
            Event::SessionOpened { session, rules, .. }
            | Event::RulesChanged { session, rules, .. } => {
                self.delivery.insert(*session, rules.delivery);
                Ok(())
            }
            Event::SessionStateChanged { .. }
            | Event::OfferAdded { .. }
            | Event::OfferChanged { .. }
            | Event::StockChanged { .. }
            | Event::ClaimRefused { .. }
            | Event::ClaimReviewed { .. }
            | Event::ReviewResolved { .. }
            | Event::CommentsNoted { .. }
            | Event::RequestRefused { .. }
            | Event::BuyerBlocked { .. }
            | Event::LinkOffered { .. }
            | Event::BuyersLinked { .. }
            | Event::BuyerErased { .. }
            | Event::Resumed { .. }
            | Event::SessionArchived { .. } => Ok(()),
        }
    }

    /// An order there is, marked as changed at that place.
    fn order(&mut self, place: Place, stamp: Stamp) -> Result<&mut Order, Fault> {
        let order = self.orders.get_mut(&place).ok_or_else(|| {
            Fault::Data(format!("order {} is named before it was made", place.1.0))
        })?;
        order.position = stamp.position;
        Ok(order)
    }

    /// The order, begun now if there is none by that number, marked as changed.
    fn begun(
        &mut self,
        place: Place,
        stamp: Stamp,
        buyer: BuyerRef,
        currency: Currency,
    ) -> &mut Order {
        let order = self.orders.entry(place).or_insert_with(|| Order {
            buyer,
            state: OrderState::Held,
            currency,
            hold_until: None,
            undo_until: None,
            position: stamp.position,
            since: stamp.at,
            delivery_fee: None,
            lines: Vec::new(),
            cancelling: Vec::new(),
        });
        order.position = stamp.position;
        order
    }

    fn claimed(&mut self, stamp: Stamp, claimed: &Claimed) -> Result<(), Fault> {
        let Some(first) = claimed.lines.first() else {
            return Err(contradiction("a claim without lines"));
        };
        let place = (claimed.session, claimed.order);
        let order = self.begun(place, stamp, claimed.buyer, first.price.currency);
        order.give_back(&claimed.returned)?;
        order.hold_until = claimed.hold_until;
        claimed.lines.iter().try_for_each(|line| order.merge(line))
    }

    fn promoted(&mut self, stamp: Stamp, event: &Event) -> Result<(), Fault> {
        let Event::WaitlistPromoted { session, order: from, into, buyer, line, hold_until } = event
        else {
            unreachable!("called for promotions");
        };
        self.order((*session, *from), stamp)?.leave_line(line)?;
        let place = (*session, *into);
        let receiving = self.begun(place, stamp, *buyer, line.price.currency);
        receiving.hold_until = *hold_until;
        receiving.merge(line)
    }

    /// The order goes where no deadline is.
    fn closed(
        &mut self,
        place: Place,
        stamp: Stamp,
        lines: &[ReturnedLine],
        state: OrderState,
    ) -> Result<(), Fault> {
        let order = self.order(place, stamp)?;
        order.drop_cancel();
        order.give_back(lines)?;
        order.state = state;
        (order.hold_until, order.delivery_fee) = (None, None);
        Ok(())
    }

    /// The order is charged by the rules of this moment.
    fn settled(&mut self, place: Place, stamp: Stamp, state: OrderState) -> Result<(), Fault> {
        let rule = self.delivery.get(&place.0).copied().flatten();
        let order = self.order(place, stamp)?;
        order.delivery_fee = order.fee(rule);
        (order.state, order.hold_until) = (state, None);
        Ok(())
    }
}
