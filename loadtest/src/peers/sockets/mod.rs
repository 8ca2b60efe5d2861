//! Sockets beside a bare server and beside nginx with nchan, each pair in one run.
//!
//! ```text
//! claims    closed_loop ── pool ── endpoint, frame   one thread, no buffer for who is quiet
//! viewers   generator (a process of its own) ── pool
//! ```

mod bare;
mod claims;
mod closed_loop;
mod crowd;
mod endpoint;
mod frame;
pub(crate) mod generator;
mod generators;
mod meanwhile;
mod nchan;
mod ours;
mod pool;
mod redis_row;
mod rest;
mod session;
mod stock;
mod viewers;
mod words;

use crate::figure::Figure;
use crate::peers::ratio::{Compared, rounds};
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
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: Option<u64>,
    /// How many rounds.
    #[arg(long)]
    rounds: Option<usize>,
    /// How many viewers watch.
    #[arg(long, default_value_t = 18_980, value_parser = clap::value_parser!(u32).range(1..))]
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
        self.rounds.unwrap_or(rounds(self.full))
    }

    fn wants(&self, row: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| is_meant(only, row))
    }

    /// # Errors
    /// If words of `--only` mean no row.
    fn check(&self) -> anyhow::Result<()> {
        let names: Vec<&str> = names().collect();
        for only in &self.only {
            let is_known = names.iter().any(|name| is_meant(only, name));
            anyhow::ensure!(is_known, "--only {only}: there are {}", names.join(", "));
        }
        Ok(())
    }

    fn bare(&self) -> anyhow::Result<PathBuf> {
        match &self.bare {
            Some(bare) => Ok(bare.clone()),
            None => Ok(std::env::current_exe()?.with_file_name("bare")),
        }
    }
}

/// Whether these words mean that row: its name, or a beginning of it up to a dash.
fn is_meant(only: &str, row: &str) -> bool {
    let rest = row.strip_prefix(only);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// The names of all rows, in the order in which they are measured.
fn names() -> impl Iterator<Item = &'static str> {
    let claims = claims::ROWS.into_iter().map(|(name, _)| name);
    let stock = stock::ROWS.into_iter().map(|(name, ..)| name);
    let viewers = [viewers::MEMORY, viewers::CONNECT].into_iter().chain(stock);
    claims.chain([redis_row::NAME]).chain(viewers).chain([meanwhile::NAME])
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
/// If one could not be measured, or there is none of that name.
pub(crate) async fn run(options: &Options) -> anyhow::Result<()> {
    options.check()?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser, Debug)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    fn read(words: &[&str]) -> Result<Options, clap::Error> {
        let line = Line::try_parse_from([&["sockets"], words].concat());
        line.map(|line| line.options)
    }

    #[test]
    fn words_mean_a_row_or_all_that_begin_with_them() {
        let check = |words: &[&str], expected: Option<usize>| {
            let options = read(words).expect("good words");
            let wanted = options.check().ok();
            let wanted = wanted.map(|()| names().filter(|row| options.wants(row)).count());
            assert_eq!(wanted, expected, "{words:?}");
        };
        check(&[], Some(names().count()));
        check(&["--only", "ws-claims-depth1"], Some(1));
        check(&["--only", "viewers-stock"], Some(3));
        check(&["--only", "viewers", "--only", "ws"], Some(names().count()));
        check(&["--only", "viewers", "--only", "viewer"], None);
    }

    #[test]
    fn a_round_without_time_or_viewers_is_refused() {
        let check = |words: &[&str], good| assert_eq!(read(words).is_ok(), good, "{words:?}");
        check(&["--seconds", "5", "--viewers", "100"], true);
        check(&["--seconds", "0"], false);
        check(&["--viewers", "0"], false);
    }
}
