//! The rules of a session, drawn at random.

use super::super::pair::MINUTE;
use domain::quantity::Quantity;
use domain::rules::{Delivery, Doubt, Hoarding, Hold, Repeat, Rules};
use domain::time::Millis;
use proptest::prelude::*;

fn doubt() -> impl Strategy<Value = Doubt> {
    prop_oneof![Just(Doubt::Accept), Just(Doubt::Review), Just(Doubt::Ignore)]
}

fn repeat() -> impl Strategy<Value = Repeat> {
    prop_oneof![Just(Repeat::Add), Just(Repeat::Ask), Just(Repeat::Ignore)]
}

fn hoarding() -> impl Strategy<Value = Hoarding> {
    let lines = prop::option::weighted(0.4, 2..6u32);
    let orders = prop::option::weighted(0.4, 1..3u32);
    let expiries = prop::option::weighted(0.4, 1..3u32);
    (lines, orders, expiries).prop_map(|(holds_per_buyer, orders_per_network, expiries)| Hoarding {
        holds_per_buyer,
        orders_per_network,
        expiries,
        cooldown: Millis(20 * MINUTE),
    })
}

pub(in super::super) fn rules() -> impl Strategy<Value = Rules> {
    let hold = prop_oneof![
        Just(Hold::For(Millis(10 * MINUTE))),
        Just(Hold::UntilEnd { plus: Millis(12 * 60 * MINUTE) }),
    ];
    let stock = (hold, prop::bool::weighted(0.75), prop::bool::weighted(0.7));
    let undo = prop_oneof![Just(Millis(0)), Just(Millis(MINUTE))];
    let promotion = prop::option::of(Just(Millis(5 * MINUTE)));
    let limit = prop::option::weighted(0.3, 3..12u64);
    let limit = limit.prop_map(|limit| limit.and_then(|n| Quantity::from_milli(n * 500)));
    let doubts = (repeat(), repeat(), doubt(), doubt(), doubt());
    (stock, undo, promotion, limit, hoarding(), doubts).prop_map(
        |(stock, cancel_undo, promotion_hold, limit_per_buyer, hoarding, doubts)| {
            let (hold, waitlist, partial_fill) = stock;
            let (repeat_comment, repeat_code, buyer_cancel, over_limit, late_order) = doubts;
            let mut rules = Rules {
                hold,
                waitlist,
                partial_fill,
                promotion_hold,
                limit_per_buyer,
                cancel_undo,
                hoarding,
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
