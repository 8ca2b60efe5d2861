//! What was acknowledged is there after a restart, whole and in order, or its absence is said.

mod lives;

use domain::{Epoch, Seq, Snapshot, Stamp, Timestamp};
use journal::journal::JOURNAL_FILE;
use journal::{Appended, Journal, JournalError, Words};
use lives::{NOW, append, batch, check_facts, grow, history, open, shop};
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

#[test]
fn what_was_appended_is_replayed_after_a_restart_by_a_later_writer() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    assert_eq!((recovered.epoch, recovered.heads.len()), (Epoch(1), 0));
    let first = grow(&journal, shop(1), recovered.epoch, 5);
    let other = grow(&journal, shop(2), recovered.epoch, 1);
    assert_eq!(journal.close(), Appended::Synced);

    let (journal, recovered) = open(dir.path());
    assert_eq!(recovered.epoch, Epoch(2));
    assert_eq!(recovered.heads, [(shop(1), first), (shop(2), other)].into());
    let last = grow(&journal, shop(1), recovered.epoch, 2);
    let facts = history(&journal, shop(1)).expect("holds together");
    check_facts(&facts, 21);
    assert_eq!(facts[20].stamp, last);
    assert_eq!(facts[14].stamp, first);
    check_facts(&history(&journal, shop(2)).expect("holds together"), 3);
    assert_eq!(history(&journal, shop(3)).expect("is empty"), []);
    assert_eq!(journal.verify(shop(1), last).expect("holds together"), 21);
}

#[test]
fn an_epoch_is_never_used_twice_even_if_nothing_was_written_under_it() {
    let dir = tempfile::tempdir().expect("a folder");
    for epoch in 1..=3 {
        let (journal, recovered) = open(dir.path());
        assert_eq!(recovered.epoch, Epoch(epoch));
        journal.close();
    }
}

#[test]
fn replay_goes_on_from_any_event_and_only_from_that_very_event() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    grow(&journal, shop(1), recovered.epoch, 4);
    let facts = history(&journal, shop(1)).expect("holds together");
    for (at, fact) in facts.iter().enumerate() {
        let rest: Vec<_> =
            journal.replay(shop(1), fact.stamp).map(|fact| fact.expect("holds")).collect();
        assert_eq!(rest, facts[at + 1..]);
        let mut other = fact.stamp;
        other.hash.0[31] ^= 1;
        let why = journal.replay(shop(1), other).next().expect("an answer").expect_err("broken");
        assert!(matches!(why, JournalError::Broken(_)), "{why}");
    }
    let mut ahead = facts[11].stamp;
    ahead.position.seq = Seq(13);
    let mut replay = journal.replay(shop(1), ahead);
    let why = replay.next().expect("an answer").expect_err("lost").to_string();
    assert!(why.contains("its tail is lost"), "{why}");
    assert!(replay.next().is_none(), "a replay ends after its first error");
}

#[test]
fn frames_are_read_in_pieces_for_those_who_follow() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let head = grow(&journal, shop(1), recovered.epoch, 4);
    let (mut after, mut seen) = (Seq(0), Vec::new());
    loop {
        let read = journal.read(shop(1), after, 5).expect("reads");
        let Some(last) = read.last() else { break };
        after = last.stamp.position.seq;
        seen.extend(read);
    }
    assert_eq!(seen.len(), 12);
    assert_eq!(seen[11].stamp, head);
    assert!(journal.read(shop(1), Seq(13), 5).is_err(), "nobody can have followed past the end");
}

#[test]
fn followers_are_told_when_more_is_durable() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let calls = Arc::new(AtomicU64::new(0));
    let counted = calls.clone();
    journal.durable().on_change(move || {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let seen = journal.durable().generation();
    let head = grow(&journal, shop(1), recovered.epoch, 3);
    assert_eq!(journal.durable().wait_past(seen, Duration::from_secs(60)), seen + 3);
    assert_eq!(journal.durable().head(shop(1)), Some(head));
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    assert_eq!(journal.durable().wait_past(seen + 3, Duration::ZERO), seen + 3);
}

#[test]
fn a_second_process_is_told_who_has_the_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, _) = open(dir.path());
    let Err(why) = Journal::open(dir.path(), NOW) else { panic!("two writers") };
    assert!(matches!(why, JournalError::Locked { .. }), "{why}");
    assert!(why.to_string().contains(&format!("process {}", std::process::id())), "{why}");
    journal.close();
    assert_eq!(
        append(&journal, batch(shop(1), Epoch(9), Stamp::default(), 1)),
        Appended::Failed("the journal is closed".into())
    );
    open(dir.path());
}

#[test]
fn a_newer_or_foreign_file_is_refused_and_left_as_it_is() {
    let check = |change: &str, said: &str| {
        let dir = tempfile::tempdir().expect("a folder");
        open(dir.path()).0.close();
        let file = dir.path().join(JOURNAL_FILE);
        Connection::open(&file).and_then(|db| db.execute_batch(change)).expect("changes");
        let before = std::fs::read(&file).expect("reads");
        let Err(why) = Journal::open(dir.path(), NOW) else { panic!("{change}") };
        assert!(why.to_string().contains(said), "{why}");
        assert_eq!(std::fs::read(&file).expect("reads"), before);
    };
    check("PRAGMA user_version = 4", "written by a newer version");
    check("PRAGMA application_id = 7", "another program made it");
}

#[test]
fn a_text_in_the_journals_place_is_refused() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join(JOURNAL_FILE);
    std::fs::write(&file, "dear diary, ".repeat(100)).expect("writes");
    let Err(why) = Journal::open(dir.path(), NOW) else { panic!("a diary") };
    assert!(matches!(why, JournalError::Foreign { .. }), "{why}");
}

#[test]
fn a_changed_byte_sets_one_shop_aside_and_the_others_are_served() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    grow(&journal, shop(1), recovered.epoch, 3);
    grow(&journal, shop(2), recovered.epoch, 3);
    journal.close();
    let file = dir.path().join(JOURNAL_FILE);
    for (column, value) in [
        ("frames", "CAST(substr(frames, 1, length(frames) - 1) || x'01' AS BLOB)"),
        ("frames", "substr(frames, 1, length(frames) - 1)"),
        ("prev", "zeroblob(32)"),
        ("head", "zeroblob(32)"),
        ("head", "zeroblob(31)"),
        ("epoch", "epoch + 1"),
        ("first_seq", "first_seq + 1"),
        ("last_seq", "last_seq - 1"),
    ] {
        let copy = tempfile::tempdir().expect("a folder");
        let into = copy.path().join(JOURNAL_FILE);
        std::fs::copy(&file, &into).expect("copies");
        let change = format!("UPDATE batches SET {column} = {value} WHERE shop = 1 AND id = 2");
        let db = Connection::open(&into).expect("opens");
        assert_eq!(db.execute(&change, []).expect("changes"), 1);
        drop(db);
        let (journal, recovered) = open(copy.path());
        let why = history(&journal, shop(1)).expect_err("is broken").to_string();
        assert!(why.contains(&shop(1).to_string()), "{column}: {why}");
        check_facts(&history(&journal, shop(2)).expect("holds together"), 9);
        grow(&journal, shop(2), recovered.epoch, 1);
    }
}

#[test]
fn a_shop_whose_last_row_is_broken_is_not_among_the_heads() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    grow(&journal, shop(1), recovered.epoch, 3);
    let head = grow(&journal, shop(2), recovered.epoch, 3);
    journal.close();
    let db = Connection::open(dir.path().join(JOURNAL_FILE)).expect("opens");
    let change = "UPDATE batches SET frames = zeroblob(9) WHERE shop = 1 AND id = 3";
    db.execute(change, []).expect("changes");
    drop(db);
    let (_journal, recovered) = open(dir.path());
    assert_eq!(recovered.heads, [(shop(2), head)].into());
    assert_eq!(recovered.broken[0].shop, shop(1));
}

#[test]
fn the_latest_heartbeat_is_found_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    assert_eq!(recovered.heartbeat, None);
    journal.heartbeat(Timestamp(7_000));
    journal.heartbeat(Timestamp(5_000));
    journal.close();
    assert_eq!(open(dir.path()).1.heartbeat, Some(Timestamp(7_000)));
}

#[test]
fn words_come_back_to_their_event_while_their_buyer_is_known() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let shop = shop(1);
    let lan = journal.vault().buyer(shop, "tiktok", "7", "Lan").expect("a buyer");
    let text = "chốt 2 kí cam, 0912345678";
    let words = Words { key: "tiktok:1", name: "Lan", text, ..Words::default() };
    let sealed = journal::Sealed::words(&lan.key, shop, lan.buyer, &words).expect("sealed");
    let mut next = batch(shop, recovered.epoch, Stamp::default(), 2);
    next.seal(Seq(2), &sealed);
    next.introduce(lan.new.expect("she is new"));
    append(&journal, next);
    let spoken = journal.spoken(shop, Seq(1), Seq(9)).expect("reads");
    assert_eq!((spoken[0].seq, spoken[0].words.text.as_str()), (Seq(2), text));
    assert!(journal.spoken(shop, Seq(1), Seq(1)).expect("reads").is_empty());
    journal.close();
    for entry in std::fs::read_dir(dir.path()).expect("lists") {
        let bytes = std::fs::read(entry.expect("an entry").path()).unwrap_or_default();
        for private in ["cam, 09", "0912345678", "tiktok:1", "Lan"] {
            let found = bytes.windows(private.len()).any(|part| part == private.as_bytes());
            assert!(!found, "{private} lies on disk in the clear");
        }
    }
}

#[test]
fn a_snapshot_ahead_of_the_journal_shows_that_the_tail_is_lost() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let stamp = grow(&journal, shop(1), recovered.epoch, 2);
    journal.snapshots().save(shop(1), &Snapshot { stamp, ..Snapshot::default() }).expect("saves");
    journal.close();
    let db = Connection::open(dir.path().join(JOURNAL_FILE)).expect("opens");
    db.execute("DELETE FROM batches WHERE first_seq = 4", []).expect("loses a row");
    drop(db);
    let (journal, _) = open(dir.path());
    let snapshot = journal.snapshots().latest(shop(1)).expect("is there");
    let why = journal.replay(shop(1), snapshot.stamp).next().expect("an answer");
    assert!(matches!(why, Err(JournalError::Broken(_))), "{why:?}");
}
