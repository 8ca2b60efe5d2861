//! Seeds: every promise, in worlds that nobody thought of.

use simulator::{Options, run};

/// Seeds of an ordinary run, and of a long one (`CHOT_LONG=1`).
const SEEDS: u64 = 60;
const SEEDS_LONG: u64 = 5_000;

/// Seeds that once failed, kept for ever.
const ONCE_FAILED: &str = include_str!("../seeds.txt");

fn check(seed: u64) {
    if let Err(failure) = run(Options::of(seed)) {
        panic!("{failure}");
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

#[test]
fn the_same_seed_does_the_same_again_step_by_step() {
    for seed in (10..=30).step_by(10) {
        let twice = [(); 2].map(|()| run(Options::of(seed)).expect("holds"));
        assert_eq!(twice[0], twice[1], "seed {seed}");
    }
}
