//! Guessing at the door, by many at once and from one place.

use crate::world::World;
use futures_util::future::join_all;
use gateway::{Networks, Options};

const FORM: &str = "application/x-www-form-urlencoded";

async fn try_it(world: &World, from: &str, name: usize) -> u16 {
    let call = world.call("POST", "/sign-in").header("content-type", FORM);
    let form = format!("name=nobody-{name}&password=12345678");
    call.header("x-forwarded-for", from).body(form.as_bytes()).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_at_the_door_at_once_are_refused_or_told_that_it_is_busy() {
    let world = World::start().await;
    let session = world.live(10).await;
    let tries = join_all((0..200).map(|n| try_it(&world, "", n)));
    let look = async { world.left(&session).await };
    let (answers, left) = tokio::join!(tries, look);
    assert_eq!(left, 10, "others are answered meanwhile");
    let count = |status| answers.iter().filter(|answer| **answer == status).count();
    assert_eq!(count(401) + count(429), 200, "{answers:?}");
    let places = domain::limits::PASSWORDS_AT_ONCE_MAX + domain::limits::PASSWORDS_WAITING_MAX;
    assert!(count(401) >= places.min(50) && count(429) > 0, "{answers:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_tries_one_password_on_many_names_is_slowed_down_and_the_neighbour_is_not() {
    let proxies = Networks::parse("127.0.0.1").expect("one");
    let world = World::with(Options { proxies, ..Options::default() }, 100).await;
    let burst = domain::limits::PASSWORDS_PER_ADDRESS_BURST as usize;
    // One after the other, so that it is never busy: only the address is to blame.
    let mut answers = Vec::new();
    for n in 0..2 * burst {
        answers.push(try_it(&world, "192.168.1.7", n).await);
        if answers.ends_with(&[429]) {
            break;
        }
    }
    assert!(answers.len() >= burst, "a whole co-operative may sign in: {}", answers.len());
    assert_eq!(try_it(&world, "192.168.1.8", 0).await, 401, "the neighbour may still try");
}
