//! Random histories: the machine and its twin must tell everybody the same and end up with the same
//! shop.

mod compare;
mod pair;
mod steps;

use pair::Pair;
use proptest::prelude::*;
use std::collections::BTreeMap;
use steps::{rules, step};

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn the_machine_and_its_twin_never_disagree(
        first in rules(),
        second in rules(),
        steps in prop::collection::vec(step(), 40..90),
    ) {
        let mut pair = Pair::open([first, second]);
        for (at, step) in steps.iter().enumerate() {
            pair.settle();
            pair.take(step);
            pair.settle();
            pair.compare();
            pair.lane.state.check().expect("every invariant holds");
            if at % 10 == 0 {
                pair.lane.prove();
            }
        }
        pair.lane.prove();
        pair.lane.replay();
    }
}

/// Histories must reach every kind of event, or agreement means little.
#[test]
fn histories_reach_every_event_a_buyer_or_an_order_can_cause() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut runner = TestRunner::deterministic();
    let history = (rules(), rules(), prop::collection::vec(step(), 40..90));
    for _ in 0..60 {
        let (first, second, steps) = history.new_tree(&mut runner).expect("a history").current();
        let mut pair = Pair::open([first, second]);
        for step in &steps {
            pair.settle();
            pair.take(step);
        }
        let names = pair.lane.facts.iter().map(|fact| fact.event.name());
        names.for_each(|name| *seen.entry(name).or_default() += 1);
    }
    assert_eq!(seen.len(), 20, "{seen:?}");
}
