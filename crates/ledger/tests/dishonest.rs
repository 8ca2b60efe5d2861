//! A shop that rewrites its history and computes a good chain over it is caught by the promise that
//! it breaks.

mod forge;

use forge::sale::claimed;
use forge::*;
use ledger::Broken;
use proto::store::event::Event;
use proto::store::{self, Key};

/// The evening with another history, its chain computed anew.
fn check(
    line: u64,
    promise: Option<u8>,
    wanted: fn(&Broken) -> bool,
    edit: impl Fn(&mut Vec<Step>),
) {
    let mut steps = evening();
    edit(&mut steps);
    let text = lines(&steps).concat();
    refused(&text, line, wanted);
    let broken = verify(&text).expect_err("refused above").broken;
    assert_eq!(broken.promise(), promise, "{broken}");
}

#[test]
fn more_held_than_there_is() {
    let oversold = |b: &Broken| matches!(b, Broken::Oversold { item: 1, .. });
    check(4, Some(1), oversold, |s| claimed(&mut s[LAN_CLAIMS]).lines[0].held_milli = 2_500);
    check(5, Some(1), oversold, |s| s[MINH_CLAIMS] = claim(11, MINH, 2, 2, d1(1_000, 0, None)));
    check(9, Some(1), oversold, |s| {
        s[LAN_EXPIRES].event = Event::ClaimReleased(store::ClaimReleased {
            session: 1,
            key: key(90),
            buyer: LAN.to_vec(),
            order: 1,
            lines: back(1_000, 0),
            ..Default::default()
        });
    });
}

#[test]
fn stock_corrected_below_what_is_promised() {
    let correct = |s: &mut Vec<Step>| {
        let stock = store::StockChanged {
            session: 1,
            code: "D1".into(),
            item: 1,
            stock_milli: 1_000,
            ..Default::default()
        };
        s.insert(MINH_CLAIMS, step(10, Event::StockChanged(stock)));
    };
    check(5, Some(1), |b| matches!(b, Broken::Oversold { .. }), correct);
}

#[test]
fn something_returns_that_was_never_taken() {
    let too_much = |b: &Broken| matches!(b, Broken::ReturnsTooMuch { order: 1, .. });
    check(7, Some(1), too_much, |s| s[LAN_EXPIRES] = expired(610, 1, back(2_000, 0)));
    check(7, Some(1), too_much, |s| s[LAN_EXPIRES] = expired(610, 1, back(1_500, 500)));
}

#[test]
fn an_order_that_is_over_but_keeps_its_stock() {
    let keeps = |b: &Broken| matches!(b, Broken::Contradiction { .. });
    check(7, None, keeps, |s| s[LAN_EXPIRES] = expired(610, 1, back(1_000, 0)));
}

#[test]
fn a_hold_that_ends_before_its_deadline() {
    let early = |b: &Broken| matches!(b, Broken::ExpiredEarly { order: 1, due: Some(_), .. });
    check(7, Some(2), early, |s| s[LAN_EXPIRES].at_s = 609);
}

#[test]
fn downtime_moves_the_deadline() {
    let early = |b: &Broken| matches!(b, Broken::ExpiredEarly { order: 1, .. });
    check(8, Some(2), early, |s| {
        s.insert(LAN_EXPIRES, step(20, Event::Resumed(store::Resumed { down_ms: 60_000 })));
    });
}

#[test]
fn a_deadline_that_is_shortened() {
    let shorten = |s: &mut Vec<Step>| {
        let event = Event::HoldExtended(store::HoldExtended {
            session: 1,
            order: 1,
            hold_until_ms: EVENING_MS + 60_000,
            ..Default::default()
        });
        s.insert(LAN_EXPIRES, step(20, event));
    };
    check(7, Some(2), |b| matches!(b, Broken::Shortened { order: 1 }), shorten);
}

#[test]
fn one_comment_counted_twice() {
    let twice = |b: &Broken| matches!(b, Broken::KeyTwice { session: 1, .. });
    check(5, Some(3), twice, |s| claimed(&mut s[MINH_CLAIMS]).key = key(11));
    let note = store::Note { key: key(13), reason: "chatter".into(), rule: 2 };
    let noted = Event::CommentsNoted(store::CommentsNoted { session: 1, notes: vec![note] });
    check(7, Some(3), twice, |s| s.insert(6, step(13, noted.clone())));
    check(4, Some(3), twice, |s| {
        let mut paused = state("paused");
        if let Event::SessionStateChanged(changed) = &mut paused {
            changed.key = Some(Key { digest: key(1), body: key(3) });
        }
        s.insert(3, step(2, paused));
    });
}

#[test]
fn numbers_with_a_gap_or_twice() {
    let jumps = |b: &Broken| matches!(b, Broken::NumberJumps { session: 1, .. });
    check(5, Some(4), jumps, |s| claimed(&mut s[MINH_CLAIMS]).number = 3);
    check(5, Some(4), jumps, |s| claimed(&mut s[MINH_CLAIMS]).number = 1);
    check(4, Some(4), jumps, |s| claimed(&mut s[LAN_CLAIMS]).number = 0);
    check(4, Some(4), jumps, |s| drop(s.remove(LAN_CLAIMS)));
    let refused = store::ClaimRefused { session: 1, key: key(91), number: 9, ..Default::default() };
    check(5, Some(4), jumps, |s| s.insert(4, step(10, Event::ClaimRefused(refused.clone()))));
}

#[test]
fn a_friend_who_is_served_before_those_who_wait() {
    let friend = claim(610, [9; 16], 4, 4, d1(1_500, 0, None));
    let overtaken = |b: &Broken| matches!(b, Broken::Overtaken { order: 4, waiting: 2, .. });
    check(8, Some(4), overtaken, |s| s.insert(MINH_GETS, friend.clone()));
}

#[test]
fn a_friend_who_is_promoted_out_of_turn() {
    let other = |b: &Broken| matches!(b, Broken::NotFirstInLine { order: 3, first: Some(2), .. });
    check(8, Some(4), other, |s| s.swap(MINH_GETS, HOA_GETS));
    let nobody = |b: &Broken| matches!(b, Broken::NotFirstInLine { first: None, .. });
    check(10, Some(4), nobody, |s| s.insert(9, promoted(611, HOA, 3, 500)));
}

#[test]
fn a_promotion_of_more_than_was_waited_for() {
    let more = |b: &Broken| matches!(b, Broken::Contradiction { .. });
    check(8, None, more, |s| s[MINH_GETS] = promoted(610, MINH, 2, 1_000));
}

#[test]
fn a_place_in_line_that_was_told_wrong() {
    let wrong = |b: &Broken| matches!(b, Broken::WrongPlace { order: 3, place: 2, .. });
    check(6, Some(4), wrong, |s| {
        claimed(&mut s[HOA_CLAIMS]).lines[0].position_in_line = Some(1);
    });
    check(6, Some(4), wrong, |s| claimed(&mut s[HOA_CLAIMS]).lines[0].position_in_line = None);
}

#[test]
fn stock_taken_while_the_session_is_not_live() {
    let not_live = |b: &Broken| matches!(b, Broken::NotLive { session: 1 });
    check(3, None, not_live, |s| drop(s.remove(2)));
    check(5, None, not_live, |s| s.insert(3, step(5, state("paused"))));
    check(5, None, not_live, |s| s.insert(3, step(5, state("ended"))));
}

#[test]
fn a_session_archived_before_its_keys_may_be_forgotten() {
    let archived = Event::SessionArchived(store::SessionArchived { session: 1 });
    let early = |b: &Broken| matches!(b, Broken::ArchivedEarly { session: 1 });
    check(12, Some(3), early, |s| s.push(step(700, archived.clone())));
    check(13, Some(3), early, |s| {
        s.push(step(700, state("ended")));
        s.push(step(700 + 48 * 3_600 - 1, archived.clone()));
    });
}

#[test]
fn a_writer_that_was_replaced_or_a_clock_that_runs_back() {
    check(
        4,
        None,
        |b| matches!(b, Broken::EpochFalls),
        |s| {
            s.iter_mut().take(3).for_each(|step| step.epoch = 2);
        },
    );
    check(5, None, |b| matches!(b, Broken::TimeFalls { .. }), |s| s[MINH_CLAIMS].at_s = 9);
}

#[test]
fn facts_that_cannot_be() {
    let cannot = |b: &Broken| matches!(b, Broken::Contradiction { .. });
    check(4, None, cannot, |s| claimed(&mut s[LAN_CLAIMS]).lines[0].code = "D9".into());
    check(4, None, cannot, |s| claimed(&mut s[LAN_CLAIMS]).lines[0].item = 7);
    check(4, None, cannot, |s| claimed(&mut s[LAN_CLAIMS]).lines[0].cell = 1);
    check(4, None, cannot, |s| claimed(&mut s[LAN_CLAIMS]).key = vec![1; 3]);
    check(4, None, cannot, |s| claimed(&mut s[LAN_CLAIMS]).lines[0].held_milli = 1_000_000_001);
    check(5, None, cannot, |s| claimed(&mut s[MINH_CLAIMS]).order = 1);
    check(4, None, cannot, |s| s.insert(3, step(2, state("live"))));
    check(3, None, cannot, |s| s.insert(2, s[0].clone()));
    check(3, None, cannot, |s| s.insert(2, s[1].clone()));
    check(11, None, cannot, |s| s[10] = step(620, Event::OrderConfirmed(acted(2, vec![]))));
    check(12, None, cannot, |s| s.push(step(630, Event::OrderPaid(acted(1, vec![])))));
}
