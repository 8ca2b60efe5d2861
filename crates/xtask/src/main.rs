//! Developer chores: set-up, test, generated files.
//!
//! ```text
//! cargo xtask test [--long]    set up ─▶ format ─▶ lint ─▶ docs ─▶ test ─▶ load ─▶ screens
//!                              ─▶ browse ─▶ simulate ─▶ fuzz
//! cargo xtask setup            only the first step
//! cargo xtask simulate ...     the simulator, optimised, with these words
//! cargo xtask routes [--json]  every address with who may come in
//! cargo xtask guide            the page for the wall, of this build's own screens
//! cargo xtask fuzz             instrumented parsers ─▶ libFuzzer, one after the other
//! cargo xtask loadtest         peers ─▶ release build ─▶ every part ─▶ table and page
//! ```
//!
//! Promises: every command is printed before it runs, so that it can be run by hand; what is there
//! already is left alone; the first failure ends the run with the step's name and exit code 1.
//! Never: is imported by another crate, or needed to build or run `chot`.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod fuzz;
mod guide;
mod loadtest;
mod packages;
mod postgres;
mod python;
mod run;
mod screens;
mod setup;
mod simulate;
mod steps;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask test [--long]   everything that must hold before a commit
       cargo xtask setup           only installs what the tests need
       cargo xtask simulate ...    seeds of the simulator; without words it says which there are
       cargo xtask routes [--json] every address and socket message with who may come in
       cargo xtask guide           one page to print, of what the screens show now
       cargo xtask fuzz [--runs N] [--target T]   20 s or N inputs for every parser, or one
       cargo xtask loadtest [--full] [--only NAME,...]   the crowd and the peers: table and page";

/// What was asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Chore<'a> {
    Test { long: bool },
    Setup,
    Simulate(&'a [&'a str]),
    Routes { json: bool },
    Guide,
    Fuzz(fuzz::Amount),
    LoadTest(loadtest::Asked),
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let Some(chore) = parse(&words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let done = run::workspace_root().and_then(|root| match chore {
        Chore::Test { long } => steps::test(&root, long),
        Chore::Setup => setup::setup(&root, false).map(|_| ()),
        Chore::Simulate(words) => simulate::simulate(&root, words),
        Chore::Routes { json } => routes(&root, json),
        Chore::Guide => guide::guide(&root),
        Chore::Fuzz(amount) => fuzz::fuzz(&root, amount),
        Chore::LoadTest(asked) => loadtest::loadtest(&root, &asked),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the table from the very router; what it needs to be built is said on the other stream.
fn routes(root: &std::path::Path, json: bool) -> anyhow::Result<()> {
    let mut cargo = std::process::Command::new("cargo");
    cargo.args(["run", "--quiet", "--package", "gateway", "--example", "routes"]);
    if json {
        cargo.args(["--", "--json"]);
    }
    let status = cargo.current_dir(root).status()?;
    anyhow::ensure!(status.success(), "the table could not be printed");
    Ok(())
}

fn parse<'a>(words: &'a [&'a str]) -> Option<Chore<'a>> {
    match words {
        ["test"] => Some(Chore::Test { long: false }),
        ["test", "--long"] => Some(Chore::Test { long: true }),
        ["setup"] => Some(Chore::Setup),
        ["routes"] => Some(Chore::Routes { json: false }),
        ["routes", "--json"] => Some(Chore::Routes { json: true }),
        ["guide"] => Some(Chore::Guide),
        ["simulate", words @ ..] => Some(Chore::Simulate(words)),
        ["fuzz", rest @ ..] => said(fuzz::parse(rest)).map(Chore::Fuzz),
        ["loadtest", rest @ ..] => said(loadtest::parse(rest)).map(Chore::LoadTest),
        _ => None,
    }
}

/// What was read; what was wrong with it is said.
fn said<T>(read: anyhow::Result<T>) -> Option<T> {
    read.inspect_err(|error| eprintln!("{error:#}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_chore_is_not_guessed() {
        let check = |words: &[&str], expected: Option<Chore<'_>>| {
            assert_eq!(parse(words), expected, "{words:?}");
        };
        check(&["test"], Some(Chore::Test { long: false }));
        check(&["test", "--long"], Some(Chore::Test { long: true }));
        check(&["setup"], Some(Chore::Setup));
        check(&["simulate", "--seeds", "9"], Some(Chore::Simulate(&["--seeds", "9"])));
        check(&["guide"], Some(Chore::Guide));
        check(&["guide", "--fast"], None);
        check(&[], None);
        check(&["tests"], None);
        check(&["setup", "--long"], None);
        check(&["fuzz"], Some(Chore::Fuzz(fuzz::Amount { runs: None, target: None })));
        check(&["fuzz", "--fast"], None);
        check(&["loadtest", "--fast"], None);
        let full = loadtest::parse(&["--full"]).ok().map(Chore::LoadTest);
        assert!(full.is_some());
        check(&["loadtest", "--full"], full);
    }
}
