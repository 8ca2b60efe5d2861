//! The command line: what can be said, and nothing of how it is done.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Chốt: comments in, orders out, nothing oversold, nothing lost.
#[derive(Parser, Debug)]
#[command(name = "chot", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// A practice live on embedded storage: a seeded shop and a simulated crowd on the real code
    /// path.
    Demo(Demo),
    /// The server.
    Serve(Serve),
    /// Shops of this installation.
    #[command(subcommand)]
    Shop(Shop),
    /// Replays an exported ledger with code of its own and prints what it proves.
    Verify(Verify),
    /// Writes everything of a session to a file.
    Export(Export),
    /// Writes everything of this installation into one file, beside a running server or alone.
    Backup(Backup),
    /// Proves a backup and restores it into an empty folder.
    Restore(Restore),
    /// Shows how comments are understood.
    Read(Read),
    /// Says what is wrong with this installation and how to mend it.
    Doctor(Doctor),
}

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// Keeps the data here instead of in a temporary folder.
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Address for everybody.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) listen: String,
    /// Address for operators.
    #[arg(long, default_value = "127.0.0.1:9090")]
    pub(crate) ops_listen: String,
    /// The crowd's seed: the same seed types the same comments.
    #[arg(long, default_value_t = 2026)]
    pub(crate) seed: u64,
    /// Listens on the local network, so that a phone can look.
    #[arg(long)]
    pub(crate) lan: bool,
    /// Prints first one line of JSON with the addresses.
    #[arg(long)]
    pub(crate) json: bool,
    /// Ends by itself after so many seconds; otherwise Ctrl-C ends it.
    #[arg(long)]
    pub(crate) seconds: Option<u64>,
}

#[derive(Args, Debug, Default)]
pub(crate) struct Serve {
    /// The data folder [env: CHOT_DATA] [default: ./chot-data]
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Address for everybody [env: CHOT_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long)]
    pub(crate) listen: Option<String>,
    /// Address for operators [env: CHOT_OPS_LISTEN] [default: 127.0.0.1:9090]
    #[arg(long)]
    pub(crate) ops_listen: Option<String>,
    /// Listens on the local network and shows its address as a QR [env: CHOT_LAN]
    #[arg(long)]
    pub(crate) lan: bool,
    /// A folder for backups that are made by themselves [env: CHOT_BACKUP_TO]
    #[arg(long)]
    pub(crate) backup_to: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Shop {
    /// Adds a shop and prints its tokens, once.
    Add(ShopAdd),
    /// Prints a one-time link by which somebody becomes a shop's owner; beside a running server.
    Invite(ShopInvite),
}

#[derive(Args, Debug)]
pub(crate) struct ShopInvite {
    /// The shop's id.
    #[arg(long)]
    pub(crate) shop: String,
    /// The data folder [env: CHOT_DATA]
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct ShopAdd {
    /// The shop's name.
    #[arg(long)]
    pub(crate) name: String,
    /// The data folder [env: CHOT_DATA]
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Prints one line of JSON: shop, host_token, source_token.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// The exported ledger (NDJSON).
    pub(crate) ledger: PathBuf,
    /// A receipt that must be in it.
    #[arg(long)]
    pub(crate) receipt: Option<String>,
}

/// The open formats of an export.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Format {
    /// The ledger, one event per line.
    Ndjson,
    /// The orders, one line per row, safe for spreadsheets.
    Csv,
    /// The same as a workbook.
    Xlsx,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    /// The session, as in its address.
    #[arg(long)]
    pub(crate) session: String,
    /// The form.
    #[arg(long, value_enum)]
    pub(crate) format: Format,
    /// Where to write; an existing file is replaced at the end only.
    #[arg(long)]
    pub(crate) out: PathBuf,
    /// The data folder [env: CHOT_DATA]
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// A folder, such as a stick: a file named by the time is written there. Or the file itself,
    /// which must not be there yet.
    #[arg(long)]
    pub(crate) to: PathBuf,
    /// The data folder [env: CHOT_DATA]
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Prints one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// The backup.
    pub(crate) file: PathBuf,
    /// The new data folder, empty or not there yet [env: CHOT_DATA]
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
    /// Only proves the backup; nothing is kept.
    #[arg(long)]
    pub(crate) check: bool,
    /// Prints one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Read {
    /// A phrasebook to judge.
    #[arg(long, conflicts_with_all = ["session", "text"])]
    pub(crate) phrasebook: Option<PathBuf>,
    /// The session whose codes are in force.
    #[arg(long, requires = "text")]
    pub(crate) session: Option<String>,
    /// The comment to explain.
    pub(crate) text: Option<String>,
    /// The data folder [env: CHOT_DATA]
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// The data folder [env: CHOT_DATA]
    #[arg(long)]
    pub(crate) data: Option<PathBuf>,
}
