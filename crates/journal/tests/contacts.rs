//! Where a buyer's orders go: durable when it is said so, unreadable without the buyer's key.

mod lives;

use domain::contact::{Address, ContactName, PhoneNumber, Purpose};
use domain::{BuyerRef, Consent, Contact, Epoch, Stamp, Timestamp};
use journal::journal::JOURNAL_FILE;
use journal::memory::{Lie, MemoryDisk};
use journal::storage::Round;
use journal::{Appended, Journal, JournalError, Storage, Vault};
use lives::{append, batch, open, round, shop};
use rusqlite::Connection;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

const NAME: &str = "Chị Lan Canary";
const PHONE: &str = "0912345678";
const ADDRESS: &str = "Bản Canary, Đông Sang\nMộc Châu, Sơn La";

fn contact(address: &str) -> Contact {
    Contact {
        name: ContactName::parse(NAME).expect("a name"),
        phone: PhoneNumber::parse(PHONE).expect("a phone"),
        address: Address::parse(address).expect("an address"),
        consent: Consent { purpose: Purpose::Delivery, version: 1, at: Timestamp(1_795_431_905) },
    }
}

/// A buyer with an event.
fn lan(journal: &Journal, epoch: Epoch) -> BuyerRef {
    let lan = journal.vault().buyer(shop(1), "tiktok", "7", "Lan").expect("a buyer");
    let mut next = batch(shop(1), epoch, Stamp::default(), 1);
    lan.new.iter().for_each(|new| next.introduce(new.clone()));
    assert_eq!(append(journal, next), Appended::Synced);
    lan.buyer
}

fn keep(journal: &Journal, buyer: BuyerRef, contact: &Contact) -> Appended {
    let sealed = journal.vault().seal_contact(shop(1), buyer, contact).expect("seals");
    let (told, answer) = sync_channel(1);
    let done = move |appended| told.send(appended).expect("the test waits");
    assert!(journal.keep(sealed.expect("the buyer is known"), done), "the writer has room");
    answer.recv().expect("the writer answers")
}

fn kept(journal: &Journal, buyer: BuyerRef) -> Option<Contact> {
    journal.vault().contact(shop(1), buyer).expect("reads")
}

/// Whether any file of the folder holds these bytes.
fn holds(dir: &Path, part: &[u8]) -> bool {
    let files = std::fs::read_dir(dir).expect("a folder");
    let files = files.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file());
    let all: Vec<Vec<u8>> = files.map(|path| std::fs::read(path).expect("reads")).collect();
    assert!(all.len() > 2, "the table, its log and the mark at least");
    all.iter().any(|bytes| bytes.windows(part.len()).any(|window| window == part))
}

#[test]
fn a_contact_is_there_after_a_restart_and_a_later_one_replaces_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let lan = lan(&journal, recovered.epoch);
    assert_eq!(kept(&journal, lan), None);
    assert_eq!(keep(&journal, lan, &contact("Bản Áng")), Appended::Synced);
    assert_eq!(keep(&journal, lan, &contact(ADDRESS)), Appended::Synced);
    assert_eq!(kept(&journal, lan), Some(contact(ADDRESS)));
    assert_eq!(journal.close(), Appended::Synced);
    let (journal, _) = open(dir.path());
    assert_eq!(kept(&journal, lan), Some(contact(ADDRESS)));
    assert_eq!(journal.vault().contact(shop(2), lan).expect("reads"), None, "another shop's");
    assert_eq!(kept(&journal, BuyerRef([9; 16])), None);
    let nobody = journal.vault().seal_contact(shop(1), BuyerRef([9; 16]), &contact("x"));
    assert_eq!(nobody.expect("reads"), None);
}

#[test]
fn no_file_holds_a_plain_word_of_a_contact() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let lan = lan(&journal, recovered.epoch);
    let words = [NAME, "Canary", PHONE, "912345678", "Đông Sang", "delivery"];
    assert_eq!(keep(&journal, lan, &contact(ADDRESS)), Appended::Synced);
    let check = |when: &str| {
        assert!(holds(dir.path(), &lan.0), "{when}: the search finds what is there");
        for word in words {
            assert!(!holds(dir.path(), word.as_bytes()), "{when}: {word}");
        }
    };
    check("in the log");
    journal.close();
    // The lock, the table and the mark: the log is copied and empty.
    check("in the table");
}

#[test]
fn without_the_buyers_key_a_contact_is_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let lan = lan(&journal, recovered.epoch);
    assert_eq!(keep(&journal, lan, &contact(ADDRESS)), Appended::Synced);
    journal.close();
    let db = Connection::open(dir.path().join(JOURNAL_FILE)).expect("opens");
    let rows = "SELECT count(*) FROM contacts";
    let count: i64 = db.query_row(rows, [], |row| row.get(0)).expect("counts");
    assert_eq!(count, 1);
    db.execute_batch("DELETE FROM buyers").expect("deletes");
    drop(db);
    let (journal, _) = open(dir.path());
    assert_eq!(kept(&journal, lan), None);
}

#[test]
fn an_older_data_folder_opens_and_takes_contacts() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let lan = lan(&journal, recovered.epoch);
    journal.close();
    let db = Connection::open(dir.path().join(JOURNAL_FILE)).expect("opens");
    let older = "DROP TABLE contacts; DROP TABLE erased;
        ALTER TABLE buyers DROP COLUMN seen_day; PRAGMA user_version = 1;";
    db.execute_batch(older).expect("as format 1 was");
    drop(db);
    let (journal, recovered) = open(dir.path());
    assert_eq!((recovered.heads.len(), recovered.broken), (1, vec![]));
    assert_eq!(journal.vault().name(shop(1), lan).expect("reads").as_deref(), Some("Lan"));
    assert_eq!(keep(&journal, lan, &contact(ADDRESS)), Appended::Synced);
    journal.close();
    let (journal, _) = open(dir.path());
    assert_eq!(kept(&journal, lan), Some(contact(ADDRESS)));
    journal.close();
    let db = Connection::open(dir.path().join(JOURNAL_FILE)).expect("opens");
    let format: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).expect("reads");
    assert_eq!(format, 3);
}

#[test]
fn a_damaged_table_of_contacts_is_refused_at_the_start() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let lan = lan(&journal, recovered.epoch);
    assert_eq!(keep(&journal, lan, &contact(ADDRESS)), Appended::Synced);
    journal.close();
    let file = dir.path().join(JOURNAL_FILE);
    let db = Connection::open(&file).expect("opens");
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'contacts'";
    let page: i64 = db.query_row(sql, [], |row| row.get(0)).expect("a page");
    drop(db);
    let mut bytes = std::fs::read(&file).expect("reads");
    let start = (page as usize - 1) * 4_096;
    bytes[start..start + 4_096].fill(0xff);
    std::fs::write(&file, bytes).expect("writes");
    let why = Journal::open(dir.path(), lives::NOW).err().expect("refused");
    assert!(matches!(why, JournalError::Damaged { .. }), "{why}");
}

#[test]
fn nobody_is_told_of_a_contact_that_a_disk_may_have_lost() {
    let disk = MemoryDisk::new();
    let vault = Vault::new(Arc::new(disk.clone())).expect("reads");
    let lan = vault.buyer(shop(1), "tiktok", "7", "Lan").expect("a buyer");
    let mut next = batch(shop(1), Epoch(1), Stamp::default(), 1);
    lan.new.iter().for_each(|new| next.introduce(new.clone()));
    let mut storage: Box<dyn Storage> = Box::new(disk.clone());
    assert_eq!(storage.append(&round(next)), Appended::Synced);
    let sealed = vault.seal_contact(shop(1), lan.buyer, &contact(ADDRESS)).expect("seals");
    let alone = Round { contacts: vec![sealed.expect("known")], ..Round::default() };
    let there = || vault.contact(shop(1), lan.buyer).expect("reads").is_some();
    disk.lie_next(Lie::UnknownLost);
    assert!(matches!(storage.append(&alone), Appended::Unknown(_)));
    assert!(!there());
    disk.lie_next(Lie::SyncedLater);
    assert_eq!(storage.append(&alone), Appended::Synced);
    disk.crash();
    assert!(!there());
    assert_eq!(storage.append(&alone), Appended::Synced);
    assert!(there());
}
