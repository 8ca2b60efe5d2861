//! One shop as the machine sees it: how far it has come, and whether it must wait.

use domain::{Fact, Millis, Seq, Stamp, Timestamp};

/// A shop's place in the journal and in the read model.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Shop {
    /// The last durable event.
    pub(crate) head: Stamp,
    /// The watermark as last seen.
    pub(crate) written: Stamp,
    /// Why it waits alone, and until when.
    pub(crate) held_up: Option<HeldUp>,
    /// True if its rows are of a history that was given up.
    pub(crate) must_forget: bool,
    /// Fewer events at once than usual, while a refused one is searched.
    pub(crate) limit: Option<usize>,
    /// The end of the batch that was refused: past it, the search is over.
    suspect: Seq,
    /// Shop time of the oldest event that is not written, or somewhat earlier.
    oldest: Option<Timestamp>,
}

/// A shop whose next event is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct HeldUp {
    /// It is tried again then.
    pub(crate) until: Millis,
    /// Then its watermark is loaded first: somebody may have mended it meanwhile.
    pub(crate) is_reloaded: bool,
    /// The sentence for the operator.
    pub(crate) why: String,
}

/// Why facts are not written.
pub(crate) enum Unfit {
    /// What is written is of another history.
    Other(&'static str),
    /// They are not what was asked for.
    Gap(&'static str),
}

/// How far behind one shop is.
pub(crate) struct Behind {
    /// Events that are durable and not written.
    pub(crate) events: u64,
    /// Shop time of the oldest of them.
    pub(crate) since: Timestamp,
}

impl Shop {
    /// Takes what the journal says is durable.
    pub(crate) fn head_is(&mut self, head: Stamp) {
        self.head = head;
        if head.position.seq > self.written.position.seq && self.oldest.is_none() {
            self.oldest = Some(head.at);
        }
    }

    /// How far behind; none if it is not.
    pub(crate) fn behind(&self) -> Option<Behind> {
        let written = if self.must_forget { 0 } else { self.written.position.seq.0 };
        let head = self.head.position.seq.0;
        (head > written)
            .then(|| Behind { events: head - written, since: self.oldest.unwrap_or(self.head.at) })
    }

    /// Why the rows cannot be of the journal's history, as far as its last event tells.
    pub(crate) fn is_beside(&self) -> Option<&'static str> {
        let (head, written) = (&self.head, &self.written);
        if head.position.seq < written.position.seq {
            Some("the read model is ahead of the journal: a backup was restored?")
        } else if head.position.seq == written.position.seq && head.hash != written.hash {
            Some("the journal tells another history than the read model")
        } else {
            None
        }
    }

    /// It has no rows any more.
    pub(crate) fn forgotten(&mut self) {
        let head = self.head;
        *self = Self::default();
        self.head_is(head);
    }

    /// True if there is something to do for it now.
    pub(crate) fn is_ready(&self, now: Millis) -> bool {
        if self.must_forget {
            return true;
        }
        match &self.held_up {
            Some(up) if now < up.until => false,
            Some(up) if !up.is_reloaded => true,
            Some(_) | None => self.behind().is_some(),
        }
    }

    /// Lets it wait alone.
    pub(crate) fn hold_up(&mut self, until: Millis, why: String) {
        self.held_up = Some(HeldUp { until, why, is_reloaded: false });
    }

    /// True while it waits and its time is not over.
    pub(crate) fn is_held_up(&self) -> bool {
        self.held_up.as_ref().is_some_and(|up| !up.is_reloaded)
    }

    /// True once after each wait: its watermark must be loaded before it is tried again.
    pub(crate) fn must_reload(&mut self) -> bool {
        match &mut self.held_up {
            Some(up) => !std::mem::replace(&mut up.is_reloaded, true),
            None => false,
        }
    }

    /// Checks that the facts begin at what is written, drops that first one, and notes the oldest
    /// that is not.
    pub(crate) fn follows(&mut self, facts: &mut Vec<Fact>) -> Result<(), Unfit> {
        let written = self.written;
        if written.position.seq > Seq(0) {
            let first = facts.first().map(|fact| fact.stamp);
            let same = first.is_some_and(|first| {
                first.position == written.position && first.hash == written.hash
            });
            if !same {
                return Err(Unfit::Other("the journal tells another history than the read model"));
            }
            facts.remove(0);
        }
        let expected = (written.position.seq.0 + 1..).map(Seq);
        if !expected.zip(&*facts).all(|(seq, fact)| fact.stamp.position.seq == seq) {
            return Err(Unfit::Gap("the journal left out an event"));
        }
        let Some(first) = facts.first() else {
            return Err(Unfit::Gap("the journal does not give the event that it announced"));
        };
        self.oldest = Some(first.stamp.at);
        Ok(())
    }

    /// Everything up to `last` is written.
    pub(crate) fn write_done(&mut self, last: Stamp) {
        self.written = last;
        let was_refused = self.held_up.take().is_some();
        if was_refused || last.position.seq >= self.suspect {
            self.limit = None;
        }
        let is_behind = self.head.position.seq > last.position.seq;
        self.oldest = is_behind.then_some(last.at);
    }

    /// A batch of `events` (at least two) up to `last` was refused: half of it next, to find the
    /// one.
    pub(crate) fn write_less(&mut self, events: u64, last: Seq) {
        self.limit = usize::try_from(events / 2).ok();
        self.suspect = self.suspect.max(last);
    }
}
