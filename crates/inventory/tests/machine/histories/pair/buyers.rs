//! What buyers ask of both.

use super::super::steps::Claiming;
use super::{CODES, Pair, session_id, wants};
use crate::made::{buyer, code, milli};
use crate::twin::Asked;
use domain::command::{Claim, Command, Origin, RuleNo};
use domain::id::{Network, OrderId};
use domain::link::LinkCode;
use domain::outcome::{AnswerBody, OutcomeKind};
use domain::reason::Reason;
use domain::time::Timestamp;

const RULE: RuleNo = RuleNo(1);

impl Pair {
    fn asked_by(&self, claiming: &Claiming) -> Asked {
        Asked {
            session: claiming.session,
            buyer: claiming.buyer,
            by: claiming.by,
            rule: RULE.0,
            wants: wants(&claiming.wants),
            back: claiming.back.iter().map(|at| CODES[*at].into()).collect(),
            said_at: claiming.ago.and_then(|ago| self.now.checked_sub(ago)),
            network: claiming.network,
        }
    }

    pub(super) fn claim(&mut self, claiming: &Claiming) {
        let (s, asked) = (claiming.session, self.asked_by(claiming));
        let claim = Claim::new(session_id(s), buyer(asked.buyer), asked.by, asked.wants.clone());
        let answer = self.ask(Command::Claim(Claim {
            rule: RULE,
            instead_of: asked.back.iter().map(|back| code(back)).collect(),
            said_at: asked.said_at.map(Timestamp),
            network: asked.network.map(|n| Network([n; 8])),
            ..claim
        }));
        let now = self.now;
        self.same(s, answer, |twin| twin.claim(&asked, now));
    }

    pub(super) fn review(&mut self, claiming: &Claiming, about: Option<usize>) {
        let s = claiming.session;
        let asked = Asked { by: Origin::Comment, back: vec![], ..self.asked_by(claiming) };
        let asked = Asked { said_at: None, ..asked };
        let answer = self.ask(Command::Review {
            session: session_id(s),
            buyer: buyer(asked.buyer),
            reason: Reason::Doubtful,
            rule: RULE,
            suggestion: asked.wants.clone(),
            about: about.map(|at| code(CODES[at])),
            network: asked.network.map(|n| Network([n; 8])),
        });
        let now = self.now;
        let about = about.map(|at| CODES[at].to_string());
        let reading = (Reason::Doubtful, RULE.0, asked.wants.clone(), about);
        self.same(s, answer, |twin| twin.review(&asked, reading, now));
    }

    pub(super) fn release(
        &mut self,
        s: usize,
        b: u8,
        by: Origin,
        code_at: Option<usize>,
        amount: Option<u64>,
    ) {
        let codes: Vec<_> = code_at.iter().map(|at| CODES[*at]).collect();
        let answer = self.ask(Command::Release {
            session: session_id(s),
            buyer: buyer(b),
            origin: by,
            codes: codes.iter().map(|c| code(c)).collect(),
            quantity: amount.map(milli),
            rule: RULE,
        });
        let codes: Vec<String> = codes.into_iter().map(String::from).collect();
        let asked = Asked {
            session: s,
            buyer: b,
            by,
            rule: RULE.0,
            wants: vec![],
            back: vec![],
            said_at: None,
            network: None,
        };
        let now = self.now;
        if let Some(AnswerBody::Order(view)) = &answer {
            let told = self.twin.release(&asked, &codes, amount, now);
            assert_eq!((by, told.1), (Origin::Host, Some(Reason::UndoOpen)));
            assert_eq!(told.4, Some(view.order.0 as usize));
            return;
        }
        self.same(s, answer, |twin| twin.release(&asked, &codes, amount, now));
    }

    pub(super) fn undo(&mut self, order: usize, by: Option<u8>) {
        let open = self.twin.cancels.len();
        let order = match order % (open + 1) {
            0 => self.pick(order),
            at => self.twin.cancels[at - 1].0,
        };
        let s = self.twin.orders.get(order - 1).map_or(0, |o| o.session);
        let answer = self.ask(Command::UndoCancel {
            session: session_id(s),
            order: OrderId(order as u32),
            buyer: by.map(buyer),
        });
        if self.is_archived(s) {
            return assert_eq!(answer, None);
        }
        let done = self.twin.undo(order, by);
        match (answer, by) {
            (Some(AnswerBody::Order(view)), None) => {
                assert!(done);
                assert_eq!(view.undo_until, None);
            }
            (None, None) => assert!(!done),
            (Some(AnswerBody::Outcome(outcome)), Some(_)) if done => {
                assert_eq!((outcome.kind, outcome.reason), (OutcomeKind::Held, None));
            }
            (Some(AnswerBody::Outcome(outcome)), Some(_)) => {
                assert_eq!(outcome.reason, Some(Reason::NothingToUndo));
            }
            (other, _) => panic!("no answer to that: {other:?}"),
        }
    }

    pub(super) fn extend_own(&mut self, s: usize, b: u8, order: usize) {
        let order = self.pick(order);
        let answer = self.ask(Command::ExtendOwn {
            session: session_id(s),
            buyer: buyer(b),
            order: OrderId(order as u32),
        });
        let now = self.now;
        self.same(s, answer, |twin| twin.extend_own(s, b, order, now));
    }

    pub(super) fn show_link(&mut self, s: usize, b: u8, from: u16) {
        let code = LinkCode::new(from).expect("four digits");
        let answer =
            self.ask(Command::OfferLink { session: session_id(s), buyer: buyer(b), from: code });
        if self.is_archived(s) {
            return assert_eq!(answer, None);
        }
        let (link, until) = self.twin.show_link(s, b, from, self.now);
        let link = LinkCode::new(link).expect("four digits");
        assert_eq!(answer, Some(AnswerBody::Link(link, Timestamp(until))));
    }

    pub(super) fn type_link(&mut self, s: usize, b: u8, link: u16) {
        let answer = self.ask(Command::UseLink {
            session: session_id(s),
            account: buyer(b),
            link: LinkCode::new(link).expect("four digits"),
            rule: RULE,
        });
        let now = self.now;
        self.same(s, answer, |twin| twin.type_link(s, b, link, now));
    }
}
