//! What all parts of one process share while it runs: the script, its start, the counts, and the
//! file into which every answer goes.

use crate::answers::Answers;
use crate::script::Script;
use crate::tally::Tally;
use proto::live;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// A run in progress.
pub(crate) struct Run {
    pub(crate) script: Script,
    /// What is counted.
    pub(crate) tally: Tally,
    answers: Answers,
    /// Why an answer could not be written down.
    unwritten: OnceLock<std::io::Error>,
    pub(crate) start: Arc<OnceLock<Instant>>,
    /// Nothing planned later is sent.
    stop_us: AtomicU64,
}

impl Run {
    pub(crate) fn new(script: Script, answers: Answers) -> Self {
        Self {
            script,
            tally: Tally::new(),
            answers,
            unwritten: OnceLock::new(),
            start: Arc::new(OnceLock::new()),
            stop_us: AtomicU64::new(u64::MAX),
        }
    }

    /// Fixes the moment from which the schedule counts; the first caller's stands.
    pub(crate) fn start_at(&self, start: Instant) {
        self.start.get_or_init(|| start);
    }

    /// That many microseconds after the start.
    pub(crate) fn moment(&self, us: u64) -> Instant {
        *self.start.get_or_init(Instant::now) + Duration::from_micros(us)
    }

    /// When send `number` is planned.
    pub(crate) fn due(&self, number: u32) -> Instant {
        self.moment(self.script.send(number).at_us)
    }

    /// Ends the schedule at that moment.
    pub(crate) fn stop_at(&self, us: u64) {
        self.stop_us.store(us, Ordering::Relaxed);
    }

    /// True if nothing that late is sent any more.
    pub(crate) fn stopped(&self, us: u64) -> bool {
        us >= self.stop_us.load(Ordering::Relaxed)
    }

    /// An outcome came now: it is counted and written down.
    pub(crate) fn answered(&self, number: u32, outcome: &live::Outcome) {
        let latency = self.due(number).elapsed();
        self.tally.acked(latency, outcome);
        self.write(number, latency, outcome);
    }

    /// It came before, and comes again: whether it is the same is for the audit.
    pub(crate) fn repeated(&self, number: u32, outcome: &live::Outcome) {
        self.write(number, self.due(number).elapsed(), outcome);
    }

    fn write(&self, number: u32, latency: Duration, outcome: &live::Outcome) {
        if let Err(error) = self.answers.write(number, latency, outcome) {
            self.unwritten.get_or_init(|| error);
        }
    }

    /// Everything heard is in the file.
    ///
    /// # Errors
    /// If it cannot be written, or an answer could not be: then the audit would not know of it.
    pub(crate) fn close(&self) -> anyhow::Result<()> {
        if let Some(error) = self.unwritten.get() {
            anyhow::bail!("an answer could not be written down: {error}");
        }
        Ok(self.answers.flush()?)
    }
}
