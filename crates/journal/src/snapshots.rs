//! Shops at rest: files that make a start faster. Derived, checked when read, deletable at any
//! time.
//!
//! ```text
//! {shop}-{seq:020}.snap = magic(8) ‖ version u32 ‖ length u64 ‖ SHA-256 of the body (32) ‖ body
//! where the body is a Checkpoint, and numbers are big-endian
//! ```

use crate::codec;
use crate::error::JournalError;
use crate::folder::sync_dir;
use domain::limits::SNAPSHOTS_KEPT;
use domain::{Seq, ShopId, Snapshot};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

const MAGIC: &[u8; 8] = b"chotsnap";
const VERSION: u32 = 1;
const HEAD_BYTES: usize = 8 + 4 + 8 + 32;
/// How much of a body is synced at a time: a sync of the journal waits behind no more than this.
const SYNCED_AT_ONCE: usize = 1024 * 1024;

/// The folder `snapshots` of a data folder.
pub struct Snapshots {
    dir: PathBuf,
    /// What lies there, so that no shop has to look through all files.
    kept: Mutex<BTreeMap<ShopId, BTreeSet<Seq>>>,
}

impl Snapshots {
    /// Looks what is there; makes the folder if there is none. Files under other names are left
    /// alone.
    ///
    /// # Errors
    /// If the folder cannot be made or listed.
    pub fn open(dir: &Path) -> Result<Self, JournalError> {
        let list = || -> io::Result<BTreeMap<ShopId, BTreeSet<Seq>>> {
            fs::create_dir_all(dir)?;
            let mut kept = BTreeMap::<_, BTreeSet<Seq>>::new();
            for entry in fs::read_dir(dir)? {
                if let Some((shop, seq)) = parse_name(&entry?.file_name().to_string_lossy()) {
                    kept.entry(shop).or_default().insert(seq);
                }
            }
            Ok(kept)
        };
        let kept = list().map_err(|source| failed("listing", dir, source))?;
        Ok(Self { dir: dir.to_path_buf(), kept: Mutex::new(kept) })
    }

    /// Writes a shop at rest, synced, and removes all but the latest two. Blocks; only what is
    /// durable may be given.
    ///
    /// # Errors
    /// If the file cannot be written; nothing is lost by that.
    pub fn save(&self, shop: ShopId, snapshot: &Snapshot) -> Result<(), JournalError> {
        let seq = snapshot.stamp.position.seq;
        let path = self.path(shop, seq);
        let being_written = path.with_extension("tmp");
        let body = codec::encode_snapshot(snapshot);
        let write = || -> io::Result<()> {
            let mut file = File::create(&being_written)?;
            file.write_all(&head(&body))?;
            for piece in body.chunks(SYNCED_AT_ONCE) {
                file.write_all(piece)?;
                file.sync_data()?;
            }
            file.sync_all()?;
            fs::rename(&being_written, &path)?;
            sync_dir(&self.dir)
        };
        write().map_err(|source| failed("writing", &path, source))?;
        let outdated = {
            let mut kept = self.kept();
            let of_shop = kept.entry(shop).or_default();
            of_shop.insert(seq);
            let mut outdated = Vec::new();
            while of_shop.len() > SNAPSHOTS_KEPT {
                outdated.extend(of_shop.pop_first());
            }
            outdated
        };
        outdated.into_iter().try_for_each(|seq| self.delete(shop, seq))
    }

    /// The latest whole one. A torn or foreign file is passed over with a warning.
    pub fn latest(&self, shop: ShopId) -> Option<Snapshot> {
        let kept = self.kept().get(&shop).cloned().unwrap_or_default();
        kept.into_iter().rev().find_map(|seq| {
            let path = self.path(shop, seq);
            read(&path, seq)
                .inspect_err(|why| {
                    let file = path.display();
                    tracing::warn!(%shop, %file, why, "a snapshot is passed over; nothing is lost");
                })
                .ok()
        })
    }

    /// Removes a shop's snapshots, so that the next start replays from the beginning.
    ///
    /// # Errors
    /// If a file cannot be removed.
    pub fn remove(&self, shop: ShopId) -> Result<(), JournalError> {
        let gone = self.kept().remove(&shop).unwrap_or_default();
        gone.into_iter().try_for_each(|seq| self.delete(shop, seq))
    }

    fn delete(&self, shop: ShopId, seq: Seq) -> Result<(), JournalError> {
        let path = self.path(shop, seq);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(failed("removing", &path, source))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn path(&self, shop: ShopId, seq: Seq) -> PathBuf {
        self.dir.join(format!("{shop}-{:020}.snap", seq.0))
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<ShopId, BTreeSet<Seq>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failed(doing: &'static str, path: &Path, source: io::Error) -> JournalError {
    JournalError::File { doing, path: path.to_path_buf(), source }
}

fn parse_name(name: &str) -> Option<(ShopId, Seq)> {
    let (shop, seq) = name.strip_suffix(".snap")?.split_once('-')?;
    Some((ShopId::parse(shop)?, Seq(seq.parse().ok()?)))
}

fn head(body: &[u8]) -> [u8; HEAD_BYTES] {
    let mut head = [0; HEAD_BYTES];
    head[..8].copy_from_slice(MAGIC);
    head[8..12].copy_from_slice(&VERSION.to_be_bytes());
    head[12..20].copy_from_slice(&(body.len() as u64).to_be_bytes());
    head[20..].copy_from_slice(&Sha256::digest(body));
    head
}

/// The snapshot in a file, or why it is none.
fn read(path: &Path, seq: Seq) -> Result<Snapshot, String> {
    let bytes = fs::read(path).map_err(|why| why.to_string())?;
    let (found, body) = bytes.split_first_chunk::<HEAD_BYTES>().ok_or("too short")?;
    if found[..12] != head(&[])[..12] {
        return Err("of another kind or version".into());
    }
    if *found != head(body) {
        return Err("torn or changed".into());
    }
    let snapshot = codec::decode_snapshot(body).map_err(|why| why.to_string())?;
    match snapshot.stamp.position.seq == seq {
        true => Ok(snapshot),
        false => Err("under another's name".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: ShopId = ShopId::from_random(5);

    fn at(seq: u64) -> Snapshot {
        let mut snapshot = Snapshot { last_order: seq as u32, ..Snapshot::default() };
        snapshot.stamp.position.seq = Seq(seq);
        snapshot
    }

    fn saved(seqs: &[u64]) -> (tempfile::TempDir, Snapshots) {
        let dir = tempfile::tempdir().expect("a folder");
        let snapshots = Snapshots::open(dir.path()).expect("opens");
        for &seq in seqs {
            snapshots.save(SHOP, &at(seq)).expect("saves");
        }
        (dir, snapshots)
    }

    #[test]
    fn the_latest_two_are_kept_and_found_again_after_a_restart() {
        let (dir, _) = saved(&[1, 20, 3_000]);
        let again = Snapshots::open(dir.path()).expect("opens");
        assert_eq!(again.latest(SHOP), Some(at(3_000)));
        assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 2);
        assert_eq!(again.latest(ShopId::from_random(6)), None);
    }

    #[test]
    fn a_torn_or_changed_file_is_passed_over_for_the_one_before() {
        let (_dir, snapshots) = saved(&[7, 8]);
        let path = snapshots.path(SHOP, Seq(8));
        let whole = fs::read(&path).expect("reads");
        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).expect("writes");
            assert_eq!(snapshots.latest(SHOP), Some(at(7)), "cut at {cut}");
        }
        for place in 0..whole.len() {
            let mut changed = whole.clone();
            changed[place] ^= 0x10;
            fs::write(&path, changed).expect("writes");
            assert_eq!(snapshots.latest(SHOP), Some(at(7)), "changed at {place}");
        }
    }

    #[test]
    fn a_foreign_file_is_left_alone_and_deleted_ones_are_not_missed() {
        let (dir, snapshots) = saved(&[7]);
        fs::write(dir.path().join("notes.txt"), "mine").expect("writes");
        fs::copy(snapshots.path(SHOP, Seq(7)), snapshots.path(SHOP, Seq(9))).expect("copies");
        let again = Snapshots::open(dir.path()).expect("opens");
        assert_eq!(again.latest(SHOP), Some(at(7)), "a copy under another number is none");
        again.remove(SHOP).expect("removes");
        assert_eq!(again.latest(SHOP), None);
        assert!(dir.path().join("notes.txt").exists());
    }
}
