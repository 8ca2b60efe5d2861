//! How fast a backlog reaches Postgres, beside plain `COPY` of the very same rows, and SQLite.
//! `cargo bench -p persister [-- [--short] [--out DIR]]`
//!
//! ```text
//! frames ─▶ Persister: decoded, folded, written with the watermark ─▶ database A ─▶ its rows
//! those rows, bytes ready ─▶ BEGIN, three COPY … (FORMAT binary), COMMIT ─▶ database B
//! ```
//!
//! Both in batches of the same rows, into tables of the same schema that begin empty, on one server
//! whose settings are its own (it syncs); neither's commits wait for its disk. Each event is a new
//! order of one line, so it brings three rows. The peer's rows come from our own flush: that both
//! sides end equal says nothing about their contents, which `tests/both.rs` proves.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

#[path = "flush/frames.rs"]
mod frames;
#[path = "flush/plain.rs"]
mod plain;
#[path = "../tests/postgres/mod.rs"]
mod postgres;
#[path = "flush/ratio.rs"]
mod ratio;

use domain::{Clock, Millis, ShopId, Timestamp};
use frames::Frames;
use persister::{Persister, ReadModel, Target};
use plain::Plain;
use postgres::Postgres;
use ratio::{Ratio, median};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

const ROWS_PER_EVENT: u32 = 3;
/// What is compared with, as a share.
const AIM: f64 = 0.8;
/// A peer counts if it is at least so near to its own tool.
const OWN_TOOL_SHARE_MIN: f64 = 0.8;
const COMMAND: &str = "cargo bench -p persister --bench catch_up";

fn main() {
    let asked = Asked::read();
    let frames = Arc::new(Frames::make(ShopId::from_random(1), asked.events));
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        sqlite(&frames, &asked).await;
        let ratio = compare(&frames, &asked).await;
        ratio.print();
        if let Some(folder) = &asked.out {
            ratio.write(folder).expect("the result is written");
        }
    });
}

/// What the command line says.
struct Asked {
    events: u32,
    rounds: usize,
    out: Option<PathBuf>,
}

impl Asked {
    fn read() -> Self {
        let words: Vec<String> = std::env::args().collect();
        let short = words.iter().any(|word| word == "--short");
        let out = words.iter().position(|word| word == "--out");
        let out = out.and_then(|at| words.get(at + 1)).map(PathBuf::from);
        let (events, rounds) = if short { (40_000, 3) } else { (100_000, 5) };
        Self { events, rounds, out }
    }

    fn rows(&self) -> f64 {
        f64::from(self.events * ROWS_PER_EVENT)
    }
}

/// One round of ours: the real persister, from frames to rows.
struct Flushed {
    rows_per_second: f64,
    /// Processor time of this process for one event, in microseconds.
    cpu_us: f64,
}

async fn flush(frames: &Arc<Frames>, target: &Target, rows: f64) -> Flushed {
    drop(ReadModel::connect(target).await.expect("it answers"));
    let (began, before) = (Instant::now(), cpu());
    let persister = Persister::start(frames.clone(), target.clone(), Arc::new(Stopwatch(began)));
    let mut status = persister.watch();
    status.wait_for(|status| status.is_caught_up()).await.expect("it runs");
    let (took, cpu) = (began.elapsed().as_secs_f64(), cpu() - before);
    persister.stop(Duration::from_secs(1)).await;
    let events = rows / f64::from(ROWS_PER_EVENT);
    Flushed { rows_per_second: rows / took, cpu_us: cpu.as_secs_f64() * 1e6 / events }
}

async fn sqlite(frames: &Arc<Frames>, asked: &Asked) {
    let mut rates = Vec::new();
    let mut spent = Vec::new();
    for _ in 0..asked.rounds {
        let folder = tempfile::tempdir().expect("a folder");
        let file = Target::Sqlite(folder.path().join("readmodel.db"));
        let done = flush(frames, &file, asked.rows()).await;
        rates.push(done.rows_per_second);
        spent.push(done.cpu_us);
    }
    let (rate, cpu) = (median(&rates), median(&spent));
    println!("SQLite: {rate:.0} rows/s, {cpu:.2} µs of the processor per event\n");
}

async fn compare(frames: &Arc<Frames>, asked: &Asked) -> Ratio {
    let server = Postgres::start_with("");
    let decode = decoding(frames) / f64::from(ROWS_PER_EVENT);
    let first = server.database();
    flush(frames, &address(&first), asked.rows()).await;
    let plain = Plain::of(&server, &first);
    assert_eq!(plain.rows as f64, asked.rows(), "every row is read back");
    println!("Postgres: {} rows a round, in {} transactions", plain.rows, plain.transactions());
    println!(
        "{:>6} {:>14} {:>14} {:>7} {:>12} {:>12} {:>12}",
        "round", "flush rows/s", "COPY rows/s", "ratio", "µs/row", "ours", "of it decode"
    );
    let mut ratio = Ratio::default();
    for round in 0..asked.rounds {
        let (mine, theirs) = (server.database(), server.database());
        let (ours, peer);
        if round % 2 == 0 {
            ours = flush(frames, &address(&mine), asked.rows()).await;
            peer = plain.run(&theirs).await;
        } else {
            peer = plain.run(&theirs).await;
            ours = flush(frames, &address(&mine), asked.rows()).await;
        }
        plain.check_same(&server, &mine, &theirs);
        println!(
            "{:>6} {:>14.0} {:>14.0} {:>7.2} {:>12.2} {:>12.2} {:>12.2}",
            round + 1,
            ours.rows_per_second,
            peer,
            ours.rows_per_second / peer,
            1e6 / ours.rows_per_second,
            ours.cpu_us / f64::from(ROWS_PER_EVENT),
            decode,
        );
        let tool = plain.by_its_own_tool(&server, &server.database()).await;
        ratio.push(ours.rows_per_second, peer, tool);
    }
    ratio
}

/// Microseconds that the decoding of one event takes, alone.
fn decoding(frames: &Arc<Frames>) -> f64 {
    let began = Instant::now();
    let decoded = frames.decode_all();
    began.elapsed().as_secs_f64() * 1e6 / decoded as f64
}

fn address(url: &str) -> Target {
    Target::postgres(url).expect("an address")
}

/// Processor time of this process, all threads, the ended ones too.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let (_, rest) = stat.rsplit_once(") ").expect("a name in brackets");
    // The state is field 3 of proc(5), utime and stime are 14 and 15; a tick is 10 ms.
    let times = rest.split(' ').skip(11).take(2);
    let ticks: u64 = times.map(|field| field.parse::<u64>().expect("a number")).sum();
    Duration::from_millis(ticks * 10)
}

/// Time since the bench began.
struct Stopwatch(Instant);

impl Clock for Stopwatch {
    fn wall(&self) -> Timestamp {
        Timestamp(frames::BEGAN_MS + self.monotonic().0)
    }

    fn monotonic(&self) -> Millis {
        Millis(self.0.elapsed().as_millis() as u64)
    }
}
