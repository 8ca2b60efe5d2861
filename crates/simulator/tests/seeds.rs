//! Seeds: every promise, in worlds that nobody thought of.

use simulator::{Options, check};

/// Seeds of an ordinary run; the optimised one (`cargo xtask simulate`) runs thousands.
const SEEDS: u64 = 24;

/// Seeds that once failed, kept for ever.
const ONCE_FAILED: &str = include_str!("../seeds.txt");

/// Every promise holds, and the seed does the same again, step by step.
fn holds(options: Options) {
    check(options).unwrap_or_else(|failure| panic!("{failure}"));
}

/// The seeds of one of four threads.
fn check_share(share: u64) {
    (1..=SEEDS).filter(|seed| seed % 4 == share).map(Options::of).for_each(holds);
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
    for line in ONCE_FAILED.lines().filter(|line| !line.starts_with('#')) {
        let (words, _promise) = line.split_once('|').expect("what it showed stands behind a bar");
        let mut words = words.split_whitespace();
        let seed = words.next().and_then(|seed| seed.parse().ok()).expect("a seed comes first");
        let options = words.try_fold(Options::of(seed), Options::set);
        holds(options.unwrap_or_else(|| panic!("{line} names an option that there is not")));
    }
}
