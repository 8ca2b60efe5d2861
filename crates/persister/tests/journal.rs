//! From a journal's file to rows: the real source instead of a list in memory.

use crate::stage::{self, Place, Stage, check_equal};
use crate::world::{SESSION, World};
use domain::{Epoch, OrderView, Position, Stamp};
use journal::storage::Appended;
use journal::{Batch, Journal, copy};
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

#[test]
fn after_a_restore_the_tables_of_what_came_later_elsewhere_are_written_anew() {
    for place in [Place::sqlite(), Place::postgres()] {
        stage::run(restored_behind(place));
    }
}

async fn restored_behind(place: Place) {
    let (first, second) = (tempfile::tempdir().expect("a"), tempfile::tempdir().expect("b"));
    let stage = Stage::new();
    let mut world = World::open(202);
    let (journal, recovered) = Journal::open(first.path(), world.head().at).expect("ours");
    let persister = stage.persister_of(Arc::new(journal.clone()), &place);
    world.go_on(150);
    append(&journal, recovered.epoch, &world);
    let still = journal.still().expect("a moment");
    world.go_on(400);
    append(&journal, recovered.epoch, &world);
    stage::caught_up(&persister, &world).await;
    check_equal(&place, &world).await;
    persister.stop(Duration::from_secs(10)).await;
    journal.close();

    // Another evening follows on the backup, and there is less of it than the tables know.
    let file = second.path().join("journal.db");
    still.copy_to(&file, &mut |_| {}).expect("a copy");
    let epoch = copy::last_epoch(&file).expect("an epoch").restored(world.head().at, 1);
    copy::begin_at(&file, epoch).expect("raised");
    let mut world = World::open(202);
    world.go_on(150);
    world.go_on(100);
    let (journal, recovered) = Journal::open(second.path(), world.head().at).expect("ours");
    assert_eq!(recovered.epoch, epoch);
    append(&journal, epoch, &world);
    let persister = stage.persister_of(Arc::new(journal.clone()), &place);
    let head = journal.durable().head(world.shop).expect("it has events");
    assert_eq!(head.position.epoch, epoch);
    let (mut status, reader) = (persister.watch(), persister.reader());
    while reader.as_of(world.shop).await != Ok(head.position) {
        status.changed().await.expect("it runs");
    }
    assert_eq!(place.connect().await.watermark(world.shop).await, Ok(head));
    let page = place.reader().orders(world.shop, SESSION, None, 10_000).await.expect("orders");
    // The world counts its places in an epoch of its own.
    let bare = |mut order: OrderView| {
        order.position = Position::default();
        order
    };
    let stored: Vec<_> = page.orders.into_iter().map(bare).collect();
    let expected: Vec<_> = world.views().into_iter().map(bare).collect();
    assert_eq!(stored, expected);
    persister.stop(Duration::from_secs(10)).await;
}
