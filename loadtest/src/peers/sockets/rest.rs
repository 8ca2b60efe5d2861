//! Whether a server is at rest after a round.

use crate::usage::usage;
use std::time::{Duration, Instant};

/// How long a server is waited for after a round.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK: Duration = Duration::from_millis(300);
/// At rest: less than this share of one processor.
const REST: f64 = 0.07;

/// Processor time so far, in seconds.
pub(crate) fn cpu_seconds(process: u32) -> f64 {
    usage(&process.to_string()).cpu_s
}

/// Waits until a server has worked off what a round left behind, so that the next round has the
/// machine for itself.
///
/// # Errors
/// If it still works after that.
pub(crate) async fn rests(process: u32) -> anyhow::Result<()> {
    let began = Instant::now();
    while began.elapsed() < PATIENCE {
        let (before, at) = (cpu_seconds(process), Instant::now());
        tokio::time::sleep(LOOK).await;
        if (cpu_seconds(process) - before) / at.elapsed().as_secs_f64() < REST {
            return Ok(());
        }
    }
    anyhow::bail!("process {process} is not at rest {PATIENCE:?} after its round")
}
