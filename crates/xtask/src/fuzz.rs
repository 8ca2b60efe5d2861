//! Fuzzing with libFuzzer: instrumented code, built by the compiler that builds everything else.

use crate::run::{answer, run};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

/// The targets, by their folders in `crates/fuzz/corpus`.
pub(crate) const TARGETS: [&str; 4] = ["comment", "frame", "journal", "ledger"];

/// How long a short run takes per target.
const SECONDS: u64 = 20;

/// What rustc is told so that libFuzzer sees which edges and comparisons an input reaches. These
/// are LLVM's own switches: no nightly compiler is needed.
const FLAGS: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=16",
];

/// No input may take longer, in seconds, allocate more at once or hold more, in MiB.
const LIMITS: [&str; 4] =
    ["-timeout=2", "-malloc_limit_mb=64", "-rss_limit_mb=1024", "-print_final_stats=1"];

/// How much is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Amount {
    /// So many inputs per target; otherwise a short time.
    pub(crate) runs: Option<u64>,
    /// This target only.
    pub(crate) target: Option<&'static str>,
}

/// Builds the targets and runs them one after the other. Inputs that reach something new are kept
/// under `target/fuzz`, those that break something too.
pub(crate) fn fuzz(root: &Path, amount: Amount) -> Result<()> {
    let host = host()?;
    let dir = root.join("target").join("fuzz");
    let target_dir = dir.display().to_string();
    let flags = [("RUSTFLAGS", FLAGS.join(" "))];
    // With a target named, build scripts and macros are not instrumented.
    let build = ["cargo", "build", "--package", "fuzz", "--features", "libfuzzer"];
    let into = ["--profile", "checked", "--target", &host, "--target-dir", &target_dir];
    run(root, &flags, &[build.as_slice(), &into].concat())?;
    let program = dir.join(&host).join("checked").join("fuzz-target").display().to_string();
    for name in TARGETS.into_iter().filter(|name| amount.target.is_none_or(|only| only == *name)) {
        let found = dir.join("corpus").join(name);
        fs::create_dir_all(&found).context("a folder for what is found")?;
        let (found, prefix) = (found.display().to_string(), dir.join(format!("broke-{name}-")));
        let kept = format!("crates/fuzz/corpus/{name}");
        let prefix = format!("-artifact_prefix={}", prefix.display());
        let until = match amount.runs {
            Some(runs) => format!("-runs={runs}"),
            None => format!("-max_total_time={SECONDS}"),
        };
        let what = [program.as_str(), &found, &kept, &until, &prefix];
        let env = [("FUZZ_TARGET", name.to_owned())];
        run(root, &env, &[what.as_slice(), &LIMITS].concat())?;
    }
    Ok(())
}

fn host() -> Result<String> {
    let said = answer(&["rustc", "-vV"]).context("rustc does not say what it is")?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not say for which machine it builds")?.to_owned())
}

/// Reads `[--runs N] [--target T]`.
pub(crate) fn parse(words: &[&str]) -> Result<Amount> {
    let mut amount = Amount { runs: None, target: None };
    for pair in words.chunks(2) {
        match pair {
            ["--runs", runs] => amount.runs = Some(runs.parse().context("--runs is a number")?),
            ["--target", target] => {
                let known = TARGETS.into_iter().find(|name| name == target);
                let known = known.with_context(|| format!("targets are {}", TARGETS.join(" ")));
                amount.target = Some(known?);
            }
            other => bail!("{} is not understood", other.join(" ")),
        }
    }
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_and_not_guessed() {
        let check = |words: &[&str], runs, target| {
            assert_eq!(parse(words).ok(), Some(Amount { runs, target }), "{words:?}");
        };
        check(&[], None, None);
        check(&["--runs", "7"], Some(7), None);
        check(&["--target", "frame", "--runs", "2"], Some(2), Some("frame"));
        for wrong in [&["--runs"][..], &["--runs", "many"], &["--target", "x"], &["frame"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn every_target_has_a_folder_of_inputs() {
        let root = crate::run::workspace_root().expect("run by cargo");
        let folders = fs::read_dir(root.join("crates/fuzz/corpus")).expect("a folder");
        let mut found: Vec<_> = folders
            .map(|folder| folder.expect("a folder").file_name().into_string().expect("plain"))
            .collect();
        found.sort();
        assert_eq!(found, TARGETS);
    }
}
