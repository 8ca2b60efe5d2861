//! The twin's claims.

use super::{Asked, Part, Take, Told, Twin, What, at, doubt, plain};
use domain::command::Origin;
use domain::order::OrderState;
use domain::outcome::OutcomeKind;
use domain::reason::Reason;
use domain::rules::{Doubt, Hold, Repeat, Rules};
use domain::session::SessionState;

/// What is asked of each code and variant, added up.
type Sums = Vec<(String, String, u64)>;

impl Twin {
    pub(crate) fn claim(&mut self, asked: &Asked, now: u64) -> Told {
        self.claim_as(asked, now, false, false)
    }

    /// A claim that a person made of a card, or that an earlier answer made, or an ordinary one.
    pub(super) fn claim_as(&mut self, a: &Asked, now: u64, card: bool, taught: bool) -> Told {
        let told = self.try_claim(a, now, card);
        match told.0 {
            OutcomeKind::Noted => told,
            OutcomeKind::Review => {
                let why = told.1.expect("a reason");
                self.doubtful(a, (why, a.rule, a.wants.clone(), None), now, taught)
            }
            _ => {
                self.sessions[a.session].number += 1;
                let number = Some(self.sessions[a.session].number);
                (told.0, told.1, number, told.3, told.4, told.5)
            }
        }
    }

    fn try_claim(&mut self, a: &Asked, now: u64, card: bool) -> Told {
        let s = a.session;
        let refused = |why| plain(OutcomeKind::Refused, why);
        match self.sessions[s].state {
            SessionState::Live => {}
            SessionState::Paused | SessionState::Ended if card => {}
            SessionState::Ended => return refused(Reason::SessionEnded),
            _ => return refused(Reason::SessionNotLive),
        }
        let b = self.person(a.buyer);
        let rules = at(&self.sessions[s].rules, a.said_at).clone();
        if self.blocked.contains(&a.buyer) || self.blocked.contains(&b) {
            return refused(Reason::Blocked);
        }
        if a.by != Origin::Host && self.is_cooling(b, &rules, now) {
            return refused(Reason::CoolingDown);
        }
        let open = self.open_order(s, b);
        let mut back: Vec<Part> = open.map_or(vec![], |open| self.open_parts(open));
        back.retain(|part| a.back.contains(&part.0.0));
        if !a.back.is_empty() && back.is_empty() {
            return refused(Reason::NothingOpen);
        }
        let asked = sums(a);
        let again = a.by == Origin::Comment && open.is_some_and(|o| self.is_again(o, a, &asked));
        if again && let Some(told) = by_rule(rules.repeat_comment, Reason::Repeated) {
            return told;
        }
        if let Some(told) = self.unsound(a, card, rules.reading.late_order) {
            return told;
        }
        let code_again = a.by == Origin::Comment
            && !again
            && open.is_some_and(|o| {
                a.wants.iter().any(|w| !w.adds && self.has_open(o, a, w.code.as_str()))
            });
        if code_again && let Some(told) = by_rule(rules.repeat_code, Reason::RepeatedCode) {
            return told;
        }
        if !card && self.is_over(a, b, &asked, &back, rules.limit_per_buyer.map(|q| q.milli())) {
            let comment = a.by == Origin::Comment;
            return doubt(comment, rules.reading.over_limit, Reason::OverLimit);
        }
        let before = (self.takes.clone(), self.waits.clone(), self.orders.clone());
        let told = self.allot(a, b, &rules, back, now);
        let told = match told {
            Ok(told) if card || a.by == Origin::Host || !self.hoards(a, b, open, &rules) => {
                return told;
            }
            Ok(_) => refused(Reason::TooManyHolds),
            Err(why) => refused(why),
        };
        (self.takes, self.waits, self.orders) = before;
        told
    }

    /// True if a comment says what the latest claims of everything in it said.
    fn is_again(&self, open: usize, a: &Asked, asked: &Sums) -> bool {
        let latest = |code: &str, said: &str| -> u64 {
            let all = self.orders[open - 1].latest.iter();
            all.filter(|(what, _)| what.0 == code && what.3 == said).map(|(_, n)| n).sum()
        };
        let same = |(code, said, sum): &(String, String, u64)| {
            *sum > 0 && latest(code, said) == *sum && self.has_open(open, a, code)
        };
        a.wants.iter().all(|w| !w.adds) && asked.iter().all(same)
    }

    /// Something of that code is open, and stays open.
    fn has_open(&self, order: usize, a: &Asked, code: &str) -> bool {
        let back = a.back.iter().any(|back| back == code);
        !back && self.open_parts(order).iter().any(|(what, ..)| what.0 == code)
    }

    /// The first line that cannot be, whatever there is in stock.
    fn unsound(&self, a: &Asked, card: bool, late: Doubt) -> Option<Told> {
        let comment = a.by == Origin::Comment;
        for want in &a.wants {
            let Some(offer) = self.offer(a.session, want.code.as_str()) else {
                return Some(doubt(comment, late, Reason::UnknownCode));
            };
            let (milli, step) = (want.quantity.milli(), self.items[offer.item].step);
            let counts = at(&offer.terms, a.said_at).open || (comment && late == Doubt::Accept);
            if !counts && !card {
                return Some(doubt(comment, late, Reason::OfferClosed));
            }
            let refused = |why| Some(plain(OutcomeKind::Refused, why));
            if milli == 0 {
                return refused(Reason::BadQuantity);
            }
            if milli % step != 0 {
                return refused(Reason::OffStep);
            }
            if self.cells(offer.item, &Self::said(want)).is_empty() {
                return refused(Reason::UnknownVariant);
            }
        }
        None
    }

    fn is_over(&self, a: &Asked, b: u8, asked: &Sums, back: &[Part], most: Option<u64>) -> bool {
        let over = |code: Option<&str>, limit: Option<u64>| {
            let counts = |other: &str| code.is_none_or(|code| code == other);
            let all = self.takes.iter().chain(&self.waits).filter(|t| {
                let order = &self.orders[t.order - 1];
                order.session == a.session && order.buyer == b && counts(&t.what.0)
            });
            let has: u64 = all.map(|t| t.amount).sum();
            let back = back.iter().filter(|part| counts(&part.0.0));
            let back: u64 = back.map(|part| part.1 + part.2).sum();
            let wants: u64 = asked.iter().filter(|w| counts(&w.0)).map(|w| w.2).sum();
            limit.is_some_and(|limit| has - back + wants > limit)
        };
        let of_offer = |code: &str| {
            let offer = self.offer(a.session, code).expect("checked");
            over(Some(code), at(&offer.terms, a.said_at).limit)
        };
        a.wants.iter().any(|want| of_offer(want.code.as_str())) || over(None, most)
    }

    /// True if the buyer, or their network, has too much that is not paid, now that it is taken.
    fn hoards(&self, a: &Asked, b: u8, open: Option<usize>, rules: &Rules) -> bool {
        let held = |o: &usize| {
            let order = &self.orders[o - 1];
            order.state == OrderState::Held && !self.is_archived(order.session)
        };
        let all: Vec<usize> = (1..=self.orders.len()).filter(held).collect();
        let own = all.iter().filter(|o| self.orders[**o - 1].buyer == b);
        let lines = own.map(|o| {
            let lines = self.orders[o - 1].lines.iter();
            lines.filter(|what| self.amounts(*o, what) != (0, 0)).count()
        });
        let lines: usize = lines.sum();
        let same = all.iter().filter(|o| self.orders[**o - 1].network == a.network);
        // One of them is new.
        let others = same.count().saturating_sub(1);
        rules.hoarding.holds_per_buyer.is_some_and(|most| lines > most as usize)
            || open.is_none()
                && a.network.is_some()
                && rules.hoarding.orders_per_network.is_some_and(|most| others >= most as usize)
    }

    fn allot(
        &mut self,
        a: &Asked,
        b: u8,
        rules: &Rules,
        back: Vec<Part>,
        now: u64,
    ) -> Result<Told, Reason> {
        let open = self.open_order(a.session, b);
        let promised = open.filter(|o| self.holds(*o)).map(|o| self.orders[o - 1].until);
        let order = open.unwrap_or_else(|| self.order_new(a.session, b, a.network));
        let may: Vec<Vec<u64>> = (0..self.items.len()).map(|i| self.takeable(i, &back)).collect();
        for part in &back {
            self.remove(order, part);
        }
        let mut lines: Vec<(What, u64, u64, Option<u32>)> = vec![];
        for want in &a.wants {
            let (what, most) = self.choose(a, want, &may, &lines);
            let step = self.items[what.1].step;
            let wanted = want.quantity.milli();
            let some = most.min(wanted) / step * step;
            let got = if some < wanted && !rules.partial_fill { 0 } else { some };
            let rest = wanted - got;
            let place = |amount| Take { order, what: what.clone(), amount };
            self.takes.push(place(got));
            if rest > 0 {
                self.waits.push(place(rest));
            }
            let position = (rest > 0).then(|| self.line(what.1, what.2) as u32);
            lines.push((what, got, rest, position));
        }
        let (held, waiting) = (sum(&lines, |l| l.1), sum(&lines, |l| l.2));
        if waiting > 0 && (!rules.waitlist || !back.is_empty()) {
            return Err(Reason::SoldOut);
        }
        let ready = lines.iter().filter(|l| l.1 > 0);
        let ready = ready.filter_map(|l| self.offer(a.session, &l.0.0)?.ready_at).max();
        let until = self.later(a.session, promised, rules.hold, ready, now);
        let holds = self.holds(order);
        let order_now = &mut self.orders[order - 1];
        order_now.until = until.filter(|_| holds);
        let is_old = |known: &What| lines.iter().any(|l| (&l.0.0, &l.0.3) == (&known.0, &known.3));
        order_now.latest.retain(|known| !is_old(&known.0));
        for (what, got, rest, _) in &lines {
            order_now.latest.push((what.clone(), got + rest));
            if !order_now.lines.contains(what) {
                order_now.lines.push(what.clone());
            }
        }
        let kind = match (held, waiting) {
            (0, _) => OutcomeKind::Waitlisted,
            (_, 0) => OutcomeKind::Held,
            _ => OutcomeKind::Partial,
        };
        let lines = lines.into_iter().map(|l| (l.0.0, l.1, l.2, l.3)).collect();
        Ok((kind, None, None, lines, Some(order), order_now.until))
    }

    /// What the claim may take of each cell of an item: what is free where nobody waits, and what
    /// it gives back itself.
    fn takeable(&self, item: usize, back: &[Part]) -> Vec<u64> {
        let cells = 0..self.items[item].cells.len();
        let may = cells.map(|cell| {
            let free = if self.line(item, cell) == 0 { self.free(item, cell) } else { 0 };
            let own = back.iter().filter(|part| (part.0.1, part.0.2) == (item, cell));
            free + own.map(|part| part.1).sum::<u64>()
        });
        may.collect()
    }

    /// The line that a want becomes, at the cell with most to take, and how much that is.
    fn choose(
        &self,
        a: &Asked,
        want: &domain::command::Want,
        may: &[Vec<u64>],
        before: &[(What, u64, u64, Option<u32>)],
    ) -> (What, u64) {
        let offer = self.offer(a.session, want.code.as_str()).expect("checked");
        let said = Self::said(want);
        let left = |cell: usize| {
            let here = before.iter().filter(|l| (l.0.1, l.0.2) == (offer.item, cell));
            let waits = here.clone().any(|l| l.2 > 0);
            let taken: u64 = here.map(|l| l.1).sum();
            if waits { 0 } else { may[offer.item][cell] - taken }
        };
        let cells = self.cells(offer.item, &said);
        let most = cells.iter().map(|c| left(*c)).max().expect("checked");
        let cell = *cells.iter().find(|c| left(**c) == most).expect("the most");
        let price = at(&offer.terms, a.said_at).price;
        ((offer.code.clone(), offer.item, cell, said, price), most)
    }

    /// The deadline of an order that held until then (none: nothing) and gets a line now.
    pub(super) fn later(
        &self,
        session: usize,
        promised: Option<Option<u64>>,
        hold: Hold,
        ready: Option<u64>,
        now: u64,
    ) -> Option<u64> {
        let ended = self.sessions[session].state == SessionState::Ended;
        let fresh = match hold {
            Hold::For(span) => now + span.0,
            Hold::UntilEnd { plus } if ended => now + plus.0,
            Hold::UntilEnd { .. } => return None,
        };
        let fresh = fresh.max(ready.unwrap_or(0));
        match promised {
            None => Some(fresh),
            Some(before) => before.map(|before| before.max(fresh)),
        }
    }
}

fn sums(a: &Asked) -> Sums {
    let mut asked: Sums = vec![];
    for want in &a.wants {
        let (code, said) = (want.code.to_string(), Twin::said(want));
        match asked.iter_mut().find(|a| (&a.0, &a.1) == (&code, &said)) {
            Some(known) => known.2 += want.quantity.milli(),
            None => asked.push((code, said, want.quantity.milli())),
        }
    }
    asked
}

fn sum<T>(all: &[T], of: impl Fn(&T) -> u64) -> u64 {
    all.iter().map(of).sum()
}

fn by_rule(rule: Repeat, why: Reason) -> Option<Told> {
    match rule {
        Repeat::Add => None,
        Repeat::Ask => Some(plain(OutcomeKind::Review, why)),
        Repeat::Ignore => Some(plain(OutcomeKind::Noted, why)),
    }
}
