//! What it was measured on, and how fast its disk is by itself: the measure of every durable
//! answer.

use crate::tally::Spans;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long syncs are measured.
const MEASURED: Duration = Duration::from_secs(2);

/// What is appended before each sync: a page.
const APPEND_BYTES: usize = 4_096;

/// Times of one append and `fdatasync`, alone on the machine, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub(crate) struct Syncs {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// The machine and the moment.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Machine {
    kind: &'static str,
    name: &'static str,
    cpu: String,
    cores: usize,
    memory_gib: f64,
    kernel: String,
    commit: String,
    date: String,
    disk_sync_us: Syncs,
}

/// Appends and syncs for two seconds in that folder's file system. Blocks.
///
/// # Errors
/// If the disk refuses.
pub(crate) fn syncs(folder: &Path) -> anyhow::Result<Syncs> {
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::tempfile_in(folder)?;
    let page = [0x5a; APPEND_BYTES];
    let mut spans = Spans::default();
    let end = Instant::now() + MEASURED;
    while Instant::now() < end {
        let from = Instant::now();
        file.write_all(&page)?;
        file.sync_data()?;
        spans.record(from.elapsed());
    }
    Ok(Syncs { p50: spans.ms(0.5) * 1e3, p99: spans.ms(0.99) * 1e3 })
}

impl Machine {
    /// This one, now.
    pub(crate) fn here(disk_sync_us: Syncs) -> Self {
        let read = |file: &str| std::fs::read_to_string(file).unwrap_or_default();
        let field = |text: &str, name: &str| -> String {
            let line = text.lines().find(|line| line.starts_with(name));
            let value = line.and_then(|line| line.split_once(':')).map(|(_, value)| value.trim());
            value.unwrap_or("unknown").to_owned()
        };
        let memory = field(&read("/proc/meminfo"), "MemTotal");
        let kib: f64 = memory.split(' ').next().and_then(|kib| kib.parse().ok()).unwrap_or(0.0);
        Self {
            kind: "machine",
            name: "machine",
            cpu: field(&read("/proc/cpuinfo"), "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gib: (kib / 1_048_576.0 * 10.0).round() / 10.0,
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            commit: answer("git", &["rev-parse", "--short", "HEAD"]),
            date: answer("date", &["-u", "+%Y-%m-%dT%H:%M:%SZ"]),
            disk_sync_us,
        }
    }
}

/// What a program says, if it is there and says anything.
fn answer(program: &str, arguments: &[&str]) -> String {
    let ran = Command::new(program).args(arguments).output();
    let said = ran.ok().filter(|ran| ran.status.success());
    said.map_or("unknown".into(), |ran| String::from_utf8_lossy(&ran.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_tells_its_cores_and_the_moment() {
        let told = serde_json::to_value(Machine::here(Syncs { p50: 80.0, p99: 200.0 }));
        let told = told.expect("writes");
        assert!(told["cores"].as_u64().is_some_and(|cores| cores > 0));
        assert_eq!(told["date"].as_str().map(str::len), Some("2026-11-29T20:00:00Z".len()));
        assert_eq!(told["disk_sync_us"]["p99"], 200.0);
    }
}
