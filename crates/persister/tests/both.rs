//! One suite, run against both databases: twice is once, nothing is left out, who is refused waits
//! alone.

use crate::stage::{self, Journal, Place, Stage, check_equal, cut, write_all};
use crate::world::{SESSION, World};
use domain::{Millis, Position, Seq, Stamp};
use persister::{Fault, ReadModel, Source, Target};
use std::sync::Arc;
use std::time::Duration;

macro_rules! on_both {
    ($($name:ident)*) => {
        mod sqlite {
            $(#[test] fn $name() { crate::stage::run(super::$name(super::Place::sqlite())); })*
        }
        mod server {
            $(#[test] fn $name() { crate::stage::run(super::$name(super::Place::postgres())); })*
        }
    };
}

on_both! {
    every_way_to_cut_a_history_gives_the_same_orders
    a_batch_written_twice_is_written_once
    a_write_from_another_watermark_changes_nothing
    pages_of_orders_join_without_gap_or_repetition
    every_answered_key_is_there_with_its_answer_and_receipt
    a_persister_that_starts_again_goes_on_where_it_was
    two_persisters_on_one_database_write_everything_once
    a_refused_event_holds_up_its_shop_only_and_is_written_when_it_can_be
    another_history_than_the_written_one_is_noticed_and_nothing_is_written
    tables_are_made_once_and_a_newer_schema_is_refused
    a_database_that_takes_no_writes_is_waited_for
    a_shop_that_is_forgotten_is_written_anew_and_no_other
}

async fn every_way_to_cut_a_history_gives_the_same_orders(place: Place) {
    let mut model = place.connect().await;
    for (seed, events) in [(1, 1), (2, 7), (3, 64), (4, 2_000)] {
        let mut world = World::open(seed);
        world.go_on(700);
        world.end();
        world.go_on(100);
        world.resume(Millis(7_000));
        world.go_on(30);
        write_all(&mut model, &world, events).await;
        check_equal(&place, &world).await;
    }
}

async fn a_batch_written_twice_is_written_once(place: Place) {
    let mut world = World::open(11);
    world.go_on(60);
    let mut model = place.connect().await;
    let batch = cut(&world.facts, 50);
    model.apply(world.shop, Stamp::default(), batch).await.expect("the first time");
    let again = model.apply(world.shop, Stamp::default(), batch).await;
    assert_eq!(again, Err(Fault::Stale(world.shop)));
    let (mut last, mut rest) = (batch.last().expect("a batch").stamp, &world.facts[batch.len()..]);
    while !rest.is_empty() {
        let next = cut(rest, 50);
        model.apply(world.shop, last, next).await.expect("the rest");
        (last, rest) = (next.last().expect("not empty").stamp, &rest[next.len()..]);
    }
    check_equal(&place, &world).await;
}

async fn a_write_from_another_watermark_changes_nothing(place: Place) {
    let world = World::open(12);
    let mut model = place.connect().await;
    let mut from = world.head();
    let stale = model.apply(world.shop, from, &world.facts[..3]).await;
    assert_eq!(stale, Err(Fault::Stale(world.shop)), "nothing is written yet");
    write_all(&mut model, &world, 100).await;
    from.hash.0[31] ^= 1;
    let forked = model.apply(world.shop, from, &world.facts[..3]).await;
    assert_eq!(forked, Err(Fault::Stale(world.shop)), "the head is another");
    let kept = model.watermark(world.shop).await.expect("it answers");
    assert_eq!(kept, world.head());
}

async fn pages_of_orders_join_without_gap_or_repetition(place: Place) {
    let mut world = World::open(13);
    world.go_on(400);
    let mut model = place.connect().await;
    write_all(&mut model, &world, 2_000).await;
    let (reader, mut after, mut orders) = (place.reader(), None, Vec::new());
    loop {
        let page = reader.orders(world.shop, SESSION, after, 7).await.expect("it answers");
        assert_eq!(page.as_of, world.head().position);
        orders.extend(page.orders);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(orders, world.views());
}

async fn every_answered_key_is_there_with_its_answer_and_receipt(place: Place) {
    let mut world = World::open(14);
    world.go_on(500);
    let mut model = place.connect().await;
    write_all(&mut model, &world, 300).await;
    let (reader, mut after, mut claims) = (place.reader(), None, Vec::new());
    loop {
        let page = reader.claims(world.shop, SESSION, after, 100).await.expect("it answers");
        let Some(last) = page.last() else { break };
        after = Some((last.stamp.position.seq, last.entry));
        claims.extend(page);
    }
    let stored: Vec<_> = claims.iter().map(|c| (c.key.clone(), c.result.as_str())).collect();
    let told: Vec<_> = world.answers.iter().map(|(key, word)| (key.to_string(), *word)).collect();
    assert_eq!(stored, told);
    for claim in &claims {
        let at = usize::try_from(claim.stamp.position.seq.0).expect("few") - 1;
        assert_eq!(claim.stamp, world.facts[at].stamp);
    }
    let counts = reader.counts(world.shop, SESSION).await.expect("it answers");
    assert_eq!(counts.results.values().sum::<u64>(), told.len() as u64);
    assert_eq!(counts.orders.values().sum::<u64>(), world.orders.len() as u64);
    assert_eq!(counts.oversold, 0);
}

async fn a_persister_that_starts_again_goes_on_where_it_was(place: Place) {
    let stage = Stage::new();
    let mut world = World::open(21);
    for _ in 0..3 {
        world.go_on(150);
        stage.journal.append(&world);
        let persister = stage.persister(&place);
        stage::caught_up(&persister, &world).await;
        check_equal(&place, &world).await;
        persister.stop(Duration::from_secs(10)).await;
    }
}

async fn two_persisters_on_one_database_write_everything_once(place: Place) {
    let stage = Stage::new();
    let mut worlds = [World::open(31), World::open(32)];
    let (one, other) = (stage.persister(&place), stage.persister(&place));
    for _ in 0..10 {
        for world in &mut worlds {
            world.go_on(100);
            stage.journal.append(world);
        }
    }
    for world in &worlds {
        stage::caught_up(&one, world).await;
        check_equal(&place, world).await;
    }
    one.stop(Duration::from_secs(10)).await;
    other.stop(Duration::from_secs(10)).await;
    for world in &worlds {
        check_equal(&place, world).await;
    }
}

async fn a_refused_event_holds_up_its_shop_only_and_is_written_when_it_can_be(place: Place) {
    let stage = Stage::new();
    let (mut poisoned, mut healthy) = (World::open(41), World::open(42));
    drop(place.connect().await);
    place.refuse_number(poisoned.shop, 20).await;
    poisoned.go_on(300);
    healthy.go_on(300);
    stage.journal.append(&poisoned);
    stage.journal.append(&healthy);
    let persister = stage.persister(&place);
    stage::caught_up(&persister, &healthy).await;
    let held_up = stage::until(&persister, |status| !status.held_up.is_empty()).await;
    assert_eq!(held_up.held_up, [poisoned.shop]);
    let why = held_up.last_error.expect("it says why");
    assert!(why.contains(&poisoned.shop.to_string()), "{why}");
    let before = place.reader().as_of(poisoned.shop).await.expect("it answers");
    let refused = stage::seq_of_number(&poisoned, 20);
    assert_eq!(before.seq.next(), refused, "everything before it is written");
    healthy.go_on(50);
    stage.journal.append(&healthy);
    stage::caught_up(&persister, &healthy).await;
    place.refuse_nothing().await;
    stage.clock.advance(Millis(domain::limits::PERSIST_HELD_UP_MS));
    stage::caught_up(&persister, &poisoned).await;
    check_equal(&place, &poisoned).await;
    check_equal(&place, &healthy).await;
    let status = stage::until(&persister, |status| status.is_caught_up()).await;
    assert_eq!(status.last_error, None);
    persister.stop(Duration::from_secs(10)).await;
}

async fn another_history_than_the_written_one_is_noticed_and_nothing_is_written(place: Place) {
    let (mut first, mut second) = (World::open(51), World::open(51));
    let mut model = place.connect().await;
    first.go_on(30);
    write_all(&mut model, &first, 100).await;
    second.go_on(90);
    let at = first.facts.len() - 1;
    second.facts[at].stamp.hash.0[31] ^= 1;
    let stage = Stage::new();
    stage.journal.append(&second);
    let persister = stage.persister(&place);
    let status = stage::until(&persister, |status| !status.held_up.is_empty()).await;
    assert!(status.last_error.expect("it says why").contains("another history"));
    persister.stop(Duration::ZERO).await;
    check_equal(&place, &first).await;
}

async fn tables_are_made_once_and_a_newer_schema_is_refused(place: Place) {
    let (one, other) = tokio::join!(place.connect(), place.connect());
    drop((one, other));
    place.run("INSERT INTO chot_migrations (version, name) VALUES (999, 'later')").await;
    let newer = ReadModel::connect(&place.target()).await.expect_err("it is newer");
    assert!(matches!(newer, Fault::Newer { found: 999, .. }), "{newer}");
    assert!(newer.to_string().contains("start the newer version again"), "{newer}");
}

async fn a_database_that_takes_no_writes_is_waited_for(place: Place) {
    let stage = Stage::new();
    let mut world = World::open(61);
    stage.journal.append(&world);
    let persister = stage.persister(&place);
    stage::caught_up(&persister, &world).await;
    let lock = place.lock().await;
    world.go_on(200);
    stage.journal.append(&world);
    let behind = stage::until(&persister, |status| status.lag_events >= 200).await;
    assert!(behind.held_up.is_empty(), "nobody is blamed for a lock");
    let stored = place.reader().as_of(world.shop).await.expect("readers go on");
    assert_eq!(stored.seq.0 + 200, world.head().position.seq.0);
    drop(lock);
    stage::caught_up(&persister, &world).await;
    check_equal(&place, &world).await;
    persister.stop(Duration::from_secs(10)).await;
}

async fn a_shop_that_is_forgotten_is_written_anew_and_no_other(place: Place) {
    let stage = Stage::new();
    let mut worlds = [World::open(91), World::open(92)];
    let persister = stage.persister(&place);
    for world in &mut worlds {
        world.go_on(200);
        stage.journal.append(world);
        stage::caught_up(&persister, world).await;
    }
    let mut model = place.connect().await;
    model.forget(worlds[0].shop).await.expect("it answers");
    let gone = model.watermark(worlds[0].shop).await;
    assert!(gone.is_ok_and(|stamp| stamp == Stamp::default()));
    check_equal(&place, &worlds[1]).await;
    worlds[0].go_on(20);
    stage.journal.append(&worlds[0]);
    stage::caught_up(&persister, &worlds[0]).await;
    check_equal(&place, &worlds[0]).await;
    persister.stop(Duration::from_secs(10)).await;
}

#[test]
fn a_reader_without_a_database_says_that_the_read_model_is_down() {
    stage::run(async {
        let folder = tempfile::tempdir().expect("a folder");
        let target = Target::Sqlite(folder.path().join("readmodel.db"));
        let reader = persister::Reader::new(target);
        let world = World::open(71);
        let down = reader.orders(world.shop, SESSION, None, 10).await.expect_err("no file");
        assert!(down.to_string().starts_with("the read model does not answer"), "{down}");
    });
}

#[test]
fn a_source_is_asked_again_even_if_it_never_tells() {
    stage::run(async {
        let place = Place::sqlite();
        let stage = Stage::new();
        let silent: Arc<dyn Source> = Arc::new(stage::Silent(stage.journal.clone()));
        let persister = stage.persister_of(silent, &place);
        let world = World::open(81);
        stage.journal.append(&world);
        stage::caught_up(&persister, &world).await;
        let none = place.reader().as_of(World::open(82).shop).await.expect("it answers");
        assert_eq!(none, Position::default());
        persister.stop(Duration::from_secs(10)).await;
        assert_eq!(Journal::default().heads(), []);
        assert_eq!(Seq(0).next(), Seq(1));
    });
}
