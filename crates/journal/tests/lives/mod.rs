//! Small shops with a history, for tests that take their storage away from under them.
#![allow(dead_code, reason = "each test takes what it needs")]

use domain::{Epoch, Event, Fact, Millis, Seq, ShopId, Stamp, Timestamp};
use journal::storage::Round;
use journal::{Appended, Batch, Journal, JournalError};
use std::path::Path;
use std::sync::mpsc::sync_channel;

pub(crate) const NOW: Timestamp = Timestamp(1_795_431_905_123);

pub(crate) fn shop(number: u64) -> ShopId {
    ShopId::from_random(number)
}

/// The next batch after `prev`: `count` events.
pub(crate) fn batch(shop: ShopId, epoch: Epoch, prev: Stamp, count: u64) -> Batch {
    let mut batch = Batch::after(shop, epoch, prev);
    for _ in 0..count {
        let down = Millis(batch.head().position.seq.0 * 1_000);
        batch.push(NOW, &Event::Resumed { down });
    }
    batch
}

/// A round of one batch.
pub(crate) fn round(batch: Batch) -> Round {
    Round { batches: vec![batch], ..Round::default() }
}

/// Appends and waits for what became of it.
pub(crate) fn append(journal: &Journal, batch: Batch) -> Appended {
    let (told, answer) = sync_channel(1);
    journal.append(batch, move |appended| told.send(appended).expect("the test waits"));
    answer.recv().expect("the writer answers")
}

/// Appends that many batches of three events each, one after the other; answers the last stamp.
pub(crate) fn grow(journal: &Journal, shop: ShopId, epoch: Epoch, batches: u64) -> Stamp {
    let mut head = journal.durable().head(shop).unwrap_or_default();
    for _ in 0..batches {
        let next = batch(shop, epoch, head, 3);
        head = next.head();
        assert_eq!(append(journal, next), Appended::Synced);
    }
    head
}

pub(crate) fn open(dir: &Path) -> (Journal, journal::Recovered) {
    Journal::open(dir, NOW).expect("opens")
}

/// The whole history of a shop, or the first thing wrong with it.
pub(crate) fn history(journal: &Journal, shop: ShopId) -> Result<Vec<Fact>, JournalError> {
    journal.replay(shop, Stamp::default()).collect()
}

/// Asserts that these are the facts that [`batch`] makes, without a gap.
pub(crate) fn check_facts(facts: &[Fact], count: u64) {
    assert_eq!(facts.len() as u64, count);
    for (fact, seq) in facts.iter().zip(1..) {
        assert_eq!(fact.stamp.position.seq, Seq(seq));
        assert_eq!(fact.event, Event::Resumed { down: Millis((seq - 1) * 1_000) });
    }
}
