//! Those who take their time: one byte now and then, or nothing at all.

use crate::operators::every_socket;
use crate::raw::{Raw, drip, head_of, rest_of};
use crate::world::World;
use crate::world::socket::Socket;
use gateway::{Options, Timing};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::interval;

async fn hurried(timing: Timing, connections_max: usize) -> World {
    World::with(Options { timing, ..Options::default() }, connections_max).await
}

async fn connects(world: &World) -> TcpStream {
    TcpStream::connect(world.address).await.expect("connects")
}

#[tokio::test]
async fn a_connection_that_says_nothing_at_all_is_closed() {
    let timing = Timing { head: Duration::from_millis(300), ..Timing::default() };
    let world = hurried(timing, 100).await;
    let mut silent = connects(&world).await;
    assert_eq!(rest_of(&mut silent).await.0, "");
}

#[tokio::test]
async fn a_second_head_is_as_much_in_a_hurry_as_the_first() {
    let timing = Timing { head: Duration::from_millis(300), ..Timing::default() };
    let world = hurried(timing, 100).await;
    let mut stream = connects(&world).await;
    stream.write_all(b"HEAD /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("writes");
    assert!(head_of(&mut stream).await.starts_with("HTTP/1.1 200"));
    assert!(drip(stream, "GET / HTTP/1.1\r\nx: ".into()).await);
}

#[tokio::test]
async fn a_connection_between_calls_may_wait_and_is_closed_in_the_end() {
    let timing = Timing {
        head: Duration::from_millis(50),
        idle: Duration::from_millis(500),
        ..Timing::default()
    };
    let world = hurried(timing, 100).await;
    let mut stream = connects(&world).await;
    for _ in 0..2 {
        let call = b"HEAD /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
        stream.write_all(call).await.expect("writes");
        assert!(head_of(&mut stream).await.starts_with("HTTP/1.1 200"));
        // Longer than a head may take, shorter than the rest between two calls.
        let mut pause = interval(Duration::from_millis(150));
        pause.tick().await;
        pause.tick().await;
    }
    assert_eq!(rest_of(&mut stream).await.0, "", "closed without a word");
}

#[tokio::test]
async fn bodies_that_come_byte_by_byte_are_answered_408() {
    let timing = Timing { body: Duration::from_millis(300), ..Timing::default() };
    let world = hurried(timing, 100).await;
    let session = world.live(10).await;
    let claims = format!("/v1/sessions/{session}/claims");
    let token = &world.shop.host_token;
    let json = "application/json";
    let form = "application/x-www-form-urlencoded";
    for (path, kind, length) in [
        (&*claims, json, "content-length: 100\r\n"),
        (&*claims, json, "transfer-encoding: chunked\r\n"),
        ("/sign-in", form, "content-length: 100\r\n"),
        ("/setup", form, "content-length: 100\r\n"),
        (&*format!("/v/{session}/orders"), form, "content-length: 100\r\n"),
    ] {
        let mut stream = connects(&world).await;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\
             idempotency-key: k\r\ncontent-type: {kind}\r\n{length}\r\n",
            world.address
        );
        stream.write_all(head.as_bytes()).await.expect("writes");
        let head = head_of(&mut stream).await;
        assert!(head.starts_with("HTTP/1.1 408"), "{path}: {head}");
    }
    assert_eq!(world.left(&session).await, 10);
}

#[tokio::test]
async fn sockets_that_give_no_sign_of_life_are_closed() {
    let timing = Timing { ping: Duration::from_millis(400), ..Timing::default() };
    let world = hurried(timing, 100).await;
    for (name, mut socket) in every_socket(&world, timing).await {
        assert_eq!(socket.closed().await, (4000, "silent".into()), "{name}");
    }
}

/// A buyer of 100,000 kilos of D1 in a session, on two sockets: one that can hold little and does
/// not read, and one that reads.
async fn two_sockets(world: &World) -> (Raw, Socket) {
    let session = world.live(100_000).await;
    let first = world.ticket(&session, "Lan", None).await;
    let second = world.ticket(&session, "Lan", first["buyer_token"].as_str()).await;
    let path = format!("/v1/sessions/{session}/live");
    let mut still = Raw::open_narrow(world.address, &path, "v1.json.chot").await;
    still.say(&json!({"type": "hello", "ticket": first["ticket"]}).to_string()).await;
    still.text_with("welcome").await;
    let (reads, _) = Socket::enter_with(world, &session, &second["ticket"], Value::Null).await;
    (still, reads)
}

fn claim(key: &str) -> Value {
    json!({"type": "claim", "key": key, "lines": [{"code": "D1", "quantity": 0.5}]})
}

fn seq(frame: &Value) -> Option<u64> {
    frame["position"]["seq"].as_u64()
}

#[tokio::test]
async fn who_took_too_little_is_shown_no_stock_from_after_what_is_missing() {
    let timing = Timing { stock_every: Duration::from_millis(10), ..Timing::default() };
    let mut options = Options { timing, ..Options::default() };
    options.rates.per_socket = None;
    let world = World::with(options, 100).await;
    let (mut still, mut reads) = two_sockets(&world).await;
    let mut told = BTreeMap::new();
    for round in 0..16 {
        for nth in 0..50 {
            reads.send(claim(&format!("{round}-{nth}"))).await;
        }
        for _ in 0..50 {
            let outcome = reads.next_of("outcome").await;
            told.insert(seq(&outcome), outcome["key"].clone());
        }
    }
    let last = told.last_key_value().and_then(|(seq, _)| *seq);
    while seq(&reads.next_of("stock").await) < last {}
    let (mut seen, mut up_to) = (BTreeMap::new(), None);
    let close = loop {
        let (opcode, payload) = still.next().await.expect("a close before the end");
        if opcode != crate::raw::TEXT {
            break payload;
        }
        let frame: Value = serde_json::from_slice(&payload).expect("JSON");
        up_to = up_to.max(seq(&frame));
        if frame["type"] == "outcome" {
            seen.insert(seq(&frame), frame["key"].clone());
        }
    };
    assert_eq!(close, [&1013_u16.to_be_bytes()[..], b"too_slow"].concat());
    assert!(seen.len() < told.len(), "nothing was missed: more must come in the meantime");
    told.retain(|seq, _| *seq <= up_to);
    assert_eq!(seen, told, "whoever comes back from {up_to:?} is told the rest");
}

#[tokio::test]
async fn a_claim_waits_for_nothing_that_its_own_sender_does_not_read() {
    let mut options = Options::default();
    options.rates.per_socket = None;
    let world = World::with(options, 100).await;
    let (mut still, mut reads) = two_sockets(&world).await;
    let frame = |text: &str| Raw::frame(true, crate::raw::TEXT, true, text.as_bytes());
    let claim = frame(&claim("k1").to_string());
    // More pongs than there is room for, asked for in the same breath.
    still.send(&[claim, frame(r#"{"type":"ping"}"#).repeat(5_000)].concat()).await;
    assert_eq!(reads.next_of("outcome").await["key"], "k1");
}
