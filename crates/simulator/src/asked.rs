//! What was asked for on the command line.

use crate::campaign::{Plan, Until};
use simulator::{Mutant, Options};
use std::time::Duration;

pub(crate) const USAGE: &str = "\
simulator --seed N [--mutant NAME] [--set NAME=FIGURE]...     one seed, twice
simulator --seeds N [--from S] [--record]                     so many, on all cores
simulator --minutes M [--at-least N] [--from S] [--record]    as many as there is time for
simulator --mutants [--within N]                              every negative control

Without --from it goes on after the last range of ranges.tsv; --record adds this one.";

/// Seeds in which a negative control must be caught.
const WITHIN: u64 = 2_000;

/// One of the four.
#[derive(PartialEq, Debug)]
pub(crate) enum Asked {
    One(Box<Options>),
    Campaign(Plan),
    Controls { within: u64 },
}

#[derive(Default)]
struct Words<'a> {
    seed: Option<u64>,
    seeds: Option<u64>,
    from: Option<u64>,
    minutes: Option<u64>,
    at_least: u64,
    within: Option<u64>,
    mutant: Option<Mutant>,
    set: Vec<&'a str>,
    record: bool,
    mutants: bool,
}

/// None for what is not understood.
pub(crate) fn asked(words: &[String]) -> Option<Asked> {
    let words = gather(words)?;
    if words.mutants {
        return Some(Asked::Controls { within: words.within.unwrap_or(WITHIN) });
    }
    if let Some(seed) = words.seed {
        let options = Options::of(seed);
        let options = match words.mutant {
            Some(mutant) => options.with(mutant),
            None => options,
        };
        let options = words.set.into_iter().try_fold(options, Options::set)?;
        return Some(Asked::One(Box::new(options)));
    }
    let until = match (words.seeds, words.minutes) {
        (Some(seeds), None) => Until::Seeds(seeds),
        (None, Some(minutes)) => {
            let time = Duration::from_secs(60 * minutes);
            Until::Time { time, at_least: words.at_least }
        }
        _ => return None,
    };
    Some(Asked::Campaign(Plan { from: words.from, until, record: words.record }))
}

fn gather(words: &[String]) -> Option<Words<'_>> {
    let mut gathered = Words::default();
    let mut words = words.iter().map(String::as_str);
    while let Some(word) = words.next() {
        let mut number = || words.next()?.parse().ok();
        match word {
            "--seed" => gathered.seed = Some(number()?),
            "--seeds" => gathered.seeds = Some(number()?),
            "--from" => gathered.from = Some(number()?),
            "--minutes" => gathered.minutes = Some(number()?),
            "--at-least" => gathered.at_least = number()?,
            "--within" => gathered.within = Some(number()?),
            "--mutant" => gathered.mutant = Some(Mutant::parse(words.next()?)?),
            "--set" => gathered.set.push(words.next()?),
            "--record" => gathered.record = true,
            "--mutants" => gathered.mutants = true,
            _ => return None,
        }
    }
    Some(gathered)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(from: Option<u64>, until: Until, record: bool) -> Option<Asked> {
        Some(Asked::Campaign(Plan { from, until, record }))
    }

    #[test]
    fn what_is_asked_is_understood_or_not_guessed() {
        let check = |line: &str, expected: Option<Asked>| {
            let words: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
            assert_eq!(asked(&words), expected, "{line}");
        };
        let eight = Duration::from_secs(480);
        check("--seeds 9 --from 4", plan(Some(4), Until::Seeds(9), false));
        let by_time = Until::Time { time: eight, at_least: 5_000 };
        check("--minutes 8 --at-least 5000 --record", plan(None, by_time, true));
        check("--mutants", Some(Asked::Controls { within: WITHIN }));
        let small = Options::of(3).set("deeds=9").map(|options| Asked::One(Box::new(options)));
        check("--seed 3 --set deeds=9", small);
        for wrong in ["", "--seeds", "--seeds x", "--seed 3 --set deed=9", "--mutant Nobody"] {
            check(wrong, None);
        }
    }
}
