//! The machine and its twin, asked the same and told the same.

use super::steps::{Step, StockKind};
use crate::lane::Lane;
use crate::made::{axes, buyer, code, keyed, milli, terms};
use crate::twin::{Item, Offer, Session, Told, Twin};
use domain::command::{Claim, Command, OrderAct, Origin, RuleNo, Want};
use domain::id::{OrderId, SessionId};
use domain::money::{Currency, Money};
use domain::offer::{OfferChange, OfferTerms, Stock, StockChange, Variant};
use domain::order::OrderState;
use domain::outcome::{AnswerBody, Outcome, OutcomeKind};
use domain::quantity::Quantity;
use domain::rules::Rules;
use domain::session::SessionState;
use domain::time::{Millis, Timestamp};
use inventory::Decision;

pub(super) const MINUTE: u64 = 60_000;
pub(super) const CODES: [&str; 4] = ["A1", "B2", "C3", "Z9"];
pub(super) const SAID: [&[Option<&str>]; 6] = [
    &[],
    &[None, None],
    &[Some("đỏ"), None],
    &[None, Some("M")],
    &[Some("xanh"), Some("S")],
    &[Some("tím"), None],
];

/// The machine, its twin, and what was asked before.
pub(super) struct Pair {
    pub(super) lane: Lane,
    pub(super) twin: Twin,
    now: u64,
    asked: Vec<(domain::Request, Option<AnswerBody>)>,
}

pub(super) fn variant(said: usize) -> Variant {
    Variant(SAID[said].iter().map(|v| v.map(Into::into)).collect())
}

/// A1 and B2 share nothing; C3 comes in four kinds. The second session offers the first one's
/// items.
pub(super) fn offers(shared: bool) -> Vec<OfferTerms> {
    let half = milli(500);
    let mut all = vec![
        terms("A1", half, milli(4_000)),
        terms("B2", Quantity::ONE, milli(3_000)),
        terms("C3", half, Quantity::ZERO),
    ];
    all[2].axes = axes("đỏ,xanh/S,M");
    all[2].stock = Stock::Cells([1_000, 2_000, 500, 2_000].map(milli).into());
    for (at, terms) in all.iter_mut().enumerate() {
        terms.price = Money::vnd(1_000);
        terms.item = shared.then_some(domain::ItemId(at as u32 + 1));
    }
    all
}

impl Pair {
    pub(super) fn open(rules: [Rules; 2]) -> Self {
        let mut pair = Self { lane: Lane::new(), twin: Twin::default(), now: 1_000, asked: vec![] };
        for (at, rules) in rules.into_iter().enumerate() {
            let offers = offers(at == 1);
            pair.twin.sessions.push(twin_session(&rules, &offers));
            let open = Command::OpenSession {
                title: "phiên".into(),
                rules: Box::new(rules),
                currency: Currency::VND,
                offers,
            };
            pair.ask(open);
            pair.take(&Step::Session(at, SessionState::Live));
        }
        let names = ["đỏ S", "đỏ M", "xanh S", "xanh M"].map(String::from);
        let kinds = names.into_iter().zip([1_000, 2_000, 500, 2_000]).collect();
        let pool = |step, stock| Item { step, cells: vec![("-".into(), stock)] };
        pair.twin.items = vec![pool(500, 4_000), pool(1_000, 3_000)];
        pair.twin.items.push(Item { step: 500, cells: kinds });
        pair
    }

    fn ask(&mut self, command: Command) -> Option<AnswerBody> {
        let request = keyed(self.asked.len() as u64, command);
        let decision = self.lane.ask(&request, Timestamp(self.now));
        let key = request.key.expect("keyed");
        let answer = self.lane.state.answer(&key.digest).map(|a| a.body.clone());
        assert_eq!(answer.is_none(), matches!(decision, Decision::Rejected(_)));
        self.asked.push((request, answer.clone()));
        answer
    }

    pub(super) fn settle(&mut self) {
        self.lane.settle(Timestamp(self.now));
        self.twin.tick(self.now);
    }

    pub(super) fn take(&mut self, step: &Step) {
        match step {
            Step::Claim(s, b, by, wants) => self.claim(*s, *b, *by, wants),
            Step::Release(s, b, by, code) => self.release(*s, *b, *by, *code),
            Step::ExtendOwn(s, b, order) => {
                let order = self.pick(*order);
                let answer = self.ask(Command::ExtendOwn {
                    session: SessionId(*s as u32 + 1),
                    buyer: buyer(*b),
                    order: OrderId(order as u32),
                });
                let now = self.now;
                self.same(*s, answer, |twin| twin.extend_own(*s, *b, order, now));
            }
            Step::Settle(order, to) => self.settle_order(*order, *to),
            Step::Extend(order, span) => self.extend(*order, *span),
            Step::Stock(s, c, v, kind, amount) => self.stock(*s, *c, *v, *kind, *amount),
            Step::Change(s, c, price, open, limit) => self.change(*s, *c, *price, *open, *limit),
            Step::Session(s, to) => {
                let session = SessionId(*s as u32 + 1);
                let answer = self.ask(Command::SetSessionState { session, state: *to });
                let done = self.twin.set_state(*s, *to, self.now);
                assert_eq!(answer, done.then_some(AnswerBody::Session(session, *to)));
            }
            Step::Pass(span) => self.now += span,
            Step::Resume(down) => self.resume(*down),
            Step::Again(which) => self.again(*which),
        }
    }

    fn pick(&self, order: usize) -> usize {
        order % self.twin.orders.len().max(1) + 1
    }

    pub(super) fn is_archived(&self, s: usize) -> bool {
        self.twin.sessions[s].state == SessionState::Archived
    }

    /// The machine's answer and the twin's; an archived session gives none.
    fn same(&mut self, s: usize, got: Option<AnswerBody>, twin: impl FnOnce(&mut Twin) -> Told) {
        if self.is_archived(s) {
            return assert_eq!(got, None);
        }
        let Some(AnswerBody::Outcome(outcome)) = got else {
            panic!("a buyer is told an outcome: {got:?}");
        };
        assert_eq!(told(&outcome), twin(&mut self.twin));
    }

    fn claim(&mut self, s: usize, b: u8, by: Origin, wants: &[(usize, usize, u64, bool)]) {
        let want = |(code_at, said, amount, adds): &(usize, usize, u64, bool)| Want {
            code: code(CODES[*code_at]),
            variant: variant(if *code_at == 2 { *said } else { 0 }),
            quantity: milli(*amount),
            adds: *adds,
        };
        let wants: Vec<Want> = wants.iter().map(want).collect();
        let answer = self.ask(Command::Claim(Claim {
            rule: RuleNo(1),
            ..Claim::new(SessionId(s as u32 + 1), buyer(b), by, wants.clone())
        }));
        let now = self.now;
        self.same(s, answer, |twin| twin.claim(s, b, by, &wants, now));
    }

    fn release(&mut self, s: usize, b: u8, by: Origin, code_at: Option<usize>) {
        let codes: Vec<_> = code_at.iter().map(|at| CODES[*at]).collect();
        let answer = self.ask(Command::Release {
            session: SessionId(s as u32 + 1),
            buyer: buyer(b),
            origin: by,
            codes: codes.iter().map(|c| code(c)).collect(),
            quantity: None,
            rule: RuleNo(7),
        });
        let codes: Vec<String> = codes.into_iter().map(String::from).collect();
        self.same(s, answer, |twin| twin.release(s, b, by, &codes));
    }

    fn act(&mut self, order: usize, act: OrderAct) -> Option<AnswerBody> {
        let session = self.twin.orders.get(order - 1).map_or(0, |o| o.session);
        self.ask(Command::ActOnOrder {
            session: SessionId(session as u32 + 1),
            order: OrderId(order as u32),
            act,
        })
    }

    fn settle_order(&mut self, order: usize, to: OrderState) {
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
        let done = may && self.twin.settle(order, to);
        assert_eq!(answer.is_some(), done);
    }

    fn extend(&mut self, order: usize, span: u64) {
        let order = self.pick(order);
        let answer = self.act(order, OrderAct::Extend(Millis(span)));
        let known = self.twin.orders.get_mut(order - 1);
        let until = known.and_then(|o| o.until.as_mut()).filter(|_| span > 0);
        assert_eq!(answer.is_some(), until.is_some());
        if let Some(until) = until {
            *until = (*until).max(self.now) + span;
        }
    }

    fn patch(&mut self, s: usize, c: usize, change: OfferChange) -> Option<AnswerBody> {
        self.ask(Command::ChangeOffer {
            session: SessionId(s as u32 + 1),
            code: code(CODES[c]),
            change: Box::new(change),
            expected_version: None,
        })
    }

    fn stock(&mut self, s: usize, c: usize, v: usize, kind: StockKind, amount: u64) {
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

    fn change(&mut self, s: usize, c: usize, price: i64, open: bool, limit: Option<u64>) {
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
            let offer = &mut self.twin.sessions[s].offers[c];
            (offer.price, offer.open, offer.limit) = (price, open, limit);
        }
    }

    fn resume(&mut self, down: u64) {
        self.now += down;
        let down = Millis(down);
        let request = domain::Request { key: None, command: Command::Resume { down } };
        self.lane.ask(&request, Timestamp(self.now));
        for order in &mut self.twin.orders {
            order.until = order.until.map(|until| until + down.0);
        }
    }

    /// A key that came before gets its first answer, and nothing moves.
    fn again(&mut self, which: usize) {
        let (request, first) = &self.asked[which % self.asked.len()];
        let key = request.key.expect("keyed");
        let kept = self.lane.state.answer(&key.digest).map(|a| a.body.clone());
        if kept.is_none() {
            return;
        }
        let before = self.lane.facts.len();
        let decision = self.lane.ask(request, Timestamp(self.now));
        assert_eq!((decision, &kept), (Decision::Known, first));
        assert_eq!(self.lane.facts.len(), before);
    }
}

fn twin_session(rules: &Rules, offers: &[OfferTerms]) -> Session {
    let offer = |(item, terms): (usize, &OfferTerms)| Offer {
        code: terms.code.to_string(),
        item,
        price: terms.price.amount,
        open: true,
        limit: None,
    };
    Session {
        state: SessionState::Draft,
        since: 0,
        rules: rules.clone(),
        offers: offers.iter().enumerate().map(offer).collect(),
        number: 0,
    }
}

fn told(outcome: &Outcome) -> Told {
    let lines = outcome.lines.iter();
    let line = |l: &domain::outcome::OutcomeLine| {
        (l.code.to_string(), l.held.milli(), l.waitlisted.milli(), l.position_in_line)
    };
    let mut lines: Vec<_> = lines.map(line).collect();
    if outcome.kind == OutcomeKind::Cancelled {
        let held = lines.iter().map(|l| l.1).sum();
        let waiting = lines.iter().map(|l| l.2).sum();
        lines = vec![("sum".into(), held, waiting, None)];
    }
    (
        outcome.kind,
        outcome.reason,
        outcome.number,
        lines,
        outcome.order.map(|o| o.0 as usize),
        outcome.hold_until.map(|t| t.0),
    )
}
