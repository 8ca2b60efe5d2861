//! Negative controls: every mutant must be caught, and this is where.

use crate::say;
use simulator::{Failure, Mutant, Options, check};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Runs each over the seeds from 1 to `within` until one is red; true if every one was caught.
pub(crate) fn run(within: u64) -> bool {
    // A machine that stops itself is one way to be caught; its last words are in the failure.
    std::panic::set_hook(Box::new(|_| {}));
    let (next, missed) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..cores {
            scope.spawn(|| {
                let mine = || Mutant::ALL.get(next.fetch_add(1, Ordering::Relaxed)).copied();
                while let Some(mutant) = mine() {
                    if !is_caught(mutant, within) {
                        missed.lock().expect("no thread panics here").push(mutant);
                    }
                }
            });
        }
    });
    let missed = missed.into_inner().expect("no thread panics here");
    let (all, caught) = (Mutant::ALL.len(), Mutant::ALL.len() - missed.len());
    say(&format!("{caught} of {all} mutants are caught within {within} seeds"));
    missed.is_empty()
}

fn is_caught(mutant: Mutant, within: u64) -> bool {
    let failed = |seed| check(Options::of(seed).with(mutant)).err();
    let found: Option<Box<Failure>> = (1..=within).find_map(failed);
    let name = mutant.to_string();
    match &found {
        Some(failure) => {
            let (seed, promise) = (failure.options.seed, failure.violated.promise);
            say(&format!("{name:<18} seed {seed:>4}: {promise}"));
        }
        None => say(&format!("{name:<18} NOT CAUGHT in {within} seeds")),
    }
    found.is_some()
}
