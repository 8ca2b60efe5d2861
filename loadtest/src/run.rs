//! What all parts of a run share: the schedule, its start, the counts, and every answer that came.

use crate::schedule::{Door, Planned};
use crate::tally::Tally;
use proto::live;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// A run in progress.
pub(crate) struct Run {
    /// What is sent; a send's number is its place here.
    pub(crate) sends: Vec<Planned>,
    /// What is counted.
    pub(crate) tally: Tally,
    start: OnceLock<Instant>,
    /// The first answer to each send, by number.
    answers: Mutex<Vec<Option<live::Outcome>>>,
}

impl Run {
    pub(crate) fn new(sends: Vec<Planned>) -> Self {
        let answers = Mutex::new(vec![None; sends.len()]);
        Self { sends, tally: Tally::new(), start: OnceLock::new(), answers }
    }

    /// Fixes the moment from which the schedule counts; the first caller's stands.
    pub(crate) fn start_at(&self, start: Instant) {
        self.start.get_or_init(|| start);
    }

    /// When send `number` is planned.
    pub(crate) fn due(&self, number: u32) -> Instant {
        let start = *self.start.get_or_init(Instant::now);
        start + Duration::from_micros(self.sends[number as usize].at_us)
    }

    /// The key of a send as the server writes it in the outcome.
    pub(crate) fn key(&self, number: u32) -> String {
        let send = &self.sends[number as usize];
        match send.door {
            Door::Socket(_) => format!("k{number}"),
            Door::Platform => format!("{}:{}", send.platform, comment_id(number)),
        }
    }

    /// The send behind an outcome's key; `None` if it is none of ours.
    pub(crate) fn number(&self, key: &str) -> Option<u32> {
        let id = key.rsplit(':').next()?;
        let number: u32 = id.strip_prefix(['k', 'c'])?.parse().ok()?;
        (self.sends.len() > number as usize && self.key(number) == key).then_some(number)
    }

    /// An outcome came now: it is counted and kept.
    pub(crate) fn answered(&self, number: u32, outcome: live::Outcome) {
        self.tally.acked(self.due(number).elapsed(), &outcome);
        self.answers()[number as usize].get_or_insert(outcome);
    }

    /// All first answers by number; never held across a wait.
    pub(crate) fn answers(&self) -> MutexGuard<'_, Vec<Option<live::Outcome>>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The platform's id of a comment.
pub(crate) fn comment_id(number: u32) -> String {
    format!("c{number}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;
    use crate::schedule::Schedule;

    #[test]
    fn every_key_leads_back_to_its_send_and_foreign_ones_to_none() {
        let scenario = Scenario::named(false).expect("the file reads");
        let run = Run::new(Schedule::new(&scenario, 1).expect("on sale").sends);
        for number in 0..run.sends.len() as u32 {
            assert_eq!(run.number(&run.key(number)), Some(number));
        }
        for foreign in ["", "k", "k-1", "x1", "youtube:c0", "k99999999"] {
            assert_eq!(run.number(foreign), None, "{foreign}");
        }
    }
}
