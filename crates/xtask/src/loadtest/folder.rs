//! The folder of a run: `target/loadtest/<date>-<commit>[-full]/`, never one that is there already.

use crate::run::answer;
use anyhow::{Context as _, Result};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Runs of one commit on one day.
const RUNS_MAX: u32 = 1_000;

/// A line for each part that ended, for the report.
const PARTS: &str = "parts.tsv";

/// Makes the folder.
pub(crate) fn make(target: &Path, full: bool) -> Result<PathBuf> {
    let date = answer(&["date", "+%Y-%m-%d"]).context("what day is it? `date` does not say")?;
    let commit = answer(&["git", "rev-parse", "--short", "HEAD"]);
    let commit = commit.unwrap_or_else(|| "no-commit".to_owned());
    make_first(&target.join("loadtest"), &format!("{date}-{commit}"), full)
}

/// The first of `NAME`, `NAME-2`, `NAME-3` that is not there yet.
fn make_first(parent: &Path, name: &str, full: bool) -> Result<PathBuf> {
    fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
    let length = if full { "-full" } else { "" };
    for nth in 1..=RUNS_MAX {
        let again = if nth == 1 { String::new() } else { format!("-{nth}") };
        let folder = parent.join(format!("{name}{again}{length}"));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| folder.display().to_string()),
        }
    }
    anyhow::bail!("{} holds {RUNS_MAX} runs of this commit today", parent.display())
}

/// Writes how a part ended, as soon as it did: a run that is stopped keeps what it has.
pub(crate) fn note(
    folder: &Path,
    name: &str,
    took: Duration,
    exit: Option<i32>,
    command: &str,
) -> Result<()> {
    let exit = exit.map_or_else(String::new, |code| code.to_string());
    let line = format!("{name}\t{}\t{exit}\t{command}\n", took.as_secs());
    let mut file = OpenOptions::new().create(true).append(true).open(folder.join(PARTS))?;
    file.write_all(line.as_bytes()).context("how a part ended is written down")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_never_writes_into_the_folder_of_another() {
        let parent = std::env::temp_dir().join(format!("xtask-loadtest-{}", std::process::id()));
        let made = |full| make_first(&parent, "2026-11-29-0a1b2c3", full).expect("it is made");
        let name = |folder: PathBuf| folder.file_name().map(|name| name.to_owned());
        let check = |full, expected: &str| {
            assert_eq!(name(made(full)).as_deref(), Some(expected.as_ref()));
        };
        check(false, "2026-11-29-0a1b2c3");
        check(false, "2026-11-29-0a1b2c3-2");
        check(true, "2026-11-29-0a1b2c3-full");
        check(true, "2026-11-29-0a1b2c3-2-full");
        let folder = made(false);
        note(&folder, "calm", Duration::from_millis(61_900), Some(0), "loadtest run calm").unwrap();
        note(&folder, "kill", Duration::from_secs(9), None, "loadtest run kill").unwrap();
        let noted = fs::read_to_string(folder.join(PARTS)).expect("it is there");
        assert_eq!(noted, "calm\t61\t0\tloadtest run calm\nkill\t9\t\tloadtest run kill\n");
        fs::remove_dir_all(&parent).expect("it goes");
    }
}
