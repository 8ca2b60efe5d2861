//! kill -9 of the real binary under viewers' sockets: nobody's position is ahead of what is kept,
//! a key sent again gets its first outcome, and the ledger has each of them once. 10 cycles; 50
//! with `cargo xtask test --long`.

mod house;

use house::desk::Desk;
use house::{House, PATIENCE, Shop};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::TcpStream;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

/// Viewers at once.
const VIEWERS: u64 = 6;
/// Comments of one viewer that wait for their outcome.
const IN_FLIGHT: u64 = 4;
/// Answered keys that each viewer sends again after a restart.
const SAMPLE: usize = 8;

/// One viewer: what it sent, what it was told, how far it has come.
struct Viewer {
    name: String,
    token: Option<String>,
    position: Option<Value>,
    next: u64,
    answered: BTreeMap<String, (String, Value)>,
    open: BTreeMap<String, String>,
}

/// A viewer's open connection.
struct Line {
    socket: WebSocket<TcpStream>,
}

impl Line {
    fn send(&mut self, message: &Value) -> Option<()> {
        self.socket.send(Message::text(message.to_string())).ok()
    }

    /// The next message; none once the connection is gone.
    fn next(&mut self) -> Option<Value> {
        loop {
            match self.socket.read().ok()? {
                Message::Text(text) => return serde_json::from_str(&text).ok(),
                Message::Close(_) => return None,
                _ => {}
            }
        }
    }
}

impl Viewer {
    fn new(number: u64) -> Self {
        Self {
            name: format!("Khách {number}"),
            token: None,
            position: None,
            next: 0,
            answered: BTreeMap::new(),
            open: BTreeMap::new(),
        }
    }

    /// A ticket, a socket, a hello from the position where it stopped, a welcome.
    fn connect(&mut self, base: &str, session: &str) -> Line {
        let mut body = json!({"name": self.name});
        if let Some(token) = &self.token {
            body["buyer_token"] = token.as_str().into();
        }
        let path = format!("/v1/sessions/{session}/tickets");
        let ticket = house::call(base, "POST", &path, None, None, Some(&body)).good();
        self.token = ticket["buyer_token"].as_str().map(str::to_owned);
        let address = base.strip_prefix("http://").expect("plain HTTP");
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let url = format!("ws://{address}/v1/sessions/{session}/live");
        let mut request = url.into_client_request().expect("a request");
        let form = "v1.json.chot".parse().expect("a word");
        request.headers_mut().insert("Sec-WebSocket-Protocol", form);
        let (socket, _) = client(request, stream).expect("a websocket");
        let mut line = Line { socket };
        let mut hello = json!({"type": "hello", "ticket": ticket["ticket"]});
        if let Some(position) = &self.position {
            hello["resume"] = position.clone();
        }
        line.send(&hello).expect("it takes a hello");
        let welcome = line.next().expect("nobody is ahead of what is kept");
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        line
    }

    fn say(&self, line: &mut Line, key: &str, text: &str) -> Option<()> {
        line.send(&json!({"type": "comment", "key": key, "text": text}))
    }

    /// Reads until so many outcomes have come; each must be the first one to its key.
    fn hear(&mut self, line: &mut Line, outcomes: usize) -> Option<()> {
        let mut heard = 0;
        while heard < outcomes {
            let message = line.next()?;
            assert_ne!(message["type"], "error", "{message}");
            if message["type"] != "outcome" {
                continue;
            }
            let key = message["key"].as_str().expect("a key").to_owned();
            self.position = Some(message["position"].clone());
            if let Some(text) = self.open.remove(&key) {
                self.answered.insert(key, (text, message));
            } else {
                let (_, first) = &self.answered[&key];
                assert_eq!(&message, first, "a key has one outcome, for ever");
            }
            heard += 1;
        }
        Some(())
    }

    /// Talks until the server is gone. `ready`: everybody is connected.
    fn talk(&mut self, base: &str, session: &str, ready: &Barrier, over: &AtomicBool) {
        let mut line = self.connect(base, session);
        ready.wait();
        while !over.load(Ordering::Relaxed) {
            for _ in 0..IN_FLIGHT {
                let (key, text) = (format!("k{}", self.next), words(self.next));
                self.next += 1;
                self.open.insert(key.clone(), text.clone());
                if self.say(&mut line, &key, &text).is_none() {
                    return;
                }
            }
            if self.hear(&mut line, IN_FLIGHT as usize).is_none() {
                return;
            }
        }
    }

    /// After a restart: what is open is sent again, and some of what was answered, with other
    /// words.
    fn settle(&mut self, base: &str, session: &str) {
        let mut line = self.connect(base, session);
        let open: Vec<_> = self.open.clone().into_iter().collect();
        for (key, text) in open {
            self.say(&mut line, &key, &text).expect("it runs");
            self.hear(&mut line, 1).expect("it answers");
        }
        let step = (self.answered.len() / SAMPLE).max(1);
        let sample: Vec<_> = self.answered.keys().step_by(step).cloned().collect();
        for key in sample {
            self.say(&mut line, &key, "D1 x7 nha shop").expect("it runs");
            self.hear(&mut line, 1).expect("it answers");
        }
        // The sample moved it back to old positions; the latest is what it would resume from.
        let latest = self.answered.values().map(|(_, outcome)| &outcome["position"]);
        self.position = latest.max_by_key(|at| at["seq"].as_u64()).cloned();
    }
}

fn words(number: u64) -> String {
    let text = match number % 7 {
        0 => "còn hàng không shop?",
        1 => "hủy d1",
        2 => "D2 x3",
        3 => "D9 x2",
        _ => "D1 x2",
    };
    text.to_owned()
}

fn cycles() -> u64 {
    if std::env::var_os("CHOT_LONG").is_some() { 50 } else { 10 }
}

#[test]
fn viewers_on_sockets_lose_nothing_by_kill_9_and_hear_every_outcome_once_and_the_same() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let offer = |code: &str, stock: u32| {
        let name = code;
        json!({"code": code, "name": name, "price": 45_000, "unit": "trái", "stock": stock})
    };
    let offers = json!([offer("D1", 300), offer("D2", 500)]);
    let undo = json!({"seconds": 1});
    let rules = json!({"repeat_comment": "add", "repeat_code": "add", "cancel_undo": undo});
    let session = house.live_with(&shop, &offers, &rules);
    let mut viewers: Vec<_> = (0..VIEWERS).map(Viewer::new).collect();
    let mut desk = Desk::new(&shop, &session);
    for cycle in 0..cycles() {
        let over = AtomicBool::new(false);
        let ready = Barrier::new(viewers.len() + 1);
        let (base, session) = (house.public(), session.as_str());
        std::thread::scope(|scope| {
            for viewer in &mut viewers {
                let (ready, over) = (&ready, &over);
                scope.spawn(move || viewer.talk(base, session, ready, over));
            }
            ready.wait();
            let (desk, over_too) = (&mut desk, &over);
            scope.spawn(move || desk.work(base, over_too));
            std::thread::park_timeout(Duration::from_millis(50 + cycle * 7_919 % 350));
            house.signal(rustix::process::Signal::KILL);
            over.store(true, Ordering::Relaxed);
        });
        house.wait();
        house.start();
        viewers.iter_mut().for_each(|viewer| viewer.settle(house.public(), session));
        desk.settle(&house);
    }
    audit(&house, &shop, &session, &viewers, &desk);
    let told: usize = viewers.iter().map(|viewer| viewer.answered.len()).sum();
    println!("{} cycles, {told} outcomes told, 0 lost, 0 doubled, 0 changed", cycles());
}

/// Holds everything that was told against the ledger and the verifier.
fn audit(house: &House, shop: &Shop, session: &str, viewers: &[Viewer], desk: &Desk) {
    house.verify(session);
    let ledger = std::fs::read_to_string(house.path("ledger.ndjson")).expect("exported");
    let lines = ledger.lines().skip(1).map(|line| serde_json::from_str(line).expect("JSON"));
    let lines: BTreeMap<u64, Value> =
        lines.map(|line: Value| (line["seq"].as_u64().expect("a number"), line)).collect();
    let mut numbers = BTreeSet::new();
    let told = viewers.iter().flat_map(|viewer| viewer.answered.values());
    for (_, outcome) in told {
        let line = &lines[&outcome["position"]["seq"].as_u64().expect("a place")];
        assert_eq!(line["epoch"], outcome["position"]["epoch"], "{outcome}");
        assert_eq!(line["hash"], outcome["receipt"], "{outcome}");
        if let Some(number) = outcome["number"].as_u64() {
            assert!(numbers.insert(number), "number {number} is given once");
        }
    }
    for number in desk.numbers() {
        assert!(numbers.insert(number), "number {number} is given once");
    }
    // What a person makes of a card is told by the order.
    let is_told = |event: &Value| event["number"].is_u64() && event["review"].is_null();
    let claims = lines.values().filter(|line| is_told(&line["event"])).count();
    assert_eq!(numbers.len(), claims, "every claim in the ledger was told to somebody");
    let orders = house.get(&format!("/v1/sessions/{session}/orders"), Some(&shop.host)).good();
    assert!(orders["orders"].as_array().is_some_and(|orders| !orders.is_empty()));
}
