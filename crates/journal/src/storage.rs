//! The seam for lies: what writes a round and says what became of it, and what reads it back.

use crate::batch::{Batch, Erased};
use crate::contact::SealedContact;
use crate::error::{Broken, JournalError};
use crate::vault::Quiet;
use domain::{BuyerRef, Epoch, Hash, Seq, ShopId, Stamp, Timestamp};
use std::sync::Arc;

/// What became of an append.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Appended {
    /// On stable storage: may be told to the world.
    Synced,
    /// Certainly not written. Nothing more is taken; the process ends and replays.
    Failed(Arc<str>),
    /// May or may not be there after a restart. Nothing more is taken; the process ends and
    /// replays.
    Unknown(Arc<str>),
}

/// What is written with one sync.
#[derive(Debug, Default)]
pub struct Round {
    /// In the order in which they were appended; those of one shop follow on each other.
    pub batches: Vec<Batch>,
    /// In the order in which they came; a buyer's later one replaces the earlier.
    pub contacts: Vec<SealedContact>,
    /// The latest moment at which the writer was alive, if it is to be noted.
    pub heartbeat: Option<Timestamp>,
}

impl Round {
    /// What it weighs, in bytes.
    pub fn weight(&self) -> usize {
        let batches: usize = self.batches.iter().map(Batch::weight).sum();
        batches + self.contacts.iter().map(SealedContact::weight).sum::<usize>()
    }
}

/// Where rounds go. One thread owns it; after anything but [`Appended::Synced`] it is not called
/// again.
pub trait Storage: Send {
    /// Writes a round, whole or not at all, with the buyers that its batches bring, without those
    /// that they erase, and syncs it.
    fn append(&mut self, round: &Round) -> Appended;

    /// Housekeeping between rounds; `idle` if nothing is waiting.
    fn tend(&mut self, idle: bool) -> Appended;

    /// Wipes every byte of erased buyers, in tables, free space and log. False if somebody reads
    /// the log just now: then it is done later, at the next start at the latest.
    ///
    /// # Errors
    /// If it failed: the storage cannot be relied on any more.
    fn scrub(&mut self) -> Result<bool, Arc<str>>;

    /// The last call: leaves everything in good order.
    fn close(&mut self) -> Appended;
}

/// Consecutive events of one shop and one writer, as they lie in storage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Whose.
    pub shop: ShopId,
    /// Which writer.
    pub epoch: Epoch,
    /// The first event.
    pub first: Seq,
    /// The last event.
    pub last: Seq,
    /// The chain's hash before the first.
    pub prev: Hash,
    /// The chain's hash after the last.
    pub head: Hash,
    /// An encoded `store::Frames`.
    pub frames: Vec<u8>,
    /// An encoded `store::SealedFrame`; may be empty.
    pub sealed: Vec<u8>,
}

/// A shop with its last row, or what is wrong with that.
pub type LastRow = (ShopId, Result<Row, Broken>);

/// A buyer as the vault's table has them.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KeptBuyer {
    /// In which shop.
    pub shop: ShopId,
    /// From where.
    pub platform: String,
    /// The platform's own id.
    pub platform_id: String,
    /// As the ledger knows them.
    pub buyer: BuyerRef,
    /// What their words are sealed with.
    pub key: [u8; 32],
    /// Their latest name, sealed: nonce, then ciphertext; empty if they never gave one.
    pub name: Vec<u8>,
    /// On which day they were last heard of, since 1970.
    pub seen_day: u32,
}

/// What durable storage answers. It shows a round wholly or not at all, and only once it is synced.
pub trait Rows: Send + Sync {
    /// The rows of a shop from the one that holds `from` on, in order, until `bytes_max` of frames
    /// are reached (one row at least, if there is one).
    fn rows(&self, shop: ShopId, from: Seq, bytes_max: usize) -> Result<Vec<Row>, JournalError>;

    /// Which writer wrote an event; none if there is no such event.
    fn writer(&self, shop: ShopId, seq: Seq) -> Result<Option<Epoch>, JournalError>;

    /// Every shop that has events, with its last row.
    fn heads(&self) -> Result<Vec<LastRow>, JournalError>;

    /// When a writer was last known to be alive.
    fn heartbeat(&self) -> Result<Option<Timestamp>, JournalError>;

    /// The buyer behind a platform's id.
    fn buyer(
        &self,
        shop: ShopId,
        platform: &str,
        id: &str,
    ) -> Result<Option<KeptBuyer>, JournalError>;

    /// The buyer behind a reference.
    fn buyer_by_ref(
        &self,
        shop: ShopId,
        buyer: BuyerRef,
    ) -> Result<Option<KeptBuyer>, JournalError>;

    /// A buyer's contact, sealed: nonce, then ciphertext.
    fn contact(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Vec<u8>>, JournalError>;

    /// What is left of an erased buyer.
    fn erased(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Erased>, JournalError>;

    /// Buyers who were last heard of before that day, after a row of the table, at most `limit`.
    fn quiet(&self, day: u32, after: i64, limit: usize) -> Result<Vec<Quiet>, JournalError>;

    /// The most recent buyers, at most `limit`, latest first.
    fn buyers(&self, limit: usize) -> Result<Vec<KeptBuyer>, JournalError>;
}

/// The last event of every shop.
pub type Heads = std::collections::BTreeMap<ShopId, Stamp>;
