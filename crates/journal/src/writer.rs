//! The writer as a machine without I/O: what waits becomes a round, and while one round syncs the
//! next gathers.
//!
//! ```text
//! Append, Keep ─▶ waiting ─▶ Turn, nothing written ─▶ Write(round) ─▶ Finished ─▶ Done(tokens)
//!                                    anything but Synced: nothing is taken any more ◀─┘
//! ```
//!
//! Promises: every token comes back once, those of what was taken in order; a round is written
//! only after the one before it is synced; a batch that does not follow on its shop's last one is
//! never written. Never: waits, reads a clock, knows a file.

use crate::batch::Batch;
use crate::contact::SealedContact;
use crate::storage::{Appended, Heads, Round};
use domain::limits::ROUND_BYTES_MAX;
use domain::{ShopId, Stamp, Timestamp};
use std::collections::VecDeque;

/// What happens to the writer. `T` is how its appender knows a batch again.
#[derive(Debug)]
pub enum Input<T> {
    /// A batch to make durable.
    Append(Batch, T),
    /// A buyer's contact to make durable.
    Keep(SealedContact, T),
    /// Every byte of erased buyers is to be wiped.
    Scrub(T),
    /// The writer was alive then; goes with the next round, or alone.
    Heartbeat(Timestamp),
    /// Nothing more is at the door right now.
    Turn,
    /// What became of the round that was to be written.
    Finished(Appended),
    /// Housekeeping failed: the storage cannot be relied on any more.
    Broke(Appended),
    /// No more appends: write what waits, then end.
    Close,
}

/// What the writer wants done.
#[derive(Debug)]
pub enum Output<T> {
    /// Write this round, then say [`Input::Finished`].
    Write(Round),
    /// Wipe what is left of erased buyers, between two rounds, then tell who asked.
    Scrub(T),
    /// Tell the appenders, in this order.
    Done(Vec<T>, Appended),
    /// Nothing is left to do.
    End,
}

/// The machine.
#[derive(Debug)]
pub struct Writer<T> {
    /// Each shop's last event, that of waiting batches included: what the next must follow on.
    heads: Heads,
    waiting: VecDeque<(Work, T)>,
    /// What they weigh.
    waiting_bytes: usize,
    heartbeat: Option<Timestamp>,
    writing: Option<Vec<T>>,
    stopped: Option<Appended>,
    life: Life,
}

/// What waits for its round.
#[derive(Debug)]
enum Work {
    Batch(Batch),
    Contact(SealedContact),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Life {
    Open,
    Closing,
    Ended,
}

impl<T> Writer<T> {
    /// A writer that goes on from these events.
    pub fn new(heads: Heads) -> Self {
        Self {
            heads,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            heartbeat: None,
            writing: None,
            stopped: None,
            life: Life::Open,
        }
    }

    /// One step.
    ///
    /// # Panics
    /// If a round is said to be finished while none is written.
    pub fn step(&mut self, input: Input<T>) -> Vec<Output<T>> {
        match input {
            Input::Append(batch, token) => self.append(batch, token),
            Input::Keep(contact, token) => self.keep(contact, token),
            Input::Scrub(token) => match self.shut() {
                Some(why) => refused(token, &why),
                None => vec![Output::Scrub(token)],
            },
            Input::Heartbeat(at) => {
                self.heartbeat = self.heartbeat.max(Some(at));
                Vec::new()
            }
            Input::Turn => self.turn(),
            Input::Finished(appended) => self.finished(appended),
            Input::Broke(why) => {
                self.stopped.get_or_insert(why);
                self.turn()
            }
            Input::Close => {
                if self.life == Life::Open {
                    self.life = Life::Closing;
                }
                self.turn()
            }
        }
    }

    /// Why nothing is taken any more; `None` while all is well.
    pub fn stopped(&self) -> Option<&Appended> {
        self.stopped.as_ref()
    }

    /// True if the next round is as large as a round may be: no reason to listen at the door.
    pub fn is_full(&self) -> bool {
        self.waiting_bytes >= ROUND_BYTES_MAX
    }

    fn append(&mut self, batch: Batch, token: T) -> Vec<Output<T>> {
        if let Some(why) = self.shut() {
            return refused(token, &why);
        }
        let head = self.head(batch.shop());
        if let Err(why) = follows(&batch, head) {
            // Somebody else wrote, or a lane went on from what was never durable: nothing is safe
            // to go on with.
            self.stopped = Some(Appended::Failed(why.clone().into()));
            return refused(token, &why);
        }
        self.heads.insert(batch.shop(), batch.head());
        self.wait(Work::Batch(batch), token);
        Vec::new()
    }

    fn keep(&mut self, contact: SealedContact, token: T) -> Vec<Output<T>> {
        if let Some(why) = self.shut() {
            return refused(token, &why);
        }
        self.wait(Work::Contact(contact), token);
        Vec::new()
    }

    /// Why nothing is taken.
    fn shut(&self) -> Option<String> {
        if let Some(why) = &self.stopped {
            return Some(format!("the journal stopped: {why:?}"));
        }
        (self.life != Life::Open).then(|| "the journal is closed".to_owned())
    }

    fn wait(&mut self, work: Work, token: T) {
        self.waiting_bytes += work.weight();
        self.waiting.push_back((work, token));
    }

    fn head(&self, shop: ShopId) -> Stamp {
        self.heads.get(&shop).copied().unwrap_or_default()
    }

    fn turn(&mut self) -> Vec<Output<T>> {
        if self.writing.is_some() {
            return Vec::new();
        }
        if let Some(why) = self.stopped.clone() {
            return self.turn_away(&why);
        }
        if self.waiting.is_empty() && self.heartbeat.is_none() {
            return self.end().into_iter().collect();
        }
        let mut round = Round { heartbeat: self.heartbeat.take(), ..Round::default() };
        let (mut tokens, mut bytes) = (Vec::new(), 0);
        while bytes < ROUND_BYTES_MAX
            && let Some((work, token)) = self.waiting.pop_front()
        {
            bytes += work.weight();
            self.waiting_bytes -= work.weight();
            match work {
                Work::Batch(batch) => round.batches.push(batch),
                Work::Contact(contact) => round.contacts.push(contact),
            }
            tokens.push(token);
        }
        self.writing = Some(tokens);
        vec![Output::Write(round)]
    }

    fn finished(&mut self, appended: Appended) -> Vec<Output<T>> {
        let tokens = self.writing.take().expect("a round was being written");
        if appended != Appended::Synced {
            self.stopped.get_or_insert_with(|| appended.clone());
        }
        let mut outputs = Vec::new();
        if !tokens.is_empty() {
            outputs.push(Output::Done(tokens, appended));
        }
        outputs.extend(self.turn());
        outputs
    }

    /// What waits when the writer stops was certainly not written.
    fn turn_away(&mut self, why: &Appended) -> Vec<Output<T>> {
        let tokens: Vec<_> = self.waiting.drain(..).map(|(_, token)| token).collect();
        self.waiting_bytes = 0;
        let why = Appended::Failed(format!("the journal stopped: {why:?}").into());
        let told = (!tokens.is_empty()).then(|| Output::Done(tokens, why));
        told.into_iter().chain(self.end()).collect()
    }

    fn end(&mut self) -> Option<Output<T>> {
        if self.life != Life::Closing {
            return None;
        }
        self.life = Life::Ended;
        Some(Output::End)
    }
}

impl Work {
    fn weight(&self) -> usize {
        match self {
            Self::Batch(batch) => batch.weight(),
            Self::Contact(contact) => contact.weight(),
        }
    }
}

fn refused<T>(token: T, why: &str) -> Vec<Output<T>> {
    vec![Output::Done(vec![token], Appended::Failed(why.into()))]
}

fn follows(batch: &Batch, head: Stamp) -> Result<(), String> {
    let shop = batch.shop();
    if batch.is_empty() {
        return Err(format!("shop {shop}: an empty batch makes nothing durable"));
    }
    if batch.prev() != head.hash || batch.first() != head.position.seq.next() {
        let (first, seq) = (batch.first().0, head.position.seq.0);
        return Err(format!("shop {shop}: a batch from {first} on does not follow on {seq}"));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
