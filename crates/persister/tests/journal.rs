//! From a journal's file to rows: the real source instead of a list in memory.

use crate::stage::{self, Place, Stage, check_equal};
use crate::world::World;
use domain::{Epoch, Stamp};
use journal::storage::Appended;
use journal::{Batch, Journal};
use persister::Source;
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// Appends what the world made and the journal does not have, and waits until it is durable.
fn append(journal: &Journal, epoch: Epoch, world: &World) {
    let prev = journal.durable().head(world.shop).unwrap_or_default();
    let known = usize::try_from(prev.position.seq.0).expect("few");
    let mut batch = Batch::after(world.shop, epoch, prev);
    for fact in &world.facts[known..] {
        batch.push(fact.stamp.at, &fact.event);
    }
    let (done, synced) = mpsc::sync_channel(1);
    journal.append(batch, move |appended| done.send(appended).expect("the test waits"));
    assert_eq!(synced.recv(), Ok(Appended::Synced));
}

#[test]
fn what_a_journal_has_synced_arrives_as_the_orders_that_it_means() {
    stage::run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let place = Place::sqlite();
        let stage = Stage::new();
        let mut world = World::open(201);
        let (journal, recovered) = Journal::open(folder.path(), world.head().at).expect("ours");
        let persister = stage.persister_of(Arc::new(journal.clone()), &place);
        for _ in 0..4 {
            world.go_on(150);
            append(&journal, recovered.epoch, &world);
            stage::caught_up(&persister, &world).await;
            check_equal(&place, &world).await;
        }
        let model = place.connect().await.watermark(world.shop).await;
        let head = journal.durable().head(world.shop).expect("it has events");
        assert_eq!(model, Ok(head), "the watermark is the journal's own head, hash and all");
        assert_ne!(head, Stamp::default());
        assert!(Source::read(&journal, world.shop, head.position.seq.next(), 1).is_err());
        persister.stop(Duration::from_secs(10)).await;
    });
}
