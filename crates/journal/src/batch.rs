//! A batch: consecutive events of one shop, encoded and chained in the lane, written and synced
//! together.

use crate::chain::chain;
use crate::codec::{self, wire};
use crate::seal::Sealed;
use crate::vault::NewBuyer;
use domain::{BuyerRef, Epoch, Event, Hash, Position, Seq, ShopId, Stamp, Timestamp};
use std::ops::Range;
use std::sync::Arc;

/// One event's place in a batch.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Frame {
    /// Where and when, and the chain's hash there.
    pub stamp: Stamp,
    /// Where its bytes lie in [`Batch::bytes`].
    pub bytes: Range<usize>,
}

/// Consecutive events of one shop and one writer, and what goes with them into the same sync:
/// sealed words and the buyers who appear for the first time. It can only be built so that its
/// numbers and hashes follow on each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Batch {
    shop: ShopId,
    epoch: Epoch,
    /// The last event before the batch.
    prev: Stamp,
    frames: Vec<Frame>,
    /// An encoded `store::Frames`, exactly as it will lie on disk.
    bytes: Vec<u8>,
    /// An encoded `store::SealedFrame`.
    sealed: Vec<u8>,
    buyers: Vec<Arc<NewBuyer>>,
    erased: Vec<Erased>,
}

/// A buyer who is forgotten with a batch: what is left of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Erased {
    /// The random reference, which nobody bears any more.
    pub buyer: BuyerRef,
    /// How many accounts were forgotten together.
    pub accounts: u32,
    /// By which event.
    pub position: Position,
}

impl Batch {
    /// Begins an empty batch of the writer `epoch` after the event `prev` (the default stamp for a
    /// new shop).
    ///
    /// # Panics
    /// If `epoch` is older than the writer of `prev`.
    pub fn after(shop: ShopId, epoch: Epoch, prev: Stamp) -> Self {
        assert!(epoch >= prev.position.epoch, "a writer's epoch never falls");
        Self {
            shop,
            epoch,
            prev,
            frames: Vec::new(),
            bytes: Vec::new(),
            sealed: Vec::new(),
            buyers: Vec::new(),
            erased: Vec::new(),
        }
    }

    /// Encodes and chains the next event, at shop time `at`; answers its stamp.
    ///
    /// # Panics
    /// If `at` is before the event before it.
    pub fn push(&mut self, at: Timestamp, event: &Event) -> Stamp {
        let prev = self.head();
        assert!(at >= prev.at, "shop time never falls");
        let position = Position { epoch: self.epoch, seq: prev.position.seq.next() };
        let mut length = 0;
        wire::message(&mut self.bytes, 1, |bytes| {
            wire::uint(bytes, 1, at.0);
            wire::message(bytes, 2, |bytes| {
                let start = bytes.len();
                codec::encode_event(event, bytes);
                length = bytes.len() - start;
            });
        });
        let bytes = self.bytes.len() - length..self.bytes.len();
        let hash = chain(prev.hash, position, at, &self.bytes[bytes.clone()]);
        let stamp = Stamp { position, at, hash };
        self.frames.push(Frame { stamp, bytes });
        stamp
    }

    /// Adds sealed words to the event `seq`; they are synced with it but are no part of the chain.
    pub fn seal(&mut self, seq: Seq, sealed: &Sealed) {
        wire::message(&mut self.sealed, 1, |bytes| {
            wire::uint(bytes, 1, seq.0);
            wire::bytes(bytes, 2, &sealed.buyer.0);
            wire::bytes(bytes, 3, &sealed.nonce);
            wire::bytes(bytes, 4, &sealed.ciphertext);
        });
    }

    /// Adds a buyer who is not yet known to be durable. Doing it twice does no harm.
    pub fn introduce(&mut self, buyer: Arc<NewBuyer>) {
        let gone = self.erased.iter().any(|erased| erased.buyer == buyer.buyer);
        if !gone && !self.buyers.last().is_some_and(|last| Arc::ptr_eq(last, &buyer)) {
            self.buyers.push(buyer);
        }
    }

    /// Forgets buyers with the event `position`: with this batch the vault loses their keys, their
    /// names and whatever else is theirs, and none of these references is ever anybody's again.
    pub fn erase(&mut self, buyers: &[BuyerRef], position: Position) {
        self.buyers.retain(|new| !buyers.contains(&new.buyer));
        let accounts = u32::try_from(buyers.len()).unwrap_or(u32::MAX);
        self.erased.extend(buyers.iter().map(|&buyer| Erased { buyer, accounts, position }));
    }

    /// Whose events these are.
    pub fn shop(&self) -> ShopId {
        self.shop
    }

    /// Which writer's.
    pub fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The chain's hash before the first event.
    pub fn prev(&self) -> Hash {
        self.prev.hash
    }

    /// The number that the first event has, or would have.
    pub fn first(&self) -> Seq {
        self.prev.position.seq.next()
    }

    /// The last event, or the one before the batch while that is empty.
    pub fn head(&self) -> Stamp {
        self.frames.last().map_or(self.prev, |frame| frame.stamp)
    }

    /// The events in order: where each stands and where its bytes lie.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// One frame's bytes, exactly as they were hashed.
    pub fn frame(&self, frame: &Frame) -> &[u8] {
        &self.bytes[frame.bytes.clone()]
    }

    /// All frames as they will lie on disk: an encoded `store::Frames`.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// All sealed words as they will lie on disk: an encoded `store::SealedFrame`.
    pub fn sealed(&self) -> &[u8] {
        &self.sealed
    }

    /// Who appears for the first time, or under a new name.
    pub fn buyers(&self) -> &[Arc<NewBuyer>] {
        &self.buyers
    }

    /// Who is forgotten. They go before anybody who appears.
    pub fn erased(&self) -> &[Erased] {
        &self.erased
    }

    /// True while there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// What it weighs in a round, in bytes.
    pub fn weight(&self) -> usize {
        self.bytes.len() + self.sealed.len()
    }
}
