//! The shell of a lane thread: carries inputs to its lanes and their outputs to journal, callers
//! and screens.

use crate::ask::{Input, Output};
use crate::clock::Moment;
use crate::directory::Directory;
use crate::inbox::{Inbox, Message};
use crate::lane::Lane;
use crate::pressure::Teller;
use domain::limits::{GATHER_REQUESTS, HEARTBEAT_MS};
use domain::{Clock, Millis, ShopId};
use journal::{Appended, Batch, Journal};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// What the lanes' thread works with.
pub(crate) struct Shell {
    pub(crate) inbox: Arc<Inbox>,
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) directory: Arc<Directory>,
    pub(crate) after: Arc<dyn Afterwork>,
    /// Batches on their way to the disk.
    pub(crate) in_flight: Cell<usize>,
}

/// What is done beside the lanes.
pub(crate) trait Afterwork: Send + Sync {
    /// Keeps a request aside that made deciding panic.
    fn keep_aside(&self, shop: ShopId, request: &str);
    /// Makes a snapshot of a shop, soon.
    fn snapshot_due(&self, shop: ShopId);
    /// Makes a snapshot of a lane that has come to rest.
    fn at_rest(&self, lane: &Lane);
    /// An append failed, or nobody knows: the process must end and replay.
    fn journal_lost(&self, why: &str);
}

/// The longest sleep: wall clocks jump, and a deadline must not be missed for long.
const SLEEP_MAX: Duration = Duration::from_millis(250);

impl Shell {
    /// Runs until told to stop and everything is durable.
    pub(crate) fn run(self) {
        let mut lanes: BTreeMap<ShopId, Lane> = BTreeMap::new();
        let mut messages = Vec::new();
        let mut heartbeat = Millis(0);
        let mut stopping = false;
        // Lanes that could not take everything when they were pumped, and how long that waits.
        let (mut behind, mut waited) = (BTreeSet::new(), Millis(0));
        let mut teller = Teller::default();
        loop {
            let gathers = self.in_flight.get() > 0;
            let requests = if gathers { GATHER_REQUESTS } else { 0 };
            self.inbox.wait(self.sleep(&lanes), requests, waited, &mut messages);
            let mut awake = BTreeSet::new();
            for message in messages.drain(..) {
                stopping |= self.take(message, &mut lanes, &mut awake);
            }
            let moment = Moment::of(&*self.clock);
            teller.tell(self.inbox.pressure(), moment.monotonic);
            let due = |lane: &Lane| lane.next_deadline().is_some_and(|at| at <= lane.time(moment));
            awake.extend(lanes.iter().filter(|(_, lane)| due(lane)).map(|(shop, _)| *shop));
            behind.extend(awake.iter().copied());
            let since = |shop: &ShopId| lanes.get(shop)?.waits_since();
            let since = behind.iter().filter_map(since).min().unwrap_or(moment.monotonic);
            waited = Millis(moment.monotonic.0.saturating_sub(since.0));
            for shop in awake {
                self.step(&mut lanes, shop, Input::Pump(moment));
            }
            behind.retain(|shop| lanes.get(shop).is_some_and(|l| l.waiting_entries() > 0));
            self.beat(&mut lanes, moment, &mut heartbeat);
            if stopping && lanes.values().all(Lane::is_idle) {
                lanes.values().for_each(|lane| self.after.at_rest(lane));
                return self.inbox.close();
            }
        }
    }

    fn take(
        &self,
        message: Message,
        lanes: &mut BTreeMap<ShopId, Lane>,
        awake: &mut BTreeSet<ShopId>,
    ) -> bool {
        match message {
            Message::Lane(shop, input) => {
                if matches!(input, Input::Durable(_)) {
                    self.in_flight.set(self.in_flight.get() - 1);
                }
                self.step(lanes, shop, input);
                awake.insert(shop);
            }
            Message::Add(lane) => {
                awake.insert(lane.shop);
                lanes.insert(lane.shop, *lane);
            }
            Message::DiskLow(low) => {
                for shop in lanes.keys().copied().collect::<Vec<_>>() {
                    self.step(lanes, shop, Input::DiskLow(low));
                }
            }
            Message::Stop => {
                for shop in lanes.keys().copied().collect::<Vec<_>>() {
                    self.step(lanes, shop, Input::Stop);
                    awake.insert(shop);
                }
                return true;
            }
        }
        false
    }

    /// One step of one lane. A panic in it is ours: what the lane applied may be half of a fact, so
    /// it stops.
    fn step(&self, lanes: &mut BTreeMap<ShopId, Lane>, shop: ShopId, input: Input) {
        let arriving = match &input {
            Input::Ask(ask) => ask.weight(),
            _ => 0,
        };
        let Some(lane) = lanes.get_mut(&shop) else {
            return self.inbox.done(arriving);
        };
        let waited = lane.waiting_entries();
        let mut out = Vec::new();
        let stepped = catch_unwind(AssertUnwindSafe(|| lane.step(input, &mut out)));
        self.inbox.done((waited + arriving).saturating_sub(lane.waiting_entries()));
        if stepped.is_err() {
            tracing::error!(%shop, "a lane panicked while applying; the shop is quarantined");
            metrics::counter!("chot_lane_panics_total").increment(1);
            self.directory.quarantine(shop);
            self.inbox.done(lane.waiting_entries());
            lanes.remove(&shop);
            return;
        }
        out.into_iter().for_each(|output| self.put_out(shop, output));
    }

    fn put_out(&self, shop: ShopId, output: Output) {
        match output {
            Output::Append(batch) => self.append(batch),
            Output::Release(release) => release(),
            Output::Publish(published) => self.directory.publish(published, self.clock.wall()),
            Output::Archive(session) => self.directory.archive(shop, session, self.clock.wall()),
            Output::Aside(shop, request) => self.after.keep_aside(shop, &request),
            Output::SnapshotDue(shop) => self.after.snapshot_due(shop),
        }
    }

    fn append(&self, batch: Batch) {
        let (shop, seq) = (batch.shop(), batch.head().position.seq);
        let (inbox, after) = (self.inbox.clone(), self.after.clone());
        let done = move |appended| match appended {
            Appended::Synced => inbox.tell(Message::Lane(shop, Input::Durable(seq))),
            Appended::Failed(why) | Appended::Unknown(why) => {
                inbox.tell(Message::Lane(shop, Input::Lost));
                after.journal_lost(&why);
            }
        };
        self.in_flight.set(self.in_flight.get() + 1);
        self.journal.append(batch, Box::new(done));
    }

    /// While holds are open, the journal's file knows that we are alive: up to the shops' own
    /// time. A wall clock that has leapt ahead would vouch for hours that no hold has had.
    fn beat(&self, lanes: &mut BTreeMap<ShopId, Lane>, moment: Moment, last: &mut Millis) {
        let is_due = moment.monotonic.0.saturating_sub(last.0) >= HEARTBEAT_MS;
        if !is_due || !lanes.values().any(|lane| lane.open_holds() > 0) {
            return;
        }
        *last = moment.monotonic;
        if let Some(alive) = lanes.values_mut().map(|lane| lane.vouch(moment)).min() {
            self.journal.heartbeat(alive);
        }
    }

    fn sleep(&self, lanes: &BTreeMap<ShopId, Lane>) -> Duration {
        let moment = Moment::of(&*self.clock);
        let until = |lane: &Lane| Some(lane.next_deadline()?.since(lane.time(moment)));
        let until = lanes.values().filter_map(until).min();
        until.map_or(SLEEP_MAX, |until| Duration::from_millis(until.0.max(1)).min(SLEEP_MAX))
    }
}
