//! The fold against ledgers made by hand.

use super::*;
use store::{Claimed, ClaimedLine, OfferAdded, ReturnedLine, Terms};

/// An offer of two pieces, and then these events.
fn ledger(events: Vec<Event>) -> Vec<Line> {
    let terms = Terms { code: "D1".into(), stock_milli: vec![2_000], ..Default::default() };
    let offer = OfferAdded {
        session: 1,
        item: 1,
        new_item: true,
        terms: Some(terms),
        ..Default::default()
    };
    let all = std::iter::once(Event::OfferAdded(offer)).chain(events);
    (1..)
        .zip(all)
        .map(|(seq, event)| Line {
            epoch: 1,
            seq,
            hash: String::new(),
            body: Body::Event(Box::new(event)),
        })
        .collect()
}

fn claim(number: u32, order: u32, held: u64, waitlisted: u64) -> Event {
    let line = ClaimedLine {
        code: "D1".into(),
        item: 1,
        held_milli: held,
        waitlisted_milli: waitlisted,
        ..Default::default()
    };
    let claimed = Claimed {
        session: 1,
        key: vec![number as u8; 16],
        number,
        order,
        lines: vec![line],
        ..Default::default()
    };
    if held > 0 { Event::ClaimHeld(claimed) } else { Event::ClaimWaitlisted(claimed) }
}

fn cancel(order: u32, held: u64) -> Event {
    let line = ReturnedLine { code: "D1".into(), item: 1, held_milli: held, ..Default::default() };
    Event::OrderCancelled(store::OrderActed {
        session: 1,
        order,
        lines: vec![line],
        ..Default::default()
    })
}

fn promote(order: u32, held: u64) -> Event {
    let line = ClaimedLine { code: "D1".into(), item: 1, held_milli: held, ..Default::default() };
    let promoted = store::WaitlistPromoted {
        session: 1,
        order,
        into: order,
        line: Some(line),
        ..Default::default()
    };
    Event::WaitlistPromoted(promoted)
}

fn check(events: Vec<Event>, broken: Option<&str>) {
    let told = Fold::of(&ledger(events)).err().map(|Broken(why)| why);
    match (told, broken) {
        (None, None) => {}
        (Some(told), Some(broken)) => assert!(told.contains(broken), "{told}"),
        (told, broken) => panic!("{told:?} where {broken:?} was expected"),
    }
}

#[test]
fn a_cancelled_hold_goes_to_the_next_in_line_and_balances() {
    let events =
        vec![claim(1, 1, 2_000, 0), claim(2, 2, 0, 1_000), cancel(1, 2_000), promote(2, 1_000)];
    let fold = Fold::of(&ledger(events)).expect("nothing is broken");
    assert_eq!(fold.cells[&(1, 0)], Cell { stock: 2_000, taken: 1_000 });
    assert_eq!(fold.free(1), 1_000);
    assert_eq!(fold.orders[&1].state, "cancelled");
    assert_eq!(fold.orders[&2].lines[&("D1".into(), vec![])], (1_000, 0));
    assert_eq!(fold.numbers[&1], 2);
}

#[test]
fn one_piece_too_many_is_oversold_whoever_gave_it() {
    check(vec![claim(1, 1, 2_000, 0), claim(2, 2, 1_000, 0)], Some("oversold"));
    let promoted = vec![claim(1, 1, 2_000, 0), claim(2, 2, 0, 1_000), promote(2, 1_000)];
    check(promoted, Some("oversold"));
}

#[test]
fn a_gap_or_a_repetition_in_the_numbers_is_seen() {
    check(vec![claim(1, 1, 1_000, 0), claim(3, 2, 1_000, 0)], Some("claim number 3 where 2"));
    check(vec![claim(2, 1, 1_000, 0)], Some("claim number 2 where 1"));
}

#[test]
fn the_same_key_twice_is_seen() {
    let mut again = claim(2, 1, 1_000, 0);
    if let Event::ClaimHeld(claimed) = &mut again {
        claimed.key = vec![1; 16];
    }
    check(vec![claim(1, 1, 1_000, 0), again], Some("a key is answered twice"));
}

#[test]
fn what_was_not_taken_cannot_come_back_and_who_does_not_wait_gets_nothing() {
    check(vec![claim(1, 1, 1_000, 0), cancel(1, 2_000)], Some("gives back more D1"));
    check(vec![claim(1, 1, 1_000, 0), promote(1, 1_000)], Some("gives back more D1"));
}

#[test]
fn a_missing_line_is_seen() {
    let mut lines = ledger(vec![claim(1, 1, 1_000, 0), claim(2, 1, 1_000, 0)]);
    lines.remove(1);
    assert_eq!(Fold::of(&lines).err(), Some(Broken("seq 3: 2 is missing".into())));
    lines.remove(0);
    assert_eq!(Fold::of(&lines).err(), Some(Broken("seq 3: 1 is missing".into())));
}

#[test]
fn a_checkpoint_stands_for_what_came_before_and_only_at_the_beginning() {
    let checkpoint =
        |seq| Line { epoch: 1, seq, hash: String::new(), body: Body::Checkpoint(Box::default()) };
    let with = |seq: u64, at: usize| {
        let mut lines = ledger(vec![claim(1, 1, 1_000, 0)]);
        lines.iter_mut().for_each(|line| line.seq += 40);
        lines.insert(at, checkpoint(seq));
        Fold::of(&lines).err().map(|Broken(why)| why)
    };
    assert_eq!(with(40, 0), None);
    assert_eq!(with(39, 0).as_deref(), Some("seq 41: 40 is missing"));
    assert!(with(41, 1).is_some(), "41 does not follow nothing");
    let mut lines = ledger(vec![claim(1, 1, 1_000, 0)]);
    lines.insert(1, checkpoint(1));
    let why = Fold::of(&lines).err();
    assert_eq!(why, Some(Broken("seq 1: a checkpoint behind the first line".into())));
}

#[test]
fn a_swap_gives_back_before_it_takes_and_a_closed_cancel_only_when_it_closes() {
    let line =
        |held| ReturnedLine { code: "D1".into(), item: 1, held_milli: held, ..Default::default() };
    let mut swap = claim(2, 1, 1_000, 0);
    if let Event::ClaimHeld(claimed) = &mut swap {
        claimed.returned = vec![line(500)];
    }
    let begun = Event::CancelBegun(store::CancelBegun {
        order: 1,
        lines: vec![line(1_000)],
        ..Default::default()
    });
    let closed = Event::CancelClosed(store::CancelClosed {
        order: 1,
        lines: vec![line(1_000)],
        ..Default::default()
    });
    let check = |events: &[Event], taken, state| {
        let fold = Fold::of(&ledger(events.to_vec())).expect("every promise holds");
        assert_eq!((fold.cells[&(1, 0)].taken, fold.orders[&1].state), (taken, state));
    };
    let all = [claim(1, 1, 500, 0), swap, begun, closed];
    check(&all[..2], 1_000, "held");
    check(&all[..3], 1_000, "held");
    check(&all, 0, "cancelled");
}

#[test]
fn an_order_made_of_a_card_answers_no_key_again() {
    let made = |key: u8| {
        let mut made = claim(1, 1, 500, 0);
        if let Event::ClaimHeld(claimed) = &mut made {
            (claimed.key, claimed.review) = (vec![key; 16], Some(1));
        }
        made
    };
    let card = Event::ClaimReviewed(store::ClaimReviewed {
        key: vec![9; 16],
        review: 1,
        ..Default::default()
    });
    assert!(Fold::of(&ledger(vec![card, made(9)])).is_ok());
}
