//! What happened to orders: settled, extended, given back.

use crate::item::minus;
use crate::keys::plain;
use crate::order;
use crate::returns;
use crate::state::State;
use alloc::boxed::Box;
use alloc::vec::Vec;
use domain::command::Key;
use domain::event::{Event, ReturnedLine};
use domain::id::{OrderId, SessionId};
use domain::order::OrderState;
use domain::outcome::{AnswerBody, Outcome, OutcomeKind};
use domain::quantity::Quantity;
use domain::time::{Millis, Timestamp};

impl State {
    pub(super) fn order_settled(
        &mut self,
        session: SessionId,
        key: Option<Key>,
        id: OrderId,
        state: OrderState,
    ) {
        let order = &self.orders[&id];
        let buyer = order.buyer;
        if !order.state.is_sold() {
            for line in &order.lines {
                let item = self.items.get_mut(&line.item).expect("lines name items");
                item.cells[usize::from(line.cell.0)].sell(line.held);
            }
        }
        let fee = order::delivery_fee(order, &self.sessions[&session].rest);
        self.set_state(id, state);
        self.orders.get_mut(&id).expect("settled above").delivery_fee = fee;
        self.forgive(buyer);
        self.remember_order(session, key, id);
    }

    pub(super) fn hold_extended(&mut self, event: &Event) {
        let Event::HoldExtended { session, key, order, by_buyer, hold_until } = event else {
            unreachable!("called for extensions");
        };
        self.set_deadline(*order, Some(*hold_until));
        let extended = self.orders.get_mut(order).expect("extended above");
        extended.position = self.stamp.position;
        if !by_buyer {
            return self.remember_order(*session, *key, *order);
        }
        extended.extensions += 1;
        if let Some(key) = key {
            let outcome = Outcome {
                order: Some(*order),
                hold_until: Some(*hold_until),
                ..plain(OutcomeKind::Held, None)
            };
            self.remember(*key, *session, AnswerBody::Outcome(outcome));
        }
    }

    pub(super) fn resumed(&mut self, down: Millis) {
        let deadlines: Vec<(Timestamp, OrderId)> = self.agenda.deadlines.iter().copied().collect();
        for (deadline, id) in deadlines {
            self.set_deadline(id, Some(deadline.plus(down)));
            let order = self.orders.get_mut(&id).expect("it has a deadline");
            order.position = self.stamp.position;
        }
        self.move_cancels(down);
    }

    /// Takes lines of an order back: what was held or sold is free again, what waited leaves the
    /// line. They come in the order's own sequence.
    pub(super) fn give_back(&mut self, id: OrderId, lines: &[ReturnedLine]) {
        let order = self.orders.get(&id).expect("facts name orders there are");
        self.give_back_at(id, &returns::places(order, lines, |_| true), lines);
    }

    /// The same, where it is known which lines those are.
    pub(super) fn give_back_at(&mut self, id: OrderId, places: &[u16], lines: &[ReturnedLine]) {
        let order = self.orders.get_mut(&id).expect("facts name orders there are");
        let was_sold = order.state.is_sold();
        for (back, number) in lines.iter().zip(places) {
            let at = usize::from(*number);
            let line = &mut order.lines[at];
            line.held = minus(line.held, back.held);
            line.waitlisted = minus(line.waitlisted, back.waitlisted);
            order.latest[at] = Quantity::ZERO;
            let item = self.items.get_mut(&back.item).expect("lines name items");
            let cell = &mut item.cells[usize::from(back.cell.0)];
            cell.give_back(back.held, was_sold);
            if !back.waitlisted.is_zero() {
                cell.leave(id, *number, back.waitlisted);
            }
        }
        order.position = self.stamp.position;
        for back in lines {
            self.refresh(back.item, back.cell);
        }
    }

    /// Closes an order whose lines all go back, what was being cancelled included.
    pub(super) fn close(&mut self, id: OrderId, lines: &[ReturnedLine], state: OrderState) {
        self.set_cancel(id, None);
        self.give_back(id, lines);
        self.set_state(id, state);
    }

    /// After lines went back: an order with nothing left is cancelled, one that only waits has no
    /// deadline.
    pub(super) fn close_if_empty(&mut self, id: OrderId) {
        let order = &self.orders[&id];
        if order.lines.iter().all(order::is_empty) {
            self.set_state(id, OrderState::Cancelled);
        } else if !order::holds_something(order) {
            self.set_deadline(id, None);
        }
    }

    /// Moves an order on; only a held one has a deadline, only a settled one a fixed fee.
    pub(super) fn set_state(&mut self, id: OrderId, state: OrderState) {
        assert!(state != OrderState::Held, "nothing is held again");
        self.set_deadline(id, None);
        self.set_cancel(id, None);
        let order = self.orders.get_mut(&id).expect("facts name orders there are");
        if order.state == OrderState::Held {
            self.agenda.closes(order.network);
        }
        order.state = state;
        order.delivery_fee = None;
        order.position = self.stamp.position;
    }

    /// The answer to a host's act on an order: the order after it.
    pub(super) fn remember_order(&mut self, session: SessionId, key: Option<Key>, id: OrderId) {
        if let Some(key) = key {
            let view = self.order_view(id).expect("acted on above");
            self.remember(key, session, AnswerBody::Order(Box::new(view)));
        }
    }
}
