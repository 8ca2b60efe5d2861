//! A host's console: whole states of what is durable, at most four a second.

mod world;

use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use world::socket::Socket;
use world::{World, comment};

/// Opens a console's socket and says nothing yet.
async fn connect(world: &World, session: &str) -> Socket {
    let url = format!("ws://{}/v1/sessions/{session}/console", world.address);
    let mut request = url.into_client_request().expect("a request");
    let protocol = "v1.console.chot".parse().expect("a header");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    Socket(connect_async(request).await.expect("connects").0)
}

/// A console, and all that it has been shown, part by part.
struct Console {
    socket: Socket,
    seen: Value,
}

impl Console {
    async fn enter(world: &World, session: &str, more: Value) -> Self {
        let mut socket = connect(world, session).await;
        let mut hello = json!({"type": "hello", "token": world.shop.host_token});
        for (name, value) in more.as_object().expect("fields") {
            hello[name] = value.clone();
        }
        socket.send(hello).await;
        let seen = socket.next_of("console").await;
        Self { socket, seen }
    }

    /// The next frame, laid over what was seen before.
    async fn next(&mut self) -> Value {
        let frame = self.socket.next_of("console").await;
        for (name, value) in frame.as_object().expect("a frame") {
            self.seen[name] = value.clone();
        }
        frame
    }

    /// Reads on until what has been seen is so.
    async fn until(&mut self, is_so: impl Fn(&Value) -> bool) {
        while !is_so(&self.seen) {
            self.next().await;
        }
    }
}

async fn post(world: &World, session: &str, comments: &[Value]) -> Value {
    let path = format!("/v1/sessions/{session}/comments");
    let answer = world.source("POST", &path).json(&json!({"comments": comments})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["outcomes"].clone()
}

#[tokio::test]
async fn the_first_frame_has_every_part_and_later_ones_only_what_changed() {
    let world = World::start().await;
    let session = world.live(2).await;
    let mut console = Console::enter(&world, &session, json!({"device": "máy Lan"})).await;
    let parts = ["session", "offers", "numbers", "feed", "reviews", "holds", "waiting"];
    assert!(parts.iter().all(|part| console.seen.get(part).is_some()), "{}", console.seen);
    assert!(console.seen.get("missed").is_none());
    assert_eq!(console.seen["session"]["controller"], json!({"name": "máy Lan", "mine": true}));
    assert_eq!(console.seen["numbers"]["orders"], 0);
    let said = [
        comment("1", "Lan", "chốt d1 1.5kg"),
        comment("2", "Minh", "d1 1kg"),
        comment("3", "Hà", "còn hàng không shop?"),
        comment("4", "Tú", "D9 x2"),
    ];
    let outcomes = post(&world, &session, &said).await;
    console.until(|seen| seen["numbers"]["comments"] == 4).await;
    let seen = &console.seen;
    let offer = &seen["offers"][0];
    let told = (&offer["left"], &offer["held"], &offer["sold"], &offer["waiting"]);
    assert_eq!(told, (&json!(0), &json!(2), &json!(0), &json!(0.5)));
    assert_eq!((&offer["stock"], &offer["version"]), (&json!(2), &json!(1)));
    assert_eq!((&seen["numbers"]["orders"], &seen["numbers"]["waiting"]), (&json!(2), &json!(1)));
    assert_eq!(seen["numbers"]["revenue"]["amount"], 90_000);
    assert_eq!(seen["numbers"]["unsettled_amount"]["amount"], 90_000);
    assert_eq!(seen["holds"]["open"], 2);
    assert_eq!(seen["waiting"]["places"][0]["buyer_name"], "Minh");
    assert_eq!(seen["waiting"]["places"][0]["quantity"], 0.5);
    assert_eq!(seen["reviews"]["open"], 1);
    let card = &seen["reviews"]["groups"][0]["cards"][0];
    assert_eq!((&card["buyer_name"], &card["text"]), (&json!("Tú"), &json!("D9 x2")));
    assert_eq!(card["review"], outcomes[3]["review"]);
    let lan = seen["feed"].as_array().expect("a list").last().expect("the oldest");
    assert_eq!((&lan["text"], &lan["result"]), (&json!("chốt d1 1.5kg"), &json!("held")));
    assert_eq!((&lan["order"], &lan["number"]), (&outcomes[0]["order"], &json!(1)));
    let asked = seen["feed"].as_array().expect("a list").iter().find(|i| i["reason"] == "question");
    assert_eq!(asked.expect("in the feed")["buyer_name"], "Hà");
    post(&world, &session, &[comment("5", "Vy", "hihi")]).await;
    let frame = console.next().await;
    assert!(frame.get("offers").is_none() && frame.get("holds").is_none(), "{frame}");
    assert_eq!(console.seen["feed"][0]["text"], "hihi");
}

#[tokio::test]
async fn what_becomes_of_an_order_moves_the_figures_as_the_calls_tell_them() {
    let world = World::start().await;
    let session = world.live(10).await;
    let mut console = Console::enter(&world, &session, json!({})).await;
    let said = [comment("1", "Lan", "d1 2kg"), comment("2", "Minh", "d1 1kg")];
    let outcomes = post(&world, &session, &said).await;
    let order = outcomes[0]["order"].as_str().expect("an order");
    let path = format!("/v1/sessions/{session}/orders/{order}/paid");
    assert_eq!(world.host("POST", &path).key("p").send().await.status, 200);
    console.until(|seen| seen["numbers"]["settled"] == 1).await;
    assert_eq!(console.seen["numbers"]["settled_amount"]["amount"], 90_000);
    assert_eq!(console.seen["offers"][0]["sold"], 2);
    let order = outcomes[1]["order"].as_str().expect("an order");
    let path = format!("/v1/sessions/{session}/orders/{order}/cancel");
    assert_eq!(world.host("POST", &path).key("c").send().await.status, 200);
    console.until(|seen| seen["numbers"]["orders"] == 1).await;
    assert_eq!(console.seen["holds"], json!({"open": 0, "orders": []}));
    let path = format!("/v1/sessions/{session}/summary");
    let summary = world.host("GET", &path).send().await;
    assert_eq!(summary.json["total"], console.seen["numbers"]["revenue"]);
}

#[tokio::test]
async fn a_burst_comes_as_few_frames_and_a_ping_is_answered_between() {
    let world = World::start().await;
    let session = world.live(1_000).await;
    let mut console = Console::enter(&world, &session, json!({})).await;
    let begun = Instant::now();
    for at in 0..40 {
        post(&world, &session, &[comment(&format!("{at}"), &format!("b{at}"), "d1 1kg")]).await;
    }
    let mut frames = 0;
    while console.seen["numbers"]["orders"] != 40 {
        console.next().await;
        frames += 1;
    }
    let most = begun.elapsed().as_millis() / 250 + 2;
    assert!(frames <= most, "{frames} frames, at most {most}");
    assert_eq!(console.seen["feed"].as_array().map(Vec::len), Some(24));
    console.socket.send(json!({"type": "ping", "echo": 7})).await;
    let pong = console.socket.next_of("pong").await;
    assert_eq!((&pong["echo"], &pong["position"]), (&json!(7), &console.seen["position"]));
    console.socket.send(json!({"type": "dance"})).await;
    assert_eq!(console.socket.next_of("error").await["code"], "unknown_type");
}

#[tokio::test]
async fn who_comes_back_is_told_what_was_missed() {
    let world = World::start().await;
    let session = world.live(10).await;
    let first = Console::enter(&world, &session, json!({})).await;
    let resume = first.seen["position"].clone();
    drop(first);
    let said = [comment("1", "Lan", "d1 2kg"), comment("2", "Minh", "hay quá")];
    post(&world, &session, &said).await;
    let back = Console::enter(&world, &session, json!({"resume": resume})).await;
    assert_eq!(back.seen["missed"], json!({"comments": 2, "orders": 1}));
    let mut socket = connect(&world, &session).await;
    let ahead = json!({"epoch": 99, "seq": 9});
    let token = &world.shop.host_token;
    socket.send(json!({"type": "hello", "token": token, "resume": ahead})).await;
    assert_eq!(socket.closed().await, (4001, "history_lost".to_owned()));
}

#[tokio::test]
async fn one_device_has_control_and_the_others_see_which() {
    let world = World::start().await;
    let session = world.live(10).await;
    let mut phone = Console::enter(&world, &session, json!({"device": "điện thoại"})).await;
    let mut laptop = Console::enter(&world, &session, json!({"device": "laptop"})).await;
    let by = |name: &str, mine: bool| json!({"name": name, "mine": mine});
    assert_eq!(laptop.seen["session"]["controller"], by("điện thoại", false));
    laptop.socket.send(json!({"type": "control", "take": true})).await;
    laptop.until(|seen| seen["session"]["controller"] == by("laptop", true)).await;
    phone.until(|seen| seen["session"]["controller"] == by("laptop", false)).await;
    drop(laptop);
    phone.until(|seen| seen["session"]["controller"] == by("điện thoại", true)).await;
}

#[tokio::test]
async fn only_the_shops_own_people_come_in_and_only_so_many() {
    let world = World::start().await;
    let session = world.live(10).await;
    let other = world.accounts.add_shop("Nhà khác").expect("a shop");
    for (token, code) in [
        (other.host_token.as_str(), "unauthorized"),
        (world.shop.source_token.as_str(), "forbidden"),
        ("chot_host_x", "unauthorized"),
    ] {
        let mut socket = connect(&world, &session).await;
        socket.send(json!({"type": "hello", "token": token})).await;
        assert_eq!(socket.next().await["code"], code);
        assert_eq!(socket.closed().await, (4500, code.to_owned()));
    }
    let mut here = Vec::new();
    for _ in 0..8 {
        here.push(Console::enter(&world, &session, json!({})).await);
    }
    let mut ninth = connect(&world, &session).await;
    ninth.send(json!({"type": "hello", "token": world.shop.host_token})).await;
    assert_eq!(ninth.closed().await, (1013, "busy".to_owned()));
}

#[tokio::test]
async fn ten_thousand_orders_make_no_look_longer() {
    let world = World::start().await;
    let session = world.live(100_000).await;
    for post_no in 0..10 {
        let said: Vec<Value> = (0..1_000)
            .map(|at| {
                let id = format!("{post_no}-{at}");
                comment(&id, &format!("b{id}"), "d1 1kg")
            })
            .collect();
        post(&world, &session, &said).await;
    }
    let id = domain::SessionId::parse_public(&session).expect("an id").1;
    let mut desk = world.hub.desk(world.shop.shop, id).expect("a desk");
    let mut look = async |orders: u32| {
        loop {
            let more = desk.read().expect("the journal is read");
            let look = desk.look().await.expect("looks").expect("not archived");
            if !more {
                assert_eq!(look.numbers.orders, orders);
                return desk.work();
            }
        }
    };
    let first = look(10_000).await;
    assert!(first.orders >= 10_000, "the first look counts all of them");
    post(&world, &session, &[comment("x", "x", "d1 2kg")]).await;
    let second = look(10_001).await;
    // One order changed, and forty are shown.
    assert!(second.orders - first.orders <= 1 + 40, "{first:?} {second:?}");
    assert!(second.events - first.events <= 2, "{first:?} {second:?}");
    let idle = look(10_001).await;
    assert!(idle.orders - second.orders <= 40 && idle.events == second.events);
}

#[tokio::test]
async fn who_comes_after_the_others_have_gone_finds_everything_going_on() {
    let world = World::start().await;
    let session = world.live(10).await;
    for _ in 0..6 {
        drop(Console::enter(&world, &session, json!({})).await);
    }
    let begun = Instant::now();
    let mut console = Console::enter(&world, &session, json!({})).await;
    post(&world, &session, &[comment("1", "Lan", "d1 1kg")]).await;
    console.until(|seen| seen["numbers"]["orders"] == 1).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "shown soon");
}
