//! One fact after the other.

use super::cell::Cells;
use super::{Order, Session, Twin, What, buyer_keys, host_key};
use crate::promise::{
    Checked, FIRST_IN_LINE, HOLD_TIME, NO_OVERTAKING, NOT_EARLY, NOT_OUR_FAULT, NUMBERS, ONCE,
    ONLY_LIVE, RETURNS_ONCE, broken, must,
};
use domain::event::{Claimed, ClaimedLine, ReturnedLine};
use domain::offer::{Cell, Stock};
use domain::rules::{Hold, Rules};
use domain::{
    BuyerRef, Event, Fact, ItemId, Millis, OfferTerms, OrderId, OrderState, SessionId,
    SessionState, Stamp,
};

impl Twin {
    /// Takes the next fact. `up_ms` is how long the shop had been able to take orders when it was
    /// decided.
    pub(crate) fn take(&mut self, fact: &Fact, up_ms: u64) -> Checked {
        let seq = fact.stamp.position.seq.0;
        for key in buyer_keys(&fact.event).into_iter().chain(host_key(&fact.event)) {
            let before = self.keys.insert(key, seq);
            must(before.is_none(), ONCE, || format!("{key} at {before:?} and at {seq}"))?;
        }
        self.follow(fact, up_ms).map_err(|mut violated| {
            violated.detail = format!("shop {}, event {seq}: {}", self.shop, violated.detail);
            violated
        })
    }

    fn follow(&mut self, fact: &Fact, up_ms: u64) -> Checked {
        let at = fact.stamp;
        self.follows_early_close(&fact.event)?;
        match &fact.event {
            Event::SessionOpened { session, rules, .. } => {
                self.sessions.insert(*session, Session::new(rules));
                Ok(())
            }
            Event::RulesChanged { session, rules, .. } => self.ruled(*session, rules),
            Event::SessionStateChanged { session, state, .. } => {
                self.changed(*session, *state, at, up_ms)
            }
            Event::OfferAdded { session, item, new_item, terms, .. } => {
                self.offered(*session, *item, *new_item, terms)
            }
            Event::StockChanged { item, cell, stock, .. } => {
                self.cells.set(*item, *cell, stock.milli())
            }
            Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
                self.claimed(claimed, at, up_ms)
            }
            Event::ClaimRefused { session, number, review, .. } => {
                self.card_served(*session, *review)?;
                self.number(*session, *number)
            }
            Event::ClaimReviewed { session, review, .. } => self.card_shown(*session, *review),
            Event::ReviewResolved { session, reviews, answer, lasts, .. } => {
                self.cards_answered(*session, reviews, answer, *lasts)
            }
            Event::CancelBegun { order, lines, closes_at, .. } => {
                self.cancel_begun(*order, lines, *closes_at, (at, up_ms))
            }
            Event::CancelUndone { order, .. } => self.cancel_undone(*order, at),
            Event::CancelClosed { order, lines, .. } => {
                self.cancel_closed(*order, lines, (at, up_ms))
            }
            Event::BuyerBlocked { buyer, blocked, .. } => self.blocked(*buyer, *blocked),
            Event::LinkOffered { session, buyer, link, until, .. } => {
                self.link_offered((*session, *link), *buyer, *until, at)
            }
            Event::BuyersLinked { session, account, to, link, .. } => {
                self.linked((*session, *link), *account, *to, at)
            }
            Event::BuyerErased { buyer, accounts } => self.erased(*buyer, accounts),
            Event::ClaimReleased { order, lines, .. } => self.released(*order, lines),
            Event::HoldExpired { order, lines, .. } => self.expired(*order, lines, at, up_ms),
            Event::HoldExtended { order, hold_until, .. } => {
                self.extended(*order, *hold_until, at, up_ms)
            }
            Event::WaitlistPromoted { session, order, into, buyer, line, hold_until } => {
                self.promoted(*session, (*order, *into), *buyer, line)?;
                self.order(*into)?.grant(*hold_until, at, up_ms);
                Ok(())
            }
            Event::OrderConfirmed { order, .. } => self.sold(*order, OrderState::Confirmed),
            Event::OrderPaid { order, .. } => self.sold(*order, OrderState::Paid),
            Event::OrderCancelled { order, lines, .. } => {
                self.closed(*order, lines, OrderState::Cancelled)
            }
            Event::Resumed { down } => {
                self.resumed(*down);
                Ok(())
            }
            Event::SessionArchived { session } => self.archived(*session),
            Event::OfferChanged { .. }
            | Event::CommentsNoted { .. }
            | Event::RequestRefused { .. } => Ok(()),
        }
    }

    fn ruled(&mut self, session: SessionId, rules: &Rules) -> Checked {
        let session = self.session(session)?;
        session.holds.push(rules.hold);
        session.rules = rules.clone();
        Ok(())
    }

    fn extended(
        &mut self,
        order: OrderId,
        until: domain::Timestamp,
        at: Stamp,
        up_ms: u64,
    ) -> Checked {
        let order = self.order(order)?;
        let later = order.hold_until.is_some_and(|before| before <= until);
        order.grant(Some(until), at, up_ms);
        must(later, NOT_EARLY, || "an extension came before the deadline".into())
    }

    pub(super) fn session(&mut self, id: SessionId) -> Checked<&mut Session> {
        match self.sessions.get_mut(&id) {
            Some(session) => Ok(session),
            None => broken(ONLY_LIVE, format!("there is no session {}", id.0)),
        }
    }

    pub(super) fn order(&mut self, id: OrderId) -> Checked<&mut Order> {
        match self.orders.get_mut(&id) {
            Some(order) => Ok(order),
            None => broken(RETURNS_ONCE, format!("there is no order {}", id.0)),
        }
    }

    fn changed(&mut self, id: SessionId, state: SessionState, at: Stamp, up: u64) -> Checked {
        let session = self.session(id)?;
        session.state = state;
        if state != SessionState::Ended {
            return Ok(());
        }
        let (Hold::UntilEnd { plus: span } | Hold::For(span)) = session.rules.hold;
        let ready_at = session.ready_at.clone();
        let undated = |order: &&mut Order| {
            order.session == id && order.state.is_open() && order.hold_until.is_none()
        };
        for order in self.orders.values_mut().filter(undated).filter(|order| order.holds()) {
            let held = order.lines.iter().filter(|line| line.held > 0);
            let ready = held.filter_map(|line| ready_at.get(&line.what.code)).max();
            order.grant(Some(at.at.plus(span)).max(ready.copied()), at, up);
        }
        Ok(())
    }

    fn offered(
        &mut self,
        id: SessionId,
        item: ItemId,
        new_item: bool,
        terms: &OfferTerms,
    ) -> Checked {
        let session = self.session(id)?;
        session.offers.insert(terms.code, item);
        session.ready_at.extend(terms.ready_at.map(|ready_at| (terms.code, ready_at)));
        match &terms.stock {
            Stock::Pool(stock) if new_item => self.cells.set(item, Cell(0), stock.milli()),
            Stock::Cells(cells) if new_item => {
                let mut figures = (0..).map(Cell).zip(cells);
                figures.try_for_each(|(cell, stock)| self.cells.set(item, cell, stock.milli()))
            }
            Stock::Pool(_) | Stock::Cells(_) => Ok(()),
        }
    }

    fn number(&mut self, session: SessionId, number: u32) -> Checked {
        let session = self.session(session)?;
        session.last_number += 1;
        let expected = session.last_number;
        must(number == expected, NUMBERS, || format!("{number} instead of {expected}"))
    }

    fn claimed(&mut self, claimed: &Claimed, at: Stamp, up_ms: u64) -> Checked {
        self.card_served(claimed.session, claimed.review)?;
        self.number(claimed.session, claimed.number)?;
        let state = self.session(claimed.session)?.state;
        let late = matches!(state, SessionState::Paused | SessionState::Ended);
        let taken = state == SessionState::Live || (late && claimed.review.is_some());
        must(taken, ONLY_LIVE, || format!("it is {}", state.as_str()))?;
        self.may_buy(claimed.buyer)?;
        self.begin(claimed.order, claimed.session, claimed.buyer)?;
        self.in_time(claimed, at)?;
        self.give_back(claimed.order, &claimed.returned, |_| true)?;
        for line in &claimed.lines {
            let awaited = self.cells.is_awaited(line.item, line.cell);
            // A swap may keep what it gives back in the same moment.
            let here = claimed.returned.iter();
            let here = here.filter(|back| back.item == line.item && back.cell == line.cell);
            let own: u64 = here.map(|back| back.held.milli()).sum();
            let taken = line.held.milli() <= own || !awaited;
            must(taken, NO_OVERTAKING, || format!("{line:?}"))?;
            self.cells.hold(line.item, line.cell, line.held.milli())?;
            let place = self.order(claimed.order)?.place(What::of(line));
            if !line.waitlisted.is_zero() {
                let (own, waitlisted) = ((claimed.order, place), line.waitlisted.milli());
                self.cells.queue_up(line.item, line.cell, own, waitlisted);
            }
            let own = self.order(claimed.order)?.line(What::of(line));
            own.held += line.held.milli();
            own.waiting += line.waitlisted.milli();
        }
        self.order(claimed.order)?.grant(claimed.hold_until, at, up_ms);
        Ok(())
    }

    /// The deadline is what one of the session's rules says, and none gets shorter by a new line.
    fn in_time(&mut self, claimed: &Claimed, at: Stamp) -> Checked {
        let order = self.order(claimed.order)?;
        let promised = order.holds().then_some(order.hold_until);
        let Some(until) = claimed.hold_until else {
            return Ok(());
        };
        must(promised != Some(None), NOT_EARLY, || "the session's end is later".into())?;
        let session = self.session(claimed.session)?;
        let held = claimed.lines.iter().filter(|line| !line.held.is_zero());
        let ready_at = held.filter_map(|line| session.ready_at.get(&line.code)).max().copied();
        let ended = session.state == SessionState::Ended;
        let mut fresh = session.holds.iter().filter_map(|hold| match hold {
            Hold::For(span) => Some(at.at.plus(*span)),
            Hold::UntilEnd { plus } => ended.then(|| at.at.plus(*plus)),
        });
        let before = promised.flatten();
        let by_rule = fresh.any(|fresh| Some(until) == Some(fresh).max(ready_at).max(before));
        must(by_rule, HOLD_TIME, || format!("{until} after {before:?}, ready {ready_at:?}"))
    }

    /// The order is there and open from now on.
    fn begin(&mut self, id: OrderId, session: SessionId, buyer: BuyerRef) -> Checked {
        let order = self.orders.entry(id).or_insert_with(|| Order {
            session,
            buyer,
            state: OrderState::Held,
            lines: Vec::new(),
            hold_until: None,
            granted: None,
            cancel: None,
        });
        let same = order.session == session && order.buyer == buyer && order.state.is_open();
        must(same, RETURNS_ONCE, || format!("order {} is another's or closed", id.0))
    }

    fn promoted(
        &mut self,
        session: SessionId,
        (from, into): (OrderId, OrderId),
        buyer: BuyerRef,
        line: &ClaimedLine,
    ) -> Checked {
        let held = line.held.milli();
        must(held > 0 && line.waitlisted.is_zero(), FIRST_IN_LINE, || format!("{line:?}"))?;
        self.cells.serve(line.item, line.cell, from, held)?;
        let waiting = self.order(from)?.line(What::of(line));
        let Some(rest) = waiting.waiting.checked_sub(held) else {
            return broken(FIRST_IN_LINE, format!("order {} does not wait for that", from.0));
        };
        waiting.waiting = rest;
        self.begin(into, session, buyer)?;
        self.order(into)?.line(What::of(line)).held += held;
        Ok(())
    }

    fn released(&mut self, id: OrderId, lines: &[ReturnedLine]) -> Checked {
        self.give_back(id, lines, |_| true)?;
        self.close_if_empty(id)
    }

    fn expired(&mut self, id: OrderId, lines: &[ReturnedLine], at: Stamp, up_ms: u64) -> Checked {
        let step_ms = self.step_ms;
        let order = self.order(id)?;
        let due = order.hold_until.is_some_and(|until| until <= at.at);
        must(due, NOT_EARLY, || format!("at {}, {order:?}", at.at))?;
        if let Some(granted) = order.granted {
            let kept = granted.is_kept(at, up_ms, step_ms);
            must(kept, NOT_OUR_FAULT, || format!("order {}, {granted:?}", id.0))?;
        }
        self.closed(id, lines, OrderState::Expired)
    }

    /// Everything of the order goes back.
    fn closed(&mut self, id: OrderId, lines: &[ReturnedLine], state: OrderState) -> Checked {
        self.order(id)?.cancel = None;
        self.give_back(id, lines, |_| true)?;
        let order = self.order(id)?;
        let empty = !order.holds() && !order.waits();
        order.state = state;
        order.hold_until = None;
        must(empty, RETURNS_ONCE, || format!("order {} keeps something", id.0))
    }

    fn sold(&mut self, id: OrderId, state: OrderState) -> Checked {
        let order = self.order(id)?;
        let was_held = order.state.is_open();
        order.state = state;
        order.hold_until = None;
        order.cancel = None;
        let lines = order.lines.clone();
        let moved = lines.iter().filter(|_| was_held);
        moved.into_iter().try_for_each(|line| sell(&mut self.cells, line))
    }

    fn resumed(&mut self, down: Millis) {
        for order in self.orders.values_mut().filter(|order| order.state.is_open()) {
            order.hold_until = order.hold_until.map(|until| until.plus(down));
        }
        for cancel in self.orders.values_mut().filter_map(|order| order.cancel.as_mut()) {
            cancel.later(down);
        }
    }

    fn archived(&mut self, id: SessionId) -> Checked {
        self.session(id)?.state = SessionState::Archived;
        for (number, order) in self.orders.iter_mut().filter(|(_, order)| order.session == id) {
            let held = order.state.is_open() && order.lines.iter().any(|line| line.held > 0);
            must(!held, NOT_EARLY, || format!("order {} still holds", number.0))?;
            order.cancel = None;
            for (at, line) in order.lines.iter_mut().enumerate() {
                let (item, cell) = (line.what.item, line.what.cell);
                self.cells.leave(item, cell, (*number, at), line.waiting)?;
                line.waiting = 0;
            }
        }
        Ok(())
    }
}

fn sell(cells: &mut Cells, line: &super::Line) -> Checked {
    cells.sell(line.what.item, line.what.cell, line.held)
}
