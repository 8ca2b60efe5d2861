//! Cancels that can be undone.

use crate::keys::plain;
use crate::returns;
use crate::state::State;
use domain::command::{Key, Origin};
use domain::event::{Event, ReturnedLine};
use domain::id::{OrderId, SessionId};
use domain::outcome::{AnswerBody, Outcome, OutcomeKind};
use domain::reason::Reason;
use domain::snapshot::CancelAtRest;
use domain::time::Timestamp;

impl State {
    pub(super) fn cancel_begun(&mut self, event: &Event) {
        let Event::CancelBegun { session, key, origin, order: id, lines, closes_at, .. } = event
        else {
            unreachable!("called for cancels");
        };
        let order = &self.orders[id];
        assert!(order.cancel.is_none(), "one cancel of an order can be undone at a time");
        let lines_at = returns::recorded(order, lines);
        let (closes_at, by_host) = (*closes_at, *origin == Origin::Host);
        self.set_cancel(*id, Some(CancelAtRest { closes_at, by_host, lines: lines_at }));
        let outcome = Outcome {
            lines: lines.iter().map(super::claim::returned_line).collect(),
            order: Some(*id),
            hold_until: self.orders[id].hold_until,
            ..plain(OutcomeKind::Cancelled, Some(Reason::UndoOpen))
        };
        self.remember_cancel(*session, *key, *origin, *id, outcome);
    }

    pub(super) fn cancel_undone(&mut self, event: &Event) {
        let Event::CancelUndone { session, key, origin, order: id } = event else {
            unreachable!("called for cancels that were taken back");
        };
        assert!(self.orders[id].cancel.is_some(), "there is a cancel to take back");
        self.set_cancel(*id, None);
        let hold_until = self.orders[id].hold_until;
        let outcome = Outcome { order: Some(*id), hold_until, ..plain(OutcomeKind::Held, None) };
        self.remember_cancel(*session, *key, *origin, *id, outcome);
    }

    pub(super) fn cancel_closed(&mut self, id: OrderId, lines: &[ReturnedLine]) {
        let cancel = self.orders[&id].cancel.clone().expect("there is a cancel to close");
        self.set_cancel(id, None);
        let is_recorded = |at| cancel.lines.iter().any(|(recorded, _)| *recorded == at);
        let places = returns::places(&self.orders[&id], lines, is_recorded);
        self.give_back_at(id, &places, lines);
        self.close_if_empty(id);
    }

    /// Begins, ends or moves an order's cancel.
    pub(super) fn set_cancel(&mut self, id: OrderId, cancel: Option<CancelAtRest>) {
        let order = self.orders.get_mut(&id).expect("facts name orders there are");
        if let Some(before) = &order.cancel {
            self.agenda.cancels.remove(&(before.closes_at, id));
        }
        if let Some(after) = &cancel {
            self.agenda.cancels.insert((after.closes_at, id));
        }
        order.cancel = cancel;
        order.position = self.stamp.position;
    }

    /// While we were down nobody could undo.
    pub(super) fn move_cancels(&mut self, down: domain::Millis) {
        let cancels: alloc::vec::Vec<(Timestamp, OrderId)> =
            self.agenda.cancels.iter().copied().collect();
        for (closes_at, id) in cancels {
            let cancel = self.orders[&id].cancel.clone().expect("the agenda names cancels");
            let closes_at = closes_at.plus(down);
            self.set_cancel(id, Some(CancelAtRest { closes_at, ..cancel }));
        }
    }

    fn remember_cancel(
        &mut self,
        session: SessionId,
        key: Option<Key>,
        origin: Origin,
        order: OrderId,
        outcome: Outcome,
    ) {
        match (origin, key) {
            (Origin::Host, key) => self.remember_order(session, key, order),
            (Origin::Comment | Origin::Tap, Some(key)) => {
                self.remember(key, session, AnswerBody::Outcome(outcome));
            }
            (Origin::Comment | Origin::Tap, None) => {}
        }
    }
}
