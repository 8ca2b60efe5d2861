//! The operators' page: what is shown when, who may look, and from which figure on something is
//! wrong.

mod world;

use futures_util::{SinkExt, StreamExt};
use gateway::{Board, Figures, Level, OpsDoors, RULES, Standing, TILES, Timing, ops_router};
use proto::live::{Ops, OpsPoint};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use world::World;
use world::http::Call;
use world::socket::Socket;

/// An operators' listener on a board that the test writes.
struct Desk {
    world: World,
    board: Arc<Board>,
    address: SocketAddr,
    stopper: gateway::Stopper,
}

type Line = WebSocketStream<MaybeTlsStream<TcpStream>>;

impl Desk {
    async fn open() -> Self {
        let world = World::start().await;
        let (stopper, stop) = gateway::Stop::new();
        let board = Board::new();
        let doors = OpsDoors {
            hub: world.hub.clone(),
            metrics: Arc::new(String::new),
            notes: Arc::new(Vec::new),
            board: board.clone(),
            clock: world.clock.clone(),
            stop: stop.clone(),
            timing: Timing::default(),
        };
        let listener = gateway::listen(([127, 0, 0, 1], 0).into()).expect("a port");
        let address = listener.local_addr().expect("an address");
        let listening = gateway::Listening {
            connections_max: 8,
            timing: Timing::default(),
            edge: gateway::Edge::default(),
        };
        tokio::spawn(gateway::serve(listener, ops_router(doors), listening, stop));
        Self { world, board, address, stopper }
    }

    async fn look(&self) -> Line {
        let url = format!("ws://{}/ops/live", self.address);
        let mut request = url.into_client_request().expect("a request");
        let protocol = "v1.ops.chot".parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        connect_async(request).await.expect("connects").0
    }
}

async fn next(line: &mut Line) -> Value {
    let message = timeout(Duration::from_secs(10), line.next()).await.expect("in time");
    match message.expect("open").expect("whole") {
        Message::Text(text) => serde_json::from_str(&text).expect("JSON"),
        other => panic!("not a text frame: {other:?}"),
    }
}

fn second(at_ms: u64, is_tenth: bool) -> Ops {
    let point = OpsPoint { at_ms, accepted: 2.5, ..OpsPoint::default() };
    let ten = is_tenth.then(|| point.clone());
    Ops { now_ms: at_ms, level: "ok".into(), point: Some(point), ten, ..Ops::default() }
}

#[tokio::test]
async fn who_arrives_sees_what_was_and_then_each_second_once() {
    let desk = Desk::open().await;
    desk.board.show(second(1_000, false));
    desk.board.show(second(2_000, true));
    assert!(!desk.board.is_watched());
    let mut line = desk.look().await;
    let [seconds, tens] = [next(&mut line).await, next(&mut line).await];
    assert_eq!((&seconds["type"], &seconds["every_seconds"]), (&json!("history"), &json!(1)));
    assert_eq!(seconds["points"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        (&tens["every_seconds"], tens["points"].as_array().map(Vec::len)),
        (&json!(10), Some(1))
    );
    let now = next(&mut line).await;
    assert_eq!((&now["type"], &now["now"]), (&json!("ops"), &json!("1970-01-01T00:00:02.000Z")));
    assert!(desk.board.is_watched());
    desk.board.show(second(3_000, false));
    let now = next(&mut line).await;
    assert_eq!(now["point"]["at"], "1970-01-01T00:00:03.000Z");
    assert_eq!(now["point"]["accepted"], 2.5);
    assert!(now["point"].get("cpu_cores").is_none(), "what is not measured is not there: {now}");
}

#[tokio::test]
async fn only_who_pings_gets_a_pong_and_a_stop_is_said() {
    let desk = Desk::open().await;
    let mut line = desk.look().await;
    let histories = [next(&mut line).await, next(&mut line).await];
    assert!(histories.iter().all(|frame| frame["points"] == json!([])), "{histories:?}");
    for said in ["{\"type\":\"hello\"}", "nonsense", "{\"type\":\"ping\"}"] {
        line.send(Message::text(said)).await.expect("sends");
    }
    let pong = next(&mut line).await;
    assert_eq!(pong["type"], "pong");
    assert!(pong["now"].as_str().is_some_and(|now| now.ends_with('Z')), "{pong}");
    desk.stopper.stop();
    let close = timeout(Duration::from_secs(10), line.next()).await.expect("in time");
    let Some(Ok(Message::Close(Some(close)))) = close else {
        panic!("not a close: {close:?}");
    };
    assert_eq!((u16::from(close.code), close.reason.as_str()), (1012, "restarting"));
}

#[tokio::test]
async fn every_printed_address_answers_on_this_listener_and_none_besides_in_public() {
    let desk = Desk::open().await;
    let public = gateway::routes();
    let rows = gateway::ops_routes();
    let words: Vec<_> = rows.iter().map(|row| row.json()["access"].clone()).collect();
    assert!(words.len() > 5 && words.iter().all(|word| word == "ops_listener"), "{words:?}");
    for row in rows {
        let here = Call::new(desk.address, row.method, row.path).send().await;
        let there = desk.world.call(row.method, row.path).send().await;
        // An asset that there is not is answered by its own handler, in public too.
        let is_asset = row.path.contains('{');
        assert_eq!(here.status == 404, is_asset, "{}: {here:?}", row.path);
        assert!(here.status < 500 && here.status != 401 && here.status != 403, "{}", row.path);
        if !public.iter().any(|known| known.path == row.path) {
            there.is_problem(404, "not_found");
        }
    }
}

#[tokio::test]
async fn a_page_of_another_host_may_not_look() {
    let desk = Desk::open().await;
    let shake = |protocol: &str, origin: &str| {
        Call::new(desk.address, "GET", "/ops/live")
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .header("sec-websocket-protocol", protocol)
            .header("origin", origin)
            .send()
    };
    shake("v1.ops.chot", "http://elsewhere.example").await.is_problem(403, "bad_origin");
    let own = format!("http://{}", desk.address);
    shake("v1.json.chot", &own).await.is_problem(400, "bad_subprotocol");
    let plain = Call::new(desk.address, "GET", "/ops/live").send().await;
    plain.is_problem(400, "bad_upgrade");
}

#[tokio::test]
async fn the_page_and_its_files_are_on_the_operators_listener_alone() {
    let desk = Desk::open().await;
    let page = Call::new(desk.address, "GET", "/ops").send().await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("'none'")));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let html = String::from_utf8(page.body).expect("UTF-8");
    let (_, rest) = html.split_once("src=\"").expect("a script");
    let (script, _) = rest.split_once('"').expect("its address");
    assert_eq!(Call::new(desk.address, "GET", script).send().await.status, 200);
    assert_eq!(desk.world.call("GET", "/ops").send().await.status, 404);
    assert_eq!(desk.world.call("GET", "/ops/live").send().await.status, 404);
}

#[tokio::test]
async fn the_hub_says_who_follows_a_session_and_whether_its_stock_agrees() {
    let world = World::start().await;
    let session = world.live(3).await;
    let (shop, id) = domain::SessionId::parse_public(&session).expect("an id");
    assert_eq!(world.hub.viewers(shop, id), 0);
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    assert_eq!(world.hub.viewers(shop, id), 1);
    let claim = json!({"type": "claim", "key": "k", "lines": [{"code": "D1", "quantity": 2}]});
    socket.send(claim).await;
    assert_eq!(socket.next_of("outcome").await["result"], "held");
    let checked = world.hub.check_stock(shop).await.expect("a lane answers");
    assert_eq!((checked.figures, checked.orders, checked.broken), (1, 1, None));
    let pulses = world.hub.pulses(shop).await.expect("a lane answers");
    assert_eq!(pulses.iter().map(|p| (p.session, p.claims)).collect::<Vec<_>>(), [(id, 1)]);
}

#[test]
fn every_figure_has_its_verdict() {
    let check = |figures: Figures, expected: &[(&str, &str)]| {
        let (findings, _) = Standing::default().judge(&figures, 1);
        let found: Vec<_> = findings.iter().map(|f| (&*f.reason, &*f.level)).collect();
        assert_eq!(found, expected, "{figures:?}");
    };
    let fine = || Figures { disk_free_bytes: Some(u64::MAX), ..Figures::default() };
    check(fine(), &[]);
    check(Figures { ack_p99_seconds: Some(0.1), ..fine() }, &[]);
    check(Figures { ack_p99_seconds: Some(0.2), ..fine() }, &[("ack_slow", "warn")]);
    check(Figures { ack_p99_seconds: Some(0.3), ..fine() }, &[("ack_slow", "bad")]);
    check(Figures { busy_share: Some(0.031), ..fine() }, &[("busy", "bad")]);
    check(Figures { lag_seconds: 4_000.0, ..fine() }, &[("read_model_late", "warn")]);
    check(Figures { held_up: 1, ..fine() }, &[("read_model_held_up", "warn")]);
    check(Figures { stock_broken: 1, ..fine() }, &[("stock_broken", "bad")]);
    check(Figures { quarantined: 1, ..fine() }, &[("quarantine", "bad")]);
    check(Figures { reconnects_share: Some(0.21), ..fine() }, &[("reconnect_storm", "warn")]);
    check(Figures { connections_share: 0.81, ..fine() }, &[("connections_full", "warn")]);
    check(Figures { disk_free_bytes: Some(1), ..fine() }, &[("disk_filling", "warn")]);
    check(Figures { unrecognised_share: Some(0.16), ..fine() }, &[("unrecognised", "warn")]);
    check(Figures { faults: 1, ..fine() }, &[("fault", "warn")]);
    let both = Figures { lag_seconds: 9.0, not_ready: vec!["disk_low"], ..fine() };
    check(both, &[("disk_low", "bad"), ("read_model_late", "warn")]);
    for word in ["journal_lost", "disk_low"] {
        check(Figures { not_ready: vec![word], ..fine() }, &[(word, "bad")]);
    }
    check(Figures { not_ready: vec!["stopping"], ..fine() }, &[("stopping", "warn")]);
}

#[test]
fn what_stays_as_it_is_keeps_its_beginning() {
    let mut standing = Standing::default();
    let late = Figures { lag_seconds: 6.0, ..Figures::default() };
    let since = |standing: &mut Standing, figures: &Figures, now| {
        let (findings, tiles) = standing.judge(figures, now);
        let lag = tiles.iter().find(|(name, _)| *name == "lag").expect("a tile");
        (findings.first().map(|finding| finding.since_ms), lag.1)
    };
    assert_eq!(since(&mut standing, &Figures::default(), 1), (None, Level::Ok));
    assert_eq!(since(&mut standing, &late, 2), (Some(2), Level::Warn));
    assert_eq!(since(&mut standing, &late, 3), (Some(2), Level::Warn));
    assert_eq!(since(&mut standing, &Figures::default(), 4), (None, Level::Ok));
    assert_eq!(since(&mut standing, &late, 5), (Some(5), Level::Warn));
}

#[test]
fn alerts_and_verdicts_use_the_same_figures() {
    let file = |path: &str| {
        let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).expect("it is there")
    };
    let (alerts, runbook) = (file("deploy/alerts.yml"), file("deploy/README.md"));
    let headings = runbook.lines().filter(|line| line.starts_with('#'));
    let headings: Vec<String> = headings
        .map(|line| line.trim_start_matches(['#', ' ']).to_lowercase().replace(' ', "-"))
        .collect();
    for rule in &RULES {
        assert!(headings.iter().any(|heading| heading == rule.runbook), "{}", rule.runbook);
        assert!(TILES.contains(&rule.tile), "{}", rule.reason);
        let Some((name, threshold)) = rule.alert else { continue };
        let alert = alerts.split("- alert: ").find(|alert| alert.starts_with(&format!("{name}\n")));
        let alert = alert.unwrap_or_else(|| panic!("{name} is no alert"));
        let (_, rest) = alert.split_once("expr:").expect("an expression");
        let (expression, _) = rest.split_once("labels:").expect("labels after it");
        let says = |word: &str| word.parse() == Ok(threshold);
        let mut words = expression.split_whitespace();
        assert!(words.any(says), "{name} does not say {threshold}: {expression}");
    }
}
