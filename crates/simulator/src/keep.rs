//! What is kept in the crate's folder: seeds that failed, and ranges that were run.

use simulator::Failure;
use std::fmt;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;

/// A range of seeds in which no promise was broken.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Range {
    /// Of the code that ran.
    pub(crate) commit: String,
    pub(crate) from: u64,
    /// Inclusive.
    pub(crate) to: u64,
    pub(crate) digest: u64,
    pub(crate) per_second: f64,
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { commit, from, to, digest, per_second } = self;
        write!(f, "{from}..{to}\t{commit}\t{digest:016x}\t{per_second:.1}")
    }
}

/// Where the next range begins.
pub(crate) fn next_seed() -> u64 {
    let ranges = fs::read_to_string(path("ranges.tsv")).unwrap_or_default();
    1 + last_of(&ranges)
}

/// The last seed of the last range.
fn last_of(ranges: &str) -> u64 {
    let ends = ranges.lines().filter_map(|line| line.split('\t').next()?.split("..").nth(1));
    ends.filter_map(|end| end.parse().ok()).max().unwrap_or(0)
}

/// Adds a range.
pub(crate) fn record(range: &Range) -> io::Result<()> {
    add("ranges.tsv", &range.to_string())
}

/// Keeps a failed seed for ever, with what makes it small and the promise that it broke.
pub(crate) fn keep(failure: &Failure) -> io::Result<()> {
    let words = [vec![failure.options.seed.to_string()], failure.options.differences()].concat();
    add("seeds.txt", &format!("{} | {}", words.join(" "), failure.violated.promise))
}

fn add(name: &str, line: &str) -> io::Result<()> {
    let there = fs::read_to_string(path(name)).unwrap_or_default();
    if there.lines().any(|known| known == line) {
        return Ok(());
    }
    let mut file = OpenOptions::new().create(true).append(true).open(path(name))?;
    writeln!(file, "{line}")
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The commit of the tree, with a `+` if something is changed since. To be asked before the seeds
/// are run: afterwards the tree may have moved on.
pub(crate) fn commit() -> String {
    let git = |words: &[&str]| {
        let output = Command::new("git").args(words).current_dir(path(".")).output();
        let output = output.ok().filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    };
    let head = git(&["rev-parse", "--short=12", "HEAD"]);
    let head = head.map_or_else(|| "unknown".to_owned(), |head| head.trim().to_owned());
    let sources = ["status", "--porcelain", "--", ":/", ":!ranges.tsv", ":!seeds.txt"];
    let changed = git(&sources).is_some_and(|changed| !changed.is_empty());
    if changed { format!("{head}+") } else { head }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_range_begins_after_the_last_one() {
        let check = |ranges: &str, expected| assert_eq!(last_of(ranges), expected, "{ranges}");
        check("", 0);
        check("# seeds\tcommit\n1..500\tabc\t0\t9\n501..700\tabc\t0\t9\n", 700);
    }
}
