//! Outcomes and orders against lines made by hand.

use super::*;

fn line() -> Line {
    let claimed = Claimed {
        session: 1,
        number: 7,
        order: 3,
        lines: vec![ClaimedLine {
            code: "D1".into(),
            held_milli: 1_000,
            waitlisted_milli: 500,
            position_in_line: Some(1),
            ..Default::default()
        }],
        ..Default::default()
    };
    let body = Body::Event(Box::new(Event::ClaimHeld(claimed)));
    Line { epoch: 2, seq: 9, hash: "abab".into(), body }
}

fn outcome() -> live::Outcome {
    live::Outcome {
        key: Some("k1".into()),
        result: "partial".into(),
        number: Some(7),
        order: Some("7k3m9qa2x4-o3".into()),
        lines: vec![live::OutcomeLine {
            code: "D1".into(),
            held_milli: 1_000,
            waitlisted_milli: 500,
            position_in_line: Some(1),
            ..Default::default()
        }],
        position: Some(live::Position { epoch: 2, seq: 9 }),
        receipt: vec![0xab; 2],
        ..Default::default()
    }
}

fn check(change: impl FnOnce(&mut live::Outcome), differs: Option<&str>) {
    let lines = [line()];
    let mut told = outcome();
    change(&mut told);
    match (Book::new(&lines).check(&told), differs) {
        (Ok(()), None) => {}
        (Err(why), Some(word)) => assert!(why.contains(word), "{why}"),
        (told, wanted) => panic!("{told:?} where {wanted:?} was expected"),
    }
}

#[test]
fn an_outcome_as_it_is_written_agrees() {
    check(|_| {}, None);
}

#[test]
fn whatever_differs_is_named() {
    check(|told| told.position = Some(live::Position { epoch: 1, seq: 9 }), Some("epoch"));
    check(|told| told.position = Some(live::Position { epoch: 2, seq: 8 }), Some("seq 8 is not"));
    check(|told| told.position = None, Some("no position"));
    check(|told| told.receipt = vec![0xcd; 2], Some("receipt"));
    check(|told| told.number = Some(8), Some("number"));
    check(|told| told.order = Some("7k3m9qa2x4-o4".into()), Some("order"));
    check(|told| told.result = "held".into(), Some("result"));
    check(|told| told.result = "noted".into(), Some("told \"noted\""));
    check(|told| told.lines[0].held_milli = 2_000, Some("lines"));
    check(|told| told.hold_until_ms = Some(1), Some("hold_until"));
}

#[test]
fn two_keys_cannot_stand_on_one_claim() {
    let lines = [line()];
    let mut book = Book::new(&lines);
    assert_eq!(book.check(&outcome()), Ok(()));
    assert!(book.check(&outcome()).is_err_and(|why| why.contains("one outcome too many")));
}

#[test]
fn a_list_of_orders_must_be_the_folds_no_more_and_no_less() {
    let key = ("D1".to_string(), vec![]);
    let held = Order { session: 1, state: "held", lines: BTreeMap::from([(key, (1_000, 0))]) };
    let folded = BTreeMap::from([(3, held)]);
    let shown = |state: &str, held_milli: u64| live::Order {
        order: "7k3m9qa2x4-o3".into(),
        state: state.into(),
        lines: vec![live::OrderLine { code: "D1".into(), held_milli, ..Default::default() }],
        ..Default::default()
    };
    assert_eq!(orders(&[shown("held", 1_000)], &folded, 1), Ok(1));
    let wrong = |list: &[live::Order], word: &str| {
        let why = orders(list, &folded, 1).expect_err("differs");
        assert!(why.contains(word), "{why}");
    };
    wrong(&[shown("held", 2_000)], "lines");
    wrong(&[shown("paid", 1_000)], "state");
    wrong(&[shown("held", 1_000), shown("held", 1_000)], "shown twice");
    wrong(&[], "number of orders");
}
