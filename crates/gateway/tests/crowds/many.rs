//! A thousand at once that take their time.

use crate::memory::{alone, resident_kib};
use crate::raw::{PATIENCE, Raw, drip};
use crate::world::World;
use crate::world::socket::Socket;
use futures_util::future::join_all;
use gateway::{Options, Timing};
use serde_json::json;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Slow ones in one test.
const MANY: usize = 1_000;

async fn hurried(timing: Timing, connections_max: usize) -> World {
    World::with(Options { timing, ..Options::default() }, connections_max).await
}

async fn connects(world: &World) -> TcpStream {
    TcpStream::connect(world.address).await.expect("connects")
}

/// A viewer orders one kilo and has it.
async fn still_sells(socket: &mut Socket, key: &str) {
    let line = json!({"code": "D1", "quantity": 1});
    socket.send(json!({"type": "claim", "key": key, "lines": [line]})).await;
    assert_eq!(socket.next_of("outcome").await["result"], "held");
}

/// What all crowds together may make the process keep, client and server in one: the allocator
/// gives back late, in large pieces and when it likes.
const ALL_KIB: usize = MANY * 64;

/// What the last crowd may add. The allocator keeps less of each crowd than of the one before; what
/// we kept of a connection ourselves would be kept of each.
const LAST_KIB: usize = MANY / 2;

/// Crowds that come at most until one of them adds nothing.
const CROWDS: usize = 16;

/// What crowds have cost so far, from the memory before the first and after each.
#[derive(Default)]
struct Sizes(Vec<usize>);

impl Sizes {
    fn note(&mut self) {
        self.0.push(resident_kib());
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else { return };
        assert!(*last <= first + ALL_KIB, "KiB: {:?}", self.0);
        assert!(self.0.len() <= CROWDS, "each crowd leaves something: {:?} KiB", self.0);
    }

    /// True once a crowd has left nothing behind.
    fn are_steady(&self) -> bool {
        matches!(self.0[..], [.., before, after] if after <= before + LAST_KIB)
    }
}

/// Waits until every place of the crowd is free again.
async fn is_over(world: &World) {
    let freed = async {
        while world.call("GET", "/healthz").send().await.status != 200 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, freed).await.expect("their places are free");
}

async fn slow_heads(world: &World, viewer: &mut Socket, key: &str) {
    let streams = join_all((0..MANY).map(|_| connects(world))).await;
    let full = world.call("GET", "/healthz").send().await;
    full.is_problem(503, "too_many_connections");
    let slow = streams.into_iter().map(|stream| drip(stream, "GET / HTTP/1.1\r\nx: ".into()));
    let slow = tokio::spawn(join_all(slow));
    still_sells(viewer, key).await;
    let closed = slow.await.expect("no panic");
    assert!(closed.into_iter().all(|closed| closed), "each was closed");
    is_over(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_slow_heads_are_cut_while_a_session_sells_and_leave_nothing_behind() {
    let _alone = alone().await;
    let timing = Timing { head: Duration::from_secs(2), ..Timing::default() };
    // The viewer's socket takes the one place that the slow ones leave.
    let world = hurried(timing, MANY + 1).await;
    let session = world.live(100).await;
    let (mut viewer, _) = Socket::enter(&world, &session, "Lan").await;
    let mut sizes = Sizes::default();
    sizes.note();
    while !sizes.are_steady() {
        let key = format!("crowd {}", sizes.0.len());
        slow_heads(&world, &mut viewer, &key).await;
        sizes.note();
    }
}

async fn silent_sockets(world: &World, session: &str, viewer: &mut Socket, key: &str) {
    let path = format!("/v1/sessions/{session}/live");
    let open = (0..MANY)
        .map(|_| async { Raw::open(world.address, &path, "v1.json.chot").await.closed().await });
    let (closed, ()) = tokio::join!(join_all(open), still_sells(viewer, key));
    let timed_out = (4500, "hello_timeout".to_owned());
    assert!(closed.into_iter().all(|closed| closed == timed_out));
    is_over(world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_open_handshakes_without_hello_are_closed_and_leave_nothing_behind() {
    let _alone = alone().await;
    let timing = Timing { hello: Duration::from_secs(1), ..Timing::default() };
    let world = hurried(timing, MANY + 1).await;
    let session = world.live(100).await;
    let (mut viewer, _) = Socket::enter(&world, &session, "Lan").await;
    let mut sizes = Sizes::default();
    sizes.note();
    while !sizes.are_steady() {
        let key = format!("crowd {}", sizes.0.len());
        silent_sockets(&world, &session, &mut viewer, &key).await;
        sizes.note();
    }
}
