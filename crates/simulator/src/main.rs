//! A seeded world of crashes, partitions and lying disks that must never break a promise.
//!
//! ```text
//! --seed N | --from N --count N, --mutant NAME ─▶ Options ─▶ run ─▶ a tally per seed, or a failure
//! ```
//!
//! Promises: the first failure is printed with all that is needed to see it again, and ends it.
//! Never: checks anything itself.

use simulator::{Mutant, Options, run};
use std::process::ExitCode;

const USAGE: &str =
    "simulator --seed N | --from N --count N   [--mutant NAME]   the first failure is printed";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match asked(&words) {
        Some((first, count, mutant)) => go(first, count, mutant),
        None => {
            say(USAGE);
            ExitCode::from(2)
        }
    }
}

fn asked(words: &[String]) -> Option<(u64, u64, Option<Mutant>)> {
    let (mut first, mut count, mut mutant) = (None, 1, None);
    for pair in words.chunks(2) {
        let [name, value] = pair else { return None };
        match name.as_str() {
            "--seed" | "--from" => first = Some(value.parse().ok()?),
            "--count" => count = value.parse().ok()?,
            "--mutant" => mutant = Some(Mutant::parse(value)?),
            _ => return None,
        }
    }
    first.map(|first| (first, count, mutant))
}

fn go(first: u64, count: u64, mutant: Option<Mutant>) -> ExitCode {
    for seed in first..first + count {
        let options = Options::of(seed);
        let options = match mutant {
            Some(mutant) => options.with(mutant),
            None => options,
        };
        match run(options) {
            Ok(tally) => say(&format!("seed {seed}: {tally:?}")),
            Err(failure) => {
                say(&failure.to_string());
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

#[expect(clippy::print_stdout, reason = "a tool that prints")]
fn say(line: &str) {
    println!("{line}");
}
