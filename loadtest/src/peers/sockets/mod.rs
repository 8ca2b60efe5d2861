//! Sockets beside a bare server and beside nginx with nchan, each pair in one run.
//!
//! ```text
//! claims    closed_loop ── pool ── door, frame       one thread, no buffer for who is quiet
//! viewers   generator (a process of its own) ── pool
//! ```

mod bare;
mod claims;
mod closed_loop;
mod crowd;
mod door;
mod frame;
pub(crate) mod generator;
mod generators;
mod meanwhile;
mod nchan;
mod ours;
mod pool;
mod process;
mod redis_row;
mod session;
mod stock;
mod viewers;
mod words;

use crate::figure::Figure;
use crate::peers::ratio::Compared;
use crate::result;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// What `loadtest peers sockets` may be told.
#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// Five rounds instead of three, and longer ones.
    #[arg(long)]
    full: bool,
    /// Only the row of this name, or all whose names begin with these words; again for more.
    #[arg(long)]
    only: Vec<String>,
    /// How long a round counts.
    #[arg(long)]
    seconds: Option<u64>,
    /// How many rounds.
    #[arg(long)]
    rounds: Option<usize>,
    /// How many viewers watch.
    #[arg(long, default_value_t = 18_980)]
    viewers: u32,
    /// Chốt's program.
    #[arg(long, default_value = "target/release/chot")]
    chot: PathBuf,
    /// The bare server; without it, the one beside this program.
    #[arg(long)]
    bare: Option<PathBuf>,
    /// Where the results go, one JSON file each.
    #[arg(long)]
    out: Option<PathBuf>,
}

impl Options {
    fn span(&self) -> Duration {
        Duration::from_secs(self.seconds.unwrap_or(if self.full { 5 } else { 3 }))
    }

    /// How to measure one row again.
    fn command(&self, row: &str) -> String {
        let full = if self.full { " --full" } else { "" };
        format!("loadtest peers sockets --only {row}{full}")
    }

    fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.full { 5 } else { 3 })
    }

    fn wants(&self, row: &str) -> bool {
        let is_meant = |only: &String| {
            let rest = row.strip_prefix(only.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
        };
        self.only.is_empty() || self.only.iter().any(is_meant)
    }

    fn bare(&self) -> anyhow::Result<PathBuf> {
        match &self.bare {
            Some(bare) => Ok(bare.clone()),
            None => Ok(std::env::current_exe()?.with_file_name("bare")),
        }
    }
}

/// A finished row.
enum Row {
    Ratio(Compared),
    Figure(Figure),
}

impl Row {
    fn done(&self, options: &Options) -> anyhow::Result<()> {
        match (self, &options.out) {
            (Self::Ratio(_), None) => Ok(()),
            (Self::Ratio(compared), Some(folder)) => compared.write(folder),
            (Self::Figure(figure), folder) => {
                println!("{figure}");
                let written = |folder: &PathBuf| result::write(folder, figure.name, figure);
                folder.as_ref().map_or(Ok(()), written)
            }
        }
    }
}

/// Measures every row that is wanted, and writes it as soon as it is there.
///
/// # Errors
/// If one could not be measured.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    for row in claims::ROWS {
        if options.wants(row.0) {
            claims::measure(options, row).await?.done(options)?;
        }
    }
    if options.wants(redis_row::NAME) {
        redis_row::measure(options).await?.done(options)?;
    }
    viewers::run(options).await
}
