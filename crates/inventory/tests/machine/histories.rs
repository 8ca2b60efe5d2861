//! Random histories: the machine and its twin must tell everybody the same and end up with the same
//! shop.
//!
//! `CHOT_LONG=1 cargo test --release -p inventory histories -- --nocapture` plays a million
//! commands and more; without it a few thousand.

mod compare;
mod pair;
mod steps;

use pair::Pair;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use std::cell::Cell;
use std::collections::BTreeMap;
use steps::{Step, rules, step};

/// What a long run must reach.
const COMMANDS_LONG: usize = 1_000_000;

fn history() -> impl Strategy<Value = (domain::Rules, domain::Rules, Vec<Step>)> {
    (rules(), rules(), prop::collection::vec(step(), 40..90))
}

/// Plays a history to both; how many commands it had.
fn play(first: domain::Rules, second: domain::Rules, steps: &[Step]) -> usize {
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
    pair.lane.prove_outside();
    pair.count()
}

#[test]
fn the_machine_and_its_twin_never_disagree() {
    let long = std::env::var_os("CHOT_LONG").is_some();
    // Each round plays the same histories wherever it is played.
    let config = |round| ProptestConfig {
        cases: 128,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(round),
        ..ProptestConfig::default()
    };
    let (histories, commands) = (Cell::new(0), Cell::new(0));
    for round in 0.. {
        if commands.get() >= if long { COMMANDS_LONG } else { 1 } {
            break;
        }
        let played = TestRunner::new(config(round)).run(&history(), |(first, second, steps)| {
            commands.set(commands.get() + play(first, second, &steps));
            histories.set(histories.get() + 1);
            Ok(())
        });
        played.unwrap_or_else(|why| panic!("{why}"));
    }
    println!("{} random commands in {} histories", commands.get(), histories.get());
}

/// Histories must reach every kind of event, or agreement means little.
#[test]
fn histories_reach_every_event_there_is() {
    use proptest::strategy::ValueTree;
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut runner = TestRunner::deterministic();
    for _ in 0..60 {
        let (first, second, steps) = history().new_tree(&mut runner).expect("a history").current();
        let mut pair = Pair::open([first, second]);
        for step in &steps {
            pair.settle();
            pair.take(step);
        }
        let names = pair.lane.facts.iter().map(|fact| fact.event.name());
        names.for_each(|name| *seen.entry(name).or_default() += 1);
    }
    assert_eq!(seen.len(), 28, "{seen:?}");
}
