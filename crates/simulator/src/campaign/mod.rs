//! Many seeds on all cores: progress, the failures made small, a digest, and what was covered.

mod progress;

use crate::keep::{self, Range};
use crate::say;
use crowd::Random;
use progress::Progress;
use simulator::{Coverage, Failure, Options, Tally, check, run as run_once, shrink};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// Each of so many seeds is run twice.
const TWICE_EVERY: u64 = 50;

/// In so many seeds everything must have happened that is counted.
const COVERED_IN: u64 = 2_000;

/// Failures after which a campaign ends.
const FAILURES_MAX: usize = 5;

const LOOK: Duration = Duration::from_secs(1);

/// Results that wait to be gathered; more: the threads wait.
const RESULTS_MAX: usize = 64;

/// What is to be run.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Plan {
    /// None: after the last recorded range.
    pub(crate) from: Option<u64>,
    pub(crate) until: Until,
    pub(crate) record: bool,
}

/// How far.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Until {
    Seeds(u64),
    Time { time: Duration, at_least: u64 },
}

type Told = (u64, Result<Tally, Box<Failure>>);

/// Runs it; true if no promise was broken and enough was run and covered.
pub(crate) fn run(plan: &Plan) -> bool {
    let from = plan.from.unwrap_or_else(keep::next_seed);
    let commit = keep::commit();
    let start = Instant::now();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let (next, stop) = (AtomicU64::new(from), AtomicBool::new(false));
    let (end, time) = match plan.until {
        Until::Seeds(count) => (from.saturating_add(count), None),
        Until::Time { time, .. } => (u64::MAX, Some(time)),
    };
    say(&format!("seeds from {from} on, on {cores} cores"));
    let campaign = thread::scope(|scope| {
        let (tell, told) = sync_channel(RESULTS_MAX);
        for _ in 0..cores {
            let (tell, next, stop) = (tell.clone(), &next, &stop);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= end || tell.send((seed, one(seed))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(tell);
        gather(&told, &stop, Progress::new(plan.until), time)
    });
    campaign.tell(plan, commit, from, start.elapsed())
}

fn one(seed: u64) -> Result<Tally, Box<Failure>> {
    let options = Options::of(seed);
    if seed.is_multiple_of(TWICE_EVERY) { check(options) } else { run_once(options) }
}

/// Takes every result until all threads have ended.
fn gather(
    told: &Receiver<Told>,
    stop: &AtomicBool,
    mut progress: Progress,
    time: Option<Duration>,
) -> Campaign {
    let start = Instant::now();
    let mut campaign = Campaign::default();
    loop {
        if time.is_some_and(|time| start.elapsed() >= time) {
            stop.store(true, Ordering::Relaxed);
        }
        match told.recv_timeout(LOOK) {
            Ok((seed, Ok(tally))) => campaign.add(seed, &tally),
            Ok((_, Err(failure))) => {
                campaign.failed(*failure);
                let many = campaign.failures.len() >= FAILURES_MAX;
                stop.fetch_or(many, Ordering::Relaxed);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return campaign,
        }
        progress.look(campaign.seeds, campaign.failures.len());
    }
}

/// What it came to.
#[derive(Default)]
struct Campaign {
    seeds: u64,
    steps: u64,
    events: u64,
    faults: u64,
    digest: u64,
    coverage: Coverage,
    failures: Vec<Failure>,
}

impl Campaign {
    fn add(&mut self, seed: u64, tally: &Tally) {
        self.seeds += 1;
        self.steps += tally.steps;
        self.events += tally.events;
        self.faults += tally.faults;
        // A sum: the order in which cores finish does not matter.
        let own = Random::split(seed, tally.trace).number();
        self.digest = self.digest.wrapping_add(own);
        self.coverage.add(&tally.coverage);
    }

    /// Tells a failure as it came and as small as it can be made, and keeps its seed.
    fn failed(&mut self, failure: Failure) {
        self.seeds += 1;
        say(&format!("{failure}\n\nmade smaller:"));
        let smallest = shrink(failure);
        say(&smallest.to_string());
        if let Err(error) = keep::keep(&smallest) {
            say(&format!("seeds.txt could not be written: {error}"));
        }
        self.failures.push(smallest);
    }

    fn tell(&self, plan: &Plan, commit: String, from: u64, time: Duration) -> bool {
        let per_second = self.seeds as f64 / time.as_secs_f64().max(0.001);
        let range = Range {
            commit,
            from,
            to: (from + self.seeds).saturating_sub(1),
            digest: self.digest,
            per_second,
        };
        let Self { seeds, steps, events, faults, .. } = self;
        say(&format!("{}", self.coverage));
        say(&format!("{seeds} seeds, {steps} steps, {events} events, {faults} faults"));
        say(&format!("seeds\tcommit\tdigest\tseeds/s\n{range}"));
        let mut good = self.failures.is_empty();
        for failure in &self.failures {
            say(&format!("seed {}: {}", failure.options.seed, failure.violated));
        }
        let missing = self.coverage.missing();
        if *seeds >= COVERED_IN && !missing.is_empty() {
            say(&format!("never happened: {}", missing.join("; ")));
            good = false;
        }
        if let Until::Time { at_least, .. } = plan.until
            && *seeds < at_least
        {
            say(&format!("{seeds} seeds are fewer than {at_least}"));
            good = false;
        }
        if plan.record && good {
            let recorded = keep::record(&range);
            recorded.inspect_err(|error| say(&error.to_string())).is_ok()
        } else {
            good
        }
    }
}
