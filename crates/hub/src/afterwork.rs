//! Work beside the lanes: snapshots made by replay, requests kept aside, the word that the journal
//! is lost.

use crate::lane::Lane;
use crate::recovery::replay;
use crate::shell::Afterwork;
use domain::ShopId;
use journal::Journal;
use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// Shops that may wait for a snapshot; more are asked again after their next events.
const SNAPSHOTS_WAITING_MAX: usize = 64;

/// Called when the journal is lost: nothing may be said any more. The binary ends the process.
pub type OnLost = Box<dyn Fn(&str) + Send + Sync>;

/// What is done beside the lanes.
pub(crate) struct Beside {
    journal: Journal,
    aside: PathBuf,
    due: SyncSender<ShopId>,
    lost: AtomicBool,
    on_lost: OnLost,
}

impl Beside {
    /// The queue's other end is for [`run_snapshots`].
    pub(crate) fn new(
        journal: Journal,
        aside: PathBuf,
        on_lost: OnLost,
    ) -> (Self, Receiver<ShopId>) {
        let (due, shops) = sync_channel(SNAPSHOTS_WAITING_MAX);
        (Self { journal, aside, due, lost: AtomicBool::new(false), on_lost }, shops)
    }

    /// True once an append failed.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }
}

impl Afterwork for Beside {
    fn keep_aside(&self, shop: ShopId, request: &str) {
        metrics::counter!("chot_decide_panics_total").increment(1);
        tracing::error!(%shop, "deciding panicked; the request is kept aside, the shop goes on");
        let file = OpenOptions::new().create(true).append(true).open(&self.aside);
        if let Err(error) = file.and_then(|mut file| writeln!(file, "{shop} {request}")) {
            tracing::error!(%shop, %error, "the request could not be kept aside");
        }
    }

    fn snapshot_due(&self, shop: ShopId) {
        if self.due.try_send(shop).is_err() {
            tracing::debug!(%shop, "a snapshot waits for the next occasion");
        }
    }

    fn at_rest(&self, lane: &Lane) {
        let (shop, state) = (lane.shop(), lane.state());
        let saved = self.journal.snapshots().latest(shop).map(|snapshot| snapshot.stamp);
        if state.stamp().position.seq.0 == 0 || saved == Some(state.stamp()) {
            return;
        }
        if let Err(error) = self.journal.snapshots().save(shop, &state.snapshot()) {
            tracing::warn!(%shop, %error, "no snapshot at the end; the next start replays");
        }
    }

    fn journal_lost(&self, why: &str) {
        if !self.lost.swap(true, Ordering::AcqRel) {
            tracing::error!(why, "the journal is lost: nothing is acknowledged any more");
            (self.on_lost)(why);
        }
    }
}

/// Makes the snapshots that are due, by replaying what is durable: lanes never wait for it.
pub(crate) fn run_snapshots(journal: &Journal, shops: &Receiver<ShopId>) {
    while let Ok(first) = shops.recv() {
        // A burst asks again before the last is made; one snapshot answers all of it.
        let due: BTreeSet<ShopId> = shops.try_iter().chain([first]).collect();
        due.into_iter().for_each(|shop| make_snapshot(journal, shop));
    }
}

fn make_snapshot(journal: &Journal, shop: ShopId) {
    let saved = replay(journal, shop).map_err(|unreadable| unreadable.0).and_then(|replayed| {
        let snapshot = replayed.state.snapshot();
        journal.snapshots().save(shop, &snapshot).map_err(|error| error.to_string())
    });
    match saved {
        Ok(()) => tracing::debug!(%shop, "snapshot made"),
        Err(why) => tracing::warn!(%shop, why, "no snapshot"),
    }
}
