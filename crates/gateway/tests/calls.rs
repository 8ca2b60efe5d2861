//! Every call of the contract, as a client that knows only the contract makes it.

mod world;

use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use world::socket::Socket;
use world::{World, comment};

#[tokio::test]
async fn a_session_opens_goes_live_and_anyone_may_look() {
    let world = World::start().await;
    let session = world.draft(json!({}), 120).await;
    let path = format!("/v1/sessions/{session}");
    let view = world.call("GET", &path).send().await;
    assert_eq!((view.status, &view.json["state"]), (200, &json!("draft")));
    let offer = &view.json["offers"][0];
    assert_eq!(offer["price"], json!({"amount": 45_000, "currency": "VND"}));
    assert_eq!((&offer["left"], &offer["step"]), (&json!(120), &json!(0.5)));
    assert!(offer["version"].is_u64());
    for state in ["live", "paused", "live", "ended"] {
        let set = world.host("POST", &format!("{path}/state")).json(&json!({"state": state})).await;
        assert_eq!((set.status, &set.json["state"]), (200, &json!(state)), "{set:?}");
    }
    assert_eq!(world.call("GET", &path).send().await.json["state"], "ended");
}

#[tokio::test]
async fn comments_are_answered_in_their_order_and_a_bad_entry_is_its_own_error() {
    let world = World::start().await;
    let session = world.live(10).await;
    let mut wrong = comment("2", "hoa", "d1");
    wrong["sent_at"] = json!("yesterday");
    let comments =
        json!({"comments": [comment("1", "lan", "d1"), wrong, comment("3", "minh", "hi")]});
    let path = format!("/v1/sessions/{session}/comments");
    let answer = world.source("POST", &path).json(&comments).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let outcomes = answer.json["outcomes"].as_array().expect("outcomes");
    assert_eq!((&outcomes[0]["key"], &outcomes[0]["result"]), (&json!("tiktok:1"), &json!("held")));
    assert_eq!(outcomes[0]["lines"], json!([{"code": "D1", "held": 1, "waitlisted": 0}]));
    assert_eq!(outcomes[0]["number"], 1);
    assert_eq!(outcomes[0]["receipt"].as_str().map(str::len), Some(64));
    assert!(outcomes[0]["order"].as_str().is_some_and(|order| order.contains("-o")));
    assert_eq!(
        outcomes[1],
        json!({"key": "tiktok:2", "result": "error", "reason": "bad_time", "lines": []})
    );
    assert_eq!((&outcomes[2]["result"], &outcomes[2]["lines"]), (&json!("noted"), &json!([])));
    let again = world.source("POST", &path).json(&comments).await;
    assert_eq!(again.json["outcomes"][0], outcomes[0], "the first outcome unchanged");
    assert_eq!(world.left(&session).await, 9);
}

#[tokio::test]
async fn an_offer_is_added_and_changed_by_its_version() {
    let world = World::start().await;
    let session = world.live(10).await;
    let path = format!("/v1/sessions/{session}/offers");
    let offer = json!({"code": "D2", "name": "cam", "price": {"amount": 30_000, "currency": "VND"},
        "unit": "kg", "stock": 5, "packs": {"thùng": 10}});
    let added = world.host("POST", &path).key("k1").json(&offer).await;
    assert_eq!((added.status, &added.json["code"]), (201, &json!("D2")), "{added:?}");
    let version = added.json["version"].as_u64().expect("a version");
    let one = format!("{path}/D2");
    let patch = |key: &str| world.host("PATCH", &one).key(key);
    let versioned = patch("k2").header("if-match", &format!("\"{version}\""));
    let changed = versioned.json(&json!({"price": 25_000, "restock": 3, "pinned": true})).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.json["price"]["amount"], 25_000);
    assert_eq!((&changed.json["left"], &changed.json["pinned"]), (&json!(8), &json!(true)));
    let stale = patch("k3").header("if-match", &version.to_string());
    let stale = stale.json(&json!({"price": 1})).await;
    stale.is_problem(409, "stale");
    assert_eq!(stale.json["current"]["price"]["amount"], 25_000);
    assert_eq!(stale.json["current"]["version"], changed.json["version"]);
    let below = patch("k4").json(&json!({"restock": -9})).await;
    below.is_problem(409, "stock_below_committed");
}

#[tokio::test]
async fn a_host_orders_for_a_buyer_and_acts_on_the_order() {
    let world = World::start().await;
    let session = world.live_with(json!({"hold": {"seconds": 600}}), 10).await;
    let base = format!("/v1/sessions/{session}");
    let claim = json!({"buyer_name": "Lan", "lines": [{"code": "D1", "quantity": 1.5}]});
    let claims = format!("{base}/claims");
    let first = world.host("POST", &claims).key("staff-1").json(&claim).await;
    assert_eq!((first.status, &first.json["result"]), (200, &json!("held")), "{first:?}");
    assert_eq!(first.json["key"], "staff-1");
    let orders = world.host("GET", &format!("{base}/orders")).send().await;
    let order = &orders.json["orders"][0];
    assert_eq!((&order["buyer_name"], &order["state"]), (&json!("Lan"), &json!("held")));
    assert_eq!(order["total"], json!({"amount": 67_500, "currency": "VND"}));
    assert!(orders.json["as_of"]["seq"].is_u64() && orders.json.get("next_cursor").is_none());
    let more = json!({"buyer_name": "Lan", "buyer": order["buyer"],
        "lines": [{"code": "D1", "quantity": 1}]});
    let more = world.host("POST", &claims).key("staff-2").json(&more).await;
    assert_eq!(more.json["order"], first.json["order"], "{more:?}");
    let id = order["order"].as_str().expect("an id");
    let act =
        |what: &str, key: &str| world.host("POST", &format!("{base}/orders/{id}/{what}")).key(key);
    let extended = act("extend", "e").json(&json!({"seconds": 60})).await;
    assert_eq!(extended.status, 200, "{extended:?}");
    let confirmed = act("confirm", "c").send().await;
    assert_eq!((confirmed.status, &confirmed.json["state"]), (200, &json!("confirmed")));
    let again = act("confirm", "c").send().await;
    assert_eq!(again.body, confirmed.body, "the first answer");
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(confirmed.header("idempotency-replayed"), None);
    act("confirm", "e").send().await.is_problem(422, "key_reused");
    assert_eq!(act("paid", "p").send().await.json["state"], "paid");
    act("extend", "x").json(&json!({"seconds": 60})).await.is_problem(409, "order_state");
}

#[tokio::test]
async fn pages_of_orders_hang_together_and_the_read_model_is_asked_only_when_told() {
    let world = World::start().await;
    let session = world.live(100).await;
    let base = format!("/v1/sessions/{session}");
    let comments: Vec<Value> =
        (0..5).map(|n| comment(&n.to_string(), &format!("b{n}"), "d1")).collect();
    let body = json!({ "comments": comments });
    world.source("POST", &format!("{base}/comments")).json(&body).await;
    let page = |query: String| world.host("GET", &format!("{base}/orders?{query}"));
    let first = page("limit=3".into()).send().await;
    assert_eq!(first.json["orders"].as_array().map(Vec::len), Some(3));
    let cursor = first.json["next_cursor"].as_str().expect("more");
    let second = page(format!("limit=3&cursor={cursor}")).send().await;
    assert_eq!(second.json["orders"].as_array().map(Vec::len), Some(2));
    assert!(second.json.get("next_cursor").is_none());
    let stored = page("stored=true".into()).send().await;
    assert_eq!((stored.status, &stored.json["orders"]), (200, &json!([])));
    world.read_model.down.store(true, Ordering::Relaxed);
    page("stored=true".into()).send().await.is_problem(503, "read_model_down");
    assert_eq!(page(String::new()).send().await.status, 200);
    page("limit=501".into()).send().await.is_problem(400, "bad_limit");
    page("cursor=!".into()).send().await.is_problem(400, "bad_cursor");
    page("stored=maybe".into()).send().await.is_problem(400, "bad_query");
}

#[tokio::test]
async fn the_ledger_is_lines_that_prove_themselves() {
    let world = World::start().await;
    let session = world.live(10).await;
    let path = format!("/v1/sessions/{session}");
    let body = json!({"comments": [comment("1", "lan", "d1")]});
    let outcomes = world.source("POST", &format!("{path}/comments")).json(&body).await;
    let ledger = world.host("GET", &format!("{path}/ledger")).send().await;
    assert_eq!(ledger.status, 200, "{ledger:?}");
    let text = String::from_utf8(ledger.body).expect("UTF-8");
    let last: Value = serde_json::from_str(text.lines().last().expect("lines")).expect("JSON");
    assert_eq!(last["event"]["type"], "claim_held");
    assert_eq!(last["hash"], outcomes.json["outcomes"][0]["receipt"]);
    assert!(text.ends_with('\n'));
    let by_source = world.source("GET", &format!("{path}/ledger")).send().await;
    by_source.is_problem(403, "forbidden");
}

#[tokio::test]
async fn health_readiness_and_the_front_page_answer_everybody() {
    let world = World::start().await;
    assert_eq!(world.call("GET", "/healthz").send().await.status, 200);
    let ready = world.call("GET", "/readyz").send().await;
    assert_eq!((ready.status, &ready.json["read_model_lag_ms"]), (200, &json!(7)));
    let front = world.call("GET", "/").send().await;
    assert!(String::from_utf8(front.body).expect("UTF-8").contains("<html lang=\"vi\">"));
    let (hub, _) = (world.hub.clone(), world.hub.set_disk_low(true));
    let low = world.call("GET", "/readyz").send().await;
    assert_eq!((low.status, &low.json["reasons"]), (503, &json!(["disk_low"])));
    hub.set_disk_low(false);
}

#[tokio::test]
async fn a_stopping_server_finishes_what_it_was_asked_and_closes_sockets_with_1012() {
    let world = World::start().await;
    let session = world.live(10).await;
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    world.stopper.stop();
    assert_eq!(socket.closed().await, (1012, "restarting".into()));
    world.served.await.expect("the doors close");
}
