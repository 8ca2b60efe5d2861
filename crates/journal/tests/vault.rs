//! Who a buyer is: durable no later than their first event, and the same for ever after.

mod lives;

use domain::{BuyerRef, Epoch, Stamp};
use journal::journal::JOURNAL_FILE;
use journal::memory::{Lie, MemoryDisk};
use journal::{Appended, Batch, Buyer, Vault};
use lives::{append, batch, open, round, shop};
use rusqlite::Connection;
use std::sync::Arc;

/// A batch of one event that brings a buyer with it.
fn bringing(buyer: &Buyer, epoch: Epoch, prev: Stamp) -> Batch {
    let mut next = batch(shop(1), epoch, prev, 1);
    buyer.new.iter().for_each(|new| next.introduce(new.clone()));
    next
}

#[test]
fn a_buyer_is_new_until_a_batch_that_carried_them_is_durable() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let ask = || journal.vault().buyer(shop(1), "tiktok", "7", "Lan").expect("a buyer");
    let first = ask();
    assert!(first.new.is_some());
    assert_eq!(ask(), first, "whoever asks in between carries them too");
    append(&journal, bringing(&first, recovered.epoch, Stamp::default()));
    let known = ask();
    assert_eq!((known.buyer, known.key, known.new), (first.buyer, first.key, None));
    journal.close();

    let (journal, _) = open(dir.path());
    let again = journal.vault().buyer(shop(1), "tiktok", "7", "").expect("a buyer");
    assert_eq!((again.buyer, again.key, again.new), (first.buyer, first.key, None));
    let name = journal.vault().name(shop(1), first.buyer).expect("reads");
    assert_eq!(name.as_deref(), Some("Lan"));
}

#[test]
fn another_shop_platform_or_id_is_another_buyer() {
    let vault = Vault::new(Arc::new(MemoryDisk::new())).expect("reads");
    let ask = |number, platform, id| {
        vault.buyer(shop(number), platform, id, "Lan").expect("a buyer").buyer
    };
    let lan = ask(1, "tiktok", "7");
    assert_eq!(ask(1, "tiktok", "7"), lan);
    for other in [ask(2, "tiktok", "7"), ask(1, "zalo", "7"), ask(1, "tiktok", "8")] {
        assert_ne!(other, lan);
    }
    assert_ne!(ask(1, "ti", "ktok7"), ask(1, "tik", "tok7"));
}

#[test]
fn the_latest_name_is_kept_and_no_name_changes_nothing() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let mut head = Stamp::default();
    let mut buyer = BuyerRef([0; 16]);
    for (name, shown) in
        [("", None), ("Lan", Some("Lan")), ("", Some("Lan")), ("Lan Anh", Some("Lan Anh"))]
    {
        let asked = journal.vault().buyer(shop(1), "zalo", "9", name).expect("a buyer");
        buyer = asked.buyer;
        assert_eq!(asked.new.is_some(), shown.is_none() || !name.is_empty(), "{name:?}");
        let next = bringing(&asked, recovered.epoch, head);
        head = next.head();
        assert_eq!(append(&journal, next), Appended::Synced);
        assert_eq!(journal.vault().name(shop(1), buyer).expect("reads").as_deref(), shown);
    }
    journal.close();
    let (journal, _) = open(dir.path());
    let name = journal.vault().name(shop(1), buyer).expect("reads");
    assert_eq!(name.as_deref(), Some("Lan Anh"));
}

#[test]
fn a_viewer_of_the_own_page_keeps_the_reference_of_their_token() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let given = BuyerRef([7; 16]);
    let own = journal.vault().own(shop(1), given, "Minh").expect("a buyer");
    assert_eq!(own.buyer, given);
    append(&journal, bringing(&own, recovered.epoch, Stamp::default()));
    journal.close();
    let (journal, _) = open(dir.path());
    let again = journal.vault().own(shop(1), given, "Minh").expect("a buyer");
    assert_eq!((again.buyer, again.key, again.new), (given, own.key, None));
}

#[test]
fn a_buyer_whose_round_was_lost_stays_new() {
    let disk = MemoryDisk::new();
    let vault = Vault::new(Arc::new(disk.clone())).expect("reads");
    let ask = |vault: &Vault| vault.buyer(shop(1), "zalo", "9", "Hoa").expect("a buyer");
    let first = ask(&vault);
    disk.lie_next(Lie::UnknownLost);
    let mut storage: Box<dyn journal::Storage> = Box::new(disk.clone());
    let next = bringing(&first, Epoch(1), Stamp::default());
    assert!(matches!(storage.append(&round(next.clone())), Appended::Unknown(_)));
    let after_restart = ask(&Vault::new(Arc::new(disk.clone())).expect("reads"));
    assert!(after_restart.new.is_some(), "nobody may rely on a reference that was lost");
    assert_ne!(after_restart.buyer, first.buyer);
    assert_eq!(storage.append(&round(next)), Appended::Synced);
    let kept = ask(&Vault::new(Arc::new(disk)).expect("reads"));
    assert_eq!((kept.buyer, kept.new), (first.buyer, None));
}

#[test]
fn many_callers_at_once_get_one_buyer() {
    let vault = Vault::new(Arc::new(MemoryDisk::new())).expect("reads");
    let ask =
        |id: u32| vault.buyer(shop(1), "tiktok", &id.to_string(), "Lan").expect("a buyer").buyer;
    let all: Vec<Vec<BuyerRef>> = std::thread::scope(|scope| {
        let callers = [0, 1, 2, 3].map(|_| scope.spawn(|| (0..500).map(ask).collect()));
        callers.map(|caller| caller.join().expect("no panic")).into()
    });
    assert!(all.iter().all(|one| *one == all[0]));
}

#[test]
fn what_is_deleted_from_the_vault_leaves_no_byte_in_the_files() {
    let dir = tempfile::tempdir().expect("a folder");
    let (journal, recovered) = open(dir.path());
    let lan = journal.vault().buyer(shop(1), "tiktok", "lan-1977", "Lan").expect("a buyer");
    append(&journal, bringing(&lan, recovered.epoch, Stamp::default()));
    assert_eq!(journal.close(), Appended::Synced);
    let file = dir.path().join(JOURNAL_FILE);
    let holds = |part: &[u8]| {
        let bytes = std::fs::read(&file).expect("reads");
        bytes.windows(part.len()).any(|window| window == part)
    };
    assert!(holds(&lan.key) && holds(b"lan-1977"), "the search finds what is there");
    let db = Connection::open(&file).expect("opens");
    let delete = "PRAGMA secure_delete = ON; DELETE FROM buyers;";
    db.execute_batch(delete).expect("deletes");
    db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("copies");
    drop(db);
    assert!(!holds(&lan.key) && !holds(b"lan-1977"));
}
