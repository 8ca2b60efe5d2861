//! Floods: of comments, of pings, of readers that never read.

use crate::memory::{alone, has_grown_at_most, resident_kib};
use crate::operators::every_socket;
use crate::raw::Raw;
use crate::world::World;
use crate::world::socket::Socket;
use gateway::{Options, Rate, Timing};
use serde_json::json;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

/// Comments of the flood: more where time is no matter.
fn many() -> usize {
    if std::env::var_os("CHOT_LONG").is_some() { 1_000_000 } else { 100_000 }
}

/// Sends these bytes again and again, as fast as they are taken, from another task.
fn flood(mut socket: Raw, bytes: Vec<u8>, times: usize) -> tokio::task::JoinHandle<usize> {
    tokio::spawn(async move {
        for n in 0..times {
            if socket.0.write_all(&bytes).await.is_err() {
                return n;
            }
        }
        times
    })
}

async fn still_sells(socket: &mut Socket, key: &str) {
    let line = json!({"code": "D1", "quantity": 1});
    socket.send(json!({"type": "claim", "key": key, "lines": [line]})).await;
    assert_eq!(socket.next_of("outcome").await["result"], "held");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_comments_from_one_socket_is_read_slowly_and_the_others_go_on() {
    let _alone = alone().await;
    let mut options = Options::default();
    options.rates.per_socket = Some(Rate { per_second: 100, burst: 100 });
    let world = World::with(options, 100).await;
    let session = world.live(1_000).await;
    let (mut viewer, _) = Socket::enter(&world, &session, "Lan").await;
    let ticket = world.ticket(&session, "Ồn", None).await;
    let path = format!("/v1/sessions/{session}/live");
    let mut noisy = Raw::open(world.address, &path, "v1.json.chot").await;
    noisy.say(&json!({"type": "hello", "ticket": ticket["ticket"]}).to_string()).await;
    noisy.text_with("welcome").await;
    let before = resident_kib();
    let comment =
        Raw::frame(true, 1, true, br#"{"type":"comment","key":"k","text":"D1 x2 nha shop"}"#);
    let flood = flood(noisy, comment, many());
    for n in 0..50 {
        still_sells(&mut viewer, &format!("k{n}")).await;
    }
    // It has been read so slowly that its sender still stands in the queue of the kernel.
    assert!(!flood.is_finished(), "a hundred thousand comments were read");
    has_grown_at_most(before, 32 * 1024);
    flood.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn pings_that_never_end_are_read_slowly_too() {
    let _alone = alone().await;
    let mut options = Options::default();
    options.rates.per_socket = Some(Rate { per_second: 100, burst: 100 });
    let world = World::with(options, 100).await;
    let session = world.live(1_000).await;
    let (mut viewer, _) = Socket::enter(&world, &session, "Lan").await;
    let ticket = world.ticket(&session, "Ồn", None).await;
    let path = format!("/v1/sessions/{session}/live");
    let mut noisy = Raw::open(world.address, &path, "v1.json.chot").await;
    noisy.say(&json!({"type": "hello", "ticket": ticket["ticket"]}).to_string()).await;
    noisy.text_with("welcome").await;
    let flood = flood(noisy, Raw::frame(true, 9, true, &[b'x'; 100]), 10 * many());
    for n in 0..20 {
        still_sells(&mut viewer, &format!("k{n}")).await;
    }
    assert!(!flood.is_finished(), "a million pings were read");
    flood.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_that_never_read_are_let_go_and_cost_no_memory() {
    let _alone = alone().await;
    let timing = Timing {
        write: Duration::from_millis(300),
        close: Duration::from_millis(300),
        ..Timing::default()
    };
    let mut options = Options { timing, ..Options::default() };
    options.rates.per_socket = None;
    let world = World::with(options, 100).await;
    let session = world.live(1_000).await;
    let (mut viewer, _) = Socket::enter(&world, &session, "Lan").await;
    let sockets = every_socket(&world, timing).await;
    let before = resident_kib();
    // Each asks for answers without end and reads none of them.
    let ping = Raw::frame(true, 1, true, br#"{"type":"ping"}"#).repeat(100);
    for (name, socket) in sockets {
        let taken = timeout(Duration::from_secs(60), flood(socket, ping.clone(), usize::MAX));
        taken.await.unwrap_or_else(|_| panic!("{name} is never let go")).expect("no panic");
        still_sells(&mut viewer, name).await;
    }
    has_grown_at_most(before, 16 * 1024);
}
