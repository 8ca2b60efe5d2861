//! Copies beside a writer: each is the journal of one moment, and nothing of what came later.

mod lives;

use domain::{Epoch, Position, Seq, Timestamp};
use journal::reader::SqliteRows;
use journal::{Appended, JournalError, Replay, Rows, Still, copy};
use lives::{append, batch, check_facts, grow, history, open, shop};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Copies that are made while the writer writes.
const COPIES: u64 = 5;

fn copied(still: Still, file: &Path) -> u64 {
    let whole = still.bytes().expect("measured");
    let mut told = 0;
    still.copy_to(file, &mut |bytes| told = bytes).expect("a copy");
    assert!(told < whole);
    assert_eq!(std::fs::metadata(file).expect("a file").len(), whole);
    whole
}

#[test]
fn a_copy_beside_a_busy_writer_is_the_journal_of_its_moment() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let epoch = recovered.epoch;
    grow(&journal, shop(1), epoch, 20);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                grow(&journal, shop(1), epoch, 3);
                grow(&journal, shop(2), epoch, 1);
            }
        });
        for number in 0..COPIES {
            let still = journal.still().expect("a moment");
            let heads = still.heads().clone();
            // What comes from here on is in no copy of that moment.
            let generation = journal.durable().generation();
            journal.durable().wait_past(generation + 2, std::time::Duration::from_secs(60));
            let file = dir.path().join(format!("{number}.db"));
            copied(still, &file);
            copy::inspect(&file).expect("whole");
            let rows: Arc<dyn Rows> = Arc::new(SqliteRows::new(&file));
            for (shop, head) in heads {
                let replay = Replay::new(rows.clone(), shop, Default::default());
                let facts: Vec<_> = replay.map(|fact| fact.expect("holds together")).collect();
                check_facts(&facts, head.position.seq.0);
                assert_eq!(facts.last().map(|fact| fact.stamp), Some(head));
                let now = journal.durable().head(shop).expect("it has events");
                assert!(now.position >= head.position);
            }
        }
        over.store(true, Ordering::Relaxed);
    });
    assert_eq!(journal.close(), Appended::Synced);
}

#[test]
fn a_copy_goes_on_in_the_epoch_that_it_is_told() {
    let (dir, other) = (tempfile::tempdir().expect("a"), tempfile::tempdir().expect("b"));
    let (journal, recovered) = open(dir.path());
    let head = grow(&journal, shop(1), recovered.epoch, 2);
    let file = other.path().join("journal.db");
    copied(journal.still().expect("a moment"), &file);
    assert_eq!(copy::last_epoch(&file).expect("an epoch"), Epoch(1));
    let epoch = Epoch(1).restored(Timestamp(1_780_000_000_000), 9);
    copy::begin_at(&file, epoch).expect("raised");
    let (restored, recovered) = open(other.path());
    assert_eq!(recovered.epoch, epoch);
    assert_eq!(recovered.heads, [(shop(1), head)].into());
    let next = batch(shop(1), epoch, head, 3);
    let last = next.head();
    assert_eq!(append(&restored, next), Appended::Synced);
    assert_eq!(last.position, Position { epoch, seq: Seq(9) });
    check_facts(&history(&restored, shop(1)).expect("holds together"), 9);
    for (seq, writer) in [(0, None), (1, Some(Epoch(1))), (6, Some(Epoch(1))), (7, Some(epoch))] {
        assert_eq!(restored.writer(shop(1), Seq(seq)).expect("read"), writer, "{seq}");
    }
    assert_eq!(restored.writer(shop(1), Seq(10)).expect("read"), None);
    assert_eq!(restored.writer(shop(1), Seq(u64::MAX)).expect("read"), None);
    assert_eq!(restored.writer(shop(2), Seq(1)).expect("read"), None);
}

#[test]
fn a_foreign_newer_or_damaged_copy_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    grow(&journal, shop(1), recovered.epoch, 40);
    let fresh = |name: &str| {
        let file = dir.path().join(name);
        copied(journal.still().expect("a moment"), &file);
        file
    };
    let newer = fresh("newer.db");
    let database = Connection::open(&newer).expect("opens");
    database.execute_batch("PRAGMA user_version = 9999").expect("written");
    drop(database);
    assert!(matches!(copy::inspect(&newer), Err(JournalError::Newer { .. })));
    let foreign = dir.path().join("foreign.db");
    std::fs::write(&foreign, "notes of somebody").expect("written");
    assert!(matches!(copy::inspect(&foreign), Err(JournalError::Foreign { .. })));
    let damaged = fresh("damaged.db");
    let database = Connection::open(&damaged).expect("opens");
    // A row that its index does not have.
    database
        .execute_batch(
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage =
        (SELECT rootpage FROM sqlite_schema WHERE name = 'buyers_by_ref')
        WHERE name = 'batches_by_seq';",
        )
        .expect("written");
    drop(database);
    assert!(matches!(copy::inspect(&damaged), Err(JournalError::Damaged { .. })));
}
