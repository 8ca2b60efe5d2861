//! All that was sent and answered in an evening, its acts in one row: what the audit goes by.

use crate::act::Played;
use crate::answers::Answer;
use crate::schedule::{Door, People};
use crate::script::Script;
use crate::seat::Seat;
use proto::live;
use std::collections::BTreeMap;

/// Sends, first answers, and who sat where.
pub(crate) struct Heard {
    pub(crate) script: Script,
    /// By place in the script: the outcome, and its latency in microseconds if it came before the
    /// audit.
    first: Vec<Option<(Option<u64>, live::Outcome)>>,
    /// The first number of each act, with its seats.
    seats: BTreeMap<u32, BTreeMap<u32, Seat>>,
    /// How many answers came again.
    pub(crate) repeated: u64,
    /// Why one was not the same the second time.
    pub(crate) changed: Option<String>,
}

impl Heard {
    pub(crate) const fn new(people: People) -> Self {
        let script = Script { people, base: 0, sends: Vec::new() };
        Self { script, first: Vec::new(), seats: BTreeMap::new(), repeated: 0, changed: None }
    }

    /// The number of the next act's first send.
    pub(crate) fn next(&self) -> u32 {
        self.script.numbers().end
    }

    /// Adds an act, whose answers and seats move here.
    pub(crate) fn add(&mut self, played: &mut Played) {
        self.script.sends.append(&mut played.script.sends);
        self.first.resize(self.script.sends.len(), None);
        self.seats.insert(played.script.base, std::mem::take(&mut played.seats));
        for Answer { number, latency_us, outcome } in std::mem::take(&mut played.answers) {
            if !self.script.numbers().contains(&number) {
                self.changed = Some(format!("{number} was answered and never sent"));
                continue;
            }
            let place = self.script.place(number);
            match &self.first[place] {
                None => self.first[place] = Some((Some(latency_us), outcome)),
                Some((_, first)) => {
                    self.repeated += 1;
                    if *first != outcome {
                        self.changed = Some(format!("first {first:?}, then {outcome:?}"));
                    }
                }
            }
        }
    }

    /// The first answer to a send.
    pub(crate) fn answer(&self, number: u32) -> Option<&live::Outcome> {
        self.first[self.script.place(number)].as_ref().map(|(_, outcome)| outcome)
    }

    /// How long it took, in microseconds from the planned moment; none if only the audit heard it.
    pub(crate) fn latency(&self, number: u32) -> Option<u64> {
        self.first[self.script.place(number)].as_ref().and_then(|(latency, _)| *latency)
    }

    /// All first answers.
    pub(crate) fn answers(&self) -> impl Iterator<Item = &live::Outcome> {
        self.first.iter().flatten().map(|(_, outcome)| outcome)
    }

    /// One more answer; true if it is the first.
    ///
    /// # Errors
    /// If it differs from the first.
    pub(crate) fn hear(&mut self, number: u32, outcome: live::Outcome) -> Result<bool, String> {
        let place = self.script.place(number);
        match &self.first[place] {
            Some((_, first)) if *first != outcome => {
                Err(format!("first {first:?}, then {outcome:?}"))
            }
            Some(_) => Ok(false),
            None => {
                self.first[place] = Some((None, outcome));
                Ok(true)
            }
        }
    }

    /// Who sent it, if at a socket.
    pub(crate) fn seat(&mut self, number: u32) -> Option<&mut Seat> {
        let Door::Socket(socket) = self.script.send(number).door else { return None };
        let (_, seats) = self.seats.range_mut(..=number).next_back()?;
        seats.get_mut(&socket)
    }
}
