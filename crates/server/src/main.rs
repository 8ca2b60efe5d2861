//! The binary chot: wiring only.
//!
//! ```text
//! cli ─▶ settings ─▶ node: core (journal, hub, accounts) + persister + gateway
//!    │                                                        chot serve, chot demo
//!    ├─▶ control ─▶ office, on our own core or over a socket  chot shop, export, read
//!    ├─▶ backup, on our own core or over a socket             chot backup, restore
//!    └─▶ prove, doctor                                        chot verify, doctor
//! ```
//!
//! Promises: a bad setting is refused at the start with what would be right; a lost journal ends
//! the process.
//! Never: decides anything about orders.

mod backup;
mod cli;
mod control;
mod core;
mod demo;
mod disk;
mod doctor;
mod export;
mod lan;
mod lookout;
mod machine;
mod node;
mod office;
mod practice;
mod prove;
mod retention;
mod say;
mod seeing;
mod serve;
mod settings;
mod shop;

use clap::Parser;
use cli::{Cli, Command};
use std::process::ExitCode;

/// Answers are made on one thread and dropped on another, thousands at a time: the system's own
/// allocator gives that memory back and fetches it again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    machine::keep_files_private();
    let cli = Cli::parse();
    let quiet = !matches!(cli.command, Command::Serve(_));
    seeing::start_logs(quiet);
    match run(cli.command) {
        Ok(code) => code,
        Err(error) => {
            say::complain(&format!("chot: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    let done = |result: anyhow::Result<()>| result.map(|()| ExitCode::SUCCESS);
    match command {
        Command::Demo(flags) => demo::run(&flags),
        Command::Serve(flags) => done(serve::run(&flags)),
        Command::Shop(cli::Shop::Add(flags)) => done(shop::add(&flags)),
        Command::Shop(cli::Shop::Invite(flags)) => done(shop::invite(&flags)),
        Command::Verify(flags) => prove::verify(&flags),
        Command::Export(flags) => done(export::run(&flags)),
        Command::Backup(flags) => done(backup::run(&flags)),
        Command::Restore(flags) => done(backup::restore::run(&flags)),
        Command::Read(flags) => prove::read(&flags),
        Command::Doctor(flags) => doctor::run(&flags),
    }
}
