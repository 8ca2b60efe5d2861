//! What goes back in the twin's shop: at once, or when the undo time closes.

use super::{Asked, Part, Told, Twin, What, plain};
use domain::command::Origin;
use domain::order::OrderState;
use domain::outcome::OutcomeKind;
use domain::reason::Reason;
use domain::rules::Doubt;

impl Twin {
    /// An order's lines, without what is being cancelled and without those with nothing left.
    pub(super) fn open_parts(&self, order: usize) -> Vec<Part> {
        let mut parts = vec![];
        for what in &self.orders[order - 1].lines {
            let (held, waits) = self.amounts(order, what);
            let going = self.cancels.iter().filter(|c| c.0 == order).flat_map(|c| &c.2);
            let going: u64 = going.filter(|g| g.0 == *what).map(|g| g.1).sum();
            let from_line = going.min(waits);
            let held = held.saturating_sub(going - from_line);
            if held + waits - from_line > 0 {
                parts.push((what.clone(), held, waits - from_line));
            }
        }
        parts
    }

    /// Takes a part of a line away: of several places in line the last goes first.
    pub(super) fn remove(&mut self, order: usize, part: &Part) {
        let (what, mut held, mut waits) = part.clone();
        for take in self.takes.iter_mut().filter(|t| t.order == order && t.what == what) {
            let gone = take.amount.min(held);
            take.amount -= gone;
            held -= gone;
        }
        for wait in self.waits.iter_mut().rev().filter(|w| w.order == order && w.what == what) {
            let gone = wait.amount.min(waits);
            wait.amount -= gone;
            waits -= gone;
        }
        assert_eq!((held, waits), (0, 0), "the twin takes what is there");
        self.takes.retain(|t| t.amount > 0);
        self.waits.retain(|w| w.amount > 0);
        self.orders[order - 1].latest.retain(|known| known.0 != what);
    }

    fn give_back(&mut self, order: usize, parts: &[Part]) {
        for part in parts {
            self.remove(order, part);
        }
        let (holds, waits) = (self.holds(order), self.waits_for(order));
        let left = &mut self.orders[order - 1];
        left.until = left.until.filter(|_| holds);
        if !holds && !waits {
            left.state = OrderState::Cancelled;
        }
    }

    pub(super) fn close_cancel(&mut self, order: usize) {
        let found = self.cancels.iter().position(|c| c.0 == order).expect("a cancel");
        let (_, _, going, _) = self.cancels.remove(found);
        let mut parts = vec![];
        for (what, most) in going {
            let (held, waits) = self.amounts(order, &what);
            let from_line = waits.min(most);
            let from_hold = held.min(most - from_line);
            if from_line + from_hold > 0 {
                parts.push((what, from_hold, from_line));
            }
        }
        self.give_back(order, &parts);
    }

    pub(super) fn begin_cancel(&mut self, order: usize, parts: &[Part], now: u64, by_host: bool) {
        if self.cancels.iter().any(|c| c.0 == order) {
            self.close_cancel(order);
        }
        let undo = self.rules(self.orders[order - 1].session).cancel_undo.0;
        let going: Vec<(What, u64)> = parts.iter().map(|p| (p.0.clone(), p.1 + p.2)).collect();
        self.cancels.push((order, now + undo, going, by_host));
    }

    /// The first due cancel closes.
    pub(super) fn cancel_due(&mut self, now: u64) -> bool {
        let due = self.cancels.iter().map(|c| (c.1, c.0)).min();
        match due {
            Some((closes, order)) if closes <= now => self.close_cancel(order),
            _ => return false,
        }
        true
    }

    /// What a buyer gives back: some codes or all, all of each or so much.
    pub(crate) fn release(
        &mut self,
        a: &Asked,
        codes: &[String],
        most: Option<u64>,
        now: u64,
    ) -> Told {
        let s = a.session;
        match self.rules(s).buyer_cancel {
            Doubt::Review if a.by == Origin::Comment => {
                let reading = (Reason::Doubtful, a.rule, vec![], codes.first().cloned());
                return self.doubtful(a, reading, now, false);
            }
            Doubt::Ignore if a.by == Origin::Comment => {
                return plain(OutcomeKind::Noted, Reason::Chatter);
            }
            _ => {}
        }
        if most.is_some_and(|most| most == 0 || codes.is_empty()) {
            return plain(OutcomeKind::Refused, Reason::BadQuantity);
        }
        let step = |code: &String| Some(self.items[self.offer(s, code)?.item].step);
        let off = |most: u64| codes.iter().filter_map(step).any(|step| !most.is_multiple_of(step));
        if most.is_some_and(off) {
            return plain(OutcomeKind::Refused, Reason::OffStep);
        }
        let b = self.person(a.buyer);
        let held = self.orders_of(s, b, |state| state == OrderState::Held);
        let settled = self.orders_of(s, b, OrderState::is_sold);
        let all = held.iter().map(|o| (*o, true)).chain(settled.iter().map(|o| (*o, false)));
        for (order, is_held) in all {
            let mut parts = self.open_parts(order);
            parts.retain(|p| codes.is_empty() || codes.contains(&p.0.0));
            if !is_held {
                parts.iter_mut().for_each(|p| p.1 = 0);
            }
            so_much(&mut parts, most);
            parts.retain(|p| p.1 + p.2 > 0);
            if parts.is_empty() {
                continue;
            }
            let undo = is_held && self.rules(s).cancel_undo.0 > 0;
            if undo {
                self.begin_cancel(order, &parts, now, false);
            } else {
                self.give_back(order, &parts);
            }
            let (held, waits) = (parts.iter().map(|p| p.1).sum(), parts.iter().map(|p| p.2).sum());
            let lines = vec![("sum".into(), held, waits, None)];
            let until = self.orders[order - 1].until;
            let why = undo.then_some(Reason::UndoOpen);
            return (OutcomeKind::Cancelled, why, None, lines, Some(order), until);
        }
        plain(OutcomeKind::Refused, Reason::NothingOpen)
    }

    /// True if there was a cancel of that person's order to take back (or of anybody's, by the
    /// host).
    pub(crate) fn undo(&mut self, order: usize, buyer: Option<u8>) -> bool {
        let person = buyer.map(|b| self.person(b));
        let own = person.is_none_or(|b| self.orders.get(order - 1).is_some_and(|o| o.buyer == b));
        let before = self.cancels.len();
        self.cancels.retain(|c| c.0 != order || !own || (c.3 && buyer.is_some()));
        self.cancels.len() < before
    }
}

/// So much of each code: first what waits, then what is held, line by line.
fn so_much(parts: &mut [Part], most: Option<u64>) {
    let Some(most) = most else { return };
    let codes: Vec<String> = parts.iter().map(|p| p.0.0.clone()).collect();
    for (at, code) in codes.iter().enumerate() {
        if codes[..at].contains(code) {
            continue;
        }
        let mut left = most;
        for part in parts.iter_mut().filter(|p| p.0.0 == *code) {
            part.2 = part.2.min(left);
            left -= part.2;
        }
        for part in parts.iter_mut().filter(|p| p.0.0 == *code) {
            part.1 = part.1.min(left);
            left -= part.1;
        }
    }
}
