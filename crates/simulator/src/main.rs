//! A seeded world of crashes, partitions and lying disks that must never break a promise.
//!
//! ```text
//! words ─▶ asked ─┬─▶ one seed            its tally, or the failure
//!                 ├─▶ campaign            many seeds on all cores ─▶ digest, coverage, ranges.tsv
//!                 └─▶ negative controls   every mutant, and at which seed it is caught
//! ```
//!
//! Promises: a failure is printed with all that is needed to see it again, made small, and kept.
//! Never: checks anything itself.

mod asked;
mod campaign;
mod controls;
mod keep;

use asked::{Asked, asked};
use simulator::{Options, check};
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let done = match asked(&words) {
        Some(Asked::One(options)) => one(*options),
        Some(Asked::Campaign(plan)) => campaign::run(&plan),
        Some(Asked::Controls { within }) => controls::run(within),
        None => {
            say(asked::USAGE);
            return ExitCode::from(2);
        }
    };
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn one(options: Options) -> bool {
    let told = check(options);
    match &told {
        Ok(tally) => {
            say(&format!("{}", tally.coverage));
            let (steps, deeds, events) = (tally.steps, tally.deeds, tally.events);
            say(&format!("{steps} steps, {deeds} deeds, {events} events: no promise is broken"));
        }
        Err(failure) => say(&failure.to_string()),
    }
    told.is_ok()
}

#[expect(clippy::print_stdout, reason = "a tool that prints")]
fn say(line: &str) {
    println!("{line}");
}
