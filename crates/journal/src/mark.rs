//! What was acknowledged, kept beside the journal: how far each shop had come, and how far the log.
//!
//! SQLite takes a log whose middle is damaged for a log that ends there. Whoever knows how far it
//! went can tell the two apart.
//!
//! ```text
//! journal.mark = record 0: the log's salts and frames; then one record per shop, in any order
//! record       = shop u64 ‖ epoch u64 ‖ seq u64 ‖ hash (32) ‖ check (8), numbers big-endian
//! ```
//!
//! A record is written after the sync of what it speaks of and before anybody is told, so it never
//! claims what is not durable. It is synced itself only when there is an occasion: after a power
//! cut it may lag, and then knows less. A record that does not agree with its check says nothing.

use crate::error::JournalError;
use crate::journal::JOURNAL_FILE;
use crate::log::LogMark;
use domain::{Epoch, Hash, Position, Seq, ShopId, Stamp};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// A record fits a sector: it is there whole or not at all.
const RECORD_BYTES: usize = 64;

/// What is checked of a record.
const BODY_BYTES: usize = RECORD_BYTES - 8;

/// What the log's record has where others have their shop. No shop has this number.
const LOG: u64 = u64::MAX;

/// Where every shop was known to be.
pub type Marked = BTreeMap<ShopId, (Position, Hash)>;

/// How far every shop of a data folder was known to be, read beside its writer; empty if nothing is
/// known.
///
/// # Errors
/// If there is a file and it cannot be read.
pub fn marked(data: &Path) -> io::Result<Marked> {
    let path = data.join(JOURNAL_FILE).with_extension("mark");
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(why) if why.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(why) => return Err(why),
    };
    let shops = bytes.chunks(RECORD_BYTES).filter_map(Record::read).filter(|r| r.id != LOG);
    let at = |r: Record| {
        let position = Position { epoch: Epoch(r.epoch), seq: Seq(r.seq) };
        (ShopId::from_random(r.id), (position, r.hash))
    };
    Ok(shops.map(at).collect())
}

/// The open file.
pub(crate) struct Mark {
    file: File,
    path: PathBuf,
    /// In which record a shop stands.
    places: BTreeMap<ShopId, u64>,
    /// Records that may be written anew: they do not agree with their check.
    free: Vec<u64>,
    /// How many records there are.
    records: u64,
}

/// What the last writer left in it.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) log: Option<LogMark>,
    pub(crate) shops: Marked,
}

impl Mark {
    /// Opens the file beside the journal, makes it if there is none.
    pub(crate) fn open(path: &Path) -> Result<(Self, Found), JournalError> {
        let mut bytes = Vec::new();
        let mut open = || -> io::Result<File> {
            let mut options = OpenOptions::new();
            let mut file =
                options.read(true).write(true).create(true).truncate(false).open(path)?;
            file.read_to_end(&mut bytes)?;
            Ok(file)
        };
        let file = open().map_err(failed("opening", path))?;
        let mut found = Found::default();
        let (mut places, mut free) = (BTreeMap::new(), Vec::new());
        for (at, record) in (0..).zip(bytes.chunks(RECORD_BYTES)) {
            match Record::read(record) {
                Some(record) if at == 0 && record.id == LOG => {
                    found.log = Some(LogMark { salts: record.epoch, frames: record.seq });
                }
                Some(record) if at > 0 && record.id != LOG => {
                    let shop = ShopId::from_random(record.id);
                    let position = Position { epoch: Epoch(record.epoch), seq: Seq(record.seq) };
                    places.insert(shop, at);
                    found.shops.insert(shop, (position, record.hash));
                }
                // Before the first round the log's record is empty.
                None if at == 0 && record.iter().all(|byte| *byte == 0) => {}
                Some(_) | None if at == 0 => {
                    tracing::warn!("what is known of the log's end cannot be read");
                }
                Some(_) | None => {
                    tracing::warn!(at, "what is known of a shop's end cannot be read");
                    free.push(at);
                }
            }
        }
        let records = (bytes.len().div_ceil(RECORD_BYTES) as u64).max(1);
        Ok((Self { file, path: path.to_path_buf(), places, free, records }, found))
    }

    /// Writes down that the log is synced up to there.
    pub(crate) fn note_log(&self, log: LogMark) -> io::Result<()> {
        let record = Record { id: LOG, epoch: log.salts, seq: log.frames, hash: Hash([0; 32]) };
        self.file.write_all_at(&record.write(), 0)
    }

    /// Writes down that a shop's history is synced up to there.
    pub(crate) fn note(&mut self, shop: ShopId, head: Stamp) -> io::Result<()> {
        let known = self.places.get(&shop).copied();
        let place = known.or_else(|| self.free.pop()).unwrap_or(self.records);
        let Stamp { position, hash, .. } = head;
        let record = Record { id: shop.get(), epoch: position.epoch.0, seq: position.seq.0, hash };
        self.file.write_all_at(&record.write(), place * RECORD_BYTES as u64)?;
        self.places.insert(shop, place);
        self.records = self.records.max(place + 1);
        Ok(())
    }

    /// Makes durable what was written down.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// For [`Result::map_err`]: what was being done to it.
    pub(crate) fn failed(&self, doing: &'static str) -> impl FnOnce(io::Error) -> JournalError {
        failed(doing, &self.path)
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> JournalError {
    let path = path.to_path_buf();
    move |source| JournalError::File { doing, path, source }
}

struct Record {
    id: u64,
    epoch: u64,
    seq: u64,
    hash: Hash,
}

impl Record {
    fn read(bytes: &[u8]) -> Option<Self> {
        let (body, found) = bytes.split_at_checked(BODY_BYTES)?;
        let number = |at: usize| Some(u64::from_be_bytes(body[at..at + 8].try_into().ok()?));
        let hash = Hash(body[24..].try_into().ok()?);
        let record = Self { id: number(0)?, epoch: number(8)?, seq: number(16)?, hash };
        (found == check(body)).then_some(record)
    }

    fn write(&self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[..8].copy_from_slice(&self.id.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.epoch.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.seq.to_be_bytes());
        bytes[24..BODY_BYTES].copy_from_slice(&self.hash.0);
        let check = check(&bytes[..BODY_BYTES]);
        bytes[BODY_BYTES..].copy_from_slice(&check);
        bytes
    }
}

fn check(body: &[u8]) -> [u8; RECORD_BYTES - BODY_BYTES] {
    let digest: [u8; 32] =
        Sha256::new().chain_update("chot mark").chain_update(body).finalize().into();
    let mut check = [0; RECORD_BYTES - BODY_BYTES];
    check.copy_from_slice(&digest[..RECORD_BYTES - BODY_BYTES]);
    check
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Timestamp;

    fn head(seq: u64) -> Stamp {
        let position = Position { epoch: Epoch(3), seq: Seq(seq) };
        Stamp { position, at: Timestamp(0), hash: Hash([seq as u8; 32]) }
    }

    fn shop(number: u64) -> ShopId {
        ShopId::from_random(number)
    }

    #[test]
    fn what_was_written_down_last_is_found_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("mark");
        let (mut mark, found) = Mark::open(&path).expect("opens");
        assert!(found.log.is_none() && found.shops.is_empty());
        for seq in 1..=3 {
            mark.note(shop(seq), head(seq)).expect("written");
            mark.note(shop(1), head(seq * 10)).expect("written");
            mark.note_log(LogMark { salts: 7, frames: seq }).expect("written");
        }
        let (_, found) = Mark::open(&path).expect("opens");
        assert_eq!(found.log, Some(LogMark { salts: 7, frames: 3 }));
        let expected = [(1, 30), (2, 2), (3, 3)]
            .map(|(n, seq)| (shop(n), (head(seq).position, head(seq).hash)));
        assert_eq!(found.shops, Marked::from(expected));
    }

    #[test]
    fn a_damaged_record_says_nothing_and_its_place_is_used_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("mark");
        let (mut mark, _) = Mark::open(&path).expect("opens");
        for number in 1..=3 {
            mark.note(shop(number), head(number)).expect("written");
        }
        let honest = std::fs::read(&path).expect("bytes");
        for at in RECORD_BYTES * 2..RECORD_BYTES * 3 {
            let mut bytes = honest.clone();
            bytes[at] ^= 1 << (at % 8);
            std::fs::write(&path, &bytes).expect("written");
            let (mut mark, found) = Mark::open(&path).expect("opens");
            assert_eq!(found.shops.keys().copied().collect::<Vec<_>>(), [shop(1), shop(3)]);
            mark.note(shop(2), head(2)).expect("written");
            assert_eq!(std::fs::read(&path).expect("bytes"), honest);
        }
    }
}
