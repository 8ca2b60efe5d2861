//! The load test with one command: the peers, the build, every part, the report.
//!
//! ```text
//! tools ─▶ build ─▶ folder ─▶ parts, one after the other ─▶ loadtest report ─▶ table, page
//! ```
//! A promise that broke, or a part that could not be run, fails the chore; a speed that was missed
//! does not.

mod folder;
mod parts;
mod tools;

pub(crate) use parts::{Asked, parse};

use crate::run::{command, run, written};
use anyhow::{Context as _, Result, ensure};
use parts::{Kind, Part, Programs};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The smallest evening.
const SMOKE: [&str; 3] = ["run", "smoke", "--short"];

/// Measures everything that was asked for.
pub(crate) fn loadtest(root: &Path, asked: &Asked) -> Result<()> {
    let env = tools::peers(root, &asked.parts)?;
    build(root, &asked.parts)?;
    let target = target(root);
    let programs = programs(&target.join("release"));
    let folder = folder::make(&target, asked.full)?;
    println!("\nresults go to {}", folder.display());
    let began = Instant::now();
    for (nth, part) in asked.parts.iter().enumerate() {
        println!("\n== {} ({} of {})", part.name, nth + 1, asked.parts.len());
        let out = folder.display().to_string();
        play(root, &env, part, &part.words(asked.full, &programs, &out), &folder)?;
    }
    println!("\n== report (after {} min)", began.elapsed().as_secs() / 60);
    let report = [programs.loadtest.as_str(), "report", &folder.display().to_string()];
    run(root, &[], &report).context("a promise broke, or a part could not be run")
}

/// Runs one part to its end and notes how it ended; the next one runs whatever came of it.
fn play(
    root: &Path,
    env: &[(&str, String)],
    part: &Part,
    words: &[String],
    folder: &Path,
) -> Result<()> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let line = written(env, &words);
    println!("$ {line}");
    let began = Instant::now();
    let ended = command(root, env, &words).status();
    let exit = match &ended {
        Ok(status) => status.code(),
        Err(error) => {
            println!("{} cannot be started: {error}", words[0]);
            None
        }
    };
    if exit != Some(0) {
        println!("{} ended with {}", part.name, exit.map_or("a signal".into(), |c| c.to_string()));
    }
    folder::note(folder, part.name, began.elapsed(), exit, &line)
}

/// Builds everything that is measured and that measures, once, before anything is measured.
fn build(root: &Path, parts: &[Part]) -> Result<()> {
    let mut words = vec!["cargo".to_owned(), "build".to_owned(), "--release".to_owned()];
    for package in packages(root)? {
        words.extend(["--package".to_owned(), package]);
    }
    run(root, &[], &words.iter().map(String::as_str).collect::<Vec<_>>())?;
    for part in parts {
        if let Kind::Bench { package, bench } = part.kind {
            let cargo = ["cargo", "bench", "--no-run", "--package", package, "--bench", bench];
            run(root, &[], &cargo)?;
        }
    }
    Ok(())
}

/// The server, the load test, and the programs that it starts: each has a folder in its own.
fn packages(root: &Path) -> Result<Vec<String>> {
    let mut packages = vec!["server".to_owned(), "loadtest".to_owned()];
    let entries = fs::read_dir(root.join("loadtest"))?;
    let mut inner: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()
        .context("the folder of the load test")?;
    inner.retain(|path| path.join("Cargo.toml").is_file());
    inner.sort();
    packages.extend(inner.iter().filter_map(|path| Some(path.file_name()?.to_str()?.to_owned())));
    Ok(packages)
}

/// Where cargo puts what it builds.
fn target(root: &Path) -> PathBuf {
    root.join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

fn programs(folder: &Path) -> Programs {
    let path = |name: &str| folder.join(name).display().to_string();
    Programs { chot: path("chot"), loadtest: path("loadtest") }
}

/// The smallest evening with the programs of the ordinary build: that every part of the load test
/// still fits the server, not how fast it is.
pub(crate) fn smoke(root: &Path) -> Result<()> {
    run(root, &[], &["cargo", "build", "--quiet", "--package", "server", "--package", "loadtest"])?;
    let programs = programs(&target(root).join("debug"));
    let words = [&[programs.loadtest.as_str()], &SMOKE[..], &["--chot", &programs.chot]].concat();
    // Latencies of this build say nothing, so neither does a generator that was late: exit code 3.
    println!("$ {}", written(&[], &words));
    let status = command(root, &[], &words).status()?;
    ensure!(matches!(status.code(), Some(0 | LATE)), "the evening ended with {status}");
    Ok(())
}

/// The exit code of an evening whose promises held and whose latencies do not count.
const LATE: i32 = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::workspace_root;

    #[test]
    fn everything_in_the_folder_of_the_load_test_is_built() {
        let root = std::env::temp_dir().join(format!("xtask-packages-{}", std::process::id()));
        for inner in ["scenarios", "second", "first"] {
            fs::create_dir_all(root.join("loadtest").join(inner)).expect("a folder");
        }
        for package in ["second", "first"] {
            fs::write(root.join("loadtest").join(package).join("Cargo.toml"), "").expect("a file");
        }
        let packages = packages(&root).expect("it can be listed");
        assert_eq!(packages, ["server", "loadtest", "first", "second"]);
        fs::remove_dir_all(&root).expect("it goes");
    }

    #[test]
    fn a_part_that_fails_or_cannot_be_started_is_noted_and_the_next_one_runs() {
        let root = workspace_root().expect("run by cargo");
        let parent = std::env::temp_dir().join(format!("xtask-parts-{}", std::process::id()));
        fs::create_dir_all(&parent).expect("a folder");
        let part = parse(&[]).expect("it reads").parts[0];
        for words in [["sh", "-c", "exit 1"], ["no-such-program", "a", "b"], ["true", "", ""]] {
            let words = words.map(str::to_owned);
            play(&root, &[], &part, &words, &parent).expect("it is noted");
        }
        let noted = fs::read_to_string(parent.join("parts.tsv")).expect("it is there");
        let exits: Vec<_> = noted.lines().filter_map(|line| line.split('\t').nth(2)).collect();
        assert_eq!(exits, ["1", "", "0"]);
        fs::remove_dir_all(&parent).expect("it goes");
    }
}
