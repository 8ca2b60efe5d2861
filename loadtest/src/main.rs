//! The adversary: a crowd that also audits. Knows only the protocol.
//!
//! ```text
//! scenario ─▶ evening ─▶ act ─▶ parts ═▶ part ─┬─ schedule ─▶ pace ─┬─▶ viewer ─▶ seat ─▶ link
//!   (file)      │         │     (processes)    │    (seed)          └─▶ platform
//!               │       world   server, faults └─ answers, tally ─▶ act ─▶ heard ─▶ result
//!               └─▶ audit ─▶ line ─▶ fold ─▶ compare
//! ```
//!
//! Promises: what is sent is fixed by the seed before the first byte; latency counts from the
//! planned moment; a run whose audit does not hold fails, however fast it was; a run in which we
//! were late ourselves does not count.
//! Never: imports what it tests, waits for an answer before the next send, believes the server's
//! own figures.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal speaks")]

mod act;
mod answers;
mod audit;
mod chot;
mod climb;
mod compare;
mod evening;
mod figure;
mod files;
mod fold;
mod heard;
mod host;
mod http;
mod interruptions;
mod junk;
mod line;
mod link;
mod machine;
mod pace;
mod page;
mod part;
mod parts;
mod peers;
mod pipe;
mod platform;
mod postgres;
mod process;
mod progress;
mod ramp;
mod report;
mod result;
mod run;
mod scenario;
mod schedule;
mod script;
mod seat;
mod source;
mod tally;
mod usage;
mod viewer;
mod wire;
mod world;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use evening::{Results, evening};
use machine::Machine;
use scenario::Scenario;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::signal::unix::{SignalKind, signal};

/// A crowd that also audits.
///
/// Exit 0: every promise held. 1: one broke, and the table says which. 2: a run could not be made.
/// 3: a run is void, because we kept our own schedule so badly that its latencies say nothing of
/// the server.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Plays evenings, one after the other, and audits each.
    Run(Options),
    /// Says which evenings there are, and how large each is.
    List,
    /// What anybody would use instead, beside us in the same run.
    #[command(subcommand)]
    Peers(peers::Peers),
    /// The table of a run's folder, and its page and summary, written there.
    Report {
        /// Where every part of the run wrote its result.
        dir: PathBuf,
    },
    /// One process of the crowd; told what to do on its standard input.
    #[command(hide = true)]
    Part,
}

#[derive(Args)]
pub(crate) struct Options {
    /// Which evenings (`loadtest list`).
    #[arg(required = true)]
    names: Vec<String>,
    /// The short form of each: at most twenty seconds of load.
    #[arg(long)]
    short: bool,
    /// A folder for NAME.json of every evening, every figure with an aim, and machine.json.
    #[arg(long)]
    out: Option<PathBuf>,
    /// By how many processes the crowd is played; one may open some 20,000 sockets.
    #[arg(long)]
    processes: Option<u32>,
    /// How many sit at sockets, instead of what the file says.
    #[arg(long)]
    sockets: Option<u32>,
    /// Fixes who types what when, and whose socket is cut when.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many answered keys are sent again for the audit.
    #[arg(long, default_value_t = 200)]
    sample: usize,
    /// The program to start.
    #[arg(long, default_value = "target/release/chot")]
    chot: PathBuf,
    /// Keeps the servers' data folders, in one named after the evening; without it they are
    /// temporary.
    #[arg(long)]
    data: Option<PathBuf>,
    /// A running server (needs both tokens); without it, one is started.
    #[arg(long, requires = "host_token", requires = "source_token")]
    url: Option<String>,
    #[arg(long)]
    host_token: Option<String>,
    #[arg(long)]
    source_token: Option<String>,
}

impl Options {
    /// How to run one evening like this again.
    fn command(&self, name: &str) -> String {
        let mut command = format!("loadtest run {name} --seed {}", self.seed);
        if self.short {
            command.push_str(" --short");
        }
        for (flag, value) in [("processes", self.processes), ("sockets", self.sockets)] {
            value.iter().for_each(|value| command += &format!(" --{flag} {value}"));
        }
        command
    }
}

fn main() -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("no runtime: {error}");
            return ExitCode::from(2);
        }
    };
    if let Err(error) = files::raise() {
        eprintln!("no more files may be opened: {error}");
    }
    match Cli::parse().act {
        Act::List => list(),
        Act::Part => {
            runtime.block_on(part::part());
            ExitCode::SUCCESS
        }
        Act::Peers(peers) => match runtime.block_on(peers.compare()) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(1),
            Err(error) => unplayed(&error),
        },
        Act::Report { dir } => told(&dir),
        Act::Run(options) => {
            let ran = runtime.block_on(unless_ended(ran(&options)));
            ran.unwrap_or_else(|error| unplayed(&error))
        }
    }
}

/// Prints the table of a run's folder; exit 1 if a promise broke or a part is missing.
fn told(dir: &Path) -> ExitCode {
    match page::write(dir) {
        Ok((table, holds)) => {
            print!("{table}");
            ExitCode::from(u8::from(!holds))
        }
        Err(error) => {
            eprintln!("the report could not be made: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn unplayed(error: &anyhow::Error) -> ExitCode {
    eprintln!("the run could not be made: {error:#}");
    ExitCode::from(2)
}

/// Waits for `work`, unless somebody ends us: dropping it stops everything that it started.
async fn unless_ended<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let mut ended = signal(SignalKind::terminate()).context("SIGTERM")?;
    tokio::select! {
        done = work => done,
        told = tokio::signal::ctrl_c() => {
            told.context("SIGINT")?;
            anyhow::bail!("interrupted")
        }
        _ = ended.recv() => anyhow::bail!("ended"),
    }
}

fn list() -> ExitCode {
    for name in scenario::names() {
        match Scenario::named(name, false) {
            Ok(scenario) => {
                println!("{name:<8} {:>6} sockets  {}", scenario.sockets, scenario.about)
            }
            Err(error) => {
                eprintln!("{name}: {error:#}");
                return ExitCode::from(2);
            }
        }
    }
    ExitCode::SUCCESS
}

/// Plays all evenings that were asked for.
///
/// # Errors
/// If one cannot be played; the others are.
async fn ran(options: &Options) -> anyhow::Result<ExitCode> {
    for name in &options.names {
        Scenario::named(name, options.short)?;
    }
    let disk = disk(options)?;
    let (mut broke, mut void, mut failed) = (false, false, false);
    for name in &options.names {
        match evening(name, options, disk).await {
            Ok(Results { evening, figures }) => {
                println!("{evening}");
                figures.iter().for_each(|figure| println!("{figure}"));
                broke |= !evening.holds();
                void |= evening.void.is_some();
                if let Some(folder) = &options.out {
                    result::write(folder, name, &evening)?;
                    for figure in &figures {
                        result::write(folder, figure.name, figure)?;
                    }
                }
            }
            Err(error) => {
                eprintln!("{name} could not be played: {error:#}");
                failed = true;
            }
        }
    }
    Ok(match (failed, broke, void) {
        (true, ..) => ExitCode::from(2),
        (_, true, _) => ExitCode::from(1),
        (.., true) => ExitCode::from(3),
        _ => ExitCode::SUCCESS,
    })
}

/// The speed of the disk under the data folder, where a figure or the report needs it.
fn disk(options: &Options) -> anyhow::Result<Option<machine::Syncs>> {
    let needed = options.out.is_some() || options.names.iter().any(|name| name == "ramp");
    if !needed {
        return Ok(None);
    }
    let folder = options.data.clone().unwrap_or_else(std::env::temp_dir);
    let syncs = machine::syncs(&folder)?;
    if let Some(out) = &options.out {
        result::write(out, "machine", &Machine::here(syncs))?;
    }
    Ok(Some(syncs))
}
