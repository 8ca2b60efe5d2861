//! More handshakes than there is room for. The excess is told or let go, whoever is inside goes on,
//! and afterwards everything is as it was. 2,000 handshakes at a small machine; with `CHOT_LONG=1`
//! twenty thousand more, two thousand a second, ten thousand open at once.

use crate::house::{House, PATIENCE, Shop, call};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

/// What one open connection may cost the server, in KiB: a buffer and a task.
const SOCKET_KIB: usize = 40;

/// What the server may keep for itself after a flood: the allocator gives back late.
const SLACK_KIB: usize = 24 * 1024;

/// A figure of the server's process.
fn resident_kib(house: &House) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", house.pid()));
    let status = status.expect("it runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a figure");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number")
}

/// Files that the server has open, sockets included.
fn open_files(house: &House) -> usize {
    std::fs::read_dir(format!("/proc/{}/fd", house.pid())).expect("it runs").count()
}

/// Waits until the server has no more files open than that.
fn settles_at(house: &House, files: usize) {
    let began = Instant::now();
    // A database opens and closes files of its own meanwhile.
    while open_files(house) > files + 4 {
        assert!(began.elapsed() < PATIENCE, "{} files stay open", open_files(house));
        std::thread::yield_now();
    }
}

/// A viewer with a socket.
struct Inside(WebSocket<TcpStream>);

impl Inside {
    fn enter(house: &House, session: &str) -> Self {
        let path = format!("/v1/sessions/{session}/tickets");
        let ask = json!({"name": "Lan"});
        let ticket = call(house.public(), "POST", &path, None, None, Some(&ask)).good();
        let address = house.public().strip_prefix("http://").expect("plain HTTP");
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let url = format!("ws://{address}/v1/sessions/{session}/live");
        let mut request = url.into_client_request().expect("a request");
        let form = "v1.json.chot".parse().expect("a word");
        request.headers_mut().insert("Sec-WebSocket-Protocol", form);
        let mut inside = Self(client(request, stream).expect("a websocket").0);
        inside.say(&json!({"type": "hello", "ticket": ticket["ticket"]}));
        assert_eq!(inside.next_of("welcome")["type"], "welcome");
        inside
    }

    fn say(&mut self, frame: &Value) {
        self.0.send(Message::text(frame.to_string())).expect("it is inside");
    }

    fn next_of(&mut self, kind: &str) -> Value {
        loop {
            if let Message::Text(text) = self.0.read().expect("it stays inside") {
                let frame: Value = serde_json::from_str(&text).expect("JSON");
                if frame["type"] == kind {
                    return frame;
                }
            }
        }
    }

    fn orders(&mut self, key: usize) {
        let line = json!({"code": "D1", "quantity": 1});
        self.say(&json!({"type": "claim", "key": format!("k{key}"), "lines": [line]}));
        assert_eq!(self.next_of("outcome")["result"], "held");
    }
}

/// A handshake that is sent and not waited for; none if the machine takes no connection.
fn knock(address: &str, session: &str) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(address).ok()?;
    let request = format!(
        "GET /v1/sessions/{session}/live HTTP/1.1\r\nhost: {address}\r\nconnection: upgrade\r\n\
         upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: v1.json.chot\r\
         \nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).ok()?;
    Some(stream)
}

/// How a handshake was answered: "101", "503", or nothing where it was let go.
fn answer(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    let mut line = [0; 12];
    match stream.read_exact(&mut line) {
        Ok(()) => String::from_utf8_lossy(&line[9..]).into_owned(),
        Err(_) => String::new(),
    }
}

fn sale(house: &House) -> (Shop, String) {
    let shop = house.add_shop("Vườn nhà");
    let offers = json!([{"code": "D1", "name": "bí đỏ", "price": 45_000, "stock": 100_000}]);
    let session = house.live_with(&shop, &offers, &json!({}));
    (shop, session)
}

#[test]
fn a_flood_of_handshakes_is_told_and_those_inside_go_on() {
    let mut house = House::empty();
    house.files_max = Some(600);
    house.start();
    let (shop, session) = sale(&house);
    let mut inside = Inside::enter(&house, &session);
    inside.orders(0);
    let (files, before) = (open_files(&house), resident_kib(&house));
    let address = house.public().strip_prefix("http://").expect("plain HTTP").to_owned();
    let mut knocking: Vec<_> = (0..2_000).filter_map(|_| knock(&address, &session)).collect();
    inside.orders(1);
    let answers: Vec<_> = knocking.iter_mut().map(answer).collect();
    inside.orders(2);
    let count = |status: &str| answers.iter().filter(|answer| *answer == status).count();
    let (let_in, told, let_go) = (count("101"), count("503"), count(""));
    assert_eq!(let_in + told + let_go, answers.len(), "{let_in} {told} {let_go}");
    let room = 600 - domain::limits::FILES_OF_OUR_OWN;
    assert!(let_in > room / 2, "{let_in} of {room} were let in");
    // Who says no hello within 10 s makes room for another, so more may have been let in by now.
    assert!(open_files(&house) <= files + room, "{} files", open_files(&house));
    assert!(told > 0, "nobody was told");
    let now = resident_kib(&house);
    assert!(now < before + room * SOCKET_KIB + SLACK_KIB, "{before} KiB became {now} KiB");
    drop(knocking);
    settles_at(&house, files);
    inside.orders(3);
    assert_eq!(house.comments(&shop, &session, &[("1", "hoa", "D1 x2")])[0]["result"], "held");
    let after = resident_kib(&house);
    assert!(after < before + SLACK_KIB, "{before} KiB became {after} KiB");
}

#[test]
fn a_long_flood_leaves_nothing_behind() {
    // The long run floods for ten seconds; the ordinary one makes the same round once, small.
    let is_long = std::env::var_os("CHOT_LONG").is_some();
    let (rounds, each, open_max) = if is_long { (10, 2_000, 10_000) } else { (2, 200, 300) };
    let house = House::open();
    let (_, session) = sale(&house);
    let mut inside = Inside::enter(&house, &session);
    inside.orders(0);
    let (files, before) = (open_files(&house), resident_kib(&house));
    let address = house.public().strip_prefix("http://").expect("plain HTTP").to_owned();
    let mut open = std::collections::VecDeque::new();
    for round in 1..=rounds {
        let began = Instant::now();
        for _ in 0..each {
            open.extend(knock(&address, &session));
            if open.len() > open_max {
                open.pop_front();
            }
        }
        inside.orders(round);
        let now = resident_kib(&house);
        let allowed = open_max * SOCKET_KIB + SLACK_KIB;
        assert!(now < before + allowed, "{before} KiB became {now} KiB");
        // As many a second as was said, and no more.
        while began.elapsed() < Duration::from_secs(1) && is_long {
            std::thread::yield_now();
        }
    }
    drop(open);
    settles_at(&house, files);
    inside.orders(rounds + 1);
    let after = resident_kib(&house);
    let kept = before + SLACK_KIB + if is_long { open_max * SOCKET_KIB / 4 } else { 0 };
    assert!(after < kept, "{before} KiB became {after} KiB");
}
