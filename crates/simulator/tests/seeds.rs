//! Seeds: every promise, in worlds that nobody thought of.

use simulator::{Options, Tally, run};

/// Seeds of an ordinary run, and of a long one (`CHOT_LONG=1`).
const SEEDS: u64 = 50;
const SEEDS_LONG: u64 = 5_000;

/// Seeds that once failed, kept for ever.
const ONCE_FAILED: &str = include_str!("../seeds.txt");

fn tally(seed: u64) -> Tally {
    run(Options::of(seed)).unwrap_or_else(|failure| panic!("{failure}"))
}

/// Every promise holds; each tenth seed does the same again, step by step.
fn check(seed: u64) {
    let first = tally(seed);
    if seed.is_multiple_of(10) {
        assert_eq!(tally(seed), first, "seed {seed} is not the same twice");
    }
}

/// The seeds of one of four threads.
fn check_share(share: u64) {
    let long = std::env::var_os("CHOT_LONG").is_some_and(|value| value == "1");
    let seeds = if long { SEEDS_LONG } else { SEEDS };
    (1..=seeds).filter(|seed| seed % 4 == share).for_each(check);
}

#[test]
fn no_world_breaks_a_promise_first_share() {
    check_share(0);
}

#[test]
fn no_world_breaks_a_promise_second_share() {
    check_share(1);
}

#[test]
fn no_world_breaks_a_promise_third_share() {
    check_share(2);
}

#[test]
fn no_world_breaks_a_promise_fourth_share() {
    check_share(3);
}

#[test]
fn seeds_that_once_failed_hold_now() {
    let words = ONCE_FAILED.lines().filter(|line| !line.starts_with('#'));
    let seeds = words.filter_map(|line| line.split_whitespace().next());
    seeds.for_each(|seed| check(seed.parse().expect("a line begins with a seed")));
}
