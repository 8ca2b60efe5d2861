//! Snapshots and facts that are not what this machine made.

use super::{NOW, claim, live, one, opening, told};
use crate::made::{keyed, milli, want};
use domain::command::Command;
use domain::id::{OrderId, SessionId};
use domain::quantity::Quantity;
use domain::rejection::Rejection;
use domain::rules::Rules;
use inventory::Decision;

#[test]
fn numbers_that_are_used_up_are_a_rejection() {
    let lane = live(vec![one()], Rules::default());
    let full = Decision::Rejected(Rejection::Limit("too_many_numbers"));
    let check = |change: fn(&mut domain::Snapshot), command: Command| {
        let mut snapshot = lane.state.snapshot();
        change(&mut snapshot);
        let shop = domain::ShopId::from_random(42);
        let state = inventory::State::restore(shop, snapshot).expect("a shop");
        let decision = inventory::decide(&state, &keyed(10, command), NOW);
        assert_eq!(decision, full);
    };
    let wants = || vec![want("A1", Quantity::ONE)];
    check(|s| s.last_order = u32::MAX, claim(1, wants()));
    check(|s| s.sessions[0].last_number = u32::MAX, claim(1, wants()));
    check(|s| s.sessions[0].last_number = u32::MAX, claim(1, vec![want("Z", Quantity::ONE)]));
    check(|s| s.last_session = u32::MAX, opening(vec![], Rules::default()));
    check(|s| s.last_item = u32::MAX, opening(vec![one()], Rules::default()));
}

#[test]
fn a_damaged_snapshot_is_not_believed() {
    let mut lane = live(vec![one()], Rules::default());
    told(&mut lane, 10, claim(1, vec![want("A1", milli(4_000))]));
    told(&mut lane, 11, claim(2, vec![want("A1", milli(4_000))]));
    let check = |damage: fn(&mut domain::Snapshot), invariant: &str| {
        let mut snapshot = lane.state.snapshot();
        damage(&mut snapshot);
        let shop = domain::ShopId::from_random(42);
        let broken = inventory::State::restore(shop, snapshot).expect_err(invariant);
        assert_eq!(broken.invariant, invariant, "{broken}");
    };
    let cells = "held + sold is at most the stock";
    check(|s| s.items[0].cells[0].stock = milli(4_000), cells);
    check(|s| s.items[0].cells[0].sold = milli(1_000), cells);
    let held = "what a cell holds is what held orders hold";
    check(|s| s.orders[0].lines[0].held = milli(3_000), held);
    check(|s| s.items[0].cells[0].held = milli(3_000), held);
    check(|s| s.items[0].cells[0].queue.clear(), "every waiting line has its places");
    check(|s| s.items[0].cells[0].queue[0].line = 9, "every place in line is a line's");
    check(|s| s.orders[1].buyer = s.orders[0].buyer, "a buyer has one held order in a session");
    check(|s| s.orders[1].order = OrderId(9), "ids rise from 1 to the last one given");
    check(|s| s.orders[0].latest.clear(), "every line has its latest claim");
    check(|s| s.orders[0].session = SessionId(9), "an order's session is not archived");
    check(|s| s.sessions[0].pinned = Some(3), "the pinned offer is one of the session's");
    check(|s| s.keys[0].session = SessionId(9), "a key is forgotten with its session");
    check(|s| s.items.clear(), "every offer has an item");
    check(|s| s.items[0].cells.clear(), "an item has one cell, or one per combination");
}

#[test]
#[should_panic(expected = "facts come without gaps")]
fn a_fact_that_comes_twice_stops_the_shop() {
    let mut lane = live(vec![one()], Rules::default());
    let last = lane.facts.last().expect("facts").clone();
    lane.state.apply(&last);
}
