//! The start: every shop replayed, every lane given to a thread, what is damaged set aside.

use crate::afterwork::{Beside, run_snapshots};
use crate::ask::Input;
use crate::clock::Moment;
use crate::directory::{Directory, Home};
use crate::error::StartError;
use crate::hub::{Hub, Inner, Options};
use crate::inbox::{Inbox, Message};
use crate::lane::Lane;
use crate::pressure::Turns;
use crate::recovery::{replay, revive};
use crate::shell::Shell;
use domain::{Clock, ShopId};
use inventory::State;
use journal::{Journal, Recovered};
use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, Mutex, PoisonError};

impl Hub {
    /// Replays every shop and starts the lanes. Blocking.
    ///
    /// # Errors
    /// If a thread cannot be started. A shop that cannot be replayed is quarantined; that is no
    /// error.
    pub fn start(
        journal: Journal,
        recovered: Recovered,
        clock: Arc<dyn Clock>,
        options: Options,
    ) -> Result<Self, StartError> {
        let Options { lanes, aside, on_lost, decide, give_way } = options;
        let directory = Arc::new(Directory::default());
        let (beside, due) = Beside::new(journal.clone(), aside, on_lost);
        let inboxes: Vec<_> = (0..lanes.max(1)).map(|_| Arc::new(Inbox::default())).collect();
        let inner = Inner {
            journal: journal.clone(),
            directory,
            clock,
            inboxes,
            beside: Arc::new(beside),
            epoch: recovered.epoch,
            decide,
            stopping: AtomicBool::new(false),
            disk_low: AtomicBool::new(false),
            keyless: AtomicU64::new(0),
            alive: recovered.heartbeat,
            before: recovered.heads.clone(),
            connections: AtomicU64::new(0),
            threads: Mutex::new(Vec::new()),
            turns: Turns::default(),
        };
        let hub = Self { inner: Arc::new(inner) };
        hub.revive_shops(&recovered, give_way);
        let shells = hub.inner.inboxes.iter().map(|inbox| hub.shell(inbox.clone()));
        for (number, shell) in shells.enumerate() {
            hub.spawn(&format!("lane-{number}"), move || shell.run())?;
        }
        let snapshots = move || {
            give_way();
            run_snapshots(&journal, &due);
        };
        std::thread::Builder::new().name("snapshots".into()).spawn(snapshots)?;
        Ok(hub)
    }

    fn shell(&self, inbox: Arc<Inbox>) -> Shell {
        Shell {
            inbox,
            journal: self.inner.journal.clone(),
            clock: self.inner.clock.clone(),
            directory: self.inner.directory.clone(),
            after: self.inner.beside.clone(),
            in_flight: Cell::new(0),
        }
    }

    fn spawn(&self, name: &str, run: impl FnOnce() + Send + 'static) -> Result<(), StartError> {
        let thread = std::thread::Builder::new().name(name.into()).spawn(run)?;
        self.inner.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        Ok(())
    }

    fn revive_shops(&self, recovered: &Recovered, give_way: fn()) {
        let inner = &self.inner;
        for broken in &recovered.broken {
            self.quarantine(broken.shop, &broken.why);
        }
        for shop in recovered.heads.keys().copied() {
            match replay(&inner.journal, shop) {
                Ok(replayed) => {
                    self.verify_older(shop, replayed.from, give_way);
                    let moment = Moment::of(&*inner.clock);
                    let how = (shop, inner.epoch, moment, inner.decide);
                    self.settle(revive(&inner.journal, replayed, recovered.heartbeat, how));
                }
                Err(unreadable) => self.quarantine(shop, &unreadable.0),
            }
        }
    }

    /// Checks, beside the sale, what the start took from a snapshot.
    fn verify_older(&self, shop: ShopId, until: domain::Stamp, give_way: fn()) {
        if until == domain::Stamp::default() {
            return;
        }
        let hub = self.clone();
        let check = move || {
            give_way();
            if let Err(error) = hub.inner.journal.verify(shop, until) {
                hub.quarantine(shop, &error.to_string());
                hub.inbox_of(shop).tell(Message::Lane(shop, Input::Lost));
            }
        };
        if let Err(error) = std::thread::Builder::new().name("older-chain".into()).spawn(check) {
            tracing::warn!(%shop, %error, "the older chain is not checked");
        }
    }

    fn quarantine(&self, shop: ShopId, why: &str) {
        tracing::error!(%shop, why, "the shop is quarantined; the others are served");
        metrics::counter!("chot_shops_quarantined_total").increment(1);
        self.inner.directory.quarantine(shop);
    }

    pub(crate) fn inbox_of(&self, shop: ShopId) -> &Arc<Inbox> {
        let inboxes = &self.inner.inboxes;
        &inboxes[(shop.get() % inboxes.len() as u64) as usize]
    }

    fn settle(&self, lane: Lane) {
        let (shop, now) = (lane.shop(), self.inner.clock.wall());
        for published in lane.published() {
            self.inner.directory.publish(published, now);
        }
        let inbox = self.inbox_of(shop);
        if self.inner.directory.settle(shop, Home::Thread(inbox.clone())) {
            inbox.tell(Message::Add(Box::new(lane)));
        }
    }

    /// Serves a shop that has no history yet. A shop that is served already stays as it is.
    pub fn add_shop(&self, shop: ShopId) {
        if self.inner.directory.home(shop).is_none() {
            let moment = Moment::of(&*self.inner.clock);
            let (epoch, decide) = (self.inner.epoch, self.inner.decide);
            let mut lane = Lane::new(shop, State::new(shop), epoch, moment, 0, decide);
            let nothing = lane.resume(self.inner.alive, moment);
            debug_assert!(nothing.is_none(), "a new shop holds nothing");
            self.settle(lane);
        }
    }
}
