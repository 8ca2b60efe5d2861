//! The twin's other half: what happens to orders after the claim, and with time.

use super::{Order, Take, Terms, Told, Twin, change, plain};
use domain::order::OrderState;
use domain::outcome::OutcomeKind;
use domain::reason::Reason;
use domain::rules::{Hold, Rules};
use domain::session::SessionState;

const HOUR: u64 = 3_600_000;

impl Twin {
    fn is_being_cancelled(&self, order: usize) -> bool {
        self.cancels.iter().any(|c| c.0 == order)
    }

    pub(crate) fn extend_own(&mut self, s: usize, b: u8, asked: usize, now: u64) -> Told {
        let refused = |why| plain(OutcomeKind::Refused, why);
        let own = self.orders_of(s, self.person(b), |state| state == OrderState::Held);
        if !own.contains(&asked) || self.is_being_cancelled(asked) {
            return refused(Reason::NothingOpen);
        }
        let hold = self.rules(s).hold;
        let order = &mut self.orders[asked - 1];
        let (Hold::For(span), Some(until)) = (hold, order.until) else {
            return refused(Reason::NoDeadline);
        };
        if order.extensions > 0 {
            return refused(Reason::ExtendedAlready);
        }
        order.extensions += 1;
        order.until = Some(until.max(now) + span.0);
        (OutcomeKind::Held, None, None, vec![], Some(asked), order.until)
    }

    /// True if the host may give more time; then it is given.
    pub(crate) fn extend(&mut self, order: usize, span: u64, now: u64) -> bool {
        if span == 0 || self.is_being_cancelled(order) {
            return false;
        }
        let until = self.orders.get_mut(order - 1).and_then(|o| o.until.as_mut());
        let may = until.is_some();
        if let Some(until) = until {
            *until = (*until).max(now) + span;
        }
        may
    }

    /// True if the host may; then it is done.
    pub(crate) fn settle(&mut self, order: usize, to: OrderState, now: u64) -> bool {
        use OrderState::{Cancelled, Confirmed, Held, Paid};
        let Order { state: from, session, buyer, .. } = self.orders[order - 1];
        let may = match to {
            Confirmed => from == Held,
            Paid => matches!(from, Held | Confirmed),
            Cancelled => matches!(from, Held | Confirmed | Paid),
            _ => false,
        };
        if to == Cancelled && may && self.rules(session).cancel_undo.0 > 0 {
            let parts = self.open_parts(order);
            if !parts.is_empty() {
                self.begin_cancel(order, &parts, now, true);
            }
            return !parts.is_empty();
        }
        if !may || (to != Cancelled && self.is_being_cancelled(order)) {
            return false;
        }
        if to != Cancelled {
            self.ran_out.retain(|r| r.0 != buyer);
        }
        self.close(order, to);
        true
    }

    fn close(&mut self, order: usize, to: OrderState) {
        if matches!(to, OrderState::Cancelled | OrderState::Expired) {
            self.takes.retain(|t| t.order != order);
            self.waits.retain(|w| w.order != order);
            self.cancels.retain(|c| c.0 != order);
        }
        self.orders[order - 1].state = to;
        self.orders[order - 1].until = None;
    }

    pub(crate) fn set_terms(&mut self, s: usize, c: usize, terms: Terms, now: u64) {
        change(&mut self.sessions[s].offers[c].terms, now, terms);
    }

    pub(crate) fn set_rules(&mut self, s: usize, rules: &Rules, now: u64) -> bool {
        use SessionState::{Draft, Live, Paused};
        let may = matches!(self.sessions[s].state, Draft | Live | Paused);
        if may {
            change(&mut self.sessions[s].rules, now, rules.clone());
        }
        may
    }

    pub(crate) fn set_state(&mut self, s: usize, to: SessionState, now: u64) -> bool {
        use SessionState::{Draft, Ended, Live, Paused};
        let from = self.sessions[s].state;
        let may = match to {
            Live => matches!(from, Draft | Paused),
            Paused => from == Live,
            Ended => matches!(from, Draft | Live | Paused),
            _ => false,
        };
        if !may {
            return false;
        }
        self.sessions[s].state = to;
        self.sessions[s].since = now;
        let span = match self.rules(s).hold {
            Hold::UntilEnd { plus } => plus.0,
            Hold::For(span) => span.0,
        };
        for number in 1..=self.orders.len() {
            let takes = self.takes.iter().filter(|t| t.order == number && t.amount > 0);
            let ready = takes.filter_map(|t| self.offer(s, &t.what.0)?.ready_at).max();
            let holds = self.holds(number);
            let order = &mut self.orders[number - 1];
            let held = order.session == s && order.state == OrderState::Held && holds;
            if to == Ended && held && order.until.is_none() {
                order.until = Some((now + span).max(ready.unwrap_or(0)));
            }
        }
        true
    }

    pub(crate) fn resume(&mut self, down: u64) {
        for order in &mut self.orders {
            order.until = order.until.map(|until| until + down);
        }
        self.cancels.iter_mut().for_each(|c| c.1 += down);
    }

    /// Everything that is due.
    pub(crate) fn tick(&mut self, now: u64) {
        while self.expire(now)
            || self.cancel_due(now)
            || self.promote(now)
            || self.serve(now)
            || self.archive(now)
        {}
    }

    fn expire(&mut self, now: u64) -> bool {
        let dated = (1..=self.orders.len()).filter_map(|o| Some((self.orders[o - 1].until?, o)));
        match dated.min() {
            Some((until, order)) if until <= now => {
                self.ran_out.push((self.orders[order - 1].buyer, now));
                self.close(order, OrderState::Expired);
            }
            _ => return false,
        }
        true
    }

    fn promote(&mut self, now: u64) -> bool {
        for item in 0..self.items.len() {
            for cell in 0..self.items[item].cells.len() {
                let here = |w: &Take| (w.what.1, w.what.2) == (item, cell);
                let Some(first) = self.waits.iter().position(here) else {
                    continue;
                };
                let wait = self.waits[first].clone();
                let Order { session, buyer, network, .. } = self.orders[wait.order - 1].clone();
                let rules = self.rules(session).clone();
                let step = self.items[item].step;
                let got = self.free(item, cell).min(wait.amount) / step * step;
                if got == 0 || (got < wait.amount && !rules.partial_fill) {
                    continue;
                }
                let into = match self.orders[wait.order - 1].state {
                    OrderState::Held => wait.order,
                    _ => self
                        .open_order(session, buyer)
                        .unwrap_or_else(|| self.order_new(session, buyer, network)),
                };
                let promised = self.holds(into).then(|| self.orders[into - 1].until);
                self.takes.push(Take { order: into, amount: got, ..wait.clone() });
                let hold = rules.promotion_hold.map_or(rules.hold, Hold::For);
                let ready = self.offer(session, &wait.what.0).and_then(|o| o.ready_at);
                self.orders[into - 1].until = self.later(session, promised, hold, ready, now);
                if !self.orders[into - 1].lines.contains(&wait.what) {
                    self.orders[into - 1].lines.push(wait.what);
                }
                self.waits[first].amount -= got;
                self.waits.retain(|w| w.amount > 0);
                return true;
            }
        }
        false
    }

    fn archive(&mut self, now: u64) -> bool {
        for s in 0..self.sessions.len() {
            let over = self.sessions[s].state == SessionState::Ended;
            let mut orders = self.orders.iter();
            let holds = orders.any(|o| o.session == s && o.until.is_some());
            if over && !holds && self.sessions[s].since + 48 * HOUR <= now {
                self.sessions[s].state = SessionState::Archived;
                let orders = &self.orders;
                self.waits.retain(|w| orders[w.order - 1].session != s);
                self.cancels.retain(|c| orders[c.0 - 1].session != s);
                self.cards.retain(|c| c.session != s);
                self.forget_old_expiries(now);
                return true;
            }
        }
        false
    }

    /// Whoever's last order ran out long ago has a clean slate.
    fn forget_old_expiries(&mut self, now: u64) {
        let all = self.ran_out.clone();
        let last = |b: u8| all.iter().filter(|r| r.0 == b).map(|r| r.1).max().unwrap_or(0);
        self.ran_out.retain(|r| last(r.0) + 48 * HOUR >= now);
    }
}
