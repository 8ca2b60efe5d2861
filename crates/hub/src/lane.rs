//! The lane: one shop's single writer, as a machine without I/O.
//!
//! ```text
//! Ask ─▶ waiting ─▶ Pump: decide, stamp, apply, tick ─▶ Append(batch)
//!                          │
//!                          └─▶ barrier ─▶ Durable(p): release everything ≤ p, in order
//!                                     └─▶ Lost: release nothing, the lane stops
//! ```
//!
//! Promises: nothing leaves before its position is durable; answers are what the state remembers
//! under their key, so the first answer and a repeated one are the same words; a panic while
//! deciding leaves the state untouched.
//! Never: looks at the clock, touches the disk, knows what a socket is.

use crate::ask::{Arrival, Ask, BuyerFrame, Input, Output, Published, ReplyTo, Welcome};
use crate::audience::Audience;
use crate::barrier::{Barrier, Held};
use crate::clock::{Moment, ShopClock};
use crate::error::HubError;
use crate::pressure::{Pressure, Turns};
use crate::round::Round;
use domain::limits::{
    BATCH_REQUESTS_MAX, BATCHES_IN_FLIGHT_MAX, GATHER_REQUESTS, REQUEST_WAIT_MS_MAX,
    SNAPSHOT_EVERY_EVENTS,
};
use domain::{
    BuyerRef, Command, Epoch, Millis, Position, Request, SessionId, SessionState, ShopId, Timestamp,
};
use intent::Codebook;
use inventory::{Decision, State};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// How requests are decided: `inventory::decide`, or a test's own.
pub type Decide = fn(&State, &Request, Timestamp) -> Decision;

/// One shop's writer.
pub struct Lane {
    pub(crate) state: State,
    pub(crate) shop: ShopId,
    pub(crate) epoch: Epoch,
    pub(crate) decide: Decide,
    pub(crate) words: BTreeMap<SessionId, SessionWords>,
    pub(crate) audience: Audience,
    /// Persons who linked an account: they are not anonymous.
    pub(crate) linked: BTreeSet<BuyerRef>,
    /// Who was just erased, until nothing of theirs can be under way any more.
    pub(crate) erased: BTreeMap<BuyerRef, Millis>,
    clock: ShopClock,
    waiting: VecDeque<Ask>,
    waiting_entries: usize,
    barrier: Barrier,
    mode: Mode,
    disk_low: bool,
    events_since_snapshot: u64,
    gather: usize,
    turns: Turns,
}

/// How a session's comments are read now.
pub(crate) struct SessionWords {
    pub(crate) codebook: Arc<Codebook>,
    pub(crate) state: SessionState,
}

/// What a lane still does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Everything.
    Running,
    /// It takes nothing new and gives out what becomes durable.
    Stopping,
    /// It does nothing: what its state says may not be on disk.
    Lost,
}

impl Lane {
    /// A lane over a recovered state. `after_snapshot` is how many events were replayed on top of
    /// its snapshot.
    pub fn new(
        shop: ShopId,
        state: State,
        epoch: Epoch,
        moment: Moment,
        after_snapshot: u64,
        decide: Decide,
    ) -> Self {
        let clock = ShopClock::start(state.stamp().at, moment);
        let linked = state.linked_persons().collect();
        let mut lane = Self {
            state,
            shop,
            epoch,
            decide,
            words: BTreeMap::new(),
            audience: Audience::default(),
            linked,
            erased: BTreeMap::new(),
            clock,
            waiting: VecDeque::new(),
            waiting_entries: 0,
            barrier: Barrier::default(),
            mode: Mode::Running,
            disk_low: false,
            events_since_snapshot: after_snapshot,
            gather: GATHER_REQUESTS,
            turns: Turns::default(),
        };
        for session in lane.state.sessions().collect::<Vec<_>>() {
            lane.refresh_words(session);
        }
        lane
    }

    /// Lets fewer or more requests gather while a batch is on its way than
    /// [`GATHER_REQUESTS`]: whoever plays a lane need not play hundreds.
    pub fn gather_from(&mut self, requests: usize) {
        self.gather = requests;
    }

    /// Everything the sessions show now, for the shell to publish at the start, when all of it is
    /// durable.
    pub fn published(&self) -> Vec<Published> {
        self.words.keys().filter_map(|session| self.publish(*session)).collect()
    }

    /// One step: takes an input, adds what is to be done to `out`.
    pub fn step(&mut self, input: Input, out: &mut Vec<Output>) {
        match input {
            Input::Ask(ask) => self.take(ask, out),
            Input::Durable(seq) => self.give_out(seq, out),
            Input::Lost => {
                self.mode = Mode::Lost;
                self.barrier = Barrier::default();
                self.waiting.clear();
                self.waiting_entries = 0;
            }
            Input::Pump(moment) => self.pump(moment, out),
            Input::DiskLow(low) => self.disk_low = low,
            Input::Stop if self.mode == Mode::Running => self.mode = Mode::Stopping,
            Input::Stop => {}
        }
    }

    /// When the lane must be pumped even if nobody asks. None while the disk's word will wake it
    /// anyway, and once it is lost: what is due then could not be carried out.
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let waits = self.mode == Mode::Lost || self.barrier.batches() > 0;
        if waits { None } else { self.state.next_deadline() }
    }

    /// The shop's time at this moment.
    pub fn time(&self, moment: Moment) -> Timestamp {
        let mut clock = self.clock;
        clock.now(moment)
    }

    /// The shop's time at this moment, for a heartbeat: up to there, and not up to the wall clock,
    /// it was alive. What is vouched for is never gone back behind.
    pub fn vouch(&mut self, moment: Moment) -> Timestamp {
        self.clock.now(moment)
    }

    /// How many holds would be hurt by a time in which we are down.
    pub fn open_holds(&self) -> usize {
        self.state.open_holds()
    }

    /// True once nothing waits and everything is durable.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.barrier.is_empty()
    }

    /// Whose lane.
    pub fn shop(&self) -> ShopId {
        self.shop
    }

    /// The state, for the shell's snapshot at a clean stop and for the simulator's checks.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Entries, reads and arrivals that wait.
    pub fn waiting_entries(&self) -> usize {
        self.waiting_entries
    }

    /// When the oldest request that waits here came.
    pub fn waits_since(&self) -> Option<Millis> {
        self.waiting.iter().find_map(Ask::came)
    }

    fn take(&mut self, ask: Ask, out: &mut Vec<Output>) {
        match ask {
            Ask::Detach(connection) => return self.audience.detach(connection),
            _ if self.mode != Mode::Running => return refuse(self, ask, HubError::Stopping, out),
            Ask::Decide { ref entries, .. } if self.disk_low && !entries.is_empty() => {
                return refuse(self, ask, HubError::DiskLow, out);
            }
            Ask::Erase(_) if self.disk_low => return refuse(self, ask, HubError::DiskLow, out),
            Ask::Decide { .. } | Ask::Read(_) | Ask::Erase(_) | Ask::Attach(_) => {}
        }
        self.waiting_entries += ask.weight();
        self.waiting.push_back(ask);
    }

    fn give_out(&mut self, seq: domain::Seq, out: &mut Vec<Output>) {
        for held in self.barrier.durable(seq) {
            match held {
                Held::Release(release) => out.push(Output::Release(release)),
                Held::Publish(published) => out.push(Output::Publish(published)),
                Held::Link(account, person, now) => {
                    for session in self.words.keys() {
                        self.audience.link(*session, account, person, now);
                    }
                }
                Held::Erase(buyers) => {
                    buyers.into_iter().for_each(|buyer| self.audience.erase(buyer));
                }
                Held::Frames(frames) => self.audience.deliver(frames),
                Held::Tell(connection, frame) => self.audience.tell(connection, frame),
                Held::Arrive(arrival, welcome) => out.push(self.arrive(*arrival, welcome)),
                Held::Forget(session) => {
                    self.audience.forget(session);
                    out.push(Output::Archive(session));
                }
            }
        }
    }

    /// Everything up to the welcome's position has been delivered: from here on the connection
    /// listens, and what it missed lies in the ring.
    fn arrive(&mut self, arrival: Arrival, mut welcome: Welcome) -> Output {
        let Arrival { connection, session, buyer, resume, outbox, welcome: tell } = arrival;
        let to = (session, buyer);
        let told = self.audience.attach(connection, to, resume, welcome.position, outbox);
        (welcome.missed, welcome.complete) = told;
        Output::Release(Box::new(move || tell(Ok(welcome))))
    }

    /// Decides until the disk has its next batch: if a full round writes nothing, nothing else
    /// would wake the lane for those behind it.
    fn pump(&mut self, moment: Moment, out: &mut Vec<Output>) {
        loop {
            let in_flight = self.barrier.batches();
            let gathers = in_flight > 0 && self.waiting_entries < self.gather;
            if self.mode == Mode::Lost || gathers || in_flight >= BATCHES_IN_FLIGHT_MAX {
                return;
            }
            if self.decide_round(moment, out) || self.waiting.is_empty() {
                return;
            }
        }
    }

    /// Decides what waits, as much as one batch takes; true if anything is to be written.
    fn decide_round(&mut self, moment: Moment, out: &mut Vec<Output>) -> bool {
        let now = self.clock.now(moment);
        let mut round = Round::begin(self, now);
        round.tick();
        let mut taken = 0;
        while taken < BATCH_REQUESTS_MAX {
            let Some(ask) = round.lane.waiting.pop_front() else {
                break;
            };
            round.lane.waiting_entries -= ask.weight();
            match ask {
                Ask::Decide { entries, reply, came } => {
                    taken += entries.len();
                    if moment.monotonic.0.saturating_sub(came.0) > REQUEST_WAIT_MS_MAX {
                        let stale = Ask::Decide { entries, reply, came };
                        let retry_after_ms = round.lane.turns.again_ms(Pressure::Crowded);
                        refuse(round.lane, stale, HubError::Busy { retry_after_ms }, out);
                    } else {
                        round.decide(entries, reply, out);
                    }
                }
                Ask::Read(read) => round.read(read),
                Ask::Erase(erase) => round.erase(erase, moment.monotonic, out),
                Ask::Attach(arrival) => round.attach(*arrival),
                Ask::Detach(connection) => round.lane.audience.detach(connection),
            }
        }
        let (batch, held, events) = round.finish();
        self.events_since_snapshot += events;
        if self.events_since_snapshot >= SNAPSHOT_EVERY_EVENTS {
            self.events_since_snapshot = 0;
            out.push(Output::SnapshotDue(self.shop));
        }
        let seq = self.state.stamp().position.seq;
        let writes = batch.is_some();
        self.barrier.hold(seq, writes, held);
        match batch {
            Some(batch) => out.push(Output::Append(batch)),
            // Nothing new was written: what was asked may be durable already.
            None => self.give_out(self.barrier.durable_seq(), out),
        }
        writes
    }

    /// The start of a writer: shop time goes on from the last event, or from `alive`, the last
    /// heartbeat, to the wall clock if that is later. If holds are open, deadlines move by the same
    /// span; the shell appends that fact before anything else.
    pub fn resume(&mut self, alive: Option<Timestamp>, moment: Moment) -> Option<journal::Batch> {
        let last = self.state.stamp().at.max(alive.unwrap_or_default());
        self.clock = ShopClock::start(last, moment);
        let now = self.clock.now(moment);
        let down = now.since(last);
        if self.open_holds() == 0 || down.0 == 0 {
            return None;
        }
        let request = Request { key: None, command: Command::Resume { down } };
        let Decision::Events(events) = (self.decide)(&self.state, &request, now) else {
            return None;
        };
        let mut round = Round::begin(self, now);
        events.into_iter().for_each(|event| round.commit(event));
        let (batch, held, _) = round.finish();
        self.barrier.hold(self.state.stamp().position.seq, batch.is_some(), held);
        batch
    }

    /// Remembers how a session's comments are read from here on.
    pub(crate) fn refresh_words(&mut self, session: SessionId) {
        let version = self.state.stamp().position.seq.0;
        match self.state.session_view(session) {
            Some(view) if view.state != SessionState::Archived => {
                let codebook = Arc::new(Codebook::new(version, &view));
                self.words.insert(session, SessionWords { codebook, state: view.state });
            }
            Some(_) | None => {
                self.words.remove(&session);
            }
        }
    }

    pub(crate) fn publish(&self, session: SessionId) -> Option<Published> {
        let view = Arc::new(self.state.session_view(session)?);
        let codebook = self.words.get(&session).map(|words| words.codebook.clone());
        Some(Published { view, codebook })
    }

    pub(crate) fn position(&self) -> Position {
        self.state.stamp().position
    }

    pub(crate) fn welcome(&self, session: SessionId, buyer: BuyerRef) -> Option<Welcome> {
        Some(Welcome {
            view: Arc::new(self.state.session_view(session)?),
            orders: self.state.orders_of(session, buyer),
            position: self.position(),
            complete: true,
            missed: Vec::new(),
        })
    }

    /// For a start: everything that was replayed is durable.
    pub fn set_durable(&mut self) {
        let held = self.barrier.durable(self.position().seq);
        debug_assert!(held.is_empty(), "nothing waits at the start");
    }
}

/// Answers an ask that is not decided.
fn refuse(lane: &mut Lane, ask: Ask, error: HubError, out: &mut Vec<Output>) {
    match ask {
        Ask::Decide { reply: ReplyTo::Caller(reply), .. } => {
            out.push(Output::Release(Box::new(move || reply(Err(error)))));
        }
        Ask::Decide { entries, reply: ReplyTo::Connection(connection), .. } => {
            for entry in entries {
                let Some(sender) = entry.sender else { continue };
                let frame = BuyerFrame::Failed { key: sender.key, error: error.clone() };
                lane.audience.tell(connection, frame);
            }
        }
        Ask::Erase(erase) => {
            out.push(Output::Release(Box::new(move || (erase.reply)(Err(error)))));
        }
        Ask::Read(read) => out.push(Output::Release(read(Err(error)))),
        Ask::Attach(arrival) => {
            out.push(Output::Release(Box::new(move || (arrival.welcome)(Err(error)))));
        }
        Ask::Detach(connection) => lane.audience.detach(connection),
    }
}
