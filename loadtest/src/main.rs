//! The adversary: a crowd that also audits. Knows only the protocol.
//!
//! ```text
//! scenario ─▶ schedule ─▶ pace ─┬─▶ viewer    sockets, JSON and protobuf ─┐
//!   (seed)                      └─▶ platform  posts of comments ──────────┼─▶ run ─▶ report
//!                                   host      opens, reads ──▶ audit ◀────┘
//!                                                line ─▶ fold ─▶ compare
//! ```
//!
//! Promises: what is sent is fixed by the seed before the first byte; latency counts from the
//! planned moment; a run whose audit does not hold fails, however fast it was.
//! Never: imports what it tests, waits for an answer before the next send, believes the server's
//! own figures.
#![forbid(unsafe_code)]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a program for the terminal speaks")]

mod audit;
mod chot;
mod compare;
mod fold;
mod host;
mod http;
mod line;
mod pace;
mod page;
mod platform;
mod play;
mod report;
mod run;
mod scenario;
mod schedule;
mod tally;
mod viewer;
mod wire;

use anyhow::Context as _;
use audit::{Auditor, Check};
use chot::{Chot, usage};
use clap::{Args, Parser, Subcommand};
use host::{Host, Tokens};
use http::Target;
use report::Report;
use run::Run;
use scenario::Scenario;
use schedule::Schedule;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

/// A crowd that also audits: exit 0 if every promise held, 1 if one broke, 2 if it could not be
/// run.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    evening: Evening,
}

#[derive(Subcommand)]
enum Evening {
    /// 300 viewers, five orders a second.
    Calm(Options),
    /// Everybody presses when one offer opens.
    Flash(Options),
    /// The table of a run's folder, and its page and summary, written there.
    Report {
        /// Where every part of the run wrote its result.
        dir: PathBuf,
    },
}

#[derive(Args)]
struct Options {
    /// A running server (needs both tokens); without it, one is started.
    #[arg(long, requires = "host_token", requires = "source_token")]
    url: Option<String>,
    #[arg(long)]
    host_token: Option<String>,
    #[arg(long)]
    source_token: Option<String>,
    /// The program to start.
    #[arg(long, default_value = "target/release/chot")]
    chot: PathBuf,
    /// Its data folder, which is kept; without it, a temporary one.
    #[arg(long)]
    data: Option<PathBuf>,
    /// How long people write.
    #[arg(long)]
    seconds: Option<u64>,
    /// How many sit at sockets of their own.
    #[arg(long)]
    sockets: Option<u32>,
    /// Orders per second: of the whole calm evening, or of the drop's first moment.
    #[arg(long)]
    rate: Option<u32>,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many answered keys are sent again for the audit.
    #[arg(long, default_value_t = 200)]
    sample: usize,
    /// Where the report goes as JSON.
    #[arg(long)]
    json: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let (name, options) = match Cli::parse().evening {
        Evening::Calm(options) => ("calm", options),
        Evening::Flash(options) => ("flash", options),
        Evening::Report { dir } => return told(&dir),
    };
    match evening(name, &options).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("the run could not be made: {error:#}");
            ExitCode::from(2)
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

/// True if every promise held.
async fn evening(name: &'static str, options: &Options) -> anyhow::Result<bool> {
    let mut scenario = Scenario::named(name == "flash")?;
    scenario.seconds = options.seconds.unwrap_or(scenario.seconds);
    options.sockets.into_iter().for_each(|sockets| scenario.set_sockets(sockets));
    options.rate.into_iter().for_each(|rate| scenario.set_rate(rate));
    let run = Arc::new(Run::new(Schedule::new(&scenario, options.seed)?.sends));
    let temporary = tempfile::tempdir().context("a temporary folder")?;
    let data = options.data.as_deref().unwrap_or(temporary.path());
    let (chot, target, tokens) = match &options.url {
        Some(url) => {
            let (host, source) = (options.host_token.clone(), options.source_token.clone());
            let tokens = Tokens {
                host: host.context("--url needs --host-token")?,
                source: source.context("--url needs --source-token")?,
            };
            (None, Target::parse(url)?, tokens)
        }
        None => {
            std::fs::create_dir_all(data)?;
            let (chot, target, tokens) = Chot::start(&options.chot, data).await?;
            (Some(chot), target, tokens)
        }
    };
    let mut host = Host::open(&target, &tokens, &scenario).await?;
    eprintln!("{} sends planned for session {}", run.sends.len(), host.session);
    let (mut seats, span) = play::play(&run, &scenario, &target, &tokens, &host).await?;
    let mut report = Report::new(name, options.seed, &run, span);
    report.server = chot.as_ref().map(Chot::usage);
    report.own = usage("self");
    let mut auditor = Auditor {
        target: &target,
        source_token: &tokens.source,
        host: &mut host,
        seats: &mut seats,
        sample: options.sample,
    };
    report.checks.push(auditor.again(&run).await);
    let (ledger, checks) = auditor.books(&run).await?;
    report.checks.extend(checks);
    if let Some(chot) = &chot {
        let promise = "`chot verify` says the same of the exported ledger";
        report.checks.push(Check::new(promise, chot.verify(&ledger)));
    }
    println!("{report}");
    if let Some(file) = &options.json {
        std::fs::write(file, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(report.holds())
}
