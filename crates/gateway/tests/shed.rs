//! At twice what the lanes can take: who is there goes on, orders get in, and the rest is asked to
//! come again, each with a moment of its own.

mod world;

use domain::SessionId;
use domain::limits::{
    BUSY_REQUESTS, CROWDED_AGAIN_MS, CROWDED_REQUESTS, LANE_REQUESTS_MAX, SHED_AGAIN_MS,
};
use hub::{HubError, Pressure};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use world::socket::Socket;
use world::{World, comment};

const HELLO: &str = "❤️❤️";

/// A crowd before a lane that is held.
struct Crowd(Vec<JoinHandle<Result<(), HubError>>>);

impl Crowd {
    /// Holds the lanes and lets so many readers gather: for the queue they are what claims are.
    async fn gather(world: &World, session: &str, requests: usize) -> Self {
        world.lanes.hold();
        let (shop, session) = SessionId::parse_public(session).expect("an id");
        let read = || {
            let hub = world.hub.clone();
            tokio::spawn(async move { hub.summary(shop, session).await.map(drop) })
        };
        let crowd = Self((0..requests).map(|_| read()).collect());
        waits(world, requests).await;
        crowd
    }

    /// Lets the lanes go on until it is calm; everybody of the crowd is answered.
    async fn answered(self, world: &World) {
        world.lanes.let_go();
        for reader in self.0 {
            reader.await.expect("no panic").expect("an answer");
        }
        while world.hub.pressure(world.shop.shop) != Pressure::Calm {
            tokio::task::yield_now().await;
        }
    }
}

/// Until so many wait.
async fn waits(world: &World, requests: usize) {
    while world.hub.status().queue_requests < requests {
        tokio::task::yield_now().await;
    }
}

fn spread(retry_after_ms: &Value, base: u64) {
    let ms = retry_after_ms.as_u64().expect("a span");
    assert!((base..2 * base).contains(&ms), "{ms}");
}

fn claim(key: &str) -> Value {
    json!({"type": "claim", "key": key, "lines": [{"code": "D1", "quantity": 1}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewers_chatter_is_told_when_to_come_again_and_their_tap_is_answered() {
    let world = World::start().await;
    let session = world.live(100_000).await;
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    let crowd = Crowd::gather(&world, &session, BUSY_REQUESTS).await;
    socket.send(json!({"type": "comment", "key": "k1", "text": HELLO})).await;
    let error = socket.next_of("error").await;
    assert_eq!((&error["code"], &error["key"]), (&json!("busy"), &json!("k1")));
    spread(&error["retry_after_ms"], SHED_AGAIN_MS);
    socket.send(claim("k2")).await;
    waits(&world, BUSY_REQUESTS + 1).await;
    crowd.answered(&world).await;
    let outcome = socket.next_of("outcome").await;
    assert_eq!((&outcome["key"], &outcome["result"]), (&json!("k2"), &json!("held")));
    socket.send(json!({"type": "comment", "key": "k1", "text": HELLO})).await;
    let outcome = socket.next_of("outcome").await;
    assert_eq!((&outcome["key"], &outcome["reason"]), (&json!("k1"), &json!("chatter")));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_post_chatter_is_that_entrys_error_and_its_claims_are_decided() {
    let world = World::start().await;
    let session = world.live(100_000).await;
    let crowd = Crowd::gather(&world, &session, BUSY_REQUESTS).await;
    let body = json!({"comments":
        [comment("1", "b1", HELLO), comment("2", "b2", "d1 x2"), comment("3", "b3", ":))")]});
    let path = format!("/v1/sessions/{session}/comments");
    let post = world.source("POST", &path);
    let sent = body.clone();
    let post = tokio::spawn(async move { post.json(&sent).await });
    waits(&world, BUSY_REQUESTS + 1).await;
    crowd.answered(&world).await;
    let answer = post.await.expect("no panic");
    assert_eq!(answer.status, 200, "{answer:?}");
    let outcomes = &answer.json["outcomes"];
    for (at, key) in [(0, "tiktok:1"), (2, "tiktok:3")] {
        let outcome = &outcomes[at];
        assert_eq!((&outcome["key"], &outcome["result"]), (&json!(key), &json!("error")));
        assert_eq!((&outcome["reason"], &outcome["lines"]), (&json!("busy"), &json!([])));
        assert_eq!(outcome.get("position"), None, "nothing was decided");
        spread(&outcome["retry_after_ms"], SHED_AGAIN_MS);
    }
    assert_eq!(outcomes[1]["result"], "held");
    let again = world.source("POST", &path).json(&body).await;
    assert_eq!(again.json["outcomes"][0]["result"], "noted");
    assert_eq!(again.json["outcomes"][1], outcomes[1], "the first answer, word for word");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_crowded_those_who_are_there_stay_and_newcomers_come_later() {
    let world = World::start().await;
    let session = world.live(100_000).await;
    let known = world.ticket(&session, "Lan", None).await;
    let (mut old, welcome) =
        Socket::enter_with(&world, &session, &known["ticket"], Value::Null).await;
    old.send(claim("k1")).await;
    assert_eq!(old.next_of("outcome").await["result"], "held");
    let watcher = world.ticket(&session, "Minh", None).await;
    let late = world.ticket(&session, "Hoa", None).await;
    let crowd = Crowd::gather(&world, &session, CROWDED_REQUESTS).await;

    // Nobody new gets a ticket; who has a token does.
    let path = format!("/v1/sessions/{session}/tickets");
    let refused = world.call("POST", &path).json(&json!({"name": "Mai"})).await;
    refused.is_problem(503, "crowded");
    spread(&refused.json["retry_after_ms"], CROWDED_AGAIN_MS);
    let seconds: u64 = refused.header("retry-after").expect("a header").parse().expect("seconds");
    assert!(seconds * 1_000 >= CROWDED_AGAIN_MS);
    let back = world.ticket(&session, "Lan", known["buyer_token"].as_str()).await;

    // Whose ticket is older and who never said a word comes later too.
    let mut new = Socket::connect(&world, &session, "v1.json.chot").await;
    new.send(json!({"type": "hello", "ticket": late["ticket"]})).await;
    let error = new.next().await;
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("crowded")));
    spread(&error["retry_after_ms"], CROWDED_AGAIN_MS);
    assert_eq!(new.closed().await, (1013, "busy".into()));

    // Who comes back with a position, or bought here, and the host: as ever.
    let mut resumed = Socket::connect(&world, &session, "v1.json.chot").await;
    let resume = &welcome["position"];
    let hello = json!({"type": "hello", "ticket": watcher["ticket"], "resume": resume});
    resumed.send(hello).await;
    let mut buyer = Socket::connect(&world, &session, "v1.json.chot").await;
    buyer.send(json!({"type": "hello", "ticket": back["ticket"]})).await;
    let console = format!("/v1/sessions/{session}/console");
    let mut console =
        Socket::open(&world, &console, "v1.console.chot", &[]).await.expect("a handshake");
    console.send(json!({"type": "hello", "token": world.shop.host_token})).await;
    old.send(claim("k2")).await;
    old.send(json!({"type": "ping"})).await;
    old.next_of("pong").await;
    waits(&world, CROWDED_REQUESTS + 3).await;
    crowd.answered(&world).await;
    for socket in [&mut resumed, &mut buyer] {
        assert_eq!(socket.next().await["type"], "welcome");
    }
    console.next_of("console").await;
    let outcome = old.next_of("outcome").await;
    assert_eq!((&outcome["key"], &outcome["result"]), (&json!("k2"), &json!("held")));

    // And when that is over, everybody.
    let late = world.ticket(&session, "Mai", None).await;
    Socket::enter_with(&world, &session, &late["ticket"], Value::Null).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_back_to_a_full_queue_is_told_when_to_come_again() {
    let world = World::start().await;
    let session = world.live(10).await;
    let ticket = world.ticket(&session, "Lan", None).await;
    let crowd = Crowd::gather(&world, &session, LANE_REQUESTS_MAX).await;
    let mut socket = Socket::connect(&world, &session, "v1.json.chot").await;
    let resume = json!({"epoch": 1, "seq": 1});
    socket.send(json!({"type": "hello", "ticket": ticket["ticket"], "resume": resume})).await;
    let error = socket.next().await;
    assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!("busy")));
    assert!(error["retry_after_ms"].as_u64() >= Some(1_000), "{error}");
    assert_eq!(socket.closed().await, (1013, "busy".into()));
    crowd.answered(&world).await;
}
