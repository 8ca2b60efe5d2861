//! The lane as a machine: what leaves when, told by inputs alone.

mod world;

use domain::limits::{
    BATCH_REQUESTS_MAX, BATCHES_IN_FLIGHT_MAX, CLOCK_STEP_MS_MAX, GATHER_REQUESTS,
    REQUEST_WAIT_MS_MAX,
};
use domain::outcome::AnswerBody;
use domain::{Millis, OutcomeKind, Reason, Seq, SessionState};
use hub::{HubError, Input, Output};
use std::collections::BTreeSet;
use world::World;
use world::told::Told;

#[test]
fn no_answer_leaves_before_its_batch_is_durable() {
    let mut world = World::with_live_session();
    let told = world.comment("lan", "k1", "chốt d1 x2");
    world.pump();
    assert!(told.is_silent(), "decided, but not durable");
    world.sync();
    assert_eq!(told.kinds(), [OutcomeKind::Held]);
}

#[test]
fn while_one_sync_runs_the_next_batch_gathers_and_no_third_is_begun() {
    let mut world = World::with_live_session();
    world.comment("lan", "first", "d1 x1");
    world.pump();
    assert_eq!(world.appended(), 1, "nothing is on its way: nothing waits");
    for n in 1..GATHER_REQUESTS {
        world.comment("lan", &format!("k{n}"), "hay quá");
    }
    world.pump();
    assert_eq!(world.appended(), 1, "they could not be durable sooner");
    world.comment("lan", "last", "hay quá");
    world.pump();
    assert_eq!(world.appended(), BATCHES_IN_FLIGHT_MAX, "enough for a batch of their own");
    let late = world.comment("hoa", "late", "d1 x1");
    world.pump();
    assert_eq!(world.appended(), BATCHES_IN_FLIGHT_MAX, "the disk has enough to do");
    world.settle();
    assert_eq!(late.kinds(), [OutcomeKind::Held]);
}

#[test]
fn the_same_key_twice_in_one_batch_gets_one_outcome() {
    let mut world = World::with_live_session();
    let told = world.comments(&[
        ("lan", "k1", "d1 x2"),
        ("lan", "k1", "d1 x9"),
        ("hoa", "k2", "xin chào cả nhà"),
        ("hoa", "k2", "d1 x1"),
    ]);
    world.settle();
    assert_eq!(
        told.kinds(),
        [OutcomeKind::Held, OutcomeKind::Held, OutcomeKind::Noted, OutcomeKind::Noted]
    );
    let answers = told.answers();
    assert_eq!(answers[0].answer, answers[1].answer);
    assert!(!answers[0].replayed && answers[1].replayed);
    assert_eq!(answers[2].answer, answers[3].answer);
}

#[test]
fn a_retry_gets_the_first_answer_word_for_word() {
    let mut world = World::with_live_session();
    let first = world.comment("lan", "k1", "d1 x2");
    world.settle();
    let again = world.comment("lan", "k1", "thôi không lấy nữa");
    world.settle();
    assert_eq!(first.answers()[0].answer, again.answers()[0].answer);
}

#[test]
fn a_panic_in_decide_answers_internal_keeps_the_request_aside_and_the_shop_goes_on() {
    let mut world = World::with_live_session();
    world.panic_on_the_next_decision();
    let hurt = world.comment("lan", "k1", "d1 x2");
    world.settle();
    assert_eq!(hurt.errors(), [HubError::Internal]);
    assert_eq!(world.aside(), 1);
    let next = world.comment("lan", "k1", "d1 x2");
    world.settle();
    assert_eq!(next.kinds(), [OutcomeKind::Held], "the same key may be sent again");
}

#[test]
fn a_request_that_waited_too_long_is_busy_and_not_decided() {
    let mut world = World::with_live_session();
    let told = world.comment("lan", "k1", "d1 x2");
    world.pass(Millis(REQUEST_WAIT_MS_MAX + 1));
    world.settle();
    assert!(matches!(told.refusal(), Some(HubError::Busy { .. })));
    assert_eq!(world.left("D1"), "120");
}

#[test]
fn a_batch_of_requests_that_all_waited_too_long_holds_up_none_behind_it() {
    let mut world = World::with_live_session();
    let ask = |n| world.comment("lan", &format!("k{n}"), "d1 x2");
    let told: Vec<_> = (0..=BATCH_REQUESTS_MAX).map(ask).collect();
    world.pass(Millis(REQUEST_WAIT_MS_MAX + 1));
    world.pump();
    assert!(!told.iter().any(Told::is_silent), "nobody would wake the lane for the last one");
    assert!(world.is_idle());
    let again = |told: &Told| told.refusal().and_then(|busy| busy.retry_after_ms());
    let moments: BTreeSet<_> = told.iter().map(again).collect();
    assert!(moments.len() > told.len() / 2, "and they do not come again together");
}

#[test]
fn words_read_with_an_old_codebook_are_read_again() {
    let mut world = World::with_live_session();
    let old = world.codebook();
    world.close("D1");
    let told = world.comment_read_with(&old, "lan", "k1", "d1 x2");
    world.settle();
    assert_eq!(told.kinds(), [OutcomeKind::Review], "closed since it was read");
}

#[test]
fn every_comment_before_live_is_refused_and_its_key_is_remembered() {
    let mut world = World::with_draft_session();
    let told = world.comments(&[("lan", "k1", "d1 x2"), ("hoa", "k2", "xin chào")]);
    world.settle();
    assert_eq!(told.kinds(), [OutcomeKind::Refused, OutcomeKind::Refused]);
    assert_eq!(told.reasons(), [Some(Reason::SessionNotLive); 2]);
    world.set_state(SessionState::Live);
    let again = world.comment("lan", "k1", "d1 x2");
    world.settle();
    assert_eq!(again.kinds(), [OutcomeKind::Refused]);
}

#[test]
fn a_lost_append_gives_nothing_out_ever_again() {
    let mut world = World::with_live_session();
    let told = world.comment("lan", "k1", "d1 x2");
    world.pump();
    world.step(Input::Lost);
    world.step(Input::Durable(Seq(1_000)));
    world.settle();
    assert!(told.is_dropped(), "neither a yes nor a no");
}

#[test]
fn a_full_disk_refuses_before_the_append() {
    let mut world = World::with_live_session();
    world.step(Input::DiskLow(true));
    let told = world.comment("lan", "k1", "d1 x2");
    world.settle();
    assert_eq!(told.refusal(), Some(HubError::DiskLow));
    world.step(Input::DiskLow(false));
    let again = world.comment("lan", "k1", "d1 x2");
    world.settle();
    assert_eq!(again.kinds(), [OutcomeKind::Held]);
}

#[test]
fn a_stopping_lane_takes_nothing_and_still_gives_out_what_becomes_durable() {
    let mut world = World::with_live_session();
    let told = world.comment("lan", "k1", "d1 x2");
    world.pump();
    world.step(Input::Stop);
    let late = world.comment("hoa", "k2", "d1 x2");
    assert_eq!(late.refusal(), Some(HubError::Stopping));
    world.sync();
    assert_eq!(told.kinds(), [OutcomeKind::Held]);
    assert!(world.is_idle());
}

#[test]
fn a_stock_figure_is_published_only_when_it_is_durable() {
    let mut world = World::with_live_session();
    world.comment("lan", "k1", "d1 x2");
    world.pump();
    assert_eq!(world.left("D1"), "120");
    world.sync();
    assert_eq!(world.left("D1"), "118");
}

#[test]
fn a_hosts_call_is_answered_with_its_session() {
    let mut world = World::with_draft_session();
    let answer = world.set_state(SessionState::Live);
    let AnswerBody::Session(_, state) = answer.body else { panic!("a session's answer") };
    assert_eq!(state, SessionState::Live);
    assert!(world.step(Input::Durable(Seq(0))).iter().all(|out| !matches!(out, Output::Append(_))));
}

#[test]
fn who_comes_back_while_outcomes_are_in_flight_misses_none_and_hears_none_twice() {
    let mut world = World::with_live_session();
    let first = world.arrive(1, "lan", None);
    world.settle();
    world.comment("lan", "k1", "d1");
    world.settle();
    let seen = first.positions()[1];
    world.comment("lan", "k2", "d1");
    world.pump();
    world.comment("lan", "k3", "d1");
    let back = world.arrive(2, "lan", Some(seen));
    world.settle();
    world.comment("lan", "k4", "d1");
    world.settle();
    assert_eq!(back.told(), ["welcome", "missed k2", "missed k3", "k4"]);
    let positions = back.positions();
    assert!(positions[1..3].iter().all(|at| *at <= positions[0]), "they are behind the welcome");
    assert!(positions[3] > positions[0], "what comes after a welcome is after its position");
}

#[test]
fn a_lane_that_waits_for_the_disk_or_is_lost_is_woken_by_no_deadline() {
    let mut world = World::with_live_session();
    world.comment("lan", "k1", "d1 x2");
    world.settle();
    world.set_state(SessionState::Ended);
    let due = world.deadline().expect("the end of a hold");
    world.comment("hoa", "k2", "d1 x2");
    world.pump();
    world.pass(due.since(world.time()));
    world.pump();
    assert_eq!(world.deadline(), None, "it is due, and the disk's word wakes the lane");
    world.settle();
    assert!(world.deadline().expect("the archive") > due);
    world.step(Input::Lost);
    assert_eq!(world.deadline(), None, "nothing will ever be carried out");
}

#[test]
fn a_wall_clock_that_leaps_ahead_is_not_vouched_for() {
    let mut world = World::with_live_session();
    let before = world.time();
    world.leap(Millis::from_secs(3_600));
    let ahead = world.time().since(before);
    assert!(ahead <= Millis(CLOCK_STEP_MS_MAX), "a heartbeat would say {ahead:?} too much");
}

#[test]
fn after_a_start_no_shops_time_is_behind_the_last_heartbeat() {
    let mut world = World::with_live_session();
    let alive = world.time().plus(Millis::from_secs(3_600));
    world.resume(alive);
    assert_eq!(world.time(), alive, "else the next start would take the hour from its holds");
}

#[test]
fn a_shop_never_goes_back_behind_what_a_heartbeat_vouched_for() {
    let mut world = World::with_live_session();
    world.pass(Millis::from_secs(600));
    let vouched = world.vouch();
    world.fall_back(Millis::from_secs(300));
    assert_eq!(world.time(), vouched);
}
