//! What the host asks of both.

use super::super::steps::{StockKind, Wanted};
use super::{CODES, Pair, session_id, variant, wants};
use crate::made::{buyer, code, milli};
use crate::twin::Terms;
use domain::command::{CardAnswer, Command, OrderAct};
use domain::id::{OrderId, ReviewId, StaffRef};
use domain::money::Money;
use domain::offer::{OfferChange, StockChange};
use domain::order::OrderState;
use domain::outcome::AnswerBody;
use domain::rules::Rules;
use domain::session::SessionState;
use domain::time::Millis;

impl Pair {
    fn act(&mut self, order: usize, act: OrderAct) -> Option<AnswerBody> {
        let session = self.twin.orders.get(order - 1).map_or(0, |o| o.session);
        self.ask(Command::ActOnOrder {
            session: session_id(session),
            order: OrderId(order as u32),
            act,
        })
    }

    pub(super) fn settle_order(&mut self, order: usize, to: OrderState) {
        let order = self.pick(order);
        let answer = self.act(
            order,
            match to {
                OrderState::Confirmed => OrderAct::Confirm,
                OrderState::Paid => OrderAct::MarkPaid,
                _ => OrderAct::Cancel,
            },
        );
        let known = self.twin.orders.get(order - 1);
        let may = known.is_some_and(|o| !self.is_archived(o.session));
        let done = may && self.twin.settle(order, to, self.now);
        assert_eq!(answer.is_some(), done);
    }

    pub(super) fn extend(&mut self, order: usize, span: u64) {
        let order = self.pick(order);
        let answer = self.act(order, OrderAct::Extend(Millis(span)));
        let done = self.twin.extend(order, span, self.now);
        assert_eq!(answer.is_some(), done);
    }

    /// Any card there was, answered or not, and one there never was.
    pub(super) fn resolve(
        &mut self,
        card: usize,
        whole_group: bool,
        lines: Option<&(Vec<Wanted>, Vec<usize>)>,
        lasts: bool,
    ) {
        let open = &self.twin.cards;
        let open = open.get(card % open.len().max(1)).map(|card| (card.session, card.number));
        let (s, number) = open.unwrap_or((0, card));
        let lines = lines.map(|(all, back)| {
            let back: Vec<String> = back.iter().map(|at| CODES[*at].into()).collect();
            (wants(all), back)
        });
        let answer = match &lines {
            None => CardAnswer::Ignore,
            Some((wants, back)) => CardAnswer::Lines {
                wants: wants.clone(),
                instead_of: back.iter().map(|back| code(back)).collect(),
            },
        };
        let answer = self.ask(Command::ResolveReview {
            session: session_id(s),
            review: ReviewId(number as u32),
            whole_group,
            answer,
            lasts,
            author: StaffRef([9; 16]),
        });
        let lines = lines.as_ref().map(|(wants, back)| (&wants[..], &back[..]));
        let told = self.twin.resolve(s, number, whole_group, lines, lasts);
        let told = told.map(|all| all.iter().map(|n| ReviewId(*n as u32)).collect());
        assert_eq!(answer, told.map(AnswerBody::Resolved));
    }

    fn patch(&mut self, s: usize, c: usize, change: OfferChange) -> Option<AnswerBody> {
        self.ask(Command::ChangeOffer {
            session: session_id(s),
            code: code(CODES[c]),
            change: Box::new(change),
            expected_version: None,
        })
    }

    pub(super) fn stock(&mut self, s: usize, c: usize, v: usize, kind: StockKind, amount: u64) {
        let said = if c == 2 { v } else { 0 };
        let answer = self.patch(
            s,
            c,
            OfferChange {
                stock: Some(match kind {
                    StockKind::Add => StockChange::Add(milli(amount)),
                    StockKind::Remove => StockChange::Remove(milli(amount)),
                    StockKind::Set => StockChange::Set(milli(amount)),
                }),
                variant: Some(variant(said)),
                ..OfferChange::default()
            },
        );
        let cell = if c == 2 { [None, None, None, None, Some(2), None][said] } else { Some(0) };
        let figure = cell.map(|cell| (cell, self.twin.items[c].cells[cell].1));
        let next = figure.and_then(|(cell, stock)| {
            let next = match kind {
                StockKind::Add => stock + amount,
                StockKind::Remove => stock.checked_sub(amount)?,
                StockKind::Set => amount,
            };
            let taken = stock - self.twin.free(c, cell);
            let sound = next >= taken && next.is_multiple_of(self.twin.items[c].step);
            (sound && !self.is_archived(s)).then_some((cell, next))
        });
        assert_eq!(answer.is_some(), next.is_some());
        if let Some((cell, next)) = next {
            self.twin.items[c].cells[cell].1 = next;
        }
    }

    pub(super) fn change(
        &mut self,
        s: usize,
        c: usize,
        price: i64,
        open: bool,
        limit: Option<u64>,
    ) {
        let limit = limit.map(|l| l * 500);
        let answer = self.patch(
            s,
            c,
            OfferChange {
                price: Some(Money::vnd(price)),
                open: Some(open),
                limit_per_buyer: Some(limit.map(milli)),
                ..OfferChange::default()
            },
        );
        assert_eq!(answer.is_none(), self.is_archived(s));
        if answer.is_some() {
            self.twin.set_terms(s, c, Terms { price, open, limit }, self.now);
        }
    }

    pub(super) fn set_rules(&mut self, s: usize, rules: &Rules) {
        let (session, rules) = (session_id(s), Box::new(rules.clone()));
        let answer = self.ask(Command::ChangeRules { session, rules: rules.clone() });
        let done = self.twin.set_rules(s, &rules, self.now);
        let state = self.twin.sessions[s].state;
        assert_eq!(answer, done.then_some(AnswerBody::Session(session, state)));
    }

    pub(super) fn block(&mut self, s: usize, b: u8, blocked: bool) {
        let (session, buyer) = (session_id(s), buyer(b));
        let answer = self.ask(Command::BlockBuyer { session, buyer, blocked });
        if self.is_archived(s) {
            return assert_eq!(answer, None);
        }
        self.twin.block(b, blocked);
        assert_eq!(answer, Some(AnswerBody::Blocked(buyer, blocked)));
    }

    pub(super) fn set_state(&mut self, s: usize, to: SessionState) {
        let session = session_id(s);
        let answer = self.ask(Command::SetSessionState { session, state: to });
        let done = self.twin.set_state(s, to, self.now);
        assert_eq!(answer, done.then_some(AnswerBody::Session(session, to)));
    }
}
