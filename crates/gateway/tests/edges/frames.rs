//! Frames that no honest client sends, on every kind of socket.

use crate::operators::every_socket;
use crate::raw::{BINARY, CONTINUED, Raw, TEXT};
use crate::world::World;
use gateway::Timing;
use serde_json::json;

/// Sends the same to a new socket of each kind; all must be closed like that.
async fn all_are_closed(bytes: &[u8], code: u16, word: &str) {
    let world = World::start().await;
    for (name, mut socket) in every_socket(&world, Timing::default()).await {
        socket.send(bytes).await;
        assert_eq!(socket.closed().await, (code, word.to_owned()), "{name}");
    }
}

#[tokio::test]
async fn a_frame_without_a_mask_closes_every_socket_with_1002() {
    let ping = Raw::frame(true, TEXT, false, br#"{"type":"ping"}"#);
    all_are_closed(&ping, 1002, "protocol_error").await;
}

#[tokio::test]
async fn frames_that_break_the_protocol_close_with_1002() {
    all_are_closed(&Raw::frame(true, 3, true, b""), 1002, "protocol_error").await;
    let mut reserved = Raw::frame(true, TEXT, true, b"x");
    reserved[0] |= 0x40;
    all_are_closed(&reserved, 1002, "protocol_error").await;
    all_are_closed(&Raw::frame(true, CONTINUED, true, b"x"), 1002, "protocol_error").await;
    all_are_closed(&Raw::frame(false, 9, true, b"x"), 1002, "protocol_error").await;
    all_are_closed(&Raw::frame(true, 9, true, &[0; 126]), 1002, "protocol_error").await;
}

#[tokio::test]
async fn bytes_that_are_no_utf8_close_every_socket_with_1007() {
    all_are_closed(&Raw::frame(true, TEXT, true, b"\"\xff\""), 1007, "not_utf8").await;
    all_are_closed(&Raw::frame(true, TEXT, true, b"\"\xed\xa0\x80\""), 1007, "not_utf8").await;
}

#[tokio::test]
async fn a_frame_beyond_the_limit_is_told_before_it_is_read() {
    // Only its header is sent: nobody waits for the gigabyte that it announces.
    let mut header = vec![0x80 | TEXT, 0x80 | 127];
    header.extend((1_u64 << 30).to_be_bytes());
    header.extend([0; 4]);
    all_are_closed(&header, 4500, "frame_too_large").await;
    let large = Raw::frame(true, TEXT, true, &[b' '; 16 * 1024 + 1]);
    all_are_closed(&large, 4500, "frame_too_large").await;
}

#[tokio::test]
async fn a_message_in_a_thousand_pieces_is_one_and_a_longer_one_is_none() {
    let world = World::start().await;
    let pieces = |text: &[u8]| {
        let mut bytes = Raw::frame(false, TEXT, true, &text[..1]);
        for piece in text[1..].chunks(1) {
            bytes.extend(Raw::frame(false, CONTINUED, true, piece));
        }
        bytes.extend(Raw::frame(true, CONTINUED, true, b""));
        bytes
    };
    let ping = format!("{{\"type\":\"ping\"{}}}", " ".repeat(985));
    assert_eq!(ping.len(), 1_000);
    for (name, mut socket) in every_socket(&world, Timing::default()).await {
        socket.send(&pieces(ping.as_bytes())).await;
        let pong = socket.text_with("pong").await;
        assert!(pong.contains("now"), "{name}: {pong}");
        socket.send(&pieces(&[b' '; 17 * 1024])).await;
        assert_eq!(socket.closed().await, (4500, "frame_too_large".into()), "{name}");
    }
}

#[tokio::test]
async fn binary_where_text_is_due_and_text_where_binary_is_due_is_an_error() {
    let world = World::start().await;
    let session = world.live(10).await;
    let path = format!("/v1/sessions/{session}/live");
    let mut proto = Raw::open(world.address, &path, "v1.proto.chot").await;
    proto.say(r#"{"type":"hello","ticket":"x"}"#).await;
    let said = proto.text_with("bad_frame").await;
    assert!(said.contains("binary frames"), "{said}");
    assert_eq!(proto.closed().await, (4500, "bad_frame".into()));
    for (name, mut socket) in every_socket(&world, Timing::default()).await {
        socket.send(&Raw::frame(true, BINARY, true, b"\x01\x02\x03")).await;
        if name != "operator" {
            socket.text_with("bad_frame").await;
        }
        socket.say(r#"{"type":"ping"}"#).await;
        socket.text_with("pong").await;
    }
}

#[tokio::test]
async fn who_sends_nothing_but_nonsense_is_closed_everywhere() {
    let world = World::start().await;
    for (name, mut socket) in every_socket(&world, Timing::default()).await {
        for _ in 0..21 {
            socket.say("nonsense").await;
        }
        assert_eq!(socket.closed().await, (4500, "bad_frame".into()), "{name}");
    }
}

#[tokio::test]
async fn json_that_is_a_trap_is_an_error_or_what_it_says_and_takes_nothing() {
    let world = World::start().await;
    let session = world.live(10).await;
    let path = format!("/v1/sessions/{session}/live");
    let ticket = world.ticket(&session, "Lan", None).await;
    let mut socket = Raw::open(world.address, &path, "v1.json.chot").await;
    socket.say(&json!({"type": "hello", "ticket": ticket["ticket"]}).to_string()).await;
    socket.text_with("welcome").await;
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    let claim = |quantity: &str, key: &str| {
        format!(
            r#"{{"type":"claim","key":"{key}","lines":[{{"code":"D1","quantity":{quantity}}}]}}"#
        )
    };
    for (sent, code) in [
        (deep.clone(), "bad_frame"),
        (format!(r#"{{"type":"ping","more":{deep}}}"#), "bad_frame"),
        (claim("1e400", "a"), "bad_frame"),
        (claim("NaN", "b"), "bad_frame"),
        (claim("-0", "c"), "bad_quantity"),
        (claim("1e-400", "d"), "bad_quantity"),
        (claim("18446744073709551616", "e"), "bad_quantity"),
        (r#"{"type":"comment","key":"f","text":"\ud800"}"#.into(), "bad_frame"),
        (r#"{"type":"comment","key":"g","text":"d1","text":"d1"}"#.into(), "bad_frame"),
        (r#"{"type":"dance","type":"jump"}"#.into(), "\"error\""),
        (r#"{"type":"__proto__"}"#.into(), "unknown_type"),
        (r#"{"type":7}"#.into(), "bad_frame"),
        ("null".into(), "unknown_type"),
    ] {
        socket.say(&sent).await;
        let said = socket.text_with(code).await;
        assert!(!said.contains("held"), "{sent}: {said}");
    }
    // What is unknown beside what is known does no harm.
    let more = r#"{"type":"claim","key":"z","f":[1],"lines":[{"code":"D1","quantity":1,"e":2}]}"#;
    socket.say(more).await;
    let outcome = socket.text_with("\"outcome\"").await;
    assert!(outcome.contains("held"), "{outcome}");
    // The outcome comes before what everybody sees.
    let stock = socket.text_with("\"stock\"").await;
    assert!(stock.contains(r#""left":9"#), "{stock}");
}

#[tokio::test]
async fn bodies_that_are_traps_are_problems() {
    let world = World::start().await;
    let session = world.live(10).await;
    let claims = format!("/v1/sessions/{session}/claims");
    let deep = format!("{{\"lines\":{}{}}}", "[".repeat(200), "]".repeat(200));
    for (key, body) in [
        ("1", deep.as_str()),
        ("2", r#"{"buyer_name":"x","lines":[{"code":"D1","quantity":1e400}]}"#),
        ("3", r#"{"buyer_name":"\udc00","lines":[{"code":"D1","quantity":1}]}"#),
        ("4", r#"{"buyer_name":"x","buyer_name":"y","lines":[{"code":"D1","quantity":1}]}"#),
    ] {
        world
            .host("POST", &claims)
            .key(key)
            .body(body.as_bytes())
            .await
            .is_problem(400, "bad_json");
    }
    assert_eq!(world.left(&session).await, 10);
}
