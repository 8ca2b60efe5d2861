//! What somebody does, as a request to the shop.

use super::Teller;
use crate::story::{Answer, Deed, rule};
use domain::command::{Claim, Command, OrderAct, Request, RuleNo};
use domain::event::Event;
use domain::id::{BuyerRef, Network, OrderId, ReviewId, SessionId, StaffRef};
use domain::link::LinkCode;
use domain::reason::Reason;
use domain::time::Timestamp;

/// Where, when and from where it was said.
pub(super) struct Circumstances {
    pub(super) session: SessionId,
    pub(super) said_at: Option<Timestamp>,
    pub(super) network: Option<Network>,
}

const RULE: RuleNo = RuleNo(1);

impl Teller {
    pub(super) fn carry_out(&mut self, deed: Deed, who: &str, at: Circumstances) -> Option<String> {
        let Circumstances { session, said_at, network } = at;
        let command = match deed {
            Deed::Pass => return None,
            Deed::Down(down) => {
                let request = Request { key: None, command: Command::Resume { down } };
                self.lane.ask(&request, self.now);
                return Some("deadlines move".into());
            }
            Deed::Claim(origin, name, wants, instead_of) => {
                let claim = Claim::new(session, self.buyer(&name), origin, wants);
                Command::Claim(Claim { rule: RULE, instead_of, said_at, network, ..claim })
            }
            Deed::Doubt(name, suggestion, about) => {
                let (buyer, reason, rule) = (self.buyer(&name), Reason::Doubtful, RULE);
                Command::Review { session, buyer, reason, rule, suggestion, about, network }
            }
            Deed::Answer(name, answer) => self.answer(session, &name, answer),
            Deed::Release(origin, name, codes, quantity) => {
                let (buyer, rule) = (self.buyer(&name), RULE);
                Command::Release { session, buyer, origin, codes, quantity, rule }
            }
            Deed::Undo(whose, name) => {
                let order = self.last_order(session, &whose);
                let buyer = name.map(|name| self.buyer(&name));
                let told = self.ask(who, Command::UndoCancel { session, order, buyer });
                // What is said of any order that is held on.
                return Some(told.replace("more time", "keeps it"));
            }
            Deed::ExtendOwn(name) => {
                let order = self.last_order(session, &name);
                Command::ExtendOwn { session, buyer: self.buyer(&name), order }
            }
            Deed::Act(name, act) => self.act(session, &name, act),
            Deed::Change(code, change, expected_version) => {
                let change = Box::new(change);
                Command::ChangeOffer { session, code, change, expected_version }
            }
            Deed::Rule(text) => {
                let view = self.lane.state.session_view(session).expect("a session");
                let mut rules = Box::new((*view.rules).clone());
                rule(&text, &mut rules);
                Command::ChangeRules { session, rules }
            }
            Deed::Block(name, blocked) => {
                Command::BlockBuyer { session, buyer: self.buyer(&name), blocked }
            }
            Deed::ShowLink(name) => {
                let from = LinkCode::new(4_821).expect("four digits");
                Command::OfferLink { session, buyer: self.buyer(&name), from }
            }
            Deed::TypeLink(name, link) => {
                Command::UseLink { session, account: self.buyer(&name), link, rule: RULE }
            }
            Deed::State(state) => Command::SetSessionState { session, state },
        };
        Some(self.ask(who, command))
    }

    fn act(&mut self, session: SessionId, name: &str, act: OrderAct) -> Command {
        let order = self.last_order(session, name);
        Command::ActOnOrder { session, order, act }
    }

    fn answer(&mut self, session: SessionId, name: &str, answer: Answer) -> Command {
        let review = self.last_card(name);
        let Answer { whole_group, lasts, answer } = answer;
        let author = StaffRef([1; 16]);
        Command::ResolveReview { session, review, whole_group, answer, lasts, author }
    }

    fn last_order(&mut self, session: SessionId, name: &str) -> OrderId {
        let buyer = self.buyer(name);
        let orders = self.lane.state.orders(session, None, usize::MAX);
        let last = orders.iter().rfind(|order| order.buyer == buyer);
        last.map_or(OrderId(1), |order| order.order)
    }

    /// Answered or not.
    fn last_card(&mut self, name: &str) -> ReviewId {
        let buyer: BuyerRef = self.buyer(name);
        let mut cards = self.lane.facts.iter().filter_map(|fact| match &fact.event {
            Event::ClaimReviewed { buyer: whose, review, .. } if *whose == buyer => Some(*review),
            _ => None,
        });
        cards.next_back().expect("a card of that buyer")
    }
}
