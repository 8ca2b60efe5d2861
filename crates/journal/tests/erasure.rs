//! Who is erased is gone: from memory at once, from the table with the event, from every byte of
//! the folder when that is said; and nobody brings them back.

mod lives;

use domain::contact::{Address, ContactName, PhoneNumber, Purpose};
use domain::{BuyerRef, Consent, Contact, Epoch, Event, Stamp, Timestamp};
use journal::journal::JOURNAL_FILE;
use journal::memory::MemoryDisk;
use journal::storage::Round;
use journal::{Appended, Batch, Buyer, Journal, JournalError, Rows, Storage};
use lives::{NOW, append, batch, history, open, shop};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// So many that trees grow and move what they hold.
const CROWD: u32 = 3_000;
const GONE: u32 = 150;
const KEYS_LOOKED_FOR: usize = 10;

fn platform_id(number: u32) -> String {
    // Scattered, as platforms' ids are.
    let mix = |number: u32, shift: u32, by: u32| (number ^ (number >> shift)).wrapping_mul(by);
    let mixed = mix(mix(number.wrapping_mul(0x9e37_79b1), 15, 0x2c1b_3c6d), 12, 0x297a_2d39);
    format!("canary-{:08x}", mixed ^ (mixed >> 15))
}

fn ask(journal: &Journal, number: u32, name: &str) -> Buyer {
    journal.vault().buyer(shop(1), "tiktok", &platform_id(number), name).expect("a buyer")
}

fn head(journal: &Journal) -> Stamp {
    journal.durable().head(shop(1)).unwrap_or_default()
}

/// Everybody comes, and later most of them under another name.
fn crowd(journal: &Journal, epoch: Epoch) -> Vec<Buyer> {
    let come = |numbers: std::ops::Range<u32>, name: &str| {
        let mut next = batch(shop(1), epoch, head(journal), 1);
        let came: Vec<_> = numbers.map(|number| ask(journal, number, name)).collect();
        came.iter().flat_map(|buyer| buyer.new.clone()).for_each(|new| next.introduce(new));
        assert_eq!(append(journal, next), Appended::Synced);
        came
    };
    let hundreds = (0..CROWD).step_by(100);
    let came: Vec<_> = hundreds.clone().flat_map(|from| come(from..from + 100, "")).collect();
    hundreds.for_each(|from| drop(come(from..from + 70, "Chị Lan ở bản Áng, Mộc Châu")));
    came
}

fn erasing(epoch: Epoch, prev: Stamp, gone: &[BuyerRef]) -> Batch {
    let mut next = Batch::after(shop(1), epoch, prev);
    for &buyer in gone {
        let event = Event::BuyerErased { buyer, accounts: vec![] };
        let position = next.push(NOW, &event).position;
        next.erase(&[buyer], position);
    }
    next
}

fn erase(journal: &Journal, epoch: Epoch, gone: &[BuyerRef]) {
    assert_eq!(append(journal, erasing(epoch, head(journal), gone)), Appended::Synced);
}

fn scrub(journal: &Journal) -> Appended {
    let (told, answer) = sync_channel(1);
    journal.scrub(move |appended| told.send(appended).expect("the test waits"));
    answer.recv().expect("the writer answers")
}

/// How many of the first buyers' ids lie anywhere in the folder, and how many keys of the very
/// first.
fn left(dir: &Path, buyers: &[Buyer]) -> (usize, usize) {
    let files = std::fs::read_dir(dir).expect("a folder");
    let files = files.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
    let all: Vec<u8> = files.flat_map(|path| std::fs::read(path).expect("reads")).collect();
    let text = String::from_utf8_lossy(&all);
    let ids = (0..).zip(buyers).filter(|(number, _)| text.contains(&platform_id(*number)));
    let holds = |part: &[u8]| all.windows(part.len()).any(|window| window == part);
    let keys = buyers.iter().take(KEYS_LOOKED_FOR).filter(|buyer| holds(&buyer.key));
    (ids.count(), keys.count())
}

/// Buyers of whom the table's file has more than a row and its place in the index: what a tree left
/// behind when it moved that place to another page. Deleting the row does not reach it.
fn left_behind(dir: &Path, come: u32) -> Vec<u32> {
    let file = std::fs::read(dir.join(JOURNAL_FILE)).expect("reads");
    let text = String::from_utf8_lossy(&file);
    (0..come).filter(|number| text.matches(&platform_id(*number)).count() > 2).collect()
}

fn refs(buyers: &[Buyer]) -> Vec<BuyerRef> {
    buyers.iter().map(|buyer| buyer.buyer).collect()
}

fn contact() -> Contact {
    Contact {
        name: ContactName::parse("Lan").expect("a name"),
        phone: PhoneNumber::parse("0912345678").expect("a phone"),
        address: Address::parse("Bản Áng").expect("an address"),
        consent: Consent { purpose: Purpose::Delivery, version: 1, at: NOW },
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let name = path.file_name().expect("a name");
            std::fs::copy(&path, to.join(name)).expect("copies");
        }
    }
}

#[test]
fn what_a_growing_tree_left_behind_is_wiped_too() {
    let dir = tempfile::tempdir().expect("a folder");
    let (mut journal, mut recovered) = open(dir.path());
    // It happens to one place in a thousand or so: more come until it has.
    let mut come = 0;
    let behind = loop {
        assert!(come < 20 * CROWD, "nothing is ever left behind: then nothing need be wiped");
        for from in (come..come + CROWD).step_by(100) {
            let mut next = batch(shop(1), recovered.epoch, head(&journal), 1);
            let new = (from..from + 100).filter_map(|number| ask(&journal, number, "").new);
            new.for_each(|new| next.introduce(new));
            assert_eq!(append(&journal, next), Appended::Synced);
        }
        come += CROWD;
        assert_eq!(journal.close(), Appended::Synced);
        let behind = left_behind(dir.path(), come);
        (journal, recovered) = open(dir.path());
        if !behind.is_empty() {
            break behind;
        }
    };
    let gone: Vec<_> = behind.iter().map(|number| ask(&journal, *number, "").buyer).collect();
    erase(&journal, recovered.epoch, &gone);
    assert_eq!(scrub(&journal), Appended::Synced);
    let file = std::fs::read(dir.path().join(JOURNAL_FILE)).expect("reads");
    let text = String::from_utf8_lossy(&file);
    for number in behind {
        assert!(!text.contains(&platform_id(number)), "buyer {number} is still to be read");
    }
}

#[test]
fn of_the_erased_no_byte_is_left_and_the_others_stay() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let came = crowd(&journal, recovered.epoch);
    let gone = &came[..GONE as usize];
    assert_eq!(left(dir.path(), gone), (gone.len(), KEYS_LOOKED_FOR), "the search finds them");
    let before = history(&journal, shop(1)).expect("holds together").len();
    erase(&journal, recovered.epoch, &refs(gone));
    assert_eq!(scrub(&journal), Appended::Synced);
    assert_eq!(left(dir.path(), gone), (0, 0), "while it runs");
    let stayed = journal.vault().name(shop(1), came[GONE as usize].buyer).expect("reads");
    assert_eq!(stayed.as_deref(), Some("Chị Lan ở bản Áng, Mộc Châu"));
    assert_eq!(scrub(&journal), Appended::Synced, "nothing is left to do");
    assert_eq!(journal.close(), Appended::Synced);
    assert_eq!(left(dir.path(), gone), (0, 0), "closed");

    let (journal, _) = open(dir.path());
    let facts = history(&journal, shop(1)).expect("the chain holds together");
    assert_eq!(facts.len(), before + gone.len());
    for buyer in &came[GONE as usize..] {
        let kept = journal.vault().kept(shop(1), buyer.buyer).expect("reads").expect("stays");
        assert_eq!(kept.key, buyer.key);
    }
    assert_eq!(left(dir.path(), gone), (0, 0), "after another start");
}

#[test]
fn a_crash_before_the_files_are_wiped_leaves_that_to_the_next_start() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let came = crowd(&journal, recovered.epoch);
    let gone = &came[..GONE as usize];
    // Readers hold the log: nothing can be wiped before the process is killed.
    let reader = Connection::open(dir.path().join(JOURNAL_FILE)).expect("opens");
    reader.execute_batch("BEGIN; SELECT count(*) FROM buyers;").expect("reads");
    erase(&journal, recovered.epoch, &refs(gone));
    assert!(matches!(scrub(&journal), Appended::Failed(_)), "somebody reads the log");
    let crashed = tempfile::tempdir().expect("a folder");
    copy(dir.path(), crashed.path());
    assert_ne!(left(crashed.path(), gone), (0, 0), "the log has them");
    drop(reader);
    assert_eq!(scrub(&journal), Appended::Synced, "nobody reads any more");
    assert_eq!(left(dir.path(), gone), (0, 0));

    let (journal, _) = open(crashed.path());
    assert_eq!(left(crashed.path(), gone), (0, 0), "wiped before anything is served");
    for buyer in gone {
        assert_eq!(journal.vault().name(shop(1), buyer.buyer).expect("reads"), None);
    }
    assert_eq!(
        history(&journal, shop(1)).expect("holds together").len(),
        head(&journal).position.seq.0 as usize
    );
}

#[test]
fn whoever_comes_again_is_somebody_new() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let came = crowd(&journal, recovered.epoch);
    let page = journal.vault().own(shop(1), BuyerRef([5; 16]), "Lan").expect("a viewer");
    let mut next = batch(shop(1), recovered.epoch, head(&journal), 1);
    next.introduce(page.new.clone().expect("new"));
    assert_eq!(append(&journal, next), Appended::Synced);
    erase(&journal, recovered.epoch, &[came[0].buyer, page.buyer]);
    let check = |journal: &Journal| {
        let again = ask(journal, 0, "Lan");
        assert!(again.buyer != came[0].buyer && again.key != came[0].key && again.new.is_some());
        let own = journal.vault().own(shop(1), page.buyer, "Lan");
        assert!(matches!(own, Err(JournalError::Erased(who)) if who == page.buyer));
        assert!(journal.vault().is_gone(shop(1), page.buyer).expect("reads"));
        assert!(!journal.vault().is_gone(shop(2), page.buyer).expect("reads"), "another shop's");
        journal.vault().own(shop(2), page.buyer, "Lan").expect("another shop knows nothing of it");
    };
    check(&journal);
    journal.close();
    check(&open(dir.path()).0);
}

#[test]
fn what_was_under_way_brings_nobody_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let came = crowd(&journal, recovered.epoch);
    let lan = came[0].buyer;
    // A comment under a new name and a form, both prepared before and written afterwards.
    let renamed = ask(&journal, 0, "Lan mới");
    let form = journal.vault().seal_contact(shop(1), lan, &contact()).expect("seals");
    erase(&journal, recovered.epoch, &[lan]);
    let again = ask(&journal, 0, "Lan lại");
    let mut next = batch(shop(1), recovered.epoch, head(&journal), 1);
    next.introduce(renamed.new.expect("renamed"));
    next.introduce(again.new.clone().expect("somebody new"));
    assert_eq!(append(&journal, next), Appended::Synced);
    let (told, answer) = sync_channel(1);
    let done = move |appended| told.send(appended).expect("the test waits");
    assert!(journal.keep(form.expect("known until then"), done));
    assert_eq!(answer.recv().expect("answers"), Appended::Synced);
    journal.close();
    let (journal, _) = open(dir.path());
    assert_eq!(journal.vault().kept(shop(1), lan).expect("reads"), None);
    assert_eq!(journal.vault().contact(shop(1), lan).expect("reads"), None);
    assert_eq!(ask(&journal, 0, "").buyer, again.buyer, "the id is the new one's");
    let db = Connection::open(dir.path().join(JOURNAL_FILE)).expect("opens");
    let contacts: i64 =
        db.query_row("SELECT count(*) FROM contacts", [], |row| row.get(0)).expect("counts");
    assert_eq!(contacts, 0);
}

#[test]
fn nobody_is_given_an_erased_buyer_while_that_is_on_its_way_to_disk() {
    let mut disk = MemoryDisk::new();
    let vault = journal::Vault::new(Arc::new(disk.clone())).expect("reads");
    let lan = vault.buyer(shop(1), "tiktok", "7", "Lan").expect("a buyer");
    let mut first = batch(shop(1), Epoch(1), Stamp::default(), 1);
    first.introduce(lan.new.clone().expect("new"));
    let then = erasing(Epoch(1), first.head(), &[lan.buyer]);
    assert_eq!(then.erased().len(), 1);
    // One round brings and erases: who is gone does not come with it.
    let both = Round { batches: vec![first, then], ..Round::default() };
    assert_eq!(disk.append(&both), Appended::Synced);
    assert_eq!(disk.buyer(shop(1), "tiktok", "7").expect("reads"), None);
    let mut back = batch(shop(1), Epoch(1), both.batches[1].head(), 1);
    back.erase(&[lan.buyer], back.head().position);
    back.introduce(lan.new.expect("new"));
    assert!(back.buyers().is_empty(), "nor with the batch that erases them");
}

#[test]
fn who_was_not_heard_of_since_a_day_is_found() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let day = |days: u64| Timestamp(NOW.0 + days * 86_400_000);
    let said = |number: u32, at: Timestamp| {
        // Somebody's event tells the vault which day it is.
        let mut tick = Batch::after(shop(1), recovered.epoch, head(&journal));
        tick.push(at, &Event::Resumed { down: domain::Millis(1) });
        assert_eq!(append(&journal, tick), Appended::Synced);
        let buyer = ask(&journal, number, "Lan");
        let mut next = Batch::after(shop(1), recovered.epoch, head(&journal));
        next.push(at, &Event::Resumed { down: domain::Millis(2) });
        buyer.new.iter().for_each(|new| next.introduce(new.clone()));
        assert_eq!(append(&journal, next), Appended::Synced);
        buyer.buyer
    };
    let (early, both, late) = (said(1, day(0)), said(2, day(0)), said(3, day(200)));
    assert_eq!(said(2, day(200)), both);
    let quiet = |since: Timestamp, after: i64| -> Vec<(i64, BuyerRef)> {
        let found = journal.vault().quiet(since, after, 10).expect("reads");
        found.iter().map(|quiet| (quiet.row, quiet.buyer)).collect()
    };
    assert_eq!(quiet(day(0), 0), []);
    assert_eq!(quiet(day(199), 0), [(1, early)]);
    assert_eq!(quiet(day(201), 0), [(1, early), (2, both), (3, late)]);
    assert_eq!(quiet(day(201), 1), [(2, both), (3, late)]);
}

#[test]
fn a_file_from_before_is_brought_up_and_forgets_like_a_new_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let came = crowd(&journal, recovered.epoch);
    journal.close();
    let db = Connection::open(dir.path().join(JOURNAL_FILE)).expect("opens");
    let as_it_was = "
        PRAGMA secure_delete = ON;
        CREATE TABLE older(id INTEGER PRIMARY KEY, shop INTEGER NOT NULL, platform TEXT NOT NULL,
          platform_id TEXT NOT NULL, buyer BLOB NOT NULL, key BLOB NOT NULL, name BLOB,
          UNIQUE (shop, platform, platform_id)) STRICT;
        INSERT INTO older SELECT id, shop, platform, platform_id, buyer, key, name FROM buyers;
        DROP TABLE buyers;
        ALTER TABLE older RENAME TO buyers;
        CREATE INDEX buyers_by_ref ON buyers(shop, buyer);
        DROP TABLE erased;
        PRAGMA user_version = 2;";
    db.execute_batch(as_it_was).expect("as format 2 was");
    drop(db);
    let (journal, recovered) = open(dir.path());
    assert_eq!(ask(&journal, 7, "").buyer, came[7].buyer, "everybody is still known");
    assert_eq!(journal.vault().quiet(NOW, 0, 9).expect("reads"), [], "heard of today");
    let gone = &came[..GONE as usize];
    erase(&journal, recovered.epoch, &refs(gone));
    assert_eq!(scrub(&journal), Appended::Synced);
    assert_eq!(left(dir.path(), gone), (0, 0));
    let next = batch(shop(1), recovered.epoch, head(&journal), 1);
    assert_eq!(append(&journal, next), Appended::Synced);
    journal.close();
    let (journal, _) = open(dir.path());
    assert_eq!(ask(&journal, GONE, "").buyer, came[GONE as usize].buyer);
}
