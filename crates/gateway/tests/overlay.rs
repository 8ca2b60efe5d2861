//! A stream's overlay: keys that are made, listed and revoked, and states that go on air.

mod world;

use serde_json::{Value, json};
use std::time::Instant;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use world::socket::Socket;
use world::{World, comment};

/// Opens an overlay's socket and says nothing yet.
async fn connect(world: &World, session: &str) -> Socket {
    let url = format!("ws://{}/v1/sessions/{session}/overlay", world.address);
    let mut request = url.into_client_request().expect("a request");
    let protocol = "v1.overlay.chot".parse().expect("a header");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    Socket(connect_async(request).await.expect("connects").0)
}

/// An overlay that has said its key.
async fn enter(world: &World, session: &str, key: &str) -> Socket {
    let mut socket = connect(world, session).await;
    socket.send(json!({"type": "hello", "key": key})).await;
    socket
}

/// Makes a key; its number and itself.
async fn key(world: &World, session: &str) -> (String, String) {
    let made = world.host("POST", &format!("/v1/sessions/{session}/overlays")).send().await;
    assert_eq!(made.status, 201, "{}", made.json["detail"]);
    let address = made.json["address"].as_str().expect("an address");
    let (page, key) = address.split_once('#').expect("the key stands in the fragment");
    assert!(page.ends_with(&format!("/overlay/{session}")), "{page}");
    assert!(made.json["qr"].as_str().is_some_and(|qr| qr.contains("<svg ")));
    (made.json["overlay"].as_str().expect("a number").to_owned(), key.to_owned())
}

async fn revoke(world: &World, session: &str, overlay: &str) -> world::http::Answer {
    let path = format!("/v1/sessions/{session}/overlays/{overlay}");
    world.host("DELETE", &path).send().await
}

async fn post(world: &World, session: &str, comments: &[Value]) {
    let path = format!("/v1/sessions/{session}/comments");
    let answer = world.source("POST", &path).json(&json!({"comments": comments})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

async fn change(world: &World, session: &str, change: Value) {
    let path = format!("/v1/sessions/{session}/offers/D1");
    let answer = world.host("PATCH", &path).key(&change.to_string()[..20]).json(&change).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// Reads on until a state is so; every state that came.
async fn until(socket: &mut Socket, is_so: impl Fn(&Value) -> bool) -> Vec<Value> {
    let mut seen = Vec::new();
    while !seen.last().is_some_and(&is_so) {
        seen.push(socket.next_of("overlay").await);
    }
    seen
}

#[tokio::test]
async fn an_overlay_shows_the_pinned_offer_and_who_ordered() {
    let world = World::start().await;
    let session = world.live(2).await;
    let (_, key) = key(&world, &session).await;
    let mut overlay = enter(&world, &session, &key).await;
    let first = overlay.next().await;
    let nothing = json!({"type": "overlay", "now": first["now"], "state": "live", "buyers": [],
        "more": 0});
    assert_eq!(first, nothing);
    change(&world, &session, json!({"pinned": true, "price": 50_000})).await;
    let seen = until(&mut overlay, |seen| seen["offer"]["price"]["amount"] == 50_000).await;
    let expected = json!({"code": "D1", "name": "cà chua", "unit": "kg", "left": 2,
        "price": {"amount": 50_000, "currency": "VND"}, "left_percent": 100, "open": true,
        "waitlist": true});
    assert_eq!(seen.last().expect("one")["offer"], expected);
    let said = [comment("1", "Lan Anh", "d1 1.5kg"), comment("2", "Minh", "d1 1kg")];
    post(&world, &session, &said).await;
    let seen = until(&mut overlay, |seen| seen["buyers"].as_array().is_some_and(|b| b.len() == 2));
    let seen = seen.await.pop().expect("one");
    assert_eq!((&seen["offer"]["left"], &seen["offer"]["left_percent"]), (&json!(0), &json!(0)));
    let line = |held: Value, waits: Value| {
        let (code, unit) = ("D1", "kg");
        json!([{"code": code, "unit": unit, "held": held, "waitlisted": waits}])
    };
    let [minh, lan] = [0, 1].map(|at| &seen["buyers"][at]);
    let told = |of: &Value| [of["number"].clone(), of["name"].clone(), of["result"].clone()];
    assert_eq!(told(lan), [json!(1), json!("Lan A••"), json!("held")]);
    assert_eq!(told(minh), [json!(2), json!("Mi••"), json!("partial")]);
    assert_eq!(lan["lines"], line(json!(1.5), json!(0)));
    assert_eq!(minh["lines"], line(json!(0.5), json!(0.5)));
    let line = json!({"code": "D1", "quantity": 1});
    let by_hand = json!({"buyer_name": "Bà Sáu Bắp", "lines": [line]});
    let path = format!("/v1/sessions/{session}/claims");
    assert_eq!(world.host("POST", &path).key("hand").json(&by_hand).await.status, 200);
    until(&mut overlay, |seen| seen["buyers"][0]["name"] == "Bà B••").await;
    let path = format!("/v1/sessions/{session}/state");
    for state in ["paused", "ended"] {
        world.host("POST", &path).json(&json!({"state": state})).await;
        until(&mut overlay, |seen| seen["state"] == state).await;
    }
}

#[tokio::test]
async fn whoever_has_no_key_of_this_session_is_told_the_same() {
    let world = World::start().await;
    let [session, elsewhere] = [world.live(2).await, world.live(2).await];
    let (_, key_elsewhere) = key(&world, &elsewhere).await;
    let (number, revoked) = key(&world, &session).await;
    assert_eq!(revoke(&world, &session, &number).await.status, 204);
    let other = world.accounts.add_shop("Nhà khác").expect("a shop");
    world.hub.add_shop(other.shop);
    let body = json!({"title": "Phiên khác", "offers": [], "rules": {}});
    let opened = world.call("POST", "/v1/sessions").token(&other.host_token).json(&body).await;
    let theirs = opened.json["session"].as_str().expect("an id").to_owned();
    let path = format!("/v1/sessions/{theirs}/overlays");
    let made = world.call("POST", &path).token(&other.host_token).send().await;
    let address = made.json["address"].as_str().expect("an address");
    let key_of_theirs = address.split_once('#').expect("a fragment").1;
    let wrong = [
        "",
        "chot_overlay_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        &*key_elsewhere,
        &*revoked,
        key_of_theirs,
        &*world.shop.host_token,
        &*world.shop.source_token,
    ];
    let mut told = Vec::new();
    for key in wrong {
        let mut socket = enter(&world, &session, key).await;
        told.push((socket.next().await.to_string(), socket.closed().await));
    }
    assert_eq!(told[0].1, (4500, "bad_overlay_key".to_owned()));
    assert!(told.iter().all(|other| *other == told[0]), "{told:?}");
    assert!(!told[0].0.contains("chot_"), "the key is not repeated");
    for call in [world.call("POST", &path), world.host("POST", &path), world.host("GET", &path)] {
        assert!([401, 404].contains(&call.send().await.status));
    }
}

#[tokio::test]
async fn a_revoked_key_ends_its_sockets_at_once_and_no_others() {
    let world = World::start().await;
    let session = world.live(2).await;
    let [(leaked, leaked_key), (_, kept_key)] =
        [key(&world, &session).await, key(&world, &session).await];
    let mut leaks = Vec::new();
    for _ in 0..3 {
        let mut socket = enter(&world, &session, &leaked_key).await;
        socket.next_of("overlay").await;
        leaks.push(socket);
    }
    let mut kept = enter(&world, &session, &kept_key).await;
    kept.next_of("overlay").await;
    assert_eq!(revoke(&world, &session, &leaked).await.status, 204);
    for socket in &mut leaks {
        assert_eq!(socket.next().await["code"], "bad_overlay_key");
        assert_eq!(socket.closed().await, (4500, "bad_overlay_key".to_owned()));
    }
    post(&world, &session, &[comment("1", "Lan", "d1 1kg")]).await;
    until(&mut kept, |seen| seen["buyers"][0]["number"] == 1).await;
}

#[tokio::test]
async fn a_burst_goes_on_air_as_two_states_a_second_the_same_for_all() {
    let world = World::start().await;
    let session = world.live(1_000).await;
    change(&world, &session, json!({"pinned": true, "price": 50_000})).await;
    let (_, key) = key(&world, &session).await;
    let mut first = enter(&world, &session, &key).await;
    let mut second = enter(&world, &session, &key).await;
    first.next_of("overlay").await;
    second.next_of("overlay").await;
    let begun = Instant::now();
    for at in 0..40 {
        post(&world, &session, &[comment(&format!("{at}"), &format!("b{at}"), "d1 1kg")]).await;
    }
    let all = |seen: &Value| seen["buyers"].as_array().is_some_and(|buyers| buyers.len() == 40);
    let states = until(&mut first, all).await;
    let most = begun.elapsed().as_millis() / 500 + 1;
    assert!(states.len() as u128 <= most, "{} states, at most {most}", states.len());
    let left: Vec<f64> = states.iter().filter_map(|seen| seen["offer"]["left"].as_f64()).collect();
    assert!(left.is_sorted_by(|before, after| before > after), "only what is new: {left:?}");
    let others = until(&mut second, all).await;
    assert_eq!(others.last(), states.last(), "encoded once, its moment included");
}

#[tokio::test]
async fn what_goes_on_air_says_of_nobody_who_they_are() {
    let world = World::start().await;
    let session = world.live(100).await;
    let names = [
        "Nguyễn Thị Lan Hương",
        "0901234567",
        "Bà Tám 0901 234 567",
        "<img src=x onerror=alert(1)>",
        "Z\u{336}\u{336}\u{336}\u{336}\u{336}\u{336}alg\u{200b}o T\u{200d}ên",
        "مرحبا بك",
    ];
    let said: Vec<Value> = (0..)
        .zip(names)
        .map(|(at, name)| comment(&format!("c{at}"), name, "chốt d1 1kg 0987654321"))
        .collect();
    post(&world, &session, &said).await;
    let (_, key) = key(&world, &session).await;
    let mut overlay = enter(&world, &session, &key).await;
    let seen = until(&mut overlay, |seen| seen["buyers"].as_array().is_some_and(|b| b.len() == 6));
    let seen = seen.await.pop().expect("one");
    let shown: Vec<&str> = seen["buyers"]
        .as_array()
        .expect("a list")
        .iter()
        .rev()
        .map(|buyer| buyer["name"].as_str().unwrap_or(""))
        .collect();
    assert_eq!(
        shown,
        ["Nguyễn H••", "", "Bà T••", "img a••", "Z\u{336}\u{336}\u{336}algo T••", "مرحبا ب••"]
    );
    let text = seen.to_string();
    for word in ["Thị", "Hương", "090", "098", "567", "chốt", "<", "\u{200b}", "-o1", "tiktok"]
    {
        assert!(!text.contains(word), "{word} is on air: {text}");
    }
    let buyer = seen["buyers"][0].as_object().expect("an object");
    let fields: Vec<&str> = buyer.keys().map(String::as_str).collect();
    assert_eq!(fields, ["at", "lines", "name", "number", "result"], "and nothing else");
}

#[tokio::test]
async fn what_changes_nothing_on_air_sends_nothing() {
    let world = World::start().await;
    let session = world.live(10).await;
    let (_, key) = key(&world, &session).await;
    let mut overlay = enter(&world, &session, &key).await;
    overlay.next_of("overlay").await;
    let said: Vec<Value> = (0..9).map(|at| comment(&format!("{at}"), "Vy", "hihi")).collect();
    post(&world, &session, &said).await;
    post(&world, &session, &[comment("x", "Lan", "d1 1kg")]).await;
    let next = overlay.next_of("overlay").await;
    assert_eq!(next["buyers"][0]["number"], 1, "the chatter alone was no state: {next}");
    overlay.send(json!({"type": "ping", "echo": 7})).await;
    let pong = overlay.next().await;
    assert_eq!((&pong["type"], &pong["echo"]), (&json!("pong"), &json!(7)));
    overlay.send(json!({"type": "claim", "key": "k", "lines": []})).await;
    assert_eq!(overlay.next().await["code"], "unknown_type");
}

#[tokio::test]
async fn keys_are_listed_without_themselves_and_are_only_so_many() {
    let world = World::start().await;
    world.addresses.lock().expect("unpoisoned").push("http://192.168.1.7:8080".to_owned());
    let session = world.live(2).await;
    let path = format!("/v1/sessions/{session}/overlays");
    let made = world.host("POST", &path).send().await;
    let address = made.json["address"].as_str().expect("an address");
    assert!(address.starts_with("http://192.168.1.7:8080/overlay/"), "{address}");
    let key = address.split_once('#').expect("a fragment").1;
    let listed = world.host("GET", &path).send().await;
    assert!(!listed.json.to_string().contains(key));
    let one = &listed.json["overlays"][0];
    assert_eq!(one["overlay"], made.json["overlay"]);
    assert!(one["made_at"].is_string() && one.get("seen_at").is_none(), "{one}");
    enter(&world, &session, key).await.next_of("overlay").await;
    for (layout, stands) in [("bar", true), ("board", true), ("%23x", false), ("", false)] {
        let made = world.host("POST", &format!("{path}?layout={layout}")).send().await;
        let address = made.json["address"].as_str().expect("an address");
        assert_eq!(address.contains(&format!("?layout={layout}#")), stands, "{address}");
    }
    for more in 6..=8 {
        assert_eq!(world.host("POST", &path).send().await.status, 201, "{more}");
    }
    world.host("POST", &path).send().await.is_problem(422, "too_many_overlays");
    let listed = world.host("GET", &path).send().await;
    assert!(listed.json["overlays"][0]["seen_at"].is_string(), "{listed:?}");
    assert_eq!(listed.json["overlays"].as_array().map(Vec::len), Some(8));
    let number = made.json["overlay"].as_str().expect("a number");
    assert_eq!(revoke(&world, &session, number).await.status, 204);
    for gone in [number, "k0", "k999", "12", "k-1"] {
        revoke(&world, &session, gone).await.is_problem(404, "unknown_overlay");
    }
}

#[tokio::test]
async fn an_overlay_comes_back_after_a_restart_and_the_seventeenth_waits() {
    let world = World::start().await;
    let session = world.live(2).await;
    let (_, key) = key(&world, &session).await;
    let mut before = enter(&world, &session, &key).await;
    before.next_of("overlay").await;
    post(&world, &session, &[comment("1", "Lan Anh", "d1 1kg")]).await;
    let world = world.restart().await;
    assert_eq!(before.closed().await, (1012, "restarting".to_owned()));
    let mut here = Vec::new();
    for _ in 0..16 {
        let mut overlay = enter(&world, &session, &key).await;
        assert_eq!(
            until(&mut overlay, |seen| seen["buyers"][0]["name"] == "Lan A••").await.len(),
            1
        );
        here.push(overlay);
    }
    let mut late = enter(&world, &session, &key).await;
    assert_eq!(late.closed().await, (1013, "busy".to_owned()));
}

#[tokio::test]
async fn an_overlay_says_hello_first_and_with_its_subprotocol() {
    let world = World::start().await;
    let session = world.live(2).await;
    let mut socket = connect(&world, &session).await;
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.next().await["code"], "hello_first");
    assert_eq!(socket.closed().await, (4500, "hello_first".to_owned()));
    let url = format!("ws://{}/v1/sessions/{session}/overlay", world.address);
    let mut request = url.into_client_request().expect("a request");
    let other = "v1.json.chot".parse().expect("a header");
    request.headers_mut().insert("sec-websocket-protocol", other);
    assert!(connect_async(request).await.is_err(), "another protocol's socket");
}

#[tokio::test]
async fn the_page_is_the_same_for_everybody_and_says_nothing_on_air() {
    let world = World::start().await;
    let session = world.live(2).await;
    let known = world.call("GET", &format!("/overlay/{session}?layout=bar")).send().await;
    assert_eq!(known.status, 200);
    let policy = known.header("content-security-policy").expect("a policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("script-src 'self';"));
    assert!(!policy.contains("img-src *") && !policy.contains("unsafe-eval"), "{policy}");
    assert_eq!(known.header("referrer-policy"), Some("no-referrer"));
    assert!(known.header("set-cookie").is_none());
    let page = String::from_utf8(known.body).expect("UTF-8");
    assert!(page.contains("data-you=\"các bạn\"></main>"), "{page}");
    for wrong in ["0000000000-s9", "nothing", "%3Cscript%3E"] {
        let answer = world.call("GET", &format!("/overlay/{wrong}")).send().await;
        assert_eq!(answer.status, 404, "{wrong}");
        let other = String::from_utf8(answer.body).expect("UTF-8");
        assert_eq!(other, page, "an empty page, as for a session that there is");
    }
}
