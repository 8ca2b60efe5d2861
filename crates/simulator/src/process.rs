//! One life of the server's process: its lanes and its journal's writer, from a start to a crash.

use domain::{Millis, Seq, ShopId, Timestamp};
use hub::{Lane, Moment};
use journal::storage::{Heads, Round};
use journal::writer::{Input, Output, Writer};
use journal::{Appended, Batch};
use std::collections::BTreeMap;

/// How a lane's batch is known again.
pub(crate) type Token = (ShopId, Seq);

/// A running process.
pub(crate) struct Process {
    pub(crate) lanes: BTreeMap<ShopId, Lane>,
    /// What the disk is writing.
    pub(crate) writing: Option<Round>,
    writer: Writer<Token>,
    started: Millis,
    beat: Millis,
}

/// What the writer says.
pub(crate) struct Done {
    pub(crate) tokens: Vec<Token>,
    pub(crate) appended: Appended,
}

impl Process {
    pub(crate) fn new(heads: Heads, now: Millis) -> Self {
        Self {
            lanes: BTreeMap::new(),
            writing: None,
            writer: Writer::new(heads),
            started: now,
            beat: now,
        }
    }

    /// One look at both clocks; the process's own begins with it.
    pub(crate) fn moment(&self, wall: Timestamp, now: Millis) -> Moment {
        Moment { wall, monotonic: Millis(now.0 - self.started.0) }
    }

    pub(crate) fn append(&mut self, batch: Batch) -> Vec<Done> {
        let token = (batch.shop(), batch.head().position.seq);
        let mut done = self.tell(Input::Append(batch, token));
        done.extend(self.tell(Input::Turn));
        done
    }

    /// The round that was being written is finished.
    pub(crate) fn finished(&mut self, appended: Appended) -> Vec<Done> {
        self.tell(Input::Finished(appended))
    }

    /// While holds are open, the disk knows up to which of the shops' times we are alive.
    pub(crate) fn beat(&mut self, now: Millis, wall: Timestamp, every: u64) -> Vec<Done> {
        let due = now.0 - self.beat.0 >= every;
        let moment = self.moment(wall, now);
        if !due || !self.lanes.values().any(|lane| lane.open_holds() > 0) {
            return Vec::new();
        }
        let alive = self.lanes.values_mut().map(|lane| lane.vouch(moment)).min();
        self.beat = now;
        let mut done = self.tell(Input::Heartbeat(alive.expect("a lane has holds")));
        done.extend(self.tell(Input::Turn));
        done
    }

    /// True if nothing waits anywhere.
    pub(crate) fn is_idle(&self) -> bool {
        self.writing.is_none() && self.lanes.values().all(Lane::is_idle)
    }

    fn tell(&mut self, input: Input<Token>) -> Vec<Done> {
        let mut done = Vec::new();
        for output in self.writer.step(input) {
            match output {
                Output::Write(round) => self.writing = Some(round),
                Output::Done(tokens, appended) => done.push(Done { tokens, appended }),
                // Nobody asks for it here: this disk has no bytes to wipe.
                Output::Scrub(_) | Output::End => {}
            }
        }
        done
    }
}
