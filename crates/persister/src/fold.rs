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
//! shop at once (its end, a resumption) is a statement of its own and the last of its batch:
//! [`ends_batch`].

use crate::error::Fault;
use crate::row::is_same_variant;
use domain::event::{Claimed, ClaimedLine, Event, Fact, ReturnedLine};
use domain::limits::{PERSIST_BATCH_EVENTS_MAX, PERSIST_BATCH_ROWS_MAX};
use domain::order::{OrderLine, OrderState};
use domain::{
    BuyerRef, Currency, OrderId, Position, Quantity, SessionId, SessionState, Stamp, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};

/// An order of one session; the database's name for it.
pub(crate) type Place = (SessionId, OrderId);

/// An order as the read model keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Order {
    pub(crate) buyer: BuyerRef,
    pub(crate) state: OrderState,
    pub(crate) currency: Currency,
    pub(crate) hold_until: Option<Timestamp>,
    pub(crate) position: Position,
    pub(crate) since: Timestamp,
    pub(crate) lines: Vec<OrderLine>,
}

/// The orders that a batch touches.
#[derive(Debug, Default)]
pub(crate) struct Fold {
    /// By session and number.
    pub(crate) orders: BTreeMap<Place, Order>,
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
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => 2 + claimed.lines.len(),
        Event::CommentsNoted { notes, .. } => notes.len(),
        Event::OfferAdded { terms, .. } => 3 + terms.axes.iter().map(Vec::len).product::<usize>(),
        Event::ClaimReleased { lines, .. }
        | Event::HoldExpired { lines, .. }
        | Event::OrderCancelled { lines, .. } => 2 + lines.len(),
        Event::WaitlistPromoted { .. } => 4,
        Event::SessionOpened { .. }
        | Event::SessionStateChanged { .. }
        | Event::OfferChanged { .. }
        | Event::StockChanged { .. }
        | Event::ClaimRefused { .. }
        | Event::ClaimReviewed { .. }
        | Event::RequestRefused { .. }
        | Event::HoldExtended { .. }
        | Event::OrderConfirmed { .. }
        | Event::OrderPaid { .. }
        | Event::Resumed { .. }
        | Event::SessionArchived { .. } => 1,
    }
}

/// True if the event moves orders that it does not name.
pub(crate) fn ends_batch(event: &Event) -> bool {
    let ended = SessionState::Ended;
    matches!(event, Event::Resumed { .. })
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
        | Event::CommentsNoted { .. }
        | Event::RequestRefused { .. }
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
                give_back(order, lines)?;
                close_if_empty(order);
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
                self.closed((*session, *order), stamp, &[], OrderState::Confirmed)
            }
            Event::OrderPaid { session, order, .. } => {
                self.closed((*session, *order), stamp, &[], OrderState::Paid)
            }
            Event::SessionOpened { .. }
            | Event::SessionStateChanged { .. }
            | Event::OfferAdded { .. }
            | Event::OfferChanged { .. }
            | Event::StockChanged { .. }
            | Event::ClaimRefused { .. }
            | Event::ClaimReviewed { .. }
            | Event::CommentsNoted { .. }
            | Event::RequestRefused { .. }
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
            position: stamp.position,
            since: stamp.at,
            lines: Vec::new(),
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
        order.hold_until = claimed.hold_until;
        claimed.lines.iter().try_for_each(|line| merge(order, line))
    }

    fn promoted(&mut self, stamp: Stamp, event: &Event) -> Result<(), Fault> {
        let Event::WaitlistPromoted { session, order: from, into, buyer, line, hold_until } = event
        else {
            unreachable!("called for promotions");
        };
        let waiting = self.order((*session, *from), stamp)?;
        let found = waiting.lines.iter_mut().find(|own| is_same(own, line));
        let own = found.ok_or_else(|| contradiction("a promotion of a line that is not there"))?;
        own.waitlisted = minus(own.waitlisted, line.held)?;
        let place = (*session, *into);
        let receiving = self.begun(place, stamp, *buyer, line.price.currency);
        receiving.hold_until = *hold_until;
        merge(receiving, line)
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
        give_back(order, lines)?;
        order.state = state;
        order.hold_until = None;
        Ok(())
    }
}

fn contradiction(what: &str) -> Fault {
    Fault::Data(format!("the event contradicts the read model: {what}"))
}

/// Two lines are one if code, item, cell, variant and price are the same.
fn is_same(line: &OrderLine, claimed: &ClaimedLine) -> bool {
    line.item == claimed.item
        && line.cell == claimed.cell
        && line.price == claimed.price
        && line.code == claimed.code
        && is_same_variant(&line.variant, &claimed.variant)
}

/// Adds a claimed line to the one that it is, or after the last.
fn merge(order: &mut Order, claimed: &ClaimedLine) -> Result<(), Fault> {
    let sum = |own: Quantity, more| {
        own.plus(more).ok_or_else(|| contradiction("more than a quantity can be"))
    };
    if let Some(own) = order.lines.iter_mut().find(|own| is_same(own, claimed)) {
        own.held = sum(own.held, claimed.held)?;
        own.waitlisted = sum(own.waitlisted, claimed.waitlisted)?;
        return Ok(());
    }
    order.lines.push(OrderLine {
        code: claimed.code,
        item: claimed.item,
        cell: claimed.cell,
        variant: claimed.variant.clone(),
        held: claimed.held,
        waitlisted: claimed.waitlisted,
        price: claimed.price,
    });
    Ok(())
}

/// Takes lines back; they come in the order's own sequence, each at most once.
fn give_back(order: &mut Order, lines: &[ReturnedLine]) -> Result<(), Fault> {
    let mut rest = order.lines.iter_mut();
    for back in lines {
        let own = rest
            .find(|own| is_returned(own, back))
            .ok_or_else(|| contradiction("more goes back than the order has"))?;
        own.held = minus(own.held, back.held)?;
        own.waitlisted = minus(own.waitlisted, back.waitlisted)?;
    }
    Ok(())
}

fn is_returned(line: &OrderLine, back: &ReturnedLine) -> bool {
    line.code == back.code
        && line.item == back.item
        && line.cell == back.cell
        && is_same_variant(&line.variant, &back.variant)
        && line.held >= back.held
        && line.waitlisted >= back.waitlisted
}

/// After lines went back: an order with nothing left is cancelled, one that only waits has no
/// deadline.
fn close_if_empty(order: &mut Order) {
    let holds = order.lines.iter().any(|line| !line.held.is_zero());
    let waits = order.lines.iter().any(|line| !line.waitlisted.is_zero());
    if !holds {
        order.hold_until = None;
    }
    if !holds && !waits {
        order.state = OrderState::Cancelled;
    }
}

fn minus(own: Quantity, less: Quantity) -> Result<Quantity, Fault> {
    own.minus(less).ok_or_else(|| contradiction("less than nothing"))
}
