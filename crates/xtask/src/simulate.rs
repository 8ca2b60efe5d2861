//! The simulator in an optimised build with every assertion on: CI's eight minutes, the negative
//! controls, and whatever else is asked of it.

use crate::run::run;
use anyhow::Result;
use std::path::Path;

/// What CI runs: by time, and never fewer seeds than these.
const MINUTES: &str = "8";
const SEEDS_MIN: &str = "5000";

/// What a long run takes.
const SEEDS_LONG: &str = "20000";

/// Runs the simulator with these words.
pub(crate) fn simulate(root: &Path, words: &[&str]) -> Result<()> {
    let cargo = ["cargo", "run", "--quiet", "--profile", "checked", "--package", "simulator", "--"];
    run(root, &[], &[cargo.as_slice(), words].concat())
}

/// Every negative control, then seeds from 1 on.
pub(crate) fn step(root: &Path, long: bool) -> Result<()> {
    simulate(root, &["--mutants"])?;
    let seeds = ["--seeds", SEEDS_LONG, "--from", "1"];
    let minutes = ["--minutes", MINUTES, "--at-least", SEEDS_MIN, "--from", "1"];
    simulate(root, if long { &seeds } else { &minutes })
}
