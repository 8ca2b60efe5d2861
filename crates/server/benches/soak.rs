//! 24 hours' worth of an ordinary evening, time-compressed: does memory stay flat, do files grow in
//! a line? `cargo bench -p server --bench soak [-- [--short] [--out DIR]]`
//!
//! ```text
//! 24 days ─▶ each: an hour live (crowd ─▶ hub ─▶ journal ─▶ persister ─▶ SQLite), then night
//!                    every 1 %: memory, files, orders ─▶ curves ─▶ soak-memory, soak-files
//! ```
//! The parts are those of the binary, on a real folder; only the clock is the bench's, and goes as
//! fast as everything behind it is durable. Nights pass in steps of minutes, so that holds expire,
//! sessions are archived and forgotten as they would be.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "soak/calendar.rs"]
mod calendar;
#[path = "soak/curve.rs"]
mod curve;
#[path = "soak/evening.rs"]
mod evening;
#[path = "soak/measure.rs"]
mod measure;
#[path = "soak/result.rs"]
mod result;
#[path = "soak/world.rs"]
mod world;

use measure::{Sample, Series};
use std::path::PathBuf;
use std::time::Instant;
use world::World;

/// As in the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Days, with one evening each.
const DAYS: u64 = 24;
/// An evening in full: together 24 hours.
const EVENING_MS: u64 = 3_600_000;
/// An evening of the short run.
const SHORT_EVENING_MS: u64 = 240_000;
/// The word that asks for it.
const SHORT: &str = "--short";

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let is_short = words.iter().any(|word| word == SHORT);
    let out = words.iter().position(|word| word == "--out").and_then(|at| words.get(at + 1));
    let out = out.map(PathBuf::from);
    let evening_ms = if is_short { SHORT_EVENING_MS } else { EVENING_MS };
    println!(
        "{DAYS} evenings of {} min, {:.1} comments/s, one a day; every 5 %: memory so far",
        evening_ms / 60_000,
        f64::from(evening::PER_MINUTE) / 60.0
    );
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(2).enable_all().build().expect("a runtime");
    let began = Instant::now();
    let (series, tables) = runtime.block_on(run(evening_ms, began));
    let verdict = result::Verdict::of(&series, tables, is_short);
    verdict.print();
    if let Some(folder) = out {
        verdict.write(&folder).expect("the results are written");
    }
}

/// Plays all days; what was measured, and what each table of the journal and the read model takes.
async fn run(evening_ms: u64, began: Instant) -> (Series, Vec<(String, u64)>) {
    let folder = tempfile::Builder::new().prefix("chot-soak-").tempdir().expect("a folder");
    let mut world = World::open(folder.path());
    let mut series = Series::default();
    let whole_ms = DAYS * evening_ms;
    for day in 0..DAYS {
        let mut evening = world.open_session(day, evening_ms).await;
        while evening.goes_on() {
            world.hear(&mut evening).await;
            let live_ms = day * evening_ms + evening.passed_ms();
            let percent = (live_ms * 100 / whole_ms) as usize;
            if percent > series.samples.len() {
                let sample = Sample::take(folder.path(), live_ms, world.orders());
                series.push(sample);
                show(&series, percent, day, began);
            }
        }
        world.close(evening).await;
        world.night(evening_ms).await;
    }
    world.end().await;
    let tables = measure::tables(folder.path());
    (series, tables)
}

fn show(series: &Series, percent: usize, day: u64, began: Instant) {
    let Some(last) = series.samples.last().filter(|_| percent.is_multiple_of(5)) else { return };
    println!(
        "{percent:>4} %  day {:>2}  {:>9} orders  {:>7.1} MiB  {:<40}  files {:>7.1} MiB {:>4.0} s",
        day + 1,
        last.orders,
        curve::mib(last.memory as f64),
        curve::sparkline(&series.memory(), 40),
        curve::mib(last.files_without_wal() as f64),
        began.elapsed().as_secs_f64(),
    );
}
