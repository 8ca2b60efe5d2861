//! Everything that should not have been sent over a socket.

mod world;

use gateway::{Options, Timing};
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use world::World;
use world::socket::Socket;

/// Sends a frame and checks the error that comes back.
async fn refused(socket: &mut Socket, frame: Value, code: &str, key: Value) {
    socket.send(frame.clone()).await;
    let error = socket.next_of("error").await;
    assert_eq!((&error["code"], &error["key"]), (&json!(code), &key), "{frame}");
    assert!(error["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
}

#[tokio::test]
async fn a_frame_that_cannot_be_meant_is_an_error_and_the_socket_stays() {
    let world = World::start().await;
    let session = world.live(10).await;
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    let null = Value::Null;
    refused(&mut socket, json!([]), "bad_frame", null.clone()).await;
    refused(&mut socket, json!({"type": "dance", "key": "k"}), "unknown_type", json!("k")).await;
    refused(&mut socket, json!({"type": "hello", "ticket": "x"}), "bad_frame", null.clone()).await;
    let comment = |key: &str, text: &str| json!({"type": "comment", "key": key, "text": text});
    refused(&mut socket, comment("", "d1"), "bad_key", null.clone()).await;
    let long = "k".repeat(65);
    refused(&mut socket, comment(&long, "d1"), "bad_key", json!("k".repeat(64))).await;
    let words = "ơ".repeat(1_001);
    refused(&mut socket, comment("k", &words), "comment_too_long", json!("k")).await;
    let claim = |quantity: Value| {
        let line = json!({"code": "D1", "quantity": quantity});
        json!({"type": "claim", "key": "k", "lines": [line]})
    };
    refused(&mut socket, claim(json!(-1)), "bad_quantity", json!("k")).await;
    refused(&mut socket, claim(json!(1e300)), "bad_quantity", json!("k")).await;
    refused(&mut socket, claim(json!(1_000_001)), "bad_quantity", json!("k")).await;
    let empty = json!({"type": "claim", "key": "k", "lines": []});
    refused(&mut socket, empty, "missing_field", json!("k")).await;
    let extend = json!({"type": "extend", "key": "k", "order": "7k3m9qa2x4-o1"});
    refused(&mut socket, extend, "unknown_order", json!("k")).await;
    socket.send_raw(Message::binary(vec![1, 2, 3])).await;
    assert_eq!(socket.next_of("error").await["code"], "bad_frame");
    let ask = |key: &str, code: &str, quantity: Value| {
        let line = json!({"code": code, "quantity": quantity});
        json!({"type": "claim", "key": key, "lines": [line]})
    };
    for (key, code, quantity, reason) in [
        ("r1", "D1", json!(0), "bad_quantity"),
        ("r2", "D1", json!(0.3), "off_step"),
        ("r3", "ZZ", json!(1), "unknown_code"),
    ] {
        socket.send(ask(key, code, quantity)).await;
        let outcome = socket.next_of("outcome").await;
        assert_eq!((&outcome["result"], &outcome["reason"]), (&json!("refused"), &json!(reason)));
    }
    assert_eq!(world.left(&session).await, 10);
}

#[tokio::test]
async fn who_sends_nothing_but_nonsense_is_closed() {
    let world = World::start().await;
    let session = world.live(10).await;
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    for _ in 0..21 {
        socket.send_raw(Message::text("nonsense")).await;
    }
    assert_eq!(socket.closed().await, (4500, "bad_frame".into()));
}

#[tokio::test]
async fn a_frame_beyond_sixteen_kilobytes_is_told_and_closed() {
    let world = World::start().await;
    let session = world.live(10).await;
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    socket.send_raw(Message::text("x".repeat(16 * 1024 + 1))).await;
    assert_eq!(socket.next_of("error").await["code"], "frame_too_large");
    assert_eq!(socket.closed().await, (4500, "frame_too_large".into()));
}

#[tokio::test]
async fn bytes_that_are_no_utf8_close_with_1007() {
    let world = World::start().await;
    let session = world.live(10).await;
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    let text = OpCode::Data(Data::Text);
    let frame = Frame::message(vec![b'"', 0xff, b'"'], text, true);
    socket.send_raw(Message::Frame(frame)).await;
    assert_eq!(socket.closed().await.0, 1007);
}

#[tokio::test]
async fn tickets_that_open_nothing() {
    let world = World::start().await;
    let session = world.live(10).await;
    let other = world.live(10).await;
    let check = async |ticket: &Value| {
        let mut socket = Socket::connect(&world, &session, "v1.json.chot").await;
        socket.send(json!({"type": "hello", "ticket": ticket})).await;
        assert_eq!(socket.next().await["code"], "bad_ticket");
        assert_eq!(socket.closed().await, (4500, "bad_ticket".into()));
    };
    check(&json!("made up")).await;
    let elsewhere = world.ticket(&other, "Lan", None).await;
    check(&elsewhere["ticket"]).await;
    let used = world.ticket(&session, "Lan", None).await;
    Socket::enter_with(&world, &session, &used["ticket"], Value::Null).await;
    check(&used["ticket"]).await;
    let old = world.ticket(&session, "Lan", None).await;
    world.clock.later_ms.store(3_600_000, Ordering::Relaxed);
    check(&old["ticket"]).await;
}

#[tokio::test]
async fn the_first_frame_is_hello_and_comes_in_time() {
    let timing = Timing { hello: Duration::from_millis(50), ..Timing::default() };
    let world = World::with(Options { timing, ..Options::default() }, 100).await;
    let session = world.live(10).await;
    let mut silent = Socket::connect(&world, &session, "v1.json.chot").await;
    assert_eq!(silent.closed().await, (4500, "hello_timeout".into()));
    let world = World::start().await;
    let session = world.live(10).await;
    let mut rude = Socket::connect(&world, &session, "v1.json.chot").await;
    rude.send(json!({"type": "comment", "key": "k", "text": "d1"})).await;
    assert_eq!(rude.next().await["code"], "hello_first");
    assert_eq!(rude.closed().await, (4500, "hello_first".into()));
}

/// A handshake by hand: its answer, and the open connection.
async fn shake(world: &World, session: &str, more: &str) -> (String, TcpStream) {
    let mut stream = TcpStream::connect(world.address).await.expect("connects");
    let request = format!(
        "GET /v1/sessions/{session}/live HTTP/1.1\r\nhost: {}\r\nconnection: upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n",
        world.address
    );
    stream.write_all(request.as_bytes()).await.expect("writes");
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") && !answer.ends_with(b"\r\n\r\n") {
        let mut some = [0; 1_024];
        let read = stream.read(&mut some).await.expect("reads");
        assert!(read > 0, "closed without an answer");
        answer.extend_from_slice(&some[..read]);
        if answer.starts_with(b"HTTP/1.1 101") && answer.ends_with(b"\r\n\r\n") {
            break;
        }
    }
    (String::from_utf8(answer).expect("UTF-8"), stream)
}

#[tokio::test]
async fn handshakes_that_are_refused_before_there_is_a_socket() {
    let world = World::start().await;
    let session = world.live(10).await;
    let json_form = "sec-websocket-protocol: v1.json.chot\r\n";
    let check = async |session: &str, more: &str, status: &str, code: &str| {
        let (answer, _) = shake(&world, session, more).await;
        assert!(answer.contains(status) && answer.contains(code), "{answer}");
    };
    check(&session, "", "400", "bad_subprotocol").await;
    check(&session, "sec-websocket-protocol: chat\r\n", "400", "bad_subprotocol").await;
    let foreign = format!("{json_form}origin: https://evil.example\r\n");
    check(&session, &foreign, "403", "bad_origin").await;
    check("7k3m9qa2x4-s1", json_form, "404", "unknown_session").await;
    let own = format!("{json_form}origin: http://{}\r\n", world.address);
    check(&session, &own, "101", "v1.json.chot").await;
}

#[tokio::test]
async fn a_reader_that_never_reads_is_let_go_and_costs_the_others_nothing() {
    let timing = Timing {
        write: Duration::from_millis(200),
        stock_every: Duration::from_millis(1),
        ..Timing::default()
    };
    let mut options = Options { timing, ..Options::default() };
    options.rates.per_socket = None;
    let world = World::with(options, 2).await;
    let session = world.live(1_000_000).await;
    let (mut deaf, _) = Socket::enter(&world, &session, "Lan").await;
    // It sends as fast as it can and never reads a word of what comes back.
    let text = "x".repeat(1_500);
    let mut sent = 0;
    while futures_util::SinkExt::send(
        &mut deaf.0,
        Message::text(json!({"type": text, "key": "k"}).to_string()),
    )
    .await
    .is_ok()
    {
        sent += 1;
        assert!(sent < 1_000_000, "it is never let go");
    }
    let view = world.call("GET", &format!("/v1/sessions/{session}")).send().await;
    assert_eq!(view.status, 200, "its place is free again");
}
