//! The run as it goes, on standard error: one line each second, in place on a terminal, and every
//! few seconds where nobody watches.

use crate::tally::Counts;
use std::io::{IsTerminal as _, Write as _};

/// Between two lines where nobody watches.
const QUIET_SECONDS: usize = 5;

/// The line of the run.
pub(crate) struct Progress {
    terminal: bool,
    /// A line stands there that may be written over.
    open: bool,
    name: String,
    errors: u64,
    phase: String,
}

impl Progress {
    pub(crate) fn new(name: &str) -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { terminal, open: false, name: name.into(), errors: 0, phase: String::new() }
    }

    /// A sentence that stays.
    pub(crate) fn say(&mut self, sentence: &str) {
        self.end();
        eprintln!("{}: {sentence}", self.name);
    }

    /// What one second came to.
    pub(crate) fn second(&mut self, second: usize, phase: &str, offered: u64, counts: &Counts) {
        self.errors += counts.rejected();
        let changed = self.phase != phase;
        phase.clone_into(&mut self.phase);
        let line = line(&self.name, second, phase, offered, counts, self.errors);
        if self.terminal {
            eprint!("\r\x1b[2K{line}");
            self.open = true;
            if let Err(error) = std::io::stderr().flush() {
                // Progress that cannot be shown is no reason to stop.
                self.terminal = false;
                eprintln!("{error}");
            }
        } else if changed || second.is_multiple_of(QUIET_SECONDS) {
            eprintln!("{line}");
        }
    }

    /// The line stays as it is.
    pub(crate) fn end(&mut self) {
        if std::mem::take(&mut self.open) {
            eprintln!();
        }
    }
}

fn line(
    name: &str,
    second: usize,
    phase: &str,
    offered: u64,
    counts: &Counts,
    errors: u64,
) -> String {
    format!(
        "{name} {:>4} s  {phase:<16} offered {offered:>6}/s  acked {:>6}/s  p50 {:>8.2}  \
         p99 {:>8.2} ms  own lag p99 {:>6.2} ms  errors {errors}",
        second + 1,
        counts.acked,
        counts.ack.ms(0.5),
        counts.ack.ms(0.99),
        counts.lag.ms(0.99),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::Tally;
    use std::time::Duration;

    #[test]
    fn a_second_tells_rates_latencies_lateness_and_the_phase() {
        let tally = Tally::new();
        tally.acked(Duration::from_millis(4), &proto::live::Outcome::default());
        tally.sent(Duration::from_millis(1));
        let told = line("calm", 6, "evening", 12, &tally.take(), 3);
        for part in ["calm    7 s", "evening", "12/s", "1/s", "4.00", "1.00 ms", "errors 3"] {
            assert!(told.contains(part), "{part} is not in {told}");
        }
    }
}
