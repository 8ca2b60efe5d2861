//! What time, free stock and people's answers bring about: holds expire, cancels close, lines move
//! up, answered cards are claimed, sessions are archived.
//!
//! Expiry comes first, so that nobody is promoted into an order whose time is over; then cancels
//! that nobody took back; then the lines move up, before whoever is served from a card; an archive
//! waits until no hold of its session is open.

use crate::decide::review::claim_card;
use crate::returns::{self, Part};
use crate::session::Promise;
use crate::state::State;
use domain::event::{ClaimedLine, Event};
use domain::id::{ItemId, OrderId};
use domain::offer::Cell;
use domain::order::OrderState;
use domain::rules::Hold;
use domain::time::Timestamp;

impl State {
    /// The one consequence that is due next, none if nothing is. Ask again after it was applied.
    pub fn tick(&self, now: Timestamp) -> Option<Event> {
        self.expiry(now)
            .or_else(|| self.cancel(now))
            .or_else(|| self.promotion(now))
            .or_else(|| self.answered(now))
            .or_else(|| self.archive(now))
    }

    fn expiry(&self, now: Timestamp) -> Option<Event> {
        let (deadline, id) = *self.agenda.deadlines.first()?;
        let order = &self.orders[&id];
        (deadline <= now).then(|| Event::HoldExpired {
            session: order.session,
            order: id,
            lines: returns::returned(order, Part::Everything),
        })
    }

    fn cancel(&self, now: Timestamp) -> Option<Event> {
        let (closes_at, id) = *self.agenda.cancels.first()?;
        let order = &self.orders[&id];
        let cancel = order.cancel.as_ref().expect("the agenda names cancels");
        (closes_at <= now).then(|| Event::CancelClosed {
            session: order.session,
            order: id,
            lines: returns::closing(order, cancel),
        })
    }

    fn answered(&self, now: Timestamp) -> Option<Event> {
        let id = *self.agenda.answered.first()?;
        let answered = &self.sessions[&id].rest.answered;
        Some(claim_card(self, id, answered.first().expect("the agenda names cards"), now))
    }

    fn promotion(&self, now: Timestamp) -> Option<Event> {
        let (item, cell) = *self.agenda.ready.first()?;
        Some(self.promote_first(item, cell, now))
    }

    fn promote_first(&self, id: ItemId, cell: Cell, now: Timestamp) -> Event {
        let item = &self.items[&id];
        let figure = &item.cells[usize::from(cell.0)];
        let first = figure.queue.front().expect("free stock meets a line");
        let waiting = &self.orders[&first.order];
        let line = &waiting.lines[usize::from(first.line)];
        let session = &self.sessions[&waiting.session];
        let rules = &session.rest.rules;
        let receiving = match waiting.state {
            OrderState::Held => Some(waiting),
            OrderState::Confirmed | OrderState::Paid => self.open_order(session, waiting.buyer),
            OrderState::Cancelled | OrderState::Expired => unreachable!("a closed order waits"),
        };
        let next = || self.last_order.checked_add(1).expect("orders are fewer");
        Event::WaitlistPromoted {
            session: waiting.session,
            order: waiting.order,
            into: receiving.map_or_else(|| OrderId(next()), |order| order.order),
            buyer: waiting.buyer,
            line: ClaimedLine {
                code: line.code,
                item: id,
                cell,
                variant: line.variant.clone(),
                held: self.due(id, cell),
                waitlisted: domain::Quantity::ZERO,
                position_in_line: None,
                price: line.price,
            },
            hold_until: session.deadline(
                Promise::of(receiving),
                rules.promotion_hold.map_or(rules.hold, Hold::For),
                session.ready_at(&line.code),
                now,
            ),
        }
    }

    fn archive(&self, now: Timestamp) -> Option<Event> {
        let (due, session) = self.archives().next()?;
        (due <= now).then_some(Event::SessionArchived { session })
    }
}
