//! One round of a lane: from what was asked to one batch, and what may leave when it is durable.

use crate::ask::{Answered, Asked, BuyerFrame, ConnectionId, Entry, Outbox, Output, Read};
use crate::ask::{ReplyTo, Touched, Welcome};
use crate::audience::Addressed;
use crate::barrier::Held;
use crate::error::HubError;
use crate::lane::Lane;
use domain::command::{Key, Note, Origin};
use domain::{
    BuyerRef, Command, Event, Fact, KeyDigest, Position, Reason, Request, SessionId, SessionState,
    Timestamp,
};
use intent::{Meaning, Reading};
use inventory::Decision;
use journal::{Batch, NewBuyer, Sealed};
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// A batch in the making.
pub(crate) struct Round<'a> {
    pub(crate) lane: &'a mut Lane,
    now: Timestamp,
    batch: Batch,
    notes: BTreeMap<SessionId, Notes>,
    noted: BTreeSet<KeyDigest>,
    unanswered: Vec<Unanswered>,
    held: Vec<Held>,
    /// Sessions that look different from now on.
    changed: BTreeSet<SessionId>,
    /// Sessions whose deadlines may all have moved.
    redated: BTreeSet<SessionId>,
    /// Orders that changed, if anybody listens.
    touched: BTreeSet<Touched>,
}

/// Comments of one session that are no orders; they become one fact at the round's end.
#[derive(Default)]
struct Notes {
    notes: Vec<Note>,
    words: Vec<Sealed>,
}

/// An ask whose answers are looked up at the round's end.
struct Unanswered {
    reply: ReplyTo,
    entries: Vec<Decided>,
}

/// What became of one entry.
struct Decided {
    result: Result<(KeyDigest, bool), HubError>,
    sender: Option<crate::ask::Sender>,
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
            changed: BTreeSet::new(),
            redated: BTreeSet::new(),
            touched: BTreeSet::new(),
        }
    }

    /// Carries out everything that is due.
    pub(crate) fn tick(&mut self) {
        while let Some(event) = self.lane.state.tick(self.now) {
            self.commit(event);
        }
    }

    /// Adds something that waits for this round's position.
    pub(crate) fn hold(&mut self, held: Held) {
        self.held.push(held);
    }

    /// Decides entries in their order.
    pub(crate) fn decide(&mut self, entries: Vec<Entry>, reply: ReplyTo, out: &mut Vec<Output>) {
        let entries = entries.into_iter().map(|entry| self.decide_one(entry, out)).collect();
        self.unanswered.push(Unanswered { reply, entries });
    }

    fn decide_one(&mut self, entry: Entry, out: &mut Vec<Output>) -> Decided {
        let Entry { asked, words, new_buyer, sender } = entry;
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
        let result = match self.command_of(asked, key, sender.as_ref()) {
            Wish::Command(request) => self.ask_state(&request, words, new_buyer, out),
            Wish::Note(session, note) => Ok(self.note(session, note, words, new_buyer)),
        };
        Decided { result: result.map(|replayed| (key.digest, replayed)), sender }
    }

    /// Turns words into a command, reading them again if they were read with an older codebook.
    fn command_of(&self, asked: Asked, key: Key, sender: Option<&crate::ask::Sender>) -> Wish {
        let (reading, session, buyer) = match (asked, sender) {
            (Asked::Command(request), _) => return Wish::Command(request),
            (Asked::Comment { .. }, None) => unreachable!("a comment has a sender"),
            (Asked::Comment { reading, codebook, text, circumstances, .. }, Some(sender)) => {
                let current = self.lane.words.get(&sender.session);
                let reading = match (codebook, current) {
                    (Some(version), Some(current)) if version < current.codebook.version() => {
                        intent::read(&text, &current.codebook, circumstances)
                    }
                    _ => reading,
                };
                (reading, sender.session, sender.buyer)
            }
        };
        let Reading { meaning, rule, .. } = reading;
        let state = self.lane.words.get(&session).map(|words| words.state);
        let is_draft = state.is_none_or(|state| state == SessionState::Draft);
        let origin = Origin::Comment;
        let command = match meaning {
            // Before a session is live every comment is told so, whatever it says.
            _ if is_draft => Command::Claim { session, buyer, origin, wants: Vec::new(), rule },
            Meaning::Claim(wants) => Command::Claim { session, buyer, origin, wants, rule },
            Meaning::Cancel(codes) => Command::Release { session, buyer, origin, codes, rule },
            Meaning::Review { reason, suggestion } => {
                Command::Review { session, buyer, reason, rule, suggestion }
            }
            Meaning::Question => {
                let note = Note { key: key.digest, reason: Reason::Question, rule };
                return Wish::Note(session, note);
            }
            Meaning::Chatter => {
                let note = Note { key: key.digest, reason: Reason::Chatter, rule };
                return Wish::Note(session, note);
            }
        };
        Wish::Command(Request { key: Some(key), command })
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
        self.tick();
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
            Change::Nothing => {}
            Change::Stock => self.changed.extend(lane.words.keys()),
            Change::Words(session) => {
                lane.refresh_words(session);
                self.changed.insert(session);
                self.redated.insert(session);
            }
            Change::Deadlines => self.redated.extend(lane.words.keys()),
        }
        if let Event::SessionArchived { session } = fact.event {
            self.held.push(Held::Forget(session));
        }
    }

    /// Evaluates a read at the position so far.
    pub(crate) fn read(&mut self, read: Read) {
        let release = read(Ok(&self.lane.state));
        self.held.push(Held::Release(release));
    }

    /// Lets a connection listen from here on.
    pub(crate) fn attach(
        &mut self,
        connection: ConnectionId,
        session: SessionId,
        buyer: BuyerRef,
        resume: Option<Position>,
        outbox: Outbox,
    ) -> Result<Welcome, HubError> {
        let now = self.lane.position();
        if resume.is_some_and(|at| at.seq > now.seq || at.epoch > self.lane.epoch) {
            return Err(HubError::HistoryLost);
        }
        let mut welcome = self.lane.welcome(session, buyer).ok_or(HubError::UnknownSession)?;
        let to = (session, buyer);
        let audience = &mut self.lane.audience;
        (welcome.missed, welcome.complete) = audience.attach(connection, to, resume, now, outbox);
        Ok(welcome)
    }

    /// Ends the round: the batch if anything was written, what waits for it, and the number of events.
    pub(crate) fn finish(mut self) -> (Option<Batch>, Vec<Held>, u64) {
        for (session, Notes { notes, words }) in std::mem::take(&mut self.notes) {
            self.commit(Event::CommentsNoted { session, notes });
            let seq = self.lane.position().seq;
            words.iter().for_each(|words| self.batch.seal(seq, words));
        }
        let mut frames = Vec::new();
        for Unanswered { reply, entries } in std::mem::take(&mut self.unanswered) {
            self.answer(reply, entries, &mut frames);
        }
        self.add_orders(&mut frames);
        if !frames.is_empty() {
            frames.sort_by_key(|addressed| addressed.position);
            self.held.push(Held::Frames(frames));
        }
        let published = self.changed.iter().filter_map(|session| self.lane.publish(*session));
        self.held.extend(published.map(Held::Publish).collect::<Vec<_>>());
        let events = self.batch.frames().len() as u64;
        ((events > 0).then_some(self.batch), self.held, events)
    }

    fn answer(&mut self, reply: ReplyTo, entries: Vec<Decided>, frames: &mut Vec<Addressed>) {
        let mut answers = Vec::with_capacity(entries.len());
        for Decided { result, sender } in entries {
            let answered = result.map(|(digest, replayed)| {
                let answer = self.lane.state.answer(&digest).expect("a decided key has an answer");
                Answered { answer: answer.clone(), replayed }
            });
            if let Some(sender) = sender {
                self.tell_buyer(&reply, sender, &answered, frames);
            }
            answers.push(answered);
        }
        if let ReplyTo::Caller(reply) = reply {
            self.held.push(Held::Release(Box::new(move || reply(Ok(answers)))));
        }
    }

    /// New outcomes go to all of the buyer's connections, repeated ones and failures to the one that asked.
    fn tell_buyer(
        &mut self,
        reply: &ReplyTo,
        sender: crate::ask::Sender,
        answered: &Result<Answered, HubError>,
        frames: &mut Vec<Addressed>,
    ) {
        let to = (sender.session, sender.buyer);
        let key = sender.key;
        match (answered, reply) {
            (Ok(answered), _) if !answered.replayed => {
                if self.lane.audience.knows(to.0, to.1) {
                    let answer = answered.answer.clone();
                    let position = answer.position;
                    let frame = Arc::new(BuyerFrame::Outcome { key, answer });
                    frames.push(Addressed { to, position, frame });
                }
            }
            (Ok(answered), ReplyTo::Connection(connection)) => {
                let frame = BuyerFrame::Outcome { key, answer: answered.answer.clone() };
                self.held.push(Held::Tell(*connection, frame));
            }
            (Err(error), ReplyTo::Connection(connection)) => {
                let frame = BuyerFrame::Failed { key, error: error.clone() };
                self.held.push(Held::Tell(*connection, frame));
            }
            (_, ReplyTo::Caller(_)) => {}
        }
    }

    /// Adds the present look of every order that changed and has a listener.
    fn add_orders(&mut self, frames: &mut Vec<Addressed>) {
        let lane = &*self.lane;
        let mut orders = std::mem::take(&mut self.touched);
        if !lane.audience.is_empty() {
            for session in &self.redated {
                let buyers = lane.audience.buyers_of(*session);
                let of_buyer = |buyer| lane.state.orders_of(*session, buyer);
                let views = buyers.into_iter().flat_map(of_buyer);
                orders.extend(views.map(|view| (*session, view.order)));
            }
        }
        for (session, order) in orders {
            let Some(view) = lane.state.order_view(order) else {
                continue;
            };
            if lane.audience.knows(session, view.buyer) {
                let (to, position) = ((session, view.buyer), view.position);
                frames.push(Addressed { to, position, frame: Arc::new(BuyerFrame::Order(view)) });
            }
        }
    }
}

/// What an entry turns out to be.
enum Wish {
    Command(Request),
    Note(SessionId, Note),
}

/// What an event changes about how a session looks.
enum Change {
    Nothing,
    Stock,
    Words(SessionId),
    Deadlines,
}

fn changes(event: &Event) -> Change {
    match event {
        Event::SessionOpened { session, .. }
        | Event::SessionStateChanged { session, .. }
        | Event::OfferAdded { session, .. }
        | Event::OfferChanged { session, .. }
        | Event::SessionArchived { session } => Change::Words(*session),
        Event::StockChanged { .. }
        | Event::ClaimHeld(_)
        | Event::ClaimReleased { .. }
        | Event::HoldExpired { .. }
        | Event::WaitlistPromoted { .. }
        | Event::OrderConfirmed { .. }
        | Event::OrderPaid { .. }
        | Event::OrderCancelled { .. } => Change::Stock,
        Event::Resumed { .. } => Change::Deadlines,
        Event::ClaimWaitlisted(_)
        | Event::ClaimRefused { .. }
        | Event::ClaimReviewed { .. }
        | Event::CommentsNoted { .. }
        | Event::RequestRefused { .. }
        | Event::HoldExtended { .. } => Change::Nothing,
    }
}

fn touches(event: &Event) -> Vec<Touched> {
    match event {
        Event::ClaimHeld(claimed) | Event::ClaimWaitlisted(claimed) => {
            vec![(claimed.session, claimed.order)]
        }
        Event::ClaimReleased { session, order, .. }
        | Event::HoldExpired { session, order, .. }
        | Event::HoldExtended { session, order, .. }
        | Event::OrderConfirmed { session, order, .. }
        | Event::OrderPaid { session, order, .. }
        | Event::OrderCancelled { session, order, .. } => vec![(*session, *order)],
        Event::WaitlistPromoted { session, order, into, .. } => {
            vec![(*session, *order), (*session, *into)]
        }
        Event::SessionOpened { .. }
        | Event::SessionStateChanged { .. }
        | Event::OfferAdded { .. }
        | Event::OfferChanged { .. }
        | Event::StockChanged { .. }
        | Event::ClaimRefused { .. }
        | Event::ClaimReviewed { .. }
        | Event::CommentsNoted { .. }
        | Event::RequestRefused { .. }
        | Event::Resumed { .. }
        | Event::SessionArchived { .. } => Vec::new(),
    }
}
