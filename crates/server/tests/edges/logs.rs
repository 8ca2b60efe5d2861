//! What callers write never reaches the log as it is: no line of theirs, no colour of a terminal,
//! and none of their words.

use crate::house::{House, Shop};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;

/// A line that somebody would like to stand in the log, after a clear screen.
const FORGED: &str = "FORGED 2026-01-01T00:00:00Z ERROR all orders are lost";

/// Sends bytes as they are; what comes back does not matter.
fn send(house: &House, bytes: &[u8]) {
    let address = house.public().strip_prefix("http://").expect("plain HTTP");
    let mut stream = TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(crate::house::PATIENCE)).expect("a timeout");
    stream.write_all(bytes).ok();
    stream.shutdown(std::net::Shutdown::Write).ok();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok();
}

/// Every way in that takes somebody's words.
fn provoke(house: &House, shop: &Shop) {
    let trap = format!("\u{1b}[2J\u{1b}[31m\r\n{FORGED}");
    let session = house.live(shop);
    let post = |path: &str, token: &str, body: Value| {
        house.call("POST", path, Some(token), Some(&"k".repeat(8)), Some(&body));
    };
    post("/v1/sessions", &shop.host, json!({"title": trap, "offers": [{"code": trap}]}));
    post(&format!("/v1/sessions/{session}/claims"), &shop.host, json!({"buyer_name": trap}));
    post(
        &format!("/v1/sessions/{session}/tickets"),
        &trap.replace(['\r', '\n', '\u{1b}'], ""),
        json!({"name": trap}),
    );
    post(
        &format!("/v1/sessions/{session}/comments"),
        &shop.source,
        json!({"comments": [{"platform": trap, "comment_id": trap, "buyer_id": trap,
            "buyer_name": trap, "text": trap}]}),
    );
    house.comments(shop, &session, &[("x\u{1b}[31m", "y\u{1b}[31m", &trap)]);
    let encoded = "%1b%5b2J%0d%0aFORGED";
    for request in [
        format!("GET /{encoded} HTTP/1.1\r\nhost: localhost\r\n\r\n"),
        format!("GET /v1/sessions/{encoded}/orders HTTP/1.1\r\nhost: localhost\r\n\r\n"),
        format!("GET /photos/{encoded}.jpg HTTP/1.1\r\nhost: localhost\r\n\r\n"),
        format!(
            "GET /host/{encoded} HTTP/1.1\r\nhost: localhost\r\ncookie: chot-sign-in={trap}\r\n\r\n"
        ),
        format!("GET / HTTP/1.1\r\nhost: {trap}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: localhost\r\nuser-agent: {trap}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {trap}\r\n\r\n"),
        format!("GET / HTTP/1.1\r\nhost: localhost\r\norigin: {trap}\r\n\r\n"),
        format!("{trap} / HTTP/1.1\r\n\r\n"),
        format!("GET / HTTP/1.1\r\n{trap}: x\r\n\r\n"),
        format!(
            "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-length: 60\r\ncontent-type: \
            application/x-www-form-urlencoded\r\n\r\nname={encoded}&password=1234&next={encoded}"
        ),
        format!("POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: {trap}\r\n\r\n"),
    ] {
        send(house, request.as_bytes());
    }
    let sockets = [("live", "v1.json.chot"), ("console", "v1.console.chot")];
    for (what, subprotocol) in sockets {
        let handshake = format!(
            "GET /v1/sessions/{session}/{what} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\
             \nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: \
             {subprotocol}\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        let hello = json!({"type": "hello", "ticket": trap, "token": trap, "device": trap});
        let hello = hello.to_string();
        let mut bytes = handshake.into_bytes();
        bytes.extend([0x81, 0x80 | 126]);
        bytes.extend((hello.len() as u16).to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(hello.into_bytes());
        send(house, &bytes);
    }
}

fn log_of(format: &str, level: &str) -> String {
    let mut house = House::empty();
    house.environment.push(("CHOT_LOG_FORMAT".into(), format.into()));
    house.environment.push(("CHOT_LOG".into(), level.into()));
    house.start();
    let shop = house.add_shop("Vườn nhà");
    provoke(&house, &shop);
    assert!(house.stop(), "{}", house.log());
    let log = house.log();
    for secret in [&shop.host, &shop.source] {
        assert!(!log.contains(&**secret), "a token stands in the log");
    }
    log
}

fn is_clean(log: &str) {
    assert!(!log.is_empty());
    let raw = log.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(raw, None, "{log}");
    assert!(!log.contains("FORGED"), "somebody's words stand in the log: {log}");
}

#[test]
fn nobody_writes_into_the_log_for_people() {
    for level in ["info", "trace"] {
        let log = log_of("text", level);
        is_clean(&log);
        let is_ours = |line: &&str| line.starts_with("20") && line.contains('Z');
        let strange = log.lines().find(|line| !is_ours(line));
        assert_eq!(strange, None);
    }
}

#[test]
fn nobody_writes_into_the_log_for_collectors() {
    for level in ["info", "trace"] {
        let log = log_of("json", level);
        is_clean(&log);
        for line in log.lines() {
            let entry = serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{line}"));
            assert!(entry["level"].is_string() && entry["timestamp"].is_string(), "{line}");
        }
    }
}
