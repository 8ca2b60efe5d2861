//! Answers to cards that are not there, that are too many, or that cannot be.

use super::rules::decided;
use super::{NOW, SESSION, live, one, told};
use crate::lane::Lane;
use crate::made::{axes, buyer, code, digest, keyed, milli, terms, want};
use domain::command::{CardAnswer, Command, RuleNo, Want};
use domain::event::Event;
use domain::id::{ReviewId, SessionId, StaffRef};
use domain::limits::{LINES_PER_CLAIM_MAX, REVIEWS_PER_ANSWER_MAX};
use domain::offer::{Stock, Variant};
use domain::outcome::{AnswerBody, OutcomeKind};
use domain::quantity::Quantity;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::rules::Rules;
use inventory::Decision;

pub(super) fn doubt(number: u8, suggestion: Vec<Want>) -> Command {
    Command::Review {
        session: SESSION,
        buyer: buyer(number),
        reason: Reason::Doubtful,
        rule: RuleNo(3),
        suggestion,
        about: None,
        network: None,
    }
}

pub(super) fn answer(review: u32, answer: CardAnswer, lasts: bool) -> Command {
    Command::ResolveReview {
        session: SESSION,
        review: ReviewId(review),
        whole_group: true,
        answer,
        lasts,
        author: StaffRef([7; 16]),
    }
}

fn lines(wants: Vec<Want>, back: &[&str]) -> CardAnswer {
    CardAnswer::Lines { wants, instead_of: back.iter().map(|back| code(back)).collect() }
}

#[test]
fn a_card_is_answered_once_in_its_session_and_never_where_it_never_was() {
    let mut lane = live(vec![one()], Rules::default());
    lane.ask(&keyed(3, super::opening(vec![one()], Rules::default())), NOW);
    told(&mut lane, 10, doubt(1, vec![]));
    let mut ask = |key: u64, session: u32, review: u32| {
        let Command::ResolveReview { whole_group, answer, lasts, author, .. } =
            answer(review, CardAnswer::Ignore, false)
        else {
            unreachable!("an answer");
        };
        let (session, review) = (SessionId(session), ReviewId(review));
        let command =
            Command::ResolveReview { session, review, whole_group, answer, lasts, author };
        lane.ask(&keyed(key, command), NOW)
    };
    let unknown = || Decision::Rejected(Rejection::UnknownReview);
    for (key, review) in [(20, 0), (21, 2), (22, u32::MAX)] {
        assert_eq!(ask(key, 1, review), unknown());
    }
    assert_eq!(ask(23, 2, 1), unknown(), "of another session");
    assert_eq!(ask(24, 9, 1), Decision::Rejected(Rejection::UnknownSession));
    assert!(matches!(ask(25, 1, 1), Decision::Events(_)));
    assert_eq!(ask(26, 1, 1), unknown(), "answered already");
    lane.prove();
}

#[test]
fn an_answer_is_of_offers_there_are_in_whole_steps() {
    let mut shirt = terms("B2", Quantity::ONE, Quantity::ZERO);
    shirt.axes = axes("đỏ,xanh");
    shirt.stock = Stock::Cells(vec![milli(1_000); 2]);
    let mut lane = live(vec![one(), shirt], Rules::default());
    told(&mut lane, 10, doubt(1, vec![]));
    let check = |given: CardAnswer, lasts: bool, code: &str| {
        let decision = decided(&lane, |_| {}, answer(1, given, lasts));
        let Decision::Rejected(why) = decision else {
            panic!("{code}: {decision:?}");
        };
        assert_eq!(why.code(), code);
    };
    let a1 = |amount: u64| want("A1", milli(amount));
    check(lines(vec![], &[]), false, "bad_terms");
    check(lines(vec![a1(0)], &[]), false, "bad_terms");
    check(lines(vec![a1(500)], &[]), false, "bad_terms");
    check(lines(vec![want("X9", Quantity::ONE)], &[]), false, "unknown_code");
    check(lines(vec![a1(1_000)], &["X9"]), false, "unknown_code");
    check(lines(vec![a1(1_000)], &["A1"]), true, "bad_terms");
    check(lines(vec![a1(1_000); LINES_PER_CLAIM_MAX + 1], &[]), false, "too_many_lines");
    let violet = Variant(vec![Some("tím".into())]);
    let violet = Want { variant: violet, ..want("B2", Quantity::ONE) };
    check(lines(vec![violet], &[]), false, "unknown_variant");
    let most = answer(1, lines(vec![a1(1_000); LINES_PER_CLAIM_MAX], &[]), false);
    assert!(matches!(decided(&lane, |_| {}, most), Decision::Events(_)));
}

#[test]
fn one_answer_serves_so_many_cards_in_order_and_the_next_answer_the_rest() {
    let mut lane = Lane::new();
    lane.ask(&keyed(1, super::opening(vec![one()], Rules::default())), NOW);
    let state = domain::SessionState::Live;
    lane.ask(&keyed(2, Command::SetSessionState { session: SESSION, state }), NOW);
    for n in 0..=REVIEWS_PER_ANSWER_MAX as u64 {
        lane.ask(&keyed(1_000 + n, doubt((n % 200) as u8, vec![])), NOW);
    }
    let given = || lines(vec![want("A1", Quantity::ONE)], &[]);
    lane.ask(&keyed(10, answer(1, given(), false)), NOW);
    assert_eq!(lane.state.cards(SESSION).len(), 1);
    let answer_is = |lane: &Lane, key: u64| match &lane.state.answer(&digest(key)) {
        Some(known) => known.body.clone(),
        None => panic!("it was decided"),
    };
    let AnswerBody::Resolved(reviews) = answer_is(&lane, 10) else {
        panic!("cards were resolved");
    };
    assert_eq!(reviews.len(), REVIEWS_PER_ANSWER_MAX);
    let served = lane.settle(NOW);
    assert_eq!(served.len(), REVIEWS_PER_ANSWER_MAX);
    let number = |event: &Event| match event {
        Event::ClaimHeld(claim) | Event::ClaimWaitlisted(claim) => claim.review.map(|r| r.0),
        other => panic!("cards are claimed: {other:?}"),
    };
    let order: Vec<_> = served.iter().map(number).collect();
    assert!(order.is_sorted(), "in the order of their comments");
    lane.prove();
    lane.replay();
    lane.prove_outside();
}

#[test]
fn a_cards_key_keeps_its_first_answer_after_it_was_served() {
    let mut lane = live(vec![one()], Rules::default());
    told(&mut lane, 10, doubt(1, vec![]));
    lane.ask(&keyed(11, answer(1, lines(vec![want("A1", Quantity::ONE)], &[]), false)), NOW);
    assert_eq!(lane.settle(NOW).len(), 1);
    assert_eq!(lane.ask(&keyed(10, doubt(1, vec![])), NOW), Decision::Known);
    assert_eq!(told(&mut lane, 10, doubt(1, vec![])).0, OutcomeKind::Review);
    lane.replay();
    lane.prove_outside();
}
