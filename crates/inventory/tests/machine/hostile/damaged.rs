//! Snapshots and facts that are not what this machine made.

use super::{NOW, claim, live, one, opening, told};
use crate::made::{buyer, keyed, milli, want};
use domain::command::Command;
use domain::id::{OrderId, SessionId};
use domain::link::LinkCode;
use domain::position::Seq;
use domain::quantity::Quantity;
use domain::rejection::Rejection;
use domain::rules::Rules;
use domain::snapshot::{BuyerAtRest, CancelAtRest, LinkAtRest, Waiting};
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
    check(|s| s.last_review = u32::MAX, super::cards::doubt(1, vec![]));
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

#[test]
fn damage_to_cancels_cards_links_and_buyers_is_not_believed_either() {
    let mut lane = live(vec![one()], Rules::default());
    told(&mut lane, 10, claim(1, vec![want("A1", milli(4_000))]));
    told(&mut lane, 11, super::cards::doubt(2, vec![]));
    told(&mut lane, 12, super::cards::doubt(2, vec![]));
    let check = |damage: fn(&mut domain::Snapshot), invariant: &str| {
        let mut snapshot = lane.state.snapshot();
        damage(&mut snapshot);
        let shop = domain::ShopId::from_random(42);
        let broken = inventory::State::restore(shop, snapshot).expect_err(invariant);
        assert_eq!(broken.invariant, invariant, "{broken}");
    };
    let parts = "a cancel names lines of its order and a part of each";
    check(|s| s.orders[0].cancel = cancelled(&[(7, 1_000)]), parts);
    check(|s| s.orders[0].cancel = cancelled(&[(0, 0)]), parts);
    check(|s| s.orders[0].cancel = cancelled(&[(0, 1_000), (0, 1_000)]), parts);
    check(|s| s.sessions[0].reviews.swap(0, 1), "open cards stand in the order of their comments");
    check(|s| s.last_review = 1, "cards are counted");
    check(|s| s.buyers = vec![known(false, None)], "a buyer is remembered for something");
    let owned = "an account's orders are its owner's";
    check(|s| s.buyers = vec![known(false, Some(2))], owned);
    check(
        |s| {
            let shown =
                LinkAtRest { link: LinkCode::new(1).expect("one"), buyer: buyer(1), until: NOW };
            s.sessions[0].links = vec![shown; 2];
        },
        "a link code is one page's",
    );
    check(|s| s.items[0].cells[0].queue = [place(9)].into(), "every place in line is a line's");
}

fn cancelled(lines: &[(u16, u64)]) -> Option<CancelAtRest> {
    let lines = lines.iter().map(|(at, part)| (*at, milli(*part))).collect();
    Some(CancelAtRest { closes_at: NOW, by_host: false, lines })
}

fn known(blocked: bool, owner: Option<u8>) -> BuyerAtRest {
    let (owner, expired_at) = (owner.map(buyer), NOW);
    BuyerAtRest { buyer: buyer(1), blocked, owner, expiries: 0, expired_at }
}

fn place(order: u32) -> Waiting {
    let (since, order) = (Seq(1), OrderId(order));
    Waiting { since, order, line: 0, quantity: Quantity::ONE }
}
