//! The handle: what lanes append to and everybody else reads from.

use crate::batch::Batch;
use crate::durable::Durable;
use crate::error::{Broken, JournalError};
use crate::replay::{RawFrame, Replay};
use crate::seal::PersonalWords;
use crate::snapshots::Snapshots;
use crate::storage::{Appended, Heads};
use crate::vault::Vault;
use domain::{BuyerRef, Epoch, Seq, ShopId, Stamp, Timestamp};
use std::path::Path;
use std::sync::Arc;

/// A cheap handle on the journal of one data folder.
#[derive(Clone)]
pub struct Journal {
    inner: Arc<Inner>,
}

struct Inner {}

/// What was found at the start.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovered {
    /// Which writer this process is: larger than every one before. All its batches carry it.
    pub epoch: Epoch,
    /// Every shop's last event. Its hash is checked by [`Journal::replay`].
    pub heads: Heads,
    /// When a writer was last known to be alive.
    pub heartbeat: Option<Timestamp>,
    /// Shops whose last row cannot be read: set aside, not among `heads`.
    pub broken: Vec<Broken>,
}

/// Sealed words, opened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spoken {
    /// To which event they belong.
    pub seq: Seq,
    /// Whose.
    pub buyer: BuyerRef,
    /// What was said.
    pub words: PersonalWords,
}

impl Journal {
    /// Takes the data folder, makes it if there is none, and starts the writer's thread. `now` is only written down.
    ///
    /// # Errors
    /// If another process has the folder, a newer version wrote it, or it cannot be read or written.
    pub fn open(dir: &Path, now: Timestamp) -> Result<(Self, Recovered), JournalError> {
        unimplemented!("{dir:?} {now}")
    }

    /// Hands a batch to the writer. `done` is called once, on the writer's thread, and must be cheap; it is called in
    /// the order of the appends. Waits while the writer has too much before it.
    ///
    /// # Panics
    /// If the batch is empty, or does not follow on the shop's last one.
    pub fn append(&self, batch: Batch, done: impl FnOnce(Appended) + Send + 'static) {
        unimplemented!("{batch:?} {}", size_of_val(&done))
    }

    /// Notes that the writer was alive at `at`, with the next sync.
    pub fn heartbeat(&self, at: Timestamp) {
        unimplemented!("{at}")
    }

    /// What is durable by now, and how to be told of more.
    pub fn durable(&self) -> &Durable {
        unimplemented!("{}", Arc::strong_count(&self.inner))
    }

    /// The facts of a shop after `from` (the default stamp: from the beginning), every hash checked, and that the
    /// first follows on `from`.
    pub fn replay(&self, shop: ShopId, from: Stamp) -> Replay {
        unimplemented!("{shop} {from:?}")
    }

    /// At most `limit` durable frames of a shop after `after`, every hash checked.
    ///
    /// # Errors
    /// If they cannot be read or do not hold together.
    pub fn read(
        &self,
        shop: ShopId,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<RawFrame>, JournalError> {
        unimplemented!("{shop} {after:?} {limit}")
    }

    /// Checks the chain from a shop's beginning to `until`, in the background; answers how many events it holds.
    ///
    /// # Errors
    /// The first thing that does not agree.
    pub fn verify(&self, shop: ShopId, until: Stamp) -> Result<u64, JournalError> {
        unimplemented!("{shop} {until:?}")
    }

    /// What was said around the events from `first` to `last`, as far as its buyers are not erased.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn spoken(&self, shop: ShopId, first: Seq, last: Seq) -> Result<Vec<Spoken>, JournalError> {
        unimplemented!("{shop} {first:?} {last:?}")
    }

    /// Who the buyers are.
    pub fn vault(&self) -> &Vault {
        unimplemented!()
    }

    /// Shops at rest.
    pub fn snapshots(&self) -> &Snapshots {
        unimplemented!()
    }

    /// Why nothing more is taken; `None` while all is well.
    pub fn failure(&self) -> Option<Appended> {
        unimplemented!()
    }

    /// Writes what waits, leaves the file in good order, gives the folder back and waits for all that.
    pub fn close(&self) -> Appended {
        unimplemented!()
    }
}
