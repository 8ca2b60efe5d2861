//! Disks that are full, torn, forgetful or dishonest.

mod lives;

use domain::{Epoch, Seq, Stamp};
use journal::journal::JOURNAL_FILE;
use journal::memory::{Lie, MemoryDisk};
use journal::reader::SqliteRows;
use journal::sqlite::SqliteStorage;
use journal::storage::Storage;
use journal::{Appended, Journal, Snapshots};
use lives::{append, batch, check_facts, grow, history, open, round, shop};
use std::fs;
use std::path::Path;
use std::sync::Arc;

/// A small generator, so that the same cuts are made every time.
fn seeded(seed: &mut u64) -> u64 {
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    *seed
}

/// A journal's two files as a crash leaves them, and after which length of the log how many events
/// were acknowledged.
struct Image {
    table: Vec<u8>,
    log: Vec<u8>,
    acknowledged: Vec<(usize, u64)>,
}

fn image() -> Image {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join(JOURNAL_FILE);
    let log = dir.path().join(format!("{JOURNAL_FILE}-wal"));
    let (mut storage, epoch) = SqliteStorage::open(&file).expect("opens");
    let (mut head, mut acknowledged) = (Stamp::default(), Vec::new());
    for count in 1..=40 {
        let next = batch(shop(1), epoch, head, count * 7 % 90 + 1);
        head = next.head();
        assert_eq!(storage.append(&round(next)), Appended::Synced);
        let length = fs::metadata(&log).expect("a log").len() as usize;
        acknowledged.push((length, head.position.seq.0));
    }
    let read = |path: &Path| fs::read(path).expect("reads");
    Image { table: read(&file), log: read(&log), acknowledged }
}

/// Starts from the image with another log; answers how many events are there, all of which hold
/// together.
fn events_after(image: &Image, log: &[u8]) -> u64 {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join(JOURNAL_FILE), &image.table).expect("writes");
    fs::write(dir.path().join(format!("{JOURNAL_FILE}-wal")), log).expect("writes");
    let (journal, recovered) = open(dir.path());
    assert_eq!(recovered.broken, []);
    let facts = history(&journal, shop(1)).expect("a prefix holds together");
    check_facts(&facts, facts.len() as u64);
    assert_eq!(recovered.heads.get(&shop(1)), facts.last().map(|fact| &fact.stamp));
    grow(&journal, shop(1), recovered.epoch, 1);
    journal.close();
    facts.len() as u64
}

#[test]
fn a_log_torn_anywhere_keeps_every_round_before_the_tear() {
    let image = image();
    let mut seed = 8_817;
    for _ in 0..200 {
        let cut = (seeded(&mut seed) % (image.log.len() as u64 + 1)) as usize;
        let before = image.acknowledged.iter().rev().find(|(length, _)| *length <= cut);
        let expected = before.map_or(0, |(_, events)| *events);
        assert_eq!(events_after(&image, &image.log[..cut]), expected, "cut at {cut}");
    }
}

#[test]
fn what_a_power_cut_leaves_past_the_last_round_changes_nothing() {
    let image = image();
    let mut seed = 4_711;
    let (_, all) = image.acknowledged[image.acknowledged.len() - 1];
    for _ in 0..50 {
        let mut log = image.log.clone();
        for _ in 0..seeded(&mut seed) % 10_000 {
            log.push(seeded(&mut seed) as u8);
        }
        assert_eq!(events_after(&image, &log), all);
    }
}

#[test]
fn a_changed_byte_in_the_log_loses_at_most_what_came_after_it() {
    let image = image();
    let mut seed = 99;
    for _ in 0..60 {
        let mut log = image.log.clone();
        let at = (seeded(&mut seed) % log.len() as u64) as usize;
        log[at] ^= 0x20;
        let before = image.acknowledged.iter().rev().find(|(length, _)| *length <= at);
        let least = before.map_or(0, |(_, events)| *events);
        // The log's own header covers all of it.
        assert!(at < 32 || events_after(&image, &log) >= least, "changed at {at}");
    }
}

#[test]
fn a_full_disk_fails_the_round_and_every_later_one_and_keeps_the_rest() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join(JOURNAL_FILE);
    let (mut storage, epoch) = SqliteStorage::open(&file).expect("opens");
    storage.limit_pages(60).expect("limits");
    let snapshots = Snapshots::open(dir.path()).expect("opens");
    let rows = Arc::new(SqliteRows::new(&file));
    let (journal, _) = Journal::over(Box::new(storage), rows, snapshots, epoch).expect("opens");
    let mut acknowledged = Stamp::default();
    let refused = loop {
        let next = batch(shop(1), epoch, acknowledged, 200);
        let head = next.head();
        match append(&journal, next) {
            Appended::Synced => acknowledged = head,
            refused => break refused,
        }
    };
    assert!(matches!(&refused, Appended::Failed(why) if why.contains("full")), "{refused:?}");
    assert_eq!(journal.failure(), Some(refused.clone()));
    let later = append(&journal, batch(shop(2), epoch, Stamp::default(), 1));
    assert!(matches!(later, Appended::Failed(_)), "{later:?}");
    assert_eq!(journal.close(), refused);
    let (journal, recovered) = open(dir.path());
    assert_eq!(recovered.heads, [(shop(1), acknowledged)].into());
    let facts = history(&journal, shop(1)).expect("holds together");
    check_facts(&facts, acknowledged.position.seq.0);
}

/// A writer over a disk in memory.
fn over(disk: &MemoryDisk, epoch: u64) -> (Journal, journal::Recovered, tempfile::TempDir) {
    let dir = tempfile::tempdir().expect("a folder");
    let snapshots = Snapshots::open(dir.path()).expect("opens");
    let (storage, rows) = (Box::new(disk.clone()), Arc::new(disk.clone()));
    let (journal, recovered) =
        Journal::over(storage, rows, snapshots, Epoch(epoch)).expect("opens");
    (journal, recovered, dir)
}

#[test]
fn a_disk_that_does_not_know_stops_the_writer_whether_or_not_the_round_is_there() {
    for (lie, survives) in [(Lie::Failed, 3), (Lie::UnknownLost, 3), (Lie::UnknownKept, 6)] {
        let disk = MemoryDisk::new();
        let (journal, _, _dir) = over(&disk, 1);
        let head = grow(&journal, shop(1), Epoch(1), 1);
        disk.lie_next(lie);
        let said = append(&journal, batch(shop(1), Epoch(1), head, 3));
        assert_eq!(matches!(said, Appended::Failed(_)), lie == Lie::Failed, "{said:?}");
        let later = append(&journal, batch(shop(2), Epoch(1), Stamp::default(), 1));
        assert!(matches!(later, Appended::Failed(_)), "{later:?}");
        disk.crash();
        let (journal, recovered, _dir) = over(&disk, 2);
        check_facts(&history(&journal, shop(1)).expect("holds together"), survives);
        assert_eq!(recovered.heads[&shop(1)].position.seq, Seq(survives));
    }
}

#[test]
fn a_disk_that_lies_about_its_sync_loses_whole_rounds_and_a_known_position_shows_it() {
    let disk = MemoryDisk::new();
    let (journal, _, _dir) = over(&disk, 1);
    grow(&journal, shop(1), Epoch(1), 2);
    disk.lie_next(Lie::SyncedLater);
    let promised = grow(&journal, shop(1), Epoch(1), 2);
    disk.crash();
    let (journal, _, _dir) = over(&disk, 2);
    check_facts(&history(&journal, shop(1)).expect("holds together"), 6);
    let why = journal.replay(shop(1), promised).next().expect("an answer");
    assert!(why.is_err(), "whoever kept the later position notices");
}

#[test]
fn a_torn_or_flipped_disk_in_memory_is_noticed_as_the_real_one_is() {
    let disk = MemoryDisk::new();
    let (journal, _, _dir) = over(&disk, 1);
    grow(&journal, shop(1), Epoch(1), 3);
    grow(&journal, shop(2), Epoch(1), 3);
    journal.close();
    assert!(disk.tear());
    assert!(disk.flip(shop(1), Seq(5), 12));
    assert!(!disk.flip(shop(1), Seq(10), 0));
    let (journal, recovered, _dir) = over(&disk, 2);
    check_facts(&history(&journal, shop(2)).expect("holds together"), 6);
    assert!(history(&journal, shop(1)).is_err());
    assert_eq!(recovered.heads.len(), 2);
}
