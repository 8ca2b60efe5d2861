//! Every address and every socket message × every role × a foreign shop × no sign-in: each answers
//! as the printed table says. The expectation is read from the very JSON that is printed.

mod world;

use accounts::{Duty, Opens, Role};
use domain::Clock;
use serde_json::{Value, json};
use world::World;
use world::http::Answer;
use world::roles::{Somebody, With, everybody, person};
use world::socket::Socket;

/// A session with an order, and everybody there is.
struct Stage {
    world: World,
    session: String,
    order: String,
    page: String,
    everybody: Vec<Somebody>,
}

impl Stage {
    async fn build() -> Self {
        let world = World::start().await;
        let session = world.live(10).await;
        let lines = json!([{"code": "D1", "quantity": 1}]);
        let claim = world.host("POST", &format!("/v1/sessions/{session}/claims")).key("first");
        let claimed = claim.json(&json!({"buyer_name": "Lan", "lines": lines})).await;
        let order = claimed.json["order"].as_str().expect("an order").to_owned();
        let path = format!("/v1/sessions/{session}/orders/{order}/page");
        let page = world.host("GET", &path).send().await.json["path"].clone();
        let page = page.as_str().and_then(|path| path.strip_prefix("/o/")).expect("one").to_owned();
        let everybody = everybody(&world);
        Self { world, session, order, page, everybody }
    }

    /// The address with real ids where looking does no harm, and none that exist where acting
    /// would.
    fn path(&self, pattern: &str) -> String {
        let shop = self.world.shop.shop.to_string();
        let review = format!("{shop}-r1");
        [
            ("{session}", self.session.as_str()),
            ("{order}", &self.order),
            ("{review}", &review),
            ("{address}", &self.page),
            ("{shop}", "7k3m9qa2x4"),
            ("{code}", "NO1"),
            ("{person}", "9999"),
            ("{device}", "9999"),
            ("{what}", "nothing"),
            ("{overlay}", "9999"),
            ("{buyer}", "9999"),
            ("{file}", "nothing.js"),
        ]
        .iter()
        .fold(pattern.to_owned(), |path, (part, with)| path.replace(part, with))
    }

    async fn ask(&self, row: &Value, who: &Somebody) -> Answer {
        let (method, path) = (text(&row["method"]), self.path(text(&row["path"])));
        assert!(!path.contains('{'), "{path}: the test knows no id for it");
        who.call(&self.world, method, &path).key("again").json(&json!({})).await
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// What the gate says to somebody, as the printed row says; none where it lets them in.
fn refusal(row: &Value, who: &Somebody) -> Option<(u16, &'static str)> {
    let has_session = text(&row["path"]).contains("{session}");
    let proof = row["proof"] == true && who.is_person() && !who.proved;
    let proof = proof.then_some((403, "proof_needed"));
    match text(&row["access"]) {
        "anyone" | "page" | "entrance" | "capability" | "ticket" | "key" => None,
        "signed_in" if !who.is_person() => Some((401, "unauthorized")),
        "signed_in" => proof,
        "helper" | "operator" if !who.is_person() => Some((401, "unauthorized")),
        "helper" if !who.duty.is_some_and(Duty::helps) => Some((403, "forbidden")),
        "operator" if who.duty != Some(Duty::Operator) => Some((403, "forbidden")),
        "helper" | "operator" => proof,
        // A hello may still say who it is; who is known and a stranger does not get that far.
        word if word.starts_with("hello:") => {
            let stranger = who.here.is_none() && !matches!(who.with, With::Nothing);
            stranger.then_some((404, "unknown_session"))
        }
        _ if matches!(who.with, With::Nothing) => Some((401, "unauthorized")),
        _ if has_session && who.here.is_none() => Some((404, "unknown_session")),
        _ if !has_session && who.own.is_none() => Some((403, "no_shop")),
        _ => {
            let role = if has_session { who.here } else { who.own };
            let roles = row["roles"].as_array().expect("an act has roles");
            let may = roles.iter().any(|known| Some(text(known)) == role);
            if may { proof } else { Some((403, "forbidden")) }
        }
    }
}

/// True if an answer is the gate's no rather than a handler's.
fn is_gates(answer: &Answer) -> bool {
    matches!(text(&answer.json["code"]), "unauthorized" | "forbidden" | "no_shop" | "proof_needed")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_answers_everybody_as_the_printed_table_says() {
    let stage = Stage::build().await;
    let rows: Vec<Value> = gateway::routes().iter().map(gateway::Row::json).collect();
    let mut asked = 0;
    for row in rows.iter().filter(|row| row["path"] != "/sign-out") {
        for who in &stage.everybody {
            let answer = stage.ask(row, who).await;
            let place = format!("{} {} by {}", row["method"], row["path"], who.name);
            match refusal(row, who) {
                Some((status, code)) => {
                    let said = (answer.status, text(&answer.json["code"]));
                    assert_eq!(said, (status, code), "{place}: {answer:?}");
                }
                None => {
                    assert!(!is_gates(&answer), "{place}: {answer:?}");
                    let named = text(&row["path"]).contains("{session}");
                    let unknown = named && answer.json["code"] == "unknown_session";
                    assert!(!unknown && answer.status < 500, "{place}: {answer:?}");
                }
            }
            asked += 1;
        }
    }
    assert_eq!(asked, (rows.len() - 1) * stage.everybody.len());
    assert!(asked > 1_500, "{asked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_signs_out_the_device_that_asks() {
    let stage = Stage::build().await;
    for who in stage.everybody.iter().filter(|who| who.is_person()) {
        assert_eq!(who.call(&stage.world, "GET", "/v1/me").send().await.status, 200);
        let out = who.call(&stage.world, "POST", "/sign-out").send().await;
        assert_eq!(out.status, 303, "{}", who.name);
        let me = who.call(&stage.world, "GET", "/v1/me").send().await;
        me.is_problem(401, "unauthorized");
    }
}

/// A message of this type that can be read.
fn message(kind: &str) -> Value {
    let mut message = match kind {
        "comment" => json!({"key": "k", "text": "chốt D1"}),
        "claim" => json!({"key": "k", "lines": [{"code": "D1", "quantity": 1}]}),
        "release" => json!({"key": "k"}),
        "extend" | "undo" => json!({"key": "k", "order": "7k3m9qa2x4-o1"}),
        "control" => json!({"take": true}),
        "hello" | "ping" => json!({}),
        other => panic!("the test knows no {other}"),
    };
    message["type"] = kind.into();
    message
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_of_a_viewers_socket_needs_a_ticket_of_this_session() {
    let stage = Stage::build().await;
    let (world, session) = (&stage.world, &stage.session);
    let elsewhere = world.live(1).await;
    let said = gateway::SPOKEN.iter().filter(|row| row.path.ends_with("/live"));
    for row in said {
        assert_eq!(row.json()["access"], "ticket");
        let (mut socket, _) = Socket::enter(world, session, "Lan").await;
        socket.send(message(row.message)).await;
        // A second hello is a mistake, not a stranger's.
        let answer = socket.next().await;
        assert_ne!(answer["code"], "bad_ticket", "{}: {answer}", row.message);
        let mut socket = Socket::connect(world, session, "v1.json.chot").await;
        let mut first = message(row.message);
        let code = match row.message {
            "hello" => {
                first["ticket"] = world.ticket(&elsewhere, "Lan", None).await["ticket"].clone();
                "bad_ticket"
            }
            _ => "hello_first",
        };
        socket.send(first).await;
        assert_eq!(socket.next().await["code"], code, "{}", row.message);
        socket.closed().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_of_an_overlay_needs_a_key_of_this_session() {
    let stage = Stage::build().await;
    let (world, session) = (&stage.world, &stage.session);
    let key = async |of: &str| {
        let path = format!("/v1/sessions/{of}/overlays");
        let made = world.host("POST", &path).json(&json!({})).await.json;
        let address = made["address"].as_str().expect("an address").to_owned();
        address.split_once('#').expect("a fragment").1.to_owned()
    };
    let elsewhere = key(&world.live(1).await).await;
    let here = key(session).await;
    let path = format!("/v1/sessions/{session}/overlay");
    for row in gateway::SPOKEN.iter().filter(|row| row.path.ends_with("/overlay")) {
        assert_eq!(row.json()["access"], "key");
        for wrong in [elsewhere.as_str(), &world.shop.host_token, "chot_overlay_x"] {
            let mut socket = Socket::open(world, &path, "v1.overlay.chot", &[]).await.expect("one");
            let mut first = message(row.message);
            first["key"] = wrong.into();
            socket.send(first).await;
            let code = if row.message == "hello" { "bad_overlay_key" } else { "hello_first" };
            assert_eq!(socket.next().await["code"], code, "{}", row.message);
            socket.closed().await;
        }
        let mut socket = Socket::open(world, &path, "v1.overlay.chot", &[]).await.expect("opens");
        socket.send(json!({"type": "hello", "key": here})).await;
        assert_eq!(socket.next().await["type"], "overlay");
        if row.message == "ping" {
            socket.send(message("ping")).await;
            assert_eq!(socket.next().await["type"], "pong");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_of_a_console_is_taken_from_those_whom_the_table_names() {
    let stage = Stage::build().await;
    let (world, session) = (&stage.world, &stage.session);
    let said: Vec<_> =
        gateway::SPOKEN.iter().filter(|row| row.path.ends_with("/console")).collect();
    for who in &stage.everybody {
        let path = format!("/v1/sessions/{session}/console");
        let (header, token) = match &who.with {
            With::Nothing => (None, None),
            With::Token(token) => (None, Some(token.as_str())),
            With::Cookie(carried) => (Some(format!("chot-sign-in={carried}")), None),
        };
        let roles = said[0].json()["roles"].clone();
        let may = roles.as_array().expect("roles").iter().any(|r| Some(text(r)) == who.here);
        for row in &said {
            let headers: Vec<_> = header.iter().map(|value| ("cookie", value.as_str())).collect();
            let socket = Socket::open(world, &path, "v1.console.chot", &headers).await;
            let Some(mut socket) = socket else {
                assert!(who.here.is_none() && who.is_person(), "{} was turned away", who.name);
                continue;
            };
            socket.send(json!({"type": "hello", "token": token})).await;
            let first = socket.next().await;
            if !may {
                let code = if who.here.is_some() { "forbidden" } else { "unauthorized" };
                assert_eq!(first["code"], code, "{}: {first}", who.name);
                socket.closed().await;
                continue;
            }
            assert_eq!(first["type"], "console", "{}: {first}", who.name);
            let here: Vec<Value> = row.json()["roles"].as_array().expect("roles").clone();
            if !here.iter().any(|role| Some(text(role)) == who.here) {
                socket.send(message(row.message)).await;
                let mut next = socket.next().await;
                while next["type"] == "console" {
                    next = socket.next().await;
                }
                assert_eq!(next["code"], "forbidden", "{} said {}", who.name, row.message);
            } else if row.message != "hello" {
                socket.send(message(row.message)).await;
                socket.send(json!({"type": "ping", "echo": 7})).await;
                let mut next = socket.next().await;
                while next["type"] == "console" || (next["type"] == "pong" && next["echo"] != 7) {
                    next = socket.next().await;
                }
                assert_eq!(next["type"], "pong", "{} said {}: {next}", who.name, row.message);
            }
        }
    }
}

/// The console of whoever is signed in, open and greeted.
async fn console_of(world: &World, session: &str, carried: &str) -> Socket {
    let path = format!("/v1/sessions/{session}/console");
    let cookie = format!("chot-sign-in={carried}");
    let socket = Socket::open(world, &path, "v1.console.chot", &[("cookie", &cookie)]).await;
    let mut socket = socket.expect("opens");
    socket.send(json!({"type": "hello"})).await;
    assert_eq!(socket.next().await["type"], "console");
    socket
}

#[tokio::test]
async fn a_console_closes_when_its_person_is_let_go() {
    let world = World::start().await;
    let session = world.live(10).await;
    let opens = Opens::Join(world.shop.shop, Role::Clerk);
    let [clerk, _] = person(&world, opens, (Some(Role::Clerk), Some(Role::Clerk)));
    let With::Cookie(carried) = &clerk.with else { panic!("a person") };
    let mut socket = console_of(&world, &session, carried).await;
    let who = world.accounts.signed_in(carried, world.clock.wall()).expect("signed in");
    world.accounts.let_go(world.shop.shop, who.person.id).expect("let go");
    let lines = json!([{"code": "D1", "quantity": 1}]);
    let claim = world.host("POST", &format!("/v1/sessions/{session}/claims")).key("one");
    claim.json(&json!({"buyer_name": "Mai", "lines": lines})).await;
    assert_eq!(socket.closed().await, (4500, "unauthorized".to_owned()));
}

#[tokio::test]
async fn a_console_takes_control_only_for_whoever_sells_now() {
    let world = World::start().await;
    let session = world.live(10).await;
    let shop = world.shop.shop;
    let opens = Opens::Join(shop, Role::Host);
    let [host, _] = person(&world, opens, (Some(Role::Host), Some(Role::Host)));
    let With::Cookie(carried) = &host.with else { panic!("a person") };
    let mut socket = console_of(&world, &session, carried).await;
    let now = world.clock.wall();
    let id = world.accounts.signed_in(carried, now).expect("signed in").person.id;
    world.accounts.set_role(shop, id, Role::Clerk, now).expect("a clerk now");
    socket.send(message("control")).await;
    assert_eq!(socket.next().await["code"], "forbidden");
    world.accounts.let_go(shop, id).expect("let go");
    socket.send(message("control")).await;
    assert_eq!(socket.closed().await, (4500, "unauthorized".to_owned()));
}
