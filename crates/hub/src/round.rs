//! One round of a lane: from what was asked to one batch, and what may leave when it is durable.

mod erase;

use crate::answers::{Decided, Unanswered};
use crate::ask::{Arrival, Asked, Entry, Output, Read, ReplyTo, Touched};
use crate::barrier::Held;
use crate::effects::{Change, changes, touches};
use crate::error::HubError;
use crate::lane::Lane;
use crate::wish::Wish;
use domain::command::Note;
use domain::{BuyerRef, Event, Fact, KeyDigest, Position, Request, SessionId, Timestamp};
use inventory::Decision;
use journal::{Batch, NewBuyer, Sealed};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A batch in the making.
pub(crate) struct Round<'a> {
    pub(crate) lane: &'a mut Lane,
    now: Timestamp,
    pub(crate) batch: Batch,
    notes: BTreeMap<SessionId, Notes>,
    noted: BTreeSet<KeyDigest>,
    unanswered: Vec<Unanswered>,
    pub(crate) held: Vec<Held>,
    arrivals: Vec<Arrival>,
    /// Sessions that look different from now on.
    changed: BTreeSet<SessionId>,
    /// Sessions whose comments are read differently from the last event on.
    reworded: BTreeSet<SessionId>,
    /// Sessions whose deadlines may all have moved.
    pub(crate) redated: BTreeSet<SessionId>,
    /// Persons who own more orders from now on, if anybody listens.
    pub(crate) relinked: BTreeSet<BuyerRef>,
    /// Orders that changed, if anybody listens.
    pub(crate) touched: BTreeSet<Touched>,
}

/// Comments of one session that are no orders; they become one fact at the round's end.
#[derive(Default)]
struct Notes {
    notes: Vec<Note>,
    words: Vec<Sealed>,
}

impl<'a> Round<'a> {
    /// Begins at the lane's present position.
    pub(crate) fn begin(lane: &'a mut Lane, now: Timestamp) -> Self {
        let batch = Batch::after(lane.shop, lane.epoch, lane.state.stamp());
        Self {
            lane,
            now,
            batch,
            notes: BTreeMap::new(),
            noted: BTreeSet::new(),
            unanswered: Vec::new(),
            held: Vec::new(),
            arrivals: Vec::new(),
            changed: BTreeSet::new(),
            reworded: BTreeSet::new(),
            redated: BTreeSet::new(),
            relinked: BTreeSet::new(),
            touched: BTreeSet::new(),
        }
    }

    /// Carries out everything that is due.
    pub(crate) fn tick(&mut self) {
        while let Some(event) = self.lane.state.tick(self.now) {
            self.commit(event);
        }
        self.refresh_words();
    }

    /// Carries out what a decision brought about. An archive waits for the next round: it forgets
    /// keys, and this round's answers are still to be looked up.
    fn settle(&mut self) {
        let is_archive = |event: &Event| matches!(event, Event::SessionArchived { .. });
        while let Some(event) = self.lane.state.tick(self.now).filter(|event| !is_archive(event)) {
            self.commit(event);
        }
        self.refresh_words();
    }

    /// Before the next comment: a decision may have added fifty offers, one codebook is made.
    fn refresh_words(&mut self) {
        for session in std::mem::take(&mut self.reworded) {
            self.lane.refresh_words(session);
        }
    }

    /// Decides entries in their order.
    pub(crate) fn decide(&mut self, entries: Vec<Entry>, reply: ReplyTo, out: &mut Vec<Output>) {
        let entries = entries.into_iter().map(|entry| self.decide_one(entry, out)).collect();
        self.unanswered.push(Unanswered { reply, entries });
    }

    fn decide_one(&mut self, entry: Entry, out: &mut Vec<Output>) -> Decided {
        let erased = self.erased_meanwhile(&entry);
        let Entry { asked, words, new_buyer, sender } = entry;
        if let Some(error) = erased {
            return Decided { result: Err(error), sender };
        }
        let key = match &asked {
            Asked::Command(request) => request.key,
            Asked::Comment { key, .. } => Some(*key),
        };
        let Some(key) = key else {
            return Decided { result: Err(HubError::Internal), sender };
        };
        if self.noted.contains(&key.digest) {
            return Decided { result: Ok((key.digest, true)), sender };
        }
        let result = match self.lane.wish(asked, key, sender.as_ref(), self.now) {
            Wish::Command(request) => self.ask_state(&request, words, new_buyer, out),
            Wish::Note(session, note) => Ok(self.note(session, note, words, new_buyer)),
        };
        Decided { result: result.map(|replayed| (key.digest, replayed)), sender }
    }

    /// Asks the state machine; `Ok(true)` if the key was known.
    fn ask_state(
        &mut self,
        request: &Request,
        words: Option<Sealed>,
        new_buyer: Option<Arc<NewBuyer>>,
        out: &mut Vec<Output>,
    ) -> Result<bool, HubError> {
        let (decide, state, now) = (self.lane.decide, &self.lane.state, self.now);
        let decided = catch_unwind(AssertUnwindSafe(|| decide(state, request, now)));
        let Ok(decision) = decided else {
            out.push(Output::Aside(self.lane.shop, format!("{request:?}")));
            return Err(HubError::Internal);
        };
        let events = match decision {
            Decision::Known => return Ok(true),
            Decision::Rejected(rejection) => return Err(HubError::Rejected(rejection)),
            Decision::Events(events) => events,
        };
        assert!(!events.is_empty(), "a new key makes at least one event");
        events.into_iter().for_each(|event| self.commit(event));
        let seq = self.lane.position().seq;
        words.iter().for_each(|words| self.batch.seal(seq, words));
        new_buyer.into_iter().for_each(|buyer| self.batch.introduce(buyer));
        self.settle();
        Ok(false)
    }

    fn note(
        &mut self,
        session: SessionId,
        note: Note,
        words: Option<Sealed>,
        new_buyer: Option<Arc<NewBuyer>>,
    ) -> bool {
        if self.lane.state.answer(&note.key).is_some() {
            return true;
        }
        self.noted.insert(note.key);
        let notes = self.notes.entry(session).or_default();
        notes.notes.push(note);
        notes.words.extend(words);
        new_buyer.into_iter().for_each(|buyer| self.batch.introduce(buyer));
        false
    }

    /// Stamps an event, adds it to the batch and applies it.
    pub(crate) fn commit(&mut self, event: Event) {
        let lane = &mut *self.lane;
        let stamp = self.batch.push(self.now, &event);
        if !lane.audience.is_empty() {
            self.touched.extend(touches(&event));
        }
        let fact = Fact { stamp, event };
        lane.state.apply(&fact);
        match changes(&fact.event) {
            Change::Figures => self.changed.extend(lane.words.keys()),
            Change::Words(session) => {
                self.reworded.insert(session);
                self.changed.insert(session);
                self.redated.insert(session);
            }
            Change::Deadlines => self.redated.extend(lane.words.keys()),
        }
        if let Event::SessionArchived { session } = fact.event {
            self.held.push(Held::Forget(session));
        }
        if let Event::BuyersLinked { account, to, .. } = fact.event {
            self.link(account, to);
        }
    }

    /// Who listens for the account is told what the person is told, once that is durable.
    fn link(&mut self, account: BuyerRef, person: BuyerRef) {
        let now = self.lane.position();
        let lane = &mut *self.lane;
        lane.linked.insert(person);
        if lane.audience.is_empty() {
            return;
        }
        for session in lane.words.keys() {
            if lane.audience.knows(*session, account) {
                lane.audience.expect((*session, person), now);
            }
        }
        self.relinked.insert(person);
        self.held.push(Held::Link(account, person, now));
    }

    /// Evaluates a read at the position so far.
    pub(crate) fn read(&mut self, read: Read) {
        let release = read(Ok(&self.lane.state));
        self.held.push(Held::Release(release));
    }

    /// Lets a connection listen from the round's end on: its welcome is of that position.
    pub(crate) fn attach(&mut self, arrival: Arrival) {
        self.arrivals.push(arrival);
    }

    /// Welcomes who came, after this round's frames, so that no frame behind the welcome follows.
    fn welcome(&mut self) {
        let now = self.lane.position();
        for mut arrival in std::mem::take(&mut self.arrivals) {
            arrival.buyer = self.lane.state.person(arrival.buyer);
            let to = (arrival.session, arrival.buyer);
            let ahead = |at: Position| at.seq > now.seq || at.epoch > self.lane.epoch;
            let welcome = match arrival.resume {
                Some(resume) if ahead(resume) => Err(HubError::HistoryLost),
                _ => self.lane.welcome(to.0, to.1).ok_or(HubError::UnknownSession),
            };
            self.held.push(match welcome {
                Ok(welcome) => {
                    self.lane.audience.expect(to, now);
                    Held::Arrive(Box::new(arrival), welcome)
                }
                Err(error) => Held::Release(Box::new(move || (arrival.welcome)(Err(error)))),
            });
        }
    }

    /// Ends the round: the batch if anything was written, what waits for it, and the number of
    /// events.
    pub(crate) fn finish(mut self) -> (Option<Batch>, Vec<Held>, u64) {
        for (session, Notes { notes, words }) in std::mem::take(&mut self.notes) {
            self.commit(Event::CommentsNoted { session, notes });
            let seq = self.lane.position().seq;
            words.iter().for_each(|words| self.batch.seal(seq, words));
        }
        self.refresh_words();
        let mut frames = Vec::new();
        for Unanswered { reply, entries } in std::mem::take(&mut self.unanswered) {
            self.answer(reply, entries, &mut frames);
        }
        self.add_orders(&mut frames);
        if !frames.is_empty() {
            // Buyer by buyer, so that each socket is woken once; for each in the order in which it
            // happened.
            frames.sort_by_key(|addressed| (addressed.to, addressed.position));
            self.held.push(Held::Frames(frames));
        }
        self.welcome();
        let published = self.changed.iter().filter_map(|session| self.lane.publish(*session));
        self.held.extend(published.map(Held::Publish).collect::<Vec<_>>());
        self.held.sort_by_key(Held::turn);
        let events = self.batch.frames().len() as u64;
        ((events > 0).then_some(self.batch), self.held, events)
    }
}
