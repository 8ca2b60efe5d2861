//! What may happen in a history, drawn at random.

use super::pair::MINUTE;
use domain::command::Origin;
use domain::order::OrderState;
use domain::rules::{Delivery, Doubt, Hold, Repeat, Rules};
use domain::session::SessionState;
use domain::time::Millis;
use proptest::prelude::*;

/// One step of a history; indices are taken modulo what there is.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Claim(usize, u8, Origin, Vec<(usize, usize, u64, bool)>),
    Release(usize, u8, Origin, Option<usize>),
    ExtendOwn(usize, u8, usize),
    Settle(usize, OrderState),
    Extend(usize, u64),
    Stock(usize, usize, usize, StockKind, u64),
    Change(usize, usize, i64, bool, Option<u64>),
    Session(usize, SessionState),
    Pass(u64),
    Resume(u64),
    Again(usize),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum StockKind {
    Add,
    Remove,
    Set,
}

pub(super) fn origin() -> impl Strategy<Value = Origin> {
    prop_oneof![Just(Origin::Comment), Just(Origin::Tap), Just(Origin::Host)]
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let want = (0..40usize, 0..40usize, 0..8u64, prop::bool::weighted(0.2));
    let want = want.prop_map(|(c, v, q, adds)| {
        let code = if c == 0 { 3 } else { c % 3 };
        let said = if v < 34 { v % 5 } else { 5 };
        let amount = if q == 0 { (c * v % 3) as u64 * 250 } else { q.div_ceil(2) * 500 };
        (code, said, amount, adds)
    });
    let settled = prop_oneof![
        3 => Just(OrderState::Confirmed),
        3 => Just(OrderState::Paid),
        2 => Just(OrderState::Cancelled),
    ];
    let stock = prop_oneof![Just(StockKind::Add), Just(StockKind::Remove), Just(StockKind::Set)];
    let next = prop_oneof![
        Just(SessionState::Live),
        Just(SessionState::Live),
        Just(SessionState::Paused),
        Just(SessionState::Ended),
    ];
    let passing = prop_oneof![
        6 => 0..4 * MINUTE,
        1 => 10 * MINUTE..30 * MINUTE,
        1 => Just(13 * 60 * MINUTE),
        1 => Just(48 * 60 * MINUTE),
    ];
    prop_oneof![
        16 => (0..2usize, 0..5u8, origin(), prop::collection::vec(want, 1..4))
            .prop_map(|(s, b, o, w)| Step::Claim(s, b, o, w)),
        3 => (0..2usize, 0..5u8, origin(), prop::option::of(0..3usize))
            .prop_map(|(s, b, o, c)| Step::Release(s, b, o, c)),
        2 => (0..2usize, 0..5u8, 0..20usize).prop_map(|(s, b, o)| Step::ExtendOwn(s, b, o)),
        4 => (0..20usize, settled).prop_map(|(o, to)| Step::Settle(o, to)),
        1 => (0..20usize, 0..30 * MINUTE).prop_map(|(o, span)| Step::Extend(o, span)),
        3 => (0..2usize, 0..3usize, 0..6usize, stock, 0..9u64)
            .prop_map(|(s, c, v, kind, q)| Step::Stock(s, c, v, kind, q * 500)),
        2 => (0..2usize, 0..3usize, 1..3i64, prop::bool::weighted(0.8), prop::option::of(1..9u64))
            .prop_map(|(s, c, p, open, l)| Step::Change(s, c, p * 1_000, open, l)),
        1 => (0..2usize, next).prop_map(|(s, to)| Step::Session(s, to)),
        6 => passing.prop_map(Step::Pass),
        1 => (0..20 * MINUTE).prop_map(Step::Resume),
        2 => (0..60usize).prop_map(Step::Again),
    ]
}

pub(super) fn rules() -> impl Strategy<Value = Rules> {
    let doubt = || prop_oneof![Just(Doubt::Accept), Just(Doubt::Review), Just(Doubt::Ignore)];
    let repeat = || prop_oneof![Just(Repeat::Add), Just(Repeat::Ask), Just(Repeat::Ignore)];
    let hold = prop_oneof![
        Just(Hold::For(Millis(10 * MINUTE))),
        Just(Hold::UntilEnd { plus: Millis(12 * 60 * MINUTE) }),
    ];
    let waitlist = prop::bool::weighted(0.75);
    (hold, waitlist, repeat(), repeat(), doubt(), doubt(), doubt()).prop_map(
        |(hold, waitlist, repeat_comment, repeat_code, buyer_cancel, over_limit, late_order)| {
            let mut rules = Rules {
                hold,
                waitlist,
                repeat_comment,
                repeat_code,
                buyer_cancel,
                delivery: Some(Delivery { fee: 25_000, free_from: Some(6_000) }),
                ..Rules::default()
            };
            rules.reading.over_limit = over_limit;
            rules.reading.late_order = late_order;
            rules
        },
    )
}
