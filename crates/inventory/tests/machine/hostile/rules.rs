//! The limits of the further rules, each at its end and one step beyond.

use super::{NOW, SESSION, claim, live, one, opening, told};
use crate::lane::Lane;
use crate::made::{buyer, code, digest, keyed, milli, want};
use domain::command::{CardAnswer, Command, RuleNo};
use domain::id::BuyerRef;
use domain::limits::{
    BUYERS_BLOCKED_MAX, CANCEL_UNDO_MS_MAX, CODEBOOK_MS_MAX, HOLD_MS_MAX, LESSONS_MAX,
    PAST_TERMS_MAX, READY_MS_MAX,
};
use domain::money::Money;
use domain::offer::OfferChange;
use domain::outcome::OutcomeKind;
use domain::quantity::Quantity;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::rules::Rules;
use domain::snapshot::{BuyerAtRest, CardReading, Lesson};
use domain::time::{Millis, Timestamp};
use inventory::{Decision, State};

/// A state that chance would take long to reach, and what it says to a command.
pub(super) fn decided(
    lane: &Lane,
    change: impl FnOnce(&mut domain::Snapshot),
    command: Command,
) -> Decision {
    let mut snapshot = lane.state.snapshot();
    change(&mut snapshot);
    let state = State::restore(domain::ShopId::from_random(42), snapshot).expect("a shop");
    inventory::decide(&state, &keyed(900, command), NOW)
}

fn numbered(number: u32) -> BuyerRef {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    BuyerRef(bytes)
}

#[test]
fn further_rules_have_their_limits_when_a_session_opens_and_when_they_change() {
    let lane = live(vec![one()], Rules::default());
    let check = |change: fn(&mut Rules), code: Option<&str>| {
        let mut rules = Rules::default();
        change(&mut rules);
        let new = Command::ChangeRules { session: SESSION, rules: Box::new(rules.clone()) };
        for command in [opening(vec![], rules), new] {
            let decision = decided(&lane, |_| {}, command);
            let got = match &decision {
                Decision::Rejected(why) => Some(why.code()),
                Decision::Events(_) | Decision::Known => None,
            };
            assert_eq!(got, code);
        }
    };
    check(|r| r.promotion_hold = Some(Millis(0)), Some("bad_terms"));
    check(|r| r.promotion_hold = Some(Millis(1)), None);
    check(|r| r.promotion_hold = Some(Millis(HOLD_MS_MAX)), None);
    check(|r| r.promotion_hold = Some(Millis(HOLD_MS_MAX + 1)), Some("hold_too_long"));
    check(|r| r.cancel_undo = Millis(CANCEL_UNDO_MS_MAX), None);
    check(|r| r.cancel_undo = Millis(CANCEL_UNDO_MS_MAX + 1), Some("undo_too_long"));
    check(|r| r.limit_per_buyer = Some(Quantity::ZERO), Some("bad_terms"));
    check(|r| r.limit_per_buyer = Some(milli(1)), None);
    check(|r| r.hoarding.cooldown = Millis(HOLD_MS_MAX), None);
    check(|r| r.hoarding.cooldown = Millis(HOLD_MS_MAX + 1), Some("cooldown_too_long"));
}

#[test]
fn a_harvest_is_ahead_and_within_the_season() {
    let check = |ready_at: u64, code: Option<&str>| {
        let mut terms = one();
        terms.ready_at = Some(Timestamp(ready_at));
        let decision = Lane::new().ask(&keyed(1, opening(vec![terms], Rules::default())), NOW);
        let got = match &decision {
            Decision::Rejected(why) => Some(why.code()),
            Decision::Events(_) | Decision::Known => None,
        };
        assert_eq!(got, code);
    };
    check(0, Some("bad_terms"));
    check(NOW.0, Some("bad_terms"));
    check(NOW.0 + 1, None);
    check(NOW.0 + READY_MS_MAX, None);
    check(NOW.0 + READY_MS_MAX + 1, Some("ready_too_late"));
}

#[test]
fn so_many_buyers_are_blocked_and_no_more() {
    let lane = live(vec![one()], Rules::default());
    let known = |number: usize| BuyerAtRest {
        buyer: numbered(number as u32),
        blocked: true,
        owner: None,
        expiries: 0,
        expired_at: Timestamp(0),
    };
    let check = |count: usize, number: usize, blocked: bool| {
        let buyer = numbered(number as u32);
        let command = Command::BlockBuyer { session: SESSION, buyer, blocked };
        decided(&lane, |s| s.buyers = (0..count).map(known).collect(), command)
    };
    let full = Decision::Rejected(Rejection::Limit("too_many_blocks"));
    let most = BUYERS_BLOCKED_MAX;
    assert!(matches!(check(most - 1, most, true), Decision::Events(_)));
    assert_eq!(check(most, most, true), full);
    assert!(matches!(check(most, 7, true), Decision::Events(_)), "blocked already");
    assert!(matches!(check(most, 7, false), Decision::Events(_)));
}

#[test]
fn so_many_answers_become_rules_and_no_more() {
    let mut lane = live(vec![one()], Rules::default());
    told(&mut lane, 10, super::cards::doubt(1, vec![]));
    let lesson = |number: usize| Lesson {
        reading: CardReading {
            reason: Reason::Doubtful,
            rule: RuleNo(u16::try_from(100 + number).expect("few")),
            suggestion: vec![],
            about: None,
        },
        answer: CardAnswer::Ignore,
    };
    let check = |count: usize, lasts: bool| {
        let command = super::cards::answer(1, CardAnswer::Ignore, lasts);
        decided(&lane, |s| s.sessions[0].lessons = (0..count).map(lesson).collect(), command)
    };
    assert!(matches!(check(LESSONS_MAX - 1, true), Decision::Events(_)));
    let full = Decision::Rejected(Rejection::Limit("too_many_lessons"));
    assert_eq!(check(LESSONS_MAX, true), full);
    assert!(matches!(check(LESSONS_MAX, false), Decision::Events(_)));
}

#[test]
fn what_was_in_force_before_is_kept_so_far_back_and_no_further() {
    let mut lane = live(vec![one()], Rules::default());
    let mut price = |amount: i64, now: u64| {
        let change = OfferChange { price: Some(Money::vnd(amount)), ..OfferChange::default() };
        let change = Box::new(change);
        let (session, code, expected_version) = (SESSION, code("A1"), None);
        let command = Command::ChangeOffer { session, code, change, expected_version };
        lane.ask(&keyed(1_000 + amount as u64, command), Timestamp(now));
        lane.state.check().expect("every invariant holds");
        lane.state.snapshot().sessions[0].past.len()
    };
    for n in 0..PAST_TERMS_MAX {
        assert_eq!(price(n as i64, NOW.0 + n as u64), n + 1);
    }
    assert_eq!(price(1_000, NOW.0 + 1_000), PAST_TERMS_MAX, "the oldest goes");
    let late = NOW.0 + 1_000 + CODEBOOK_MS_MAX;
    assert_eq!(price(2_000, late - 1), 2, "and what no comment can be of");
    lane.prove();
    lane.replay();
    lane.prove_outside();
}

#[test]
fn a_claim_from_the_beginning_or_the_end_of_time_is_judged_by_the_first_or_the_last_terms() {
    let mut lane = live(vec![one()], Rules::default());
    let change = OfferChange { open: Some(false), ..OfferChange::default() };
    super::change(&mut lane, 10, change);
    let mut said = |key: u64, at: u64| {
        let Command::Claim(mut claim) = claim(1, vec![want("A1", Quantity::ONE)]) else {
            unreachable!("a claim");
        };
        claim.said_at = Some(Timestamp(at));
        told(&mut lane, key, Command::Claim(claim))
    };
    assert_eq!(said(11, 0), (OutcomeKind::Held, None));
    assert_eq!(said(12, u64::MAX), (OutcomeKind::Refused, Some(Reason::OfferClosed)));
}

#[test]
fn what_goes_back_for_a_claim_is_the_buyers_own_or_nothing() {
    let mut lane = live(vec![one()], Rules::default());
    told(&mut lane, 10, claim(1, vec![want("A1", Quantity::ONE)]));
    let mut swap = |key: u64, number: u8, back: &[&str]| {
        let Command::Claim(mut claim) = claim(number, vec![want("A1", Quantity::ONE)]) else {
            unreachable!("a claim");
        };
        claim.instead_of = back.iter().map(|back| code(back)).collect();
        told(&mut lane, key, Command::Claim(claim))
    };
    let nothing = (OutcomeKind::Refused, Some(Reason::NothingOpen));
    assert_eq!(swap(11, 1, &["X9"]), nothing);
    assert_eq!(swap(12, 2, &["A1"]), nothing);
    assert_eq!(swap(13, 1, &["X9", "A1", "A1", "X9"]), (OutcomeKind::Held, None));
    assert_eq!(swap(14, 1, &["X9"; 5_000]), nothing);
    let order = lane.state.orders_of(SESSION, buyer(1));
    assert_eq!(order[0].lines[0].line.held, Quantity::ONE);
    assert!(lane.state.answer(&digest(14)).is_some());
}
