//! What only a server can do to us: be away, be killed, come back, refuse us.

use crate::postgres::Postgres;
use crate::stage::{self, Place, Stage, check_equal};
use crate::world::{SESSION, World};
use domain::Millis;
use domain::limits::PERSIST_RETRY_MS_MAX;
use persister::{ReadModel, Target};
use std::sync::Arc;
use std::time::Duration;

fn place(server: &Arc<Postgres>) -> Place {
    Place::Postgres(server.clone(), server.url("postgres"))
}

#[test]
fn a_server_that_is_killed_again_and_again_has_every_row_once_in_the_end() {
    stage::run(async {
        let server = Arc::new(Postgres::start());
        let place = place(&server);
        let stage = Stage::new();
        let persister = stage.persister(&place);
        let mut worlds = [World::open(101), World::open(102), World::open(103)];
        for _ in 0..4 {
            for world in &mut worlds {
                world.go_on(1_500);
                stage.journal.append(world);
            }
            stage::until(&persister, |status| status.queue_events > 0).await;
            server.kill();
            let away = stage::until(&persister, |status| !status.connected).await;
            assert!(away.held_up.is_empty(), "no shop is to blame");
            server.start_again();
            stage.clock.advance(Millis(PERSIST_RETRY_MS_MAX));
        }
        for world in &worlds {
            stage::caught_up(&persister, world).await;
        }
        persister.stop(Duration::from_secs(10)).await;
        for world in &worlds {
            check_equal(&place, world).await;
        }
    });
}

#[test]
fn a_server_that_is_absent_at_the_start_delays_only_the_read_model() {
    stage::run(async {
        let server = Arc::new(Postgres::absent());
        let place = place(&server);
        let stage = Stage::new();
        let mut world = World::open(111);
        let persister = stage.persister(&place);
        world.go_on(100);
        stage.journal.append(&world);
        let behind = stage::until(&persister, |status| status.attempts > 1).await;
        assert_eq!(behind.lag_events, world.head().position.seq.0);
        let why = behind.last_error.expect("it says why");
        assert!(!why.contains("s3cret"), "{why}");
        let down = persister.reader().orders(world.shop, SESSION, None, 1).await;
        let down = down.expect_err("it is away").to_string();
        assert!(!down.contains("s3cret"), "{down}");
        server.start_again();
        stage.clock.advance(Millis(PERSIST_RETRY_MS_MAX));
        stage::caught_up(&persister, &world).await;
        check_equal(&place, &world).await;
        persister.stop(Duration::from_secs(10)).await;
    });
}

#[test]
fn a_server_that_turned_read_only_is_waited_for_and_nobody_is_blamed() {
    stage::run(async {
        let server = Arc::new(Postgres::start());
        let place = place(&server);
        drop(place.connect().await);
        let stage = Stage::new();
        let world = World::open(121);
        place.run("ALTER DATABASE postgres SET default_transaction_read_only = on").await;
        let persister = stage.persister(&place);
        stage.journal.append(&world);
        let away = stage::until(&persister, |status| status.attempts > 1).await;
        assert!(away.held_up.is_empty());
        let back = "BEGIN READ WRITE; ALTER DATABASE postgres RESET default_transaction_read_only; \
                    COMMIT";
        place.run(back).await;
        stage.clock.advance(Millis(PERSIST_RETRY_MS_MAX));
        stage::caught_up(&persister, &world).await;
        check_equal(&place, &world).await;
        persister.stop(Duration::from_secs(10)).await;
    });
}

#[test]
fn a_refused_password_is_told_without_the_password() {
    stage::run(async {
        let server = Postgres::shared();
        let url = server.database().replace("chot:", "nobody:");
        let target = Target::postgres(&url).expect("an address");
        let refused = ReadModel::connect(&target).await.expect_err("there is no such user");
        let told = format!("{refused} {refused:?} {target} {target:?}");
        assert!(told.contains("nobody") && !told.contains("s3cret"), "{told}");
    });
}
