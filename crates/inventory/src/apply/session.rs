//! A session's life: opened, live, paused, ended, archived.

use crate::order;
use crate::session::Session;
use crate::state::State;
use alloc::collections::BTreeSet;
use alloc::sync::Arc;
use alloc::vec::Vec;
use domain::command::Key;
use domain::event::Event;
use domain::id::SessionId;
use domain::offer::Cell;
use domain::order::OrderState;
use domain::outcome::AnswerBody;
use domain::rules::{Hold, Rules};
use domain::session::SessionState;
use domain::snapshot::SessionAtRest;

impl State {
    pub(super) fn session_opened(&mut self, event: &Event) {
        let Event::SessionOpened { session, key, title, rules, currency } = event else {
            unreachable!("called for new sessions");
        };
        assert_eq!(session.0, self.last_session + 1, "sessions are counted");
        self.last_session = session.0;
        let rest = SessionAtRest {
            session: *session,
            title: title.clone(),
            state: SessionState::Draft,
            since: self.stamp.at,
            rules: Arc::new((**rules).clone()),
            currency: *currency,
            last_number: 0,
            offers: Vec::new(),
            pinned: None,
            reviews: Vec::new(),
            answered: Vec::new(),
            lessons: Vec::new(),
            links: Vec::new(),
            past: Vec::new(),
            opened: self.stamp.position,
        };
        self.sessions.insert(*session, Session::new(rest));
        self.remember_session(*session, *key, SessionState::Draft);
    }

    pub(super) fn session_state_changed(
        &mut self,
        id: SessionId,
        key: Option<Key>,
        state: SessionState,
    ) {
        let at = self.stamp.at;
        let session = self.session_mut(id);
        session.rest.state = state;
        session.rest.since = at;
        if let Some(due) = session.archive_due() {
            self.agenda.archives.insert((due, id));
            self.end_holds(id);
        }
        self.remember_session(id, key, state);
    }

    pub(super) fn rules_changed(&mut self, id: SessionId, key: Option<Key>, rules: &Rules) {
        let now = self.stamp.at;
        let session = self.session_mut(id);
        session.keep_rules(now);
        session.rest.rules = Arc::new(rules.clone());
        let state = session.rest.state;
        let items: BTreeSet<_> = session.rest.offers.iter().map(|offer| offer.item).collect();
        // Whether a line is filled whole may have changed.
        for item in items {
            let cells = (0..).map(Cell).take(self.items[&item].cells.len());
            cells.for_each(|cell| self.refresh(item, cell));
        }
        self.remember_session(id, key, state);
    }

    /// The session has ended: holds that ran until then get their deadline.
    fn end_holds(&mut self, id: SessionId) {
        let session = &self.sessions[&id];
        let span = match session.rest.rules.hold {
            Hold::UntilEnd { plus } => plus,
            Hold::For(span) => span,
        };
        let undated = |id: &_| {
            let order = &self.orders[id];
            let held = order.state == OrderState::Held && order::holds_something(order);
            held && order.hold_until.is_none()
        };
        let until = |id: &_| {
            let held = self.orders[id].lines.iter().filter(|line| !line.held.is_zero());
            let ready_at = held.filter_map(|line| session.ready_at(&line.code)).max();
            self.stamp.at.plus(span).max(ready_at.unwrap_or_default())
        };
        let orders = session.orders.iter().copied().filter(undated);
        let orders: Vec<_> = orders.map(|id| (id, until(&id))).collect();
        for (id, until) in orders {
            self.set_deadline(id, Some(until));
            let order = self.orders.get_mut(&id).expect("listed above");
            order.position = self.stamp.position;
        }
    }

    /// The session is forgotten with its keys, its orders and their places in line. What was sold
    /// stays sold.
    pub(super) fn session_archived(&mut self, id: SessionId) {
        let session = self.sessions.remove(&id).expect("it is archived once");
        let due = session.archive_due().expect("only an ended one is archived");
        self.agenda.archives.remove(&(due, id));
        let mut touched = BTreeSet::new();
        for order in &session.orders {
            let order = self.orders.remove(order).expect("a session's orders exist");
            if order.state == OrderState::Held {
                assert!(!order::holds_something(&order), "no hold is forgotten");
                self.agenda.closes(order.network);
            }
            if let Some(cancel) = &order.cancel {
                self.agenda.cancels.remove(&(cancel.closes_at, order.order));
            }
            let waits = order.lines.iter().filter(|line| !line.waitlisted.is_zero());
            touched.extend(waits.map(|line| (line.item, line.cell)));
        }
        for (item, cell) in touched {
            let stocked = self.items.get_mut(&item).expect("lines name items");
            let queue = &mut stocked.cells[usize::from(cell.0)].queue;
            queue.retain(|place| session.orders.binary_search(&place.order).is_err());
            self.refresh(item, cell);
        }
        self.agenda.answered.remove(&id);
        self.forget_expiries();
        self.keys.retain(|kept| kept.session != id);
    }

    fn remember_session(&mut self, id: SessionId, key: Option<Key>, state: SessionState) {
        if let Some(key) = key {
            self.remember(key, id, AnswerBody::Session(id, state));
        }
    }
}
