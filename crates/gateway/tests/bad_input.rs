//! Everything that should not have been sent over HTTP, each answered by a problem that says what
//! would be right.

mod world;

use domain::SessionId;
use serde_json::{Value, json};
use world::http::Call;
use world::{World, comment};

#[tokio::test]
async fn addresses_methods_and_types_that_are_not_ours() {
    let world = World::start().await;
    world.call("GET", "/v1/nothing").send().await.is_problem(404, "not_found");
    world.call("DELETE", "/v1/sessions").send().await.is_problem(405, "method_not_allowed");
    let text = world.host("POST", "/v1/sessions").header("content-type", "text/plain");
    text.body(b"{}").await.is_problem(415, "unsupported_media_type");
    let session = world.live(1).await;
    let path = format!("/v1/sessions/{session}/live");
    world.call("GET", &path).send().await.is_problem(400, "bad_upgrade");
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let world = World::start().await;
    let session = world.live(1).await;
    let open = || world.host("POST", "/v1/sessions");
    open().body(b"").await.is_problem(400, "bad_json");
    open().body(b"{").await.is_problem(400, "bad_json");
    open().body(b"{\"title\":\"\xff\"}").await.is_problem(400, "bad_json");
    open().body(b"{\"title\":7}").await.is_problem(400, "bad_json");
    open().body(b"{}").await.is_problem(400, "missing_field");
    open().body(&vec![b' '; 300_000]).await.is_problem(413, "body_too_large");
    let post = || world.source("POST", &format!("/v1/sessions/{session}/comments"));
    post().body(b"{\"comments\":[\"\xff\"]}").await.is_problem(400, "bad_json");
    post().body(b"{\"comments\":").await.is_problem(400, "bad_json");
    post().body(&vec![b' '; 4 * 1024 * 1024 + 1]).await.is_problem(413, "body_too_large");
    let many: Vec<Value> = (0..1_001).map(|n| comment(&n.to_string(), "b", "d1")).collect();
    post().json(&json!({ "comments": many })).await.is_problem(413, "too_many_comments");
    assert_eq!(world.left(&session).await, 1, "nothing of it was taken");
    let none = post().json(&json!({"comments": []})).await;
    assert_eq!((none.status, none.json), (200, json!({"outcomes": []})));
}

#[tokio::test]
async fn callers_who_may_not() {
    let world = World::start().await;
    let session = world.live(1).await;
    let orders = format!("/v1/sessions/{session}/orders");
    let call = |path: &str| Call::new(world.address, "GET", path);
    call(&orders).send().await.is_problem(401, "unauthorized");
    call(&orders).token("chot_host_guess").send().await.is_problem(401, "unauthorized");
    let basic = call(&orders).header("authorization", "Basic eDp5");
    basic.send().await.is_problem(401, "unauthorized");
    call(&orders).token(&world.shop.source_token).send().await.is_problem(403, "forbidden");
    let open = world.source("POST", "/v1/sessions").json(&json!({"title": "x"})).await;
    open.is_problem(403, "forbidden");
}

#[tokio::test]
async fn another_shops_session_looks_like_one_that_does_not_exist() {
    let world = World::start().await;
    let session = world.live(1).await;
    let other = world.accounts.add_shop("Hàng xóm").expect("a shop");
    world.hub.add_shop(other.shop);
    let paths = ["orders", "ledger"];
    for path in paths {
        let of = |session: &str, token: &str| {
            Call::new(world.address, "GET", &format!("/v1/sessions/{session}/{path}")).token(token)
        };
        let foreign = of(&session, &other.host_token).send().await;
        foreign.is_problem(404, "unknown_session");
        let missing = SessionId(99).public(world.shop.shop);
        let missing = of(&missing, &world.shop.host_token).send().await;
        missing.is_problem(404, "unknown_session");
        assert_eq!(foreign.body, missing.body, "nobody can tell which");
        of("nonsense", &other.host_token).send().await.is_problem(404, "unknown_session");
    }
    let post = |what: &str| {
        let path = format!("/v1/sessions/{session}/{what}");
        Call::new(world.address, "POST", &path).token(&other.host_token).key("k")
    };
    let comments = json!({"comments": [comment("1", "lan", "d1")]});
    post("comments").json(&comments).await.is_problem(404, "unknown_session");
    post("state").json(&json!({"state": "ended"})).await.is_problem(404, "unknown_session");
    let claim = json!({"buyer_name": "x", "lines": [{"code": "D1", "quantity": 1}]});
    post("claims").json(&claim).await.is_problem(404, "unknown_session");
    assert_eq!(world.left(&session).await, 1);
}

#[tokio::test]
async fn calls_without_a_key_or_with_the_key_of_another() {
    let world = World::start().await;
    let session = world.live(10).await;
    let base = format!("/v1/sessions/{session}");
    let offer = json!({"code": "D2", "name": "cam", "price": 1, "stock": 1});
    let offers = format!("{base}/offers");
    world.host("POST", &offers).json(&offer).await.is_problem(400, "key_required");
    let change = json!({"restock": 1});
    let one = format!("{base}/offers/D1");
    world.host("PATCH", &one).json(&change).await.is_problem(400, "key_required");
    let claim = json!({"buyer_name": "x", "lines": [{"code": "D1", "quantity": 1}]});
    let claims = format!("{base}/claims");
    world.host("POST", &claims).json(&claim).await.is_problem(400, "key_required");
    for act in ["confirm", "paid", "cancel", "extend"] {
        let path = format!("{base}/orders/{}-o1/{act}", world.shop.shop);
        let unkeyed = world.host("POST", &path).json(&json!({"seconds": 1})).await;
        unkeyed.is_problem(400, "key_required");
    }
    let long = "k".repeat(65);
    world.host("PATCH", &one).key(&long).json(&change).await.is_problem(400, "bad_key");
    world.host("PATCH", &one).key("\"\"").json(&change).await.is_problem(400, "bad_key");
    assert_eq!(world.host("PATCH", &one).key("k").json(&change).await.status, 200);
    let quoted = world.host("PATCH", &one).key("\"k\"").json(&change).await;
    assert_eq!(quoted.header("idempotency-replayed"), Some("true"), "the same key, quoted");
    let other = world.host("PATCH", &one).key("k").json(&json!({"restock": 2})).await;
    other.is_problem(422, "key_reused");
    world.host("POST", &claims).key("k").json(&claim).await.is_problem(422, "key_reused");
    assert_eq!(world.left(&session).await, 11);
}

#[tokio::test]
async fn a_session_opened_twice_under_one_key_is_one_session() {
    let world = World::start().await;
    let open = |title: &str| {
        let body = json!({ "title": title });
        let call = world.host("POST", "/v1/sessions").key("open");
        async move { call.json(&body).await }
    };
    let (first, again) = (open("a").await, open("a").await);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.body, again.body);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    open("b").await.is_problem(422, "key_reused");
}

#[tokio::test]
async fn quantities_codes_and_orders_that_cannot_be() {
    let world = World::start().await;
    let session = world.live(10).await;
    let claims = format!("/v1/sessions/{session}/claims");
    let claim = |key: &'static str, code: &str, quantity: Value| {
        let line = json!({"code": code, "quantity": quantity});
        let body = json!({"buyer_name": "Lan", "lines": [line]});
        let call = world.host("POST", &claims).key(key);
        async move { call.json(&body).await }
    };
    claim("1", "D1", json!(-1)).await.is_problem(422, "bad_quantity");
    claim("2", "D1", json!(1e300)).await.is_problem(422, "bad_quantity");
    claim("3", "D1", json!(18_446_744_073_709_551_615u64)).await.is_problem(422, "bad_quantity");
    claim("4", "D1", json!(1_000_001)).await.is_problem(422, "bad_quantity");
    claim("5", "D1", json!(0.0001)).await.is_problem(422, "bad_quantity");
    claim("6", "a b", json!(1)).await.is_problem(422, "bad_code");
    for (key, code, quantity, reason) in [
        ("7", "D1", json!(0), "bad_quantity"),
        ("8", "D1", json!(0.3), "off_step"),
        ("9", "ZZ", json!(1), "unknown_code"),
    ] {
        let refused = claim(key, code, quantity).await;
        let said = (refused.status, &refused.json["result"], &refused.json["reason"]);
        assert_eq!(said, (200, &json!("refused"), &json!(reason)), "{refused:?}");
        assert_eq!(refused.json["lines"], json!([]));
    }
    let nobody = json!({"buyer_name": "Lan", "lines": []});
    world.host("POST", &claims).key("10").json(&nobody).await.is_problem(400, "missing_field");
    let stranger = json!({"buyer_name": "Lan", "buyer": "0".repeat(32),
        "lines": [{"code": "D1", "quantity": 1}]});
    world.host("POST", &claims).key("11").json(&stranger).await.is_problem(404, "unknown_buyer");
    for order in ["nonsense".to_owned(), format!("{}-o9", world.shop.shop)] {
        let path = format!("/v1/sessions/{session}/orders/{order}/confirm");
        world.host("POST", &path).key("12").send().await.is_problem(404, "unknown_order");
    }
    let one = format!("/v1/sessions/{session}/offers/ZZ");
    let change = json!({"restock": 1});
    world.host("PATCH", &one).key("13").json(&change).await.is_problem(404, "unknown_code");
    assert_eq!(world.left(&session).await, 10);
}

#[tokio::test]
async fn a_closed_offer_and_an_ended_session_refuse() {
    let world = World::start().await;
    let session = world.live(10).await;
    let base = format!("/v1/sessions/{session}");
    let one = format!("{base}/offers/D1");
    world.host("PATCH", &one).key("close").json(&json!({"open": false})).await;
    let claim = |key: &'static str| {
        let body = json!({"buyer_name": "Lan", "lines": [{"code": "D1", "quantity": 1}]});
        let call = world.host("POST", &format!("{base}/claims")).key(key);
        async move { call.json(&body).await }
    };
    assert_eq!(claim("1").await.json["reason"], "offer_closed");
    world.host("POST", &format!("{base}/state")).json(&json!({"state": "ended"})).await;
    assert_eq!(claim("2").await.json["reason"], "session_ended");
    let comments = json!({"comments": [comment("1", "lan", "d1")]});
    let told = world.source("POST", &format!("{base}/comments")).json(&comments).await;
    assert_eq!(told.json["outcomes"][0]["reason"], "session_ended", "{told:?}");
    let again = world.host("POST", &format!("{base}/state")).json(&json!({"state": "live"})).await;
    again.is_problem(409, "session_state");
    let draft = world.host("POST", &format!("{base}/state")).json(&json!({"state": "x"})).await;
    draft.is_problem(422, "bad_state");
}

#[tokio::test]
async fn a_comment_before_live_is_refused_and_remembered() {
    let world = World::start().await;
    let session = world.draft(json!({}), 10).await;
    let path = format!("/v1/sessions/{session}");
    let body = json!({"comments": [comment("1", "lan", "d1")]});
    let post = || world.source("POST", &format!("{path}/comments"));
    let first = post().json(&body).await;
    assert_eq!(first.json["outcomes"][0]["reason"], "session_not_live", "{first:?}");
    world.host("POST", &format!("{path}/state")).json(&json!({"state": "live"})).await;
    assert_eq!(post().json(&body).await.json, first.json);
    assert_eq!(world.left(&session).await, 10);
}

#[tokio::test]
async fn tickets_that_cannot_be_made() {
    let world = World::start().await;
    let session = world.live(1).await;
    let path = format!("/v1/sessions/{session}/tickets");
    let ask = |body: Value| {
        let call = world.call("POST", &path);
        async move { call.json(&body).await }
    };
    ask(json!({})).await.is_problem(400, "missing_field");
    ask(json!({"name": "Lan\nMinh"})).await.is_problem(422, "bad_name");
    ask(json!({"name": "L".repeat(301)})).await.is_problem(422, "name_too_long");
    ask(json!({"name": "Lan", "buyer_token": "x"})).await.is_problem(400, "bad_buyer_token");
    let nowhere = world.call("POST", "/v1/sessions/7k3m9qa2x4-s1/tickets");
    nowhere.json(&json!({"name": "Lan"})).await.is_problem(404, "unknown_session");
}

#[tokio::test]
async fn a_full_server_says_so() {
    let world = World::with(gateway::Options::default(), 1).await;
    let held = tokio::net::TcpStream::connect(world.address).await.expect("connects");
    // The first connection is accepted before the second, in the order of the kernel's queue.
    let full = world.call("GET", "/healthz").send().await;
    full.is_problem(503, "too_many_connections");
    assert!(full.header("retry-after").is_some());
    drop(held);
}

#[tokio::test]
async fn a_source_that_posts_too_often_is_told_when_to_come_again() {
    let mut options = gateway::Options::default();
    options.rates.per_source = Some(gateway::Rate { per_second: 1, burst: 1 });
    let world = World::with(options, 100).await;
    let session = world.live(1).await;
    let post = || world.source("POST", &format!("/v1/sessions/{session}/comments"));
    assert_eq!(post().json(&json!({"comments": []})).await.status, 200);
    let early = post().json(&json!({"comments": []})).await;
    early.is_problem(429, "rate_limited");
    assert_eq!(early.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn a_stopping_hub_takes_nothing_new() {
    let world = World::start().await;
    let session = world.live(1).await;
    let hub = world.hub.clone();
    tokio::task::spawn_blocking(move || hub.stop()).await.expect("stops");
    let body = json!({"comments": [comment("1", "lan", "d1")]});
    let path = format!("/v1/sessions/{session}/comments");
    world.source("POST", &path).json(&body).await.is_problem(503, "stopping");
}
