//! The steps of `cargo xtask test`, in order, with their times.

use crate::fuzz::{Amount, fuzz};
use crate::run::run;
use crate::setup::setup;
use crate::{loadtest, screens, simulate};
use anyhow::{Context, Result};
use std::path::Path;
use std::time::{Duration, Instant};

/// Everything that must hold before a commit. Prints a header per step and the times at the end,
/// after a failure too.
pub(crate) fn test(root: &Path, long: bool) -> Result<()> {
    let mut times = Times::default();
    let done = steps(root, long, &mut times);
    times.print();
    done
}

fn steps(root: &Path, long: bool, times: &mut Times) -> Result<()> {
    let tools = times.step("set up", || setup(root, long))?;
    times.step("format", || run(root, &[], &["cargo", "fmt", "--all", "--check"]))?;
    times.step("lint", || run(root, &[], LINT))?;
    times.step("docs", || {
        let strict = [("RUSTDOCFLAGS", "-D warnings".to_owned())];
        run(root, &strict, &["cargo", "doc", "--workspace", "--no-deps"])
    })?;
    times.step("test", || {
        let mut env = tools.environment();
        if long {
            env.push(("CHOT_LONG", "1".to_owned()));
        }
        run(root, &env, &["cargo", "test", "--workspace"])
    })?;
    times.step("load", || loadtest::smoke(root))?;
    times.step("screens", || screens::check(root))?;
    times.step("browse", || screens::browse(root, long, &tools))?;
    times.step("simulate", || simulate::step(root, long))?;
    times.step("fuzz", || fuzz(root, Amount { runs: None, target: None }))
}

const LINT: &[&str] = &["cargo", "clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];

/// How long each step took, in the order in which they ran.
#[derive(Default)]
struct Times {
    steps: Vec<(&'static str, Duration)>,
}

impl Times {
    /// Runs one step under its header.
    fn step<T>(&mut self, name: &'static str, act: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n== {name}");
        let start = Instant::now();
        let done = act();
        self.steps.push((name, start.elapsed()));
        done.with_context(|| format!("stopped at step \"{name}\""))
    }

    fn print(&self) {
        println!("\n{}", self.table());
    }

    /// One line per step and one for all of them.
    fn table(&self) -> String {
        let total = self.steps.iter().map(|(_, time)| *time).sum();
        let rows = self.steps.iter().copied().chain([("total", total)]);
        let lines = rows.map(|(name, time)| {
            let (minutes, seconds) = (time.as_secs() / 60, time.as_secs() % 60);
            format!("{name:<8} {minutes:>3} min {seconds:>2} s")
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::bail;

    #[test]
    fn the_times_end_with_their_sum() {
        let steps = vec![
            ("format", Duration::from_millis(1_900)),
            ("test", Duration::from_millis(754_200)),
        ];
        let table = Times { steps }.table();
        let expected = "format     0 min  1 s\ntest      12 min 34 s\ntotal     12 min 36 s";
        assert_eq!(table, expected);
    }

    #[test]
    fn a_failed_step_is_timed_and_named() {
        let mut times = Times::default();
        let error = times.step::<()>("lint", || bail!("a warning")).expect_err("failed");
        assert_eq!(format!("{error:#}"), "stopped at step \"lint\": a warning");
        assert_eq!(times.steps.len(), 1);
    }
}
