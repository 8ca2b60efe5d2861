//! A lane that has not ticked yet: what is due has not happened, and still nobody is wronged.

use crate::hostile::{NOW, SESSION, claim, live, one};
use crate::lane::Lane;
use crate::made::{buyer, digest, keyed, milli, want};
use domain::command::{Command, OrderAct, Origin, RuleNo};
use domain::id::OrderId;
use domain::outcome::{AnswerBody, Outcome};
use domain::quantity::Quantity;
use domain::rules::{Hold, Rules};
use domain::time::{Millis, Timestamp};
use inventory::Decision;

fn outcome(lane: &mut Lane, key: u64, command: Command, now: Timestamp) -> Outcome {
    lane.ask(&keyed(key, command), now);
    lane.state.check().expect("every invariant holds");
    match &lane.state.answer(&digest(key)).expect("decided").body {
        AnswerBody::Outcome(outcome) => outcome.clone(),
        other => panic!("a buyer is told an outcome: {other:?}"),
    }
}

#[test]
fn nobody_overtakes_a_line_that_is_about_to_be_served() {
    let mut lane = live(vec![one()], Rules::default());
    let of = |units: u64| vec![want("A1", milli(units * 1_000))];
    outcome(&mut lane, 10, claim(1, of(5)), NOW);
    outcome(&mut lane, 11, claim(2, of(2)), NOW);
    let back = Command::Release {
        session: SESSION,
        buyer: buyer(1),
        origin: Origin::Tap,
        codes: vec![],
        quantity: None,
        rule: RuleNo(0),
    };
    outcome(&mut lane, 12, back, NOW);
    let late = outcome(&mut lane, 13, claim(3, of(1)), NOW);
    assert_eq!(late.lines[0].held, Quantity::ZERO);
    assert_eq!(late.lines[0].position_in_line, Some(2));
    assert_eq!(lane.state.next_deadline(), Some(NOW), "the line is due at once");
    assert_eq!(lane.settle(NOW).len(), 2);
}

#[test]
fn time_that_is_given_after_the_deadline_counts_from_now() {
    let minute = 60_000;
    let hold = Hold::For(Millis(10 * minute));
    let rules = Rules { hold, ..Rules::default() };
    let mut lane = live(vec![one()], rules);
    let wants = || vec![want("A1", Quantity::ONE)];
    outcome(&mut lane, 10, claim(1, wants()), NOW);
    outcome(&mut lane, 11, claim(2, wants()), NOW);
    let late = Timestamp(NOW.0 + 30 * minute);
    let own = Command::ExtendOwn { session: SESSION, buyer: buyer(1), order: OrderId(1) };
    let until = outcome(&mut lane, 12, own, late).hold_until;
    assert_eq!(until, Some(Timestamp(late.0 + 10 * minute)));
    let host = Command::ActOnOrder {
        session: SESSION,
        order: OrderId(2),
        act: OrderAct::Extend(Millis(minute)),
    };
    let decision = lane.ask(&keyed(13, host), late);
    assert!(matches!(decision, Decision::Events(_)));
    let until = lane.state.order_view(OrderId(2)).expect("an order").hold_until;
    assert_eq!(until, Some(Timestamp(late.0 + minute)));
}
