//! The twin's other half: what happens to orders after the claim, and with time.

use super::{Order, Take, Told, Twin, plain};
use domain::command::Origin;
use domain::order::OrderState;
use domain::outcome::OutcomeKind;
use domain::reason::Reason;
use domain::rules::{Doubt, Hold};
use domain::session::SessionState;

const HOUR: u64 = 3_600_000;

impl Twin {
    pub(crate) fn release(&mut self, s: usize, b: u8, by: Origin, codes: &[String]) -> Told {
        match self.sessions[s].rules.buyer_cancel {
            Doubt::Review if by == Origin::Comment => {
                return plain(OutcomeKind::Review, Reason::Doubtful);
            }
            Doubt::Ignore if by == Origin::Comment => {
                return plain(OutcomeKind::Noted, Reason::Chatter);
            }
            _ => {}
        }
        let named = |t: &Take| codes.is_empty() || codes.contains(&t.what.0);
        let mut settled: Vec<usize> = (1..=self.orders.len()).collect();
        settled.reverse();
        settled.retain(|o| {
            let order = &self.orders[o - 1];
            order.session == s && order.buyer == b && order.state.is_sold()
        });
        let open = self.open_order(s, b);
        for order in open.into_iter().chain(settled) {
            let is_open = Some(order) == open;
            let takes = self.takes.iter().filter(|t| is_open && t.order == order && named(t));
            let held: u64 = takes.map(|t| t.amount).sum();
            let waits = self.waits.iter().filter(|w| w.order == order && named(w));
            let waited: u64 = waits.map(|w| w.amount).sum();
            if held + waited == 0 {
                continue;
            }
            self.takes.retain(|t| !(is_open && t.order == order && named(t)));
            self.waits.retain(|w| !(w.order == order && named(w)));
            let (holds, waits) = (self.holds(order), self.waits_for(order));
            let left = &mut self.orders[order - 1];
            let forgets = |code: &String| codes.is_empty() || codes.contains(code);
            left.latest.retain(|l| !forgets(&l.0));
            left.until = left.until.filter(|_| holds);
            if !holds && !waits {
                left.state = OrderState::Cancelled;
            }
            let lines = vec![("sum".into(), held, waited, None)];
            let until = left.until;
            return (OutcomeKind::Cancelled, None, None, lines, Some(order), until);
        }
        plain(OutcomeKind::Refused, Reason::NothingOpen)
    }

    pub(crate) fn extend_own(&mut self, s: usize, b: u8, asked: usize, now: u64) -> Told {
        let refused = |why| plain(OutcomeKind::Refused, why);
        if self.open_order(s, b) != Some(asked) {
            return refused(Reason::NothingOpen);
        }
        let order = &mut self.orders[asked - 1];
        let (Hold::For(span), Some(until)) = (self.sessions[s].rules.hold, order.until) else {
            return refused(Reason::NoDeadline);
        };
        if order.extensions > 0 {
            return refused(Reason::ExtendedAlready);
        }
        order.extensions += 1;
        order.until = Some(until.max(now) + span.0);
        (OutcomeKind::Held, None, None, vec![], Some(asked), order.until)
    }

    /// True if the host may; then it is done.
    pub(crate) fn settle(&mut self, order: usize, to: OrderState) -> bool {
        use OrderState::{Cancelled, Confirmed, Held, Paid};
        let from = self.orders[order - 1].state;
        let may = match to {
            Confirmed => from == Held,
            Paid => matches!(from, Held | Confirmed),
            Cancelled => matches!(from, Held | Confirmed | Paid),
            _ => false,
        };
        if may {
            self.close(order, to);
        }
        may
    }

    fn close(&mut self, order: usize, to: OrderState) {
        if matches!(to, OrderState::Cancelled | OrderState::Expired) {
            self.takes.retain(|t| t.order != order);
            self.waits.retain(|w| w.order != order);
        }
        self.orders[order - 1].state = to;
        self.orders[order - 1].until = None;
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
        let Hold::UntilEnd { plus } = self.sessions[s].rules.hold else {
            return true;
        };
        for order in 1..=self.orders.len() {
            let holds = self.holds(order);
            let order = &mut self.orders[order - 1];
            if to == Ended && order.session == s && order.state == OrderState::Held && holds {
                order.until = Some(now + plus.0);
            }
        }
        true
    }

    /// Everything that is due.
    pub(crate) fn tick(&mut self, now: u64) {
        while self.expire(now) || self.promote(now) || self.archive(now) {}
    }

    fn expire(&mut self, now: u64) -> bool {
        let dated = (1..=self.orders.len()).filter_map(|o| Some((self.orders[o - 1].until?, o)));
        match dated.min() {
            Some((until, order)) if until <= now => self.close(order, OrderState::Expired),
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
                let step = self.items[item].step;
                let got = self.free(item, cell).min(wait.amount) / step * step;
                if got == 0 {
                    continue;
                }
                let Order { session, buyer, .. } = self.orders[wait.order - 1];
                let into = match self.orders[wait.order - 1].state {
                    OrderState::Held => wait.order,
                    _ => self
                        .open_order(session, buyer)
                        .unwrap_or_else(|| self.order_new(session, buyer)),
                };
                self.takes.push(Take { order: into, amount: got, ..wait.clone() });
                self.orders[into - 1].until = self.later(session, self.orders[into - 1].until, now);
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
                return true;
            }
        }
        false
    }
}
