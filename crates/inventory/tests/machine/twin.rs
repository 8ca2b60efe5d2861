//! A naive twin: the same rules, told again as lists that are searched from the start every time.
//!
//! It keeps no stock figures: what is free is the stock less everything anybody took. It keeps no
//! orders' lines: an order is all takes and waits that carry its number.

mod upkeep;

use domain::command::{Origin, Want};
use domain::order::OrderState;
use domain::outcome::OutcomeKind;
use domain::reason::Reason;
use domain::rules::{Doubt, Hold, Repeat, Rules};
use domain::session::SessionState;

/// What a line is: code, item, cell, variant as said (`-` where unsaid), price.
pub(crate) type What = (String, usize, usize, String, i64);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Take {
    pub(crate) order: usize,
    pub(crate) what: What,
    pub(crate) amount: u64,
}

#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) session: usize,
    pub(crate) buyer: u8,
    pub(crate) state: OrderState,
    pub(crate) until: Option<u64>,
    extensions: u32,
    /// Code, variant and amount of the latest claims.
    latest: Vec<(String, String, u64)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) code: String,
    pub(crate) item: usize,
    pub(crate) price: i64,
    pub(crate) open: bool,
    pub(crate) limit: Option<u64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) step: u64,
    /// What can be said, per cell; a pool has one cell and is said `-`.
    pub(crate) cells: Vec<(String, u64)>,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) state: SessionState,
    pub(crate) since: u64,
    pub(crate) rules: Rules,
    pub(crate) offers: Vec<Offer>,
    pub(crate) number: u32,
}

/// What a buyer is told: kind, reason, number, lines (code, held, waiting, position), order,
/// deadline.
pub(crate) type Told = (
    OutcomeKind,
    Option<Reason>,
    Option<u32>,
    Vec<(String, u64, u64, Option<u32>)>,
    Option<usize>,
    Option<u64>,
);

/// The whole shop. Orders are counted from 1, everything else from 0.
#[derive(Debug, Default)]
pub(crate) struct Twin {
    pub(crate) items: Vec<Item>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) orders: Vec<Order>,
    pub(crate) takes: Vec<Take>,
    pub(crate) waits: Vec<Take>,
}

fn plain(kind: OutcomeKind, reason: Reason) -> Told {
    (kind, Some(reason), None, vec![], None, None)
}

fn doubt(comment: bool, rule: Doubt, why: Reason) -> Told {
    let kind = match rule {
        Doubt::Review if comment => OutcomeKind::Review,
        Doubt::Ignore if comment => OutcomeKind::Noted,
        _ => OutcomeKind::Refused,
    };
    plain(kind, why)
}

impl Twin {
    pub(crate) fn free(&self, item: usize, cell: usize) -> u64 {
        let taken = self.takes.iter().filter(|t| (t.what.1, t.what.2) == (item, cell));
        self.items[item].cells[cell].1 - taken.map(|t| t.amount).sum::<u64>()
    }

    fn line(&self, item: usize, cell: usize) -> usize {
        let waits = self.waits.iter();
        waits.filter(|w| (w.what.1, w.what.2) == (item, cell)).count()
    }

    fn open_order(&self, session: usize, buyer: u8) -> Option<usize> {
        let is_open =
            |o: &Order| o.session == session && o.buyer == buyer && o.state == OrderState::Held;
        self.orders.iter().position(is_open).map(|at| at + 1)
    }

    fn order_new(&mut self, session: usize, buyer: u8) -> usize {
        self.orders.push(Order {
            session,
            buyer,
            state: OrderState::Held,
            until: None,
            extensions: 0,
            latest: vec![],
        });
        self.orders.len()
    }

    fn later(&self, session: usize, before: Option<u64>, now: u64) -> Option<u64> {
        let session = &self.sessions[session];
        match session.rules.hold {
            Hold::For(span) => Some(before.unwrap_or(0).max(now + span.0)),
            Hold::UntilEnd { plus } if session.state == SessionState::Ended => {
                Some(before.unwrap_or(0).max(now + plus.0))
            }
            Hold::UntilEnd { .. } => before,
        }
    }

    fn holds(&self, order: usize) -> bool {
        self.takes.iter().any(|t| t.order == order && t.amount > 0)
    }

    fn waits_for(&self, order: usize) -> bool {
        self.waits.iter().any(|w| w.order == order)
    }

    fn said(want: &Want) -> String {
        let values = want.variant.0.iter().map(|v| v.as_deref().unwrap_or("-"));
        values.collect::<Vec<_>>().join(" ")
    }

    /// The cells that a variant as said may mean.
    fn cells(&self, item: usize, said: &str) -> Vec<usize> {
        let item = &self.items[item];
        let fits = |name: &str| {
            let both = said.split(' ').zip(name.split(' '));
            said.is_empty() || name == "-" || both.clone().all(|(s, n)| s == "-" || s == n)
        };
        let known = |name: &String| fits(name);
        (0..item.cells.len()).filter(|c| known(&item.cells[*c].0)).collect()
    }

    pub(crate) fn claim(&mut self, s: usize, b: u8, by: Origin, wants: &[Want], now: u64) -> Told {
        let told = self.try_claim(s, b, by, wants, now);
        let counts = !matches!(told.0, OutcomeKind::Review | OutcomeKind::Noted);
        if counts {
            self.sessions[s].number += 1;
        }
        let number = counts.then_some(self.sessions[s].number);
        (told.0, told.1, number, told.3, told.4, told.5)
    }

    fn try_claim(&mut self, s: usize, b: u8, by: Origin, wants: &[Want], now: u64) -> Told {
        let comment = by == Origin::Comment;
        match self.sessions[s].state {
            SessionState::Live => {}
            SessionState::Ended => return plain(OutcomeKind::Refused, Reason::SessionEnded),
            _ => return plain(OutcomeKind::Refused, Reason::SessionNotLive),
        }
        let rules = self.sessions[s].rules.clone();
        let open = self.open_order(s, b);
        let mut asked: Vec<(String, String, u64)> = vec![];
        for want in wants {
            let (code, said) = (want.code.to_string(), Self::said(want));
            match asked.iter_mut().find(|a| (&a.0, &a.1) == (&code, &said)) {
                Some(known) => known.2 += want.quantity.milli(),
                None => asked.push((code, said, want.quantity.milli())),
            }
        }
        let again = comment
            && wants.iter().all(|w| !w.adds)
            && open.is_some_and(|o| asked.iter().all(|a| self.orders[o - 1].latest.contains(a)));
        let by_rule = |rule: Repeat, why: Reason| match rule {
            Repeat::Add => None,
            Repeat::Ask => Some(plain(OutcomeKind::Review, why)),
            Repeat::Ignore => Some(plain(OutcomeKind::Noted, why)),
        };
        if let Some(told) = again.then(|| by_rule(rules.repeat_comment, Reason::Repeated)).flatten()
        {
            return told;
        }
        if let Some(told) = self.unsound(s, comment, wants) {
            return told;
        }
        let mentions = |code: &str| {
            let mut all = self.takes.iter().chain(&self.waits);
            all.any(|t| Some(t.order) == open && t.what.0 == code && t.amount > 0)
        };
        let code_again = wants.iter().any(|w| !w.adds && mentions(w.code.as_str()));
        if comment
            && !again
            && code_again
            && let Some(told) = by_rule(rules.repeat_code, Reason::RepeatedCode)
        {
            return told;
        }
        for want in wants {
            let code = want.code.to_string();
            let sum: u64 = asked.iter().filter(|a| a.0 == code).map(|a| a.2).sum();
            let limit = self.offer(s, &code).expect("checked").limit;
            if limit.is_some_and(|limit| self.has(s, b, &code) + sum > limit) {
                return doubt(comment, rules.reading.over_limit, Reason::OverLimit);
            }
        }
        self.allot(s, b, wants, asked, now)
    }

    /// The first line that cannot be, whatever there is in stock.
    fn unsound(&self, s: usize, comment: bool, wants: &[Want]) -> Option<Told> {
        for want in wants {
            let late = self.sessions[s].rules.reading.late_order;
            let Some(offer) = self.offer(s, want.code.as_str()) else {
                return Some(doubt(comment, late, Reason::UnknownCode));
            };
            let (milli, step) = (want.quantity.milli(), self.items[offer.item].step);
            let counts = offer.open || (comment && late == Doubt::Accept);
            if !counts {
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

    pub(crate) fn offer(&self, session: usize, code: &str) -> Option<&Offer> {
        self.sessions[session].offers.iter().find(|o| o.code == code)
    }

    fn has(&self, session: usize, buyer: u8, code: &str) -> u64 {
        let all = self.takes.iter().chain(&self.waits).filter(|t| {
            let order = &self.orders[t.order - 1];
            order.session == session && order.buyer == buyer && t.what.0 == code
        });
        all.map(|t| t.amount).sum()
    }

    fn allot(
        &mut self,
        s: usize,
        b: u8,
        wants: &[Want],
        asked: Vec<(String, String, u64)>,
        now: u64,
    ) -> Told {
        let before = (self.takes.clone(), self.waits.clone());
        let open = self.open_order(s, b);
        let order = open.unwrap_or(self.orders.len() + 1);
        let (mut held, mut lines) = (0, vec![]);
        for want in wants {
            let offer = self.offer(s, want.code.as_str()).expect("checked").clone();
            let said = Self::said(want);
            let may = |twin: &Self, c: usize| match twin.line(offer.item, c) {
                0 => twin.free(offer.item, c),
                _ => 0,
            };
            let cells = self.cells(offer.item, &said);
            let most = cells.iter().map(|c| may(self, *c)).max().expect("checked");
            let cell = *cells.iter().find(|c| may(self, **c) == most).expect("the most");
            let step = self.items[offer.item].step;
            let got = most.min(want.quantity.milli()) / step * step;
            let rest = want.quantity.milli() - got;
            let what = (offer.code.clone(), offer.item, cell, said, offer.price);
            let place = |amount| Take { order, what: what.clone(), amount };
            self.takes.push(place(got));
            if rest > 0 {
                self.waits.push(place(rest));
            }
            held += got;
            let position = (rest > 0).then(|| self.line(offer.item, cell) as u32);
            lines.push((offer.code, got, rest, position));
        }
        let waiting: u64 = lines.iter().map(|l| l.2).sum();
        if waiting > 0 && !self.sessions[s].rules.waitlist {
            (self.takes, self.waits) = before;
            return plain(OutcomeKind::Refused, Reason::SoldOut);
        }
        if open.is_none() {
            self.order_new(s, b);
        }
        let until = self.later(s, self.orders[order - 1].until, now);
        let holds = self.holds(order);
        let order_now = &mut self.orders[order - 1];
        order_now.until = until.filter(|_| holds);
        let is_old = |l: &(String, String, u64)| asked.iter().any(|a| (&a.0, &a.1) == (&l.0, &l.1));
        order_now.latest.retain(|l| !is_old(l));
        order_now.latest.extend(asked);
        let kind = match (held, waiting) {
            (0, _) => OutcomeKind::Waitlisted,
            (_, 0) => OutcomeKind::Held,
            _ => OutcomeKind::Partial,
        };
        (kind, None, None, lines, Some(order), order_now.until)
    }
}
