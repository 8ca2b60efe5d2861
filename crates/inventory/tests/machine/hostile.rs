//! What strangers send: numbers at their ends, too much of everything, keys that lie.

mod bounds;
mod cards;
mod damaged;
mod people;
mod rules;
mod wild;

use crate::lane::Lane;
use crate::made::{axes, buyer, code, digest, keyed, milli, terms, want};
use domain::command::{Claim, Command, Key, Note, OrderAct, Origin, Request, RuleNo, Want};
use domain::event::Event;
use domain::id::{OrderId, SessionId};
use domain::limits::LINES_PER_CLAIM_MAX;
use domain::money::{Currency, Money};
use domain::offer::{OfferChange, OfferTerms, Stock, StockChange};
use domain::outcome::{AnswerBody, OutcomeKind};
use domain::quantity::Quantity;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::rules::Rules;
use domain::session::SessionState;
use domain::time::Timestamp;
use inventory::Decision;

pub(crate) const SESSION: SessionId = SessionId(1);
pub(crate) const NOW: Timestamp = Timestamp(1_000);

fn opening(offers: Vec<OfferTerms>, rules: Rules) -> Command {
    Command::OpenSession {
        title: "phiên".into(),
        rules: Box::new(rules),
        currency: Currency::VND,
        offers,
    }
}

/// A live session with these offers.
pub(crate) fn live(offers: Vec<OfferTerms>, rules: Rules) -> Lane {
    let mut lane = Lane::new();
    lane.ask(&keyed(1, opening(offers, rules)), NOW);
    let state = SessionState::Live;
    let session = SESSION;
    lane.ask(&keyed(2, Command::SetSessionState { session, state }), NOW);
    lane
}

pub(crate) fn claim(number: u8, wants: Vec<Want>) -> Command {
    Command::Claim(Claim::new(SESSION, buyer(number), Origin::Tap, wants))
}

/// What a claim under that key brought.
fn told(lane: &mut Lane, key: u64, command: Command) -> (OutcomeKind, Option<Reason>) {
    lane.ask(&keyed(key, command), NOW);
    lane.prove();
    let answer = lane.state.answer(&digest(key)).expect("it was decided");
    match &answer.body {
        AnswerBody::Outcome(outcome) => (outcome.kind, outcome.reason),
        other => panic!("a claim has an outcome: {other:?}"),
    }
}

fn change(lane: &mut Lane, key: u64, change: OfferChange) -> Decision {
    let command = Command::ChangeOffer {
        session: SESSION,
        code: code("A1"),
        change: Box::new(change),
        expected_version: None,
    };
    let decision = lane.ask(&keyed(key, command), NOW);
    lane.prove();
    decision
}

pub(crate) fn one() -> OfferTerms {
    terms("A1", Quantity::ONE, milli(5_000))
}

#[test]
fn waiting_for_more_than_every_harvest_is_refused_and_never_overflows() {
    let mut lane = live(vec![one()], Rules::default());
    let all = || vec![want("A1", Quantity::MAX)];
    assert_eq!(told(&mut lane, 10, claim(1, all())).0, OutcomeKind::Partial);
    let refused = (OutcomeKind::Refused, Some(Reason::BadQuantity));
    assert_eq!(told(&mut lane, 11, claim(1, all())), refused);
    assert_eq!(told(&mut lane, 12, claim(2, [all(), all()].concat())), refused);
    assert_eq!(told(&mut lane, 13, claim(3, all())).0, OutcomeKind::Waitlisted);
    let summary = lane.state.summary(SESSION).expect("a session");
    assert_eq!(summary.offers[0].waiting, Quantity::MAX, "it stays at the largest");
}

#[test]
fn a_claim_and_an_order_have_so_many_lines_and_no_more() {
    let sizes = (0..40).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let mut shirt = terms("A1", Quantity::ONE, Quantity::ZERO);
    shirt.axes = axes(&format!("đỏ,xanh/{sizes}"));
    shirt.stock = Stock::Cells(vec![milli(1_000); 80]);
    let mut lane = live(vec![shirt.clone()], Rules::default());
    let wants = |from: u16, count: usize| -> Vec<Want> {
        let cells = (from..).take(count).map(domain::offer::Cell);
        let want = |cell| Want { variant: shirt.variant_of(cell), ..want("A1", Quantity::ONE) };
        cells.map(want).collect()
    };
    let many = (OutcomeKind::Refused, Some(Reason::TooManyLines));
    let full = LINES_PER_CLAIM_MAX;
    assert_eq!(told(&mut lane, 10, claim(1, wants(0, full + 1))), many);
    assert_eq!(told(&mut lane, 11, claim(1, wants(0, full))).0, OutcomeKind::Held);
    assert_eq!(told(&mut lane, 12, claim(1, wants(32, full))).0, OutcomeKind::Held);
    assert_eq!(told(&mut lane, 13, claim(1, wants(64, 1))), many);
    assert_eq!(told(&mut lane, 14, claim(1, wants(0, 1))).0, OutcomeKind::Waitlisted);
    assert_eq!(told(&mut lane, 15, claim(2, wants(64, 1))).0, OutcomeKind::Held);
}

#[test]
fn a_claim_without_lines_or_without_a_key_cannot_be_asked() {
    let mut lane = live(vec![one()], Rules::default());
    let bad = |words| Decision::Rejected(Rejection::BadTerms(words));
    let empty = lane.ask(&keyed(10, claim(1, vec![])), NOW);
    assert_eq!(empty, bad("a claim has at least one line"));
    let command = claim(1, vec![want("A1", Quantity::ONE)]);
    let keyless = lane.ask(&Request { key: None, command }, NOW);
    assert_eq!(keyless, bad("a buyer's request has a key"));
}

#[test]
fn stock_has_a_largest_figure_and_a_smallest() {
    let mut lane = live(vec![one()], Rules::default());
    let stock = |stock| OfferChange { stock: Some(stock), ..OfferChange::default() };
    let rejected = |why| Decision::Rejected(why);
    let limit = || rejected(Rejection::Limit("stock_too_large"));
    let all = StockChange::Add(Quantity::MAX);
    assert_eq!(change(&mut lane, 10, stock(all)), limit());
    let none = rejected(Rejection::StockBelowCommitted { committed: Quantity::ZERO });
    let less = StockChange::Remove(milli(6_000));
    assert_eq!(change(&mut lane, 11, stock(less)), none);
    let empty = change(&mut lane, 12, OfferChange::default());
    assert_eq!(empty, rejected(Rejection::BadTerms("nothing to change")));
}

#[test]
fn terms_and_stock_change_in_one_call_under_one_key() {
    let mut lane = live(vec![one()], Rules::default());
    let both = OfferChange {
        price: Some(Money::vnd(0)),
        stock: Some(StockChange::Set(milli(9_000))),
        ..OfferChange::default()
    };
    let Decision::Events(events) = change(&mut lane, 10, both) else {
        panic!("both are changed");
    };
    let names: Vec<_> = events.iter().map(Event::name).collect();
    assert_eq!(names, ["offer_changed", "stock_changed"]);
    let answer = &lane.state.answer(&digest(10)).expect("decided").body;
    let AnswerBody::Offer(offer) = answer else {
        panic!("the offer after both: {answer:?}");
    };
    assert_eq!((offer.terms.price, offer.left), (Money::vnd(0), milli(9_000)));
    assert_eq!(offer.version, 3);
}

#[test]
fn a_key_with_another_body_is_caught_and_a_comments_new_text_is_not() {
    let mut lane = live(vec![one()], Rules::default());
    let with = |body: u64, command| Request {
        key: Some(Key { digest: digest(10), body: Some(digest(body)) }),
        command,
    };
    let wants = |units: u64| vec![want("A1", milli(units * 1_000))];
    let first = lane.ask(&with(1, claim(1, wants(1))), NOW);
    assert!(matches!(first, Decision::Events(_)));
    assert_eq!(lane.ask(&with(1, claim(1, wants(1))), NOW), Decision::Known);
    let other = lane.ask(&with(2, claim(1, wants(2))), NOW);
    assert_eq!(other, Decision::Rejected(Rejection::KeyReused));
    lane.ask(&keyed(11, claim(1, wants(1))), NOW);
    assert_eq!(lane.ask(&keyed(11, claim(1, wants(2))), NOW), Decision::Known);
    assert_eq!(lane.facts.len(), 5, "two claims after opening and going live");
}

#[test]
fn notes_that_are_remembered_or_come_twice_are_left_out() {
    let mut lane = live(vec![one()], Rules::default());
    let note = |key| Note { key: digest(key), reason: Reason::Chatter, rule: RuleNo(7) };
    let mut kept = |keys: &[u64]| {
        let notes = keys.iter().map(|key| note(*key)).collect();
        let command = Command::NoteComments { session: SESSION, notes };
        let decision = lane.ask(&Request { key: None, command }, NOW);
        lane.prove();
        let events = match decision {
            Decision::Events(events) => events,
            other => panic!("notes are facts: {other:?}"),
        };
        let count = |event: &Event| match event {
            Event::CommentsNoted { notes, .. } => notes.len(),
            other => panic!("notes are noted: {other:?}"),
        };
        events.iter().map(count).collect::<Vec<_>>()
    };
    assert_eq!(kept(&[10, 11, 10]), [2]);
    assert_eq!(kept(&[11, 12]), [1]);
    assert_eq!(kept(&[10, 11, 12]), [0; 0]);
}

#[test]
fn another_sessions_order_and_what_never_was_are_unknown() {
    let mut lane = live(vec![one()], Rules::default());
    lane.ask(&keyed(3, opening(vec![], Rules::default())), NOW);
    told(&mut lane, 10, claim(1, vec![want("A1", Quantity::ONE)]));
    let mut act = |session, order| {
        let command = Command::ActOnOrder {
            session: SessionId(session),
            order: OrderId(order),
            act: OrderAct::Confirm,
        };
        let key = u64::from(100 * session + order);
        lane.ask(&keyed(key, command), NOW)
    };
    assert_eq!(act(2, 1), Decision::Rejected(Rejection::UnknownOrder));
    assert_eq!(act(1, 2), Decision::Rejected(Rejection::UnknownOrder));
    assert_eq!(act(3, 1), Decision::Rejected(Rejection::UnknownSession));
}
