//! The machine and its twin, asked the same and told the same.

mod buyers;
mod host;

use super::steps::{Step, Wanted};
use crate::lane::Lane;
use crate::made::{axes, code, keyed, milli, terms};
use crate::twin::{Item, Offer, Session, Terms, Told, Twin};
use domain::command::{Command, Want};
use domain::id::SessionId;
use domain::money::{Currency, Money};
use domain::offer::{OfferTerms, Stock, Variant};
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
/// B2 of the second session is a pre-order.
const READY: u64 = 45 * MINUTE;

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

fn wants(all: &[Wanted]) -> Vec<Want> {
    let want = |(code_at, said, amount, adds): &Wanted| Want {
        code: code(CODES[*code_at]),
        variant: variant(if *code_at == 2 { *said } else { 0 }),
        quantity: milli(*amount),
        adds: *adds,
    };
    all.iter().map(want).collect()
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
    all[1].ready_at = shared.then_some(Timestamp(READY));
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

    /// How many commands were asked.
    pub(super) fn count(&self) -> usize {
        self.asked.len()
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
            Step::Claim(claiming) => self.claim(claiming),
            Step::Review(claiming, about) => self.review(claiming, *about),
            Step::Resolve(card, group, lines, lasts) => {
                self.resolve(*card, *group, lines.as_ref(), *lasts)
            }
            Step::Release(s, b, by, code, amount) => self.release(*s, *b, *by, *code, *amount),
            Step::Undo(order, buyer) => self.undo(*order, *buyer),
            Step::ExtendOwn(s, b, order) => self.extend_own(*s, *b, *order),
            Step::ShowLink(s, b, from) => self.show_link(*s, *b, *from),
            Step::TypeLink(s, b, code) => self.type_link(*s, *b, *code),
            Step::Settle(order, to) => self.settle_order(*order, *to),
            Step::Extend(order, span) => self.extend(*order, *span),
            Step::Stock(s, c, v, kind, amount) => self.stock(*s, *c, *v, *kind, *amount),
            Step::Change(s, c, price, open, limit) => self.change(*s, *c, *price, *open, *limit),
            Step::Rules(s, rules) => self.set_rules(*s, rules),
            Step::Block(s, b, blocked) => self.block(*s, *b, *blocked),
            Step::Session(s, to) => self.set_state(*s, *to),
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

    fn resume(&mut self, down: u64) {
        self.now += down;
        let down = Millis(down);
        let request = domain::Request { key: None, command: Command::Resume { down } };
        self.lane.ask(&request, Timestamp(self.now));
        self.twin.resume(down.0);
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

fn session_id(s: usize) -> SessionId {
    SessionId(s as u32 + 1)
}

fn twin_session(rules: &Rules, offers: &[OfferTerms]) -> Session {
    let offer = |(item, terms): (usize, &OfferTerms)| Offer {
        code: terms.code.to_string(),
        item,
        ready_at: terms.ready_at.map(|at| at.0),
        terms: vec![(u64::MAX, Terms { price: terms.price.amount, open: true, limit: None })],
    };
    Session {
        state: SessionState::Draft,
        since: 0,
        rules: vec![(u64::MAX, rules.clone())],
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
