//! Sockets, as a viewer's page uses them.

mod world;

use domain::command::Command;
use domain::offer::OfferChange;
use domain::{Code, Request, SessionId};
use proto::live::{self, ClientFrame, client_frame, server_frame};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;
use world::socket::Socket;
use world::{World, comment};

fn claim(key: &str, quantity: Value) -> Value {
    json!({"type": "claim", "key": key, "lines": [{"code": "D1", "quantity": quantity}]})
}

#[tokio::test]
async fn a_viewer_is_welcomed_taps_and_learns_what_came_of_it() {
    let world = World::start().await;
    let session = world.live(10).await;
    let (mut socket, welcome) = Socket::enter(&world, &session, "Lan").await;
    assert_eq!((&welcome["session"], &welcome["complete"]), (&json!(session), &json!(true)));
    assert_eq!((&welcome["offers"][0]["left"], &welcome["orders"]), (&json!(10), &json!([])));
    socket.send(claim("k1", json!(1.5))).await;
    let outcome = socket.next_of("outcome").await;
    assert_eq!((&outcome["key"], &outcome["result"]), (&json!("k1"), &json!("held")));
    assert_eq!(outcome["lines"][0]["held"], 1.5);
    let order = socket.next_of("order").await;
    assert_eq!(order["order"], outcome["order"]);
    assert_eq!(order["total"]["amount"], 67_500);
    let stock = socket.next_of("stock").await;
    assert_eq!(
        stock["offers"],
        json!([{"code": "D1", "left": 8.5, "price": {"amount": 45_000, "currency": "VND"},
            "open": true, "pinned": false}])
    );
    assert!(stock["position"]["seq"].as_u64() >= outcome["position"]["seq"].as_u64());
    socket.send(claim("k1", json!(9))).await;
    assert_eq!(socket.next_of("outcome").await, outcome, "the first outcome, whatever is said now");
    socket.send(json!({"type": "release", "key": "k2"})).await;
    assert_eq!(socket.next_of("outcome").await["result"], "cancelled");
    socket.send(json!({"type": "comment", "key": "k3", "text": "d1"})).await;
    assert_eq!(socket.next_of("outcome").await["result"], "held");
}

#[tokio::test]
async fn both_forms_say_the_same() {
    let world = World::start().await;
    let session = world.live(10).await;
    let ticket = world.ticket(&session, "Lan", None).await["ticket"].as_str().map(str::to_owned);
    let mut socket = Socket::connect(&world, &session, "v1.proto.chot").await;
    let hello = live::Hello { ticket: ticket.expect("a ticket"), resume: None };
    let frame = |frame| ClientFrame { frame: Some(frame) };
    socket.send_proto(&frame(client_frame::Frame::Hello(hello))).await;
    let Some(server_frame::Frame::Welcome(welcome)) = socket.next_proto().await.frame else {
        panic!("no welcome")
    };
    assert_eq!((welcome.session, welcome.offers[0].left_milli), (session, 10_000));
    let line = live::WantedLine { code: "D1".into(), variant: vec![], quantity_milli: 2_000 };
    let tap = live::Claim { key: "k1".into(), lines: vec![line] };
    socket.send_proto(&frame(client_frame::Frame::Claim(tap))).await;
    let Some(server_frame::Frame::Outcome(outcome)) = socket.next_proto().await.frame else {
        panic!("no outcome")
    };
    assert_eq!((outcome.result.as_str(), outcome.lines[0].held_milli), ("held", 2_000));
    assert_eq!(outcome.receipt.len(), 32);
    socket.send_raw(Message::text("{}")).await;
    let mut frames = vec![];
    while !matches!(frames.last(), Some(Some(server_frame::Frame::Error(_)))) {
        frames.push(socket.next_proto().await.frame);
    }
}

#[tokio::test]
async fn who_comes_back_is_the_same_buyer_and_gets_what_was_missed() {
    let world = World::start().await;
    let session = world.live(10).await;
    let first = world.ticket(&session, "Lan", None).await;
    let (mut socket, welcome) =
        Socket::enter_with(&world, &session, &first["ticket"], Value::Null).await;
    socket.send(claim("k1", json!(1))).await;
    let outcome = socket.next_of("outcome").await;
    drop(socket);
    let token = first["buyer_token"].as_str();
    let again = world.ticket(&session, "Lan", token).await;
    assert_eq!(again["buyer"], first["buyer"]);
    let (mut socket, back) =
        Socket::enter_with(&world, &session, &again["ticket"], welcome["position"].clone()).await;
    assert_eq!(back["orders"][0]["order"], outcome["order"], "open orders are in the welcome");
    assert_eq!(back["complete"], true);
    assert_eq!(socket.next().await, outcome, "what came after the position");
}

#[tokio::test]
async fn a_position_ahead_of_this_history_is_history_lost() {
    let world = World::start().await;
    let session = world.live(10).await;
    let ticket = world.ticket(&session, "Lan", None).await;
    let mut socket = Socket::connect(&world, &session, "v1.json.chot").await;
    let resume = json!({"epoch": 99, "seq": 1});
    socket.send(json!({"type": "hello", "ticket": ticket["ticket"], "resume": resume})).await;
    assert_eq!(socket.closed().await, (4001, "history_lost".into()));
}

#[tokio::test]
async fn an_outcome_is_told_to_its_buyer_alone_and_on_all_of_their_sockets() {
    let world = World::start().await;
    let session = world.live(10).await;
    let first = world.ticket(&session, "Lan", None).await;
    let second = world.ticket(&session, "Lan", first["buyer_token"].as_str()).await;
    let (mut phone, _) = Socket::enter_with(&world, &session, &first["ticket"], Value::Null).await;
    let (mut tablet, _) =
        Socket::enter_with(&world, &session, &second["ticket"], Value::Null).await;
    let (mut other, _) = Socket::enter(&world, &session, "Minh").await;
    phone.send(claim("k1", json!(1))).await;
    let outcome = phone.next_of("outcome").await;
    assert_eq!(tablet.next_of("outcome").await, outcome);
    let seen = other.next().await;
    assert_eq!(seen["type"], "stock", "others see what is left and nothing else: {seen}");
}

#[tokio::test]
async fn sixty_four_messages_may_be_on_their_way_and_a_hundred_are_all_answered() {
    let world = World::start().await;
    let session = world.live(1_000).await;
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    for n in 0..100 {
        socket.send(claim(&format!("k{n}"), json!(1))).await;
    }
    for n in 0..100 {
        assert_eq!(socket.next_of("outcome").await["key"], format!("k{n}"));
    }
}

#[tokio::test]
async fn stock_is_a_state_that_never_goes_back() {
    let world = World::start().await;
    let session = world.live(50).await;
    let (mut socket, welcome) = Socket::enter(&world, &session, "Lan").await;
    let path = format!("/v1/sessions/{session}/comments");
    let mut last = welcome["position"]["seq"].as_u64().expect("a position");
    for n in 0..3 {
        let body = json!({"comments": [comment(&n.to_string(), &format!("b{n}"), "d1")]});
        world.source("POST", &path).json(&body).await;
        let stock = socket.next_of("stock").await;
        let seq = stock["position"]["seq"].as_u64().expect("a position");
        assert!(seq > last, "{seq} after {last}");
        last = seq;
    }
    world.is_left(&session, 47).await;
}

#[tokio::test]
async fn what_changes_while_somebody_comes_in_is_shown_to_them() {
    let world = World::start().await;
    let session = world.live(10).await;
    let ticket = world.ticket(&session, "Lan", None).await;
    let mut socket = Socket::connect(&world, &session, "v1.json.chot").await;
    world.lanes.hold();
    socket.send(json!({"type": "hello", "ticket": ticket["ticket"]})).await;
    while world.hub.status().queue_requests == 0 {
        tokio::task::yield_now().await;
    }
    // Nothing awaits here, so the socket learns of its welcome only when the stock is another.
    world.lanes.let_go();
    std::thread::scope(|threads| threads.spawn(|| pin_first(&world.hub, &session)).join())
        .expect("no panic");
    let welcome = socket.next().await;
    assert_eq!(
        (&welcome["type"], &welcome["offers"][0]["pinned"]),
        (&json!("welcome"), &json!(false))
    );
    assert_eq!(socket.next_of("stock").await["offers"][0]["pinned"], true);
}

/// Pins D1, from a thread of its own, and waits until whoever looks would see it.
fn pin_first(hub: &hub::Hub, session: &str) {
    let (shop, session) = SessionId::parse_public(session).expect("an id");
    let code = Code::parse("D1").expect("a code");
    let change = Box::new(OfferChange { pinned: Some(true), ..OfferChange::default() });
    let command = Command::ChangeOffer { session, code, change, expected_version: None };
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let mut views = hub.watch(shop, session).expect("a session");
        // Whoever waited before us has been answered.
        hub.summary(shop, session).await.expect("an answer");
        hub.ask(shop, Request { key: None, command }).await.expect("an answer");
        views.wait_for(|view| view.pinned.is_some()).await.expect("it is shown");
    });
}

#[tokio::test]
async fn after_talk_that_is_no_order_the_stock_is_still_shown() {
    let world = World::start().await;
    let session = world.live(50).await;
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    let path = format!("/v1/sessions/{session}/comments");
    let body = json!({"comments": [comment("1", "minh", "d1")]});
    world.source("POST", &path).json(&body).await;
    for n in 0..3 {
        let talk = json!({"type": "comment", "key": format!("k{n}"), "text": "xin chào"});
        socket.send(talk).await;
        socket.next_of("outcome").await;
    }
    assert_eq!(socket.next_of("stock").await["offers"][0]["left"], 49);
}

#[tokio::test]
async fn who_pings_is_told_the_time_and_up_to_where_and_nobody_else_is() {
    let world = World::start().await;
    let session = world.live(10).await;
    let (mut asks, welcome) = Socket::enter(&world, &session, "Lan").await;
    let (mut silent, _) = Socket::enter(&world, &session, "Minh").await;
    asks.send(json!({"type": "ping", "echo": 7})).await;
    let pong = asks.next().await;
    assert_eq!((&pong["type"], &pong["echo"]), (&json!("pong"), &json!(7)));
    assert_eq!((&pong["position"], &pong["next_ms"]), (&welcome["position"], &json!(2_000)));
    let now = pong["now"].as_str().expect("a time");
    assert!(now.len() == 24 && now.ends_with('Z'), "{now}");
    asks.send(claim("k1", json!(1))).await;
    let outcome = asks.next_of("outcome").await;
    asks.send(json!({"type": "ping"})).await;
    let pong = asks.next_of("pong").await;
    assert!(pong["position"]["seq"].as_u64() >= outcome["position"]["seq"].as_u64(), "{pong}");
    assert_eq!(pong.get("echo"), None);
    assert_eq!(silent.next().await["type"], "stock", "only who pings gets a pong");
}

#[tokio::test]
async fn a_ping_is_no_hello() {
    let world = World::start().await;
    let session = world.live(10).await;
    let mut socket = Socket::connect(&world, &session, "v1.json.chot").await;
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.next_of("error").await["code"], "hello_first");
    assert_eq!(socket.closed().await, (4500, "hello_first".into()));
}
