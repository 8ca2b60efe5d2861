//! A disk in memory that can fail, lie and lose power: the storage of tests and of the simulator.

use crate::batch::{Batch, Erased};
use crate::error::JournalError;
use crate::storage::{Appended, KeptBuyer, LastRow, Round, Row, Rows, Storage};
use crate::vault::Quiet;
use crate::vault::forget::day_of;
use domain::{BuyerRef, Epoch, Seq, ShopId, Timestamp};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A disk. Clones are the same disk: one is given to the writer, one stays in the test's hand.
#[derive(Clone, Debug, Default)]
pub struct MemoryDisk {
    inner: Arc<Mutex<Disk>>,
}

/// How the next append goes wrong.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lie {
    /// It says that it failed, and it did.
    Failed,
    /// It does not know, and the round is there.
    UnknownKept,
    /// It does not know, and the round is lost.
    UnknownLost,
    /// It says that it synced, but only a [`MemoryDisk::sync`] before the next crash will make that
    /// true.
    SyncedLater,
}

#[derive(Debug, Default)]
struct Disk {
    durable: Contents,
    /// What was said to be synced but is not.
    cached: VecDeque<Round>,
    lies: VecDeque<Lie>,
}

#[derive(Debug, Default)]
struct Contents {
    rows: BTreeMap<ShopId, Vec<Row>>,
    /// In the order in which they came.
    buyers: Vec<KeptBuyer>,
    contacts: BTreeMap<(ShopId, BuyerRef), Vec<u8>>,
    erased: BTreeMap<(ShopId, BuyerRef), Erased>,
    heartbeat: Option<Timestamp>,
    /// How many rows each round added, so that the last one can be torn off.
    rounds: Vec<Vec<ShopId>>,
}

impl MemoryDisk {
    /// An empty, honest disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// The append after those that are already promised a lie goes wrong in this way.
    pub fn lie_next(&self, lie: Lie) {
        self.disk().lies.push_back(lie);
    }

    /// What was cached reaches the disk after all.
    pub fn sync(&self) {
        let mut disk = self.disk();
        while let Some(round) = disk.cached.pop_front() {
            disk.durable.write(&round);
        }
    }

    /// The power goes: what is not synced is lost.
    pub fn crash(&self) {
        let mut disk = self.disk();
        disk.cached.clear();
        disk.lies.clear();
    }

    /// Loses the last durable round, as a disk does that lied about its last sync. False if there
    /// is none.
    pub fn tear(&self) -> bool {
        let mut disk = self.disk();
        let Some(shops) = disk.durable.rounds.pop() else {
            return false;
        };
        for shop in shops {
            disk.durable.rows.entry(shop).or_default().pop();
        }
        disk.durable.rows.retain(|_, rows| !rows.is_empty());
        true
    }

    /// Flips the lowest bit of one byte in the row that holds an event, counted from the row's end
    /// if that is shorter. False if there is no such row.
    pub fn flip(&self, shop: ShopId, seq: Seq, byte: usize) -> bool {
        let mut disk = self.disk();
        let mut rows = disk.durable.rows.get_mut(&shop).into_iter().flatten();
        let Some(row) = rows.find(|row| (row.first..=row.last).contains(&seq)) else {
            return false;
        };
        let at = byte % row.frames.len();
        row.frames[at] ^= 1;
        true
    }

    fn disk(&self) -> MutexGuard<'_, Disk> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    fn write(&mut self, round: &Round) {
        for batch in &round.batches {
            self.rows.entry(batch.shop()).or_default().push(row(batch));
            let shop = batch.shop();
            for erased in batch.erased() {
                self.buyers.retain(|kept| (kept.shop, kept.buyer) != (shop, erased.buyer));
                self.contacts.remove(&(shop, erased.buyer));
                self.erased.insert((shop, erased.buyer), *erased);
            }
            let day = day_of(batch.head().at);
            batch.buyers().iter().for_each(|new| self.introduce(new, day));
        }
        for contact in &round.contacts {
            let (shop, buyer) = (contact.shop, contact.buyer);
            if self.buyers.iter().any(|kept| (kept.shop, kept.buyer) == (shop, buyer)) {
                self.contacts.insert((shop, buyer), contact.bytes.clone());
            }
        }
        self.heartbeat = self.heartbeat.max(round.heartbeat);
        self.rounds.push(round.batches.iter().map(Batch::shop).collect());
    }

    fn introduce(&mut self, new: &crate::vault::NewBuyer, day: u32) {
        if self.erased.contains_key(&(new.shop, new.buyer)) {
            return;
        }
        let known = self.buyers.iter_mut().find(|kept| {
            kept.shop == new.shop
                && kept.platform == new.platform
                && kept.platform_id == new.platform_id
        });
        match known {
            Some(kept) => {
                kept.seen_day = kept.seen_day.max(day);
                if new.name.is_empty() {
                    assert_eq!(kept.buyer, new.buyer);
                } else {
                    kept.name.clone_from(&new.name);
                }
            }
            None => self.buyers.push(KeptBuyer {
                shop: new.shop,
                platform: new.platform.clone(),
                platform_id: new.platform_id.clone(),
                buyer: new.buyer,
                key: new.key,
                name: new.name.clone(),
                seen_day: day,
            }),
        }
    }
}

fn row(batch: &Batch) -> Row {
    Row {
        shop: batch.shop(),
        epoch: batch.epoch(),
        first: batch.first(),
        last: batch.head().position.seq,
        prev: batch.prev(),
        head: batch.head().hash,
        frames: batch.bytes().to_vec(),
        sealed: batch.sealed().to_vec(),
    }
}

impl Storage for MemoryDisk {
    fn append(&mut self, round: &Round) -> Appended {
        let mut disk = self.disk();
        let lie = disk.lies.pop_front();
        match lie {
            Some(Lie::Failed) => return Appended::Failed("as told".into()),
            Some(Lie::UnknownLost) => return Appended::Unknown("as told".into()),
            Some(Lie::SyncedLater) => disk.cached.push_back(copy(round)),
            // What comes after a cached round waits behind it.
            None | Some(Lie::UnknownKept) if !disk.cached.is_empty() => {
                disk.cached.push_back(copy(round));
            }
            None | Some(Lie::UnknownKept) => disk.durable.write(round),
        }
        match lie {
            Some(Lie::UnknownKept) => Appended::Unknown("as told".into()),
            _ => Appended::Synced,
        }
    }

    fn tend(&mut self, _idle: bool) -> Appended {
        Appended::Synced
    }

    fn scrub(&mut self) -> Result<bool, Arc<str>> {
        Ok(true)
    }

    fn close(&mut self) -> Appended {
        self.sync();
        Appended::Synced
    }
}

fn copy(round: &Round) -> Round {
    Round {
        batches: round.batches.clone(),
        contacts: round.contacts.clone(),
        heartbeat: round.heartbeat,
    }
}

impl Rows for MemoryDisk {
    fn rows(&self, shop: ShopId, from: Seq, bytes_max: usize) -> Result<Vec<Row>, JournalError> {
        let disk = self.disk();
        let rows = disk.durable.rows.get(&shop).map_or(&[][..], Vec::as_slice);
        let mut bytes = 0;
        let within = |row: &&Row| {
            let fits = bytes < bytes_max;
            bytes += row.frames.len();
            fits
        };
        let first = rows.partition_point(|row| row.last < from);
        Ok(rows[first..].iter().take_while(within).cloned().collect())
    }

    fn writer(&self, shop: ShopId, seq: Seq) -> Result<Option<Epoch>, JournalError> {
        let row = self.rows(shop, seq, 1)?.into_iter().next();
        Ok(row.filter(|row| row.first <= seq).map(|row| row.epoch))
    }

    fn heads(&self) -> Result<Vec<LastRow>, JournalError> {
        let disk = self.disk();
        let last = |(shop, rows): (&ShopId, &Vec<Row>)| Some((*shop, Ok(rows.last()?.clone())));
        Ok(disk.durable.rows.iter().filter_map(last).collect())
    }

    fn heartbeat(&self) -> Result<Option<Timestamp>, JournalError> {
        Ok(self.disk().durable.heartbeat)
    }

    fn buyer(
        &self,
        shop: ShopId,
        platform: &str,
        id: &str,
    ) -> Result<Option<KeptBuyer>, JournalError> {
        let disk = self.disk();
        let is = |kept: &&KeptBuyer| {
            kept.shop == shop && kept.platform == platform && kept.platform_id == id
        };
        Ok(disk.durable.buyers.iter().find(is).cloned())
    }

    fn buyer_by_ref(
        &self,
        shop: ShopId,
        buyer: BuyerRef,
    ) -> Result<Option<KeptBuyer>, JournalError> {
        let disk = self.disk();
        let is = |kept: &&KeptBuyer| kept.shop == shop && kept.buyer == buyer;
        Ok(disk.durable.buyers.iter().find(is).cloned())
    }

    fn contact(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Vec<u8>>, JournalError> {
        Ok(self.disk().durable.contacts.get(&(shop, buyer)).cloned())
    }

    fn erased(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Erased>, JournalError> {
        Ok(self.disk().durable.erased.get(&(shop, buyer)).copied())
    }

    fn quiet(&self, day: u32, after: i64, limit: usize) -> Result<Vec<Quiet>, JournalError> {
        let disk = self.disk();
        let numbered = (1..).zip(&disk.durable.buyers);
        let quiet = numbered.filter(|(row, kept)| *row > after && kept.seen_day < day);
        let found = quiet.map(|(row, kept)| Quiet { row, shop: kept.shop, buyer: kept.buyer });
        Ok(found.take(limit).collect())
    }

    fn buyers(&self, limit: usize) -> Result<Vec<KeptBuyer>, JournalError> {
        Ok(self.disk().durable.buyers.iter().rev().take(limit).cloned().collect())
    }
}
