//! The sale's further rules over HTTP and sockets: cards, rules, cancels that can be undone, swaps,
//! blocks, link codes, sums.

mod world;

use domain::{Clock, Millis};
use serde_json::{Value, json};
use world::http::Answer;
use world::socket::Socket;
use world::{World, comment};

/// Every call that changes something needs a key, the host's token and a session of the own shop;
/// with its key it is answered once and the same ever after.
async fn check_changing(
    world: &World,
    (method, path): (&str, &str),
    body: Value,
    other: Value,
) -> Answer {
    let call = |token: &str| world.call(method, path).token(token);
    let keyless = call(&world.shop.host_token).json(&body).await;
    keyless.is_problem(400, "key_required");
    let source = call(&world.shop.source_token).key("guard").json(&body).await;
    source.is_problem(403, "forbidden");
    world.call(method, path).key("guard").json(&body).await.is_problem(401, "unauthorized");
    let foreign = world.accounts.add_shop("Vườn khác").expect("a shop");
    let foreign = call(&foreign.host_token).key("guard").json(&body).await;
    foreign.is_problem(404, "unknown_session");
    let key = format!("{method} {path}");
    let first = world.host(method, path).key(&key).json(&body).await;
    assert_eq!(first.status, 200, "{first:?}");
    assert_eq!(first.header("idempotency-replayed"), None);
    let again = world.host(method, path).key(&key).json(&body).await;
    assert_eq!((again.status, &again.body), (200, &first.body), "the first answer");
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    world.host(method, path).key(&key).json(&other).await.is_problem(422, "key_reused");
    first
}

/// Posts comments `(id, buyer, text)`; their outcomes.
async fn say(world: &World, session: &str, said: &[(&str, &str, &str)]) -> Vec<Value> {
    let comments: Vec<_> = said.iter().map(|(id, who, text)| comment(id, who, text)).collect();
    let path = format!("/v1/sessions/{session}/comments");
    let answer = world.source("POST", &path).json(&json!({ "comments": comments })).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["outcomes"].as_array().expect("outcomes").clone()
}

async fn orders(world: &World, session: &str) -> Vec<Value> {
    let answer = world.host("GET", &format!("/v1/sessions/{session}/orders")).send().await;
    answer.json["orders"].as_array().expect("orders").clone()
}

#[tokio::test]
async fn cards_with_one_reading_are_answered_at_once_in_the_order_of_their_comments() {
    let world = World::start().await;
    let session = world.live(5).await;
    let path = format!("/v1/sessions/{session}/reviews");
    let said = [("1", "lan", "D9 x2"), ("2", "hoa", "D9 x2"), ("3", "minh", "D9 x2")];
    let first = say(&world, &session, &said).await;
    assert!(first.iter().all(|outcome| outcome["result"] == "review"), "{first:?}");
    let cards = world.host("GET", &path).send().await;
    let group = &cards.json["groups"][0];
    assert_eq!((cards.status, &cards.json["open"]), (200, &json!(3)), "{cards:?}");
    assert_eq!((&group["reason"], &group["count"]), (&json!("unknown_code"), &json!(3)));
    let card = &group["cards"][1];
    assert_eq!((&card["buyer_name"], &card["text"]), (&json!("hoa"), &json!("D9 x2")));
    assert!(card["at"].is_string() && cards.json["as_of"]["seq"].is_u64());
    let one = format!("{path}/{}", group["cards"][0]["review"].as_str().expect("an id"));
    let answer = json!({"lines": [{"code": "D1", "quantity": 2}], "group": true, "remember": true});
    let resolved = check_changing(&world, ("POST", &one), answer, json!({"ignore": true})).await;
    let ids: Vec<_> = first.iter().map(|outcome| outcome["review"].clone()).collect();
    assert_eq!(resolved.json["resolved"], json!(ids));
    assert_eq!(resolved.json["receipt"].as_str().map(str::len), Some(64));
    let orders = orders(&world, &session).await;
    let got: Vec<_> = orders.iter().map(|o| (&o["buyer_name"], &o["lines"][0]["held"])).collect();
    let (lan, hoa, minh) = (json!("lan"), json!("hoa"), json!("minh"));
    assert_eq!(got, [(&lan, &json!(2)), (&hoa, &json!(2)), (&minh, &json!(1))]);
    assert_eq!(say(&world, &session, &said).await, first, "a key has one outcome");
    let later = say(&world, &session, &[("4", "tý", "D9 x2")]).await;
    assert_eq!(later[0]["result"], "waitlisted", "the answer has become a rule: {later:?}");
    world
        .host("POST", &one)
        .key("x")
        .json(&json!({"ignore": true}))
        .await
        .is_problem(404, "unknown_review");
    assert_eq!(world.host("GET", &path).send().await.json["groups"], json!([]));
}

#[tokio::test]
async fn an_answer_that_cannot_be_is_refused_and_the_card_stays() {
    let world = World::start().await;
    let session = world.live(5).await;
    let path = format!("/v1/sessions/{session}/reviews");
    let said = say(&world, &session, &[("1", "lan", "D9 x2"), ("2", "hoa", "D9 x2")]).await;
    let one = format!("{path}/{}", said[0]["review"].as_str().expect("an id"));
    let check = async |key: &str, body: Value, status: u16, code: &str| {
        let answer = world.host("POST", &one).key(key).json(&body).await;
        answer.is_problem(status, code);
    };
    check("a", json!({}), 400, "missing_field").await;
    check("b", json!({"lines": [{"code": "D8", "quantity": 1}]}), 404, "unknown_code").await;
    check("c", json!({"lines": [{"code": "D1", "quantity": 0.3}]}), 422, "bad_terms").await;
    let both = json!({"lines": [{"code": "D1", "quantity": 1}], "ignore": true});
    check("d", both, 422, "bad_terms").await;
    world.source("GET", &path).send().await.is_problem(403, "forbidden");
    world.call("GET", &path).send().await.is_problem(401, "unauthorized");
    let ignored = world.host("POST", &one).key("e").json(&json!({"ignore": true})).await;
    assert_eq!(
        ignored.json["resolved"],
        json!([said[0]["review"]]),
        "the other stays: {ignored:?}"
    );
    assert_eq!(world.host("GET", &path).send().await.json["open"], 1);
    assert_eq!(orders(&world, &session).await, [] as [Value; 0]);
    let foreign = world.accounts.add_shop("Vườn khác").expect("a shop");
    let looked = world.call("GET", &path).token(&foreign.host_token).send().await;
    looked.is_problem(404, "unknown_session");
}

#[tokio::test]
async fn rules_change_for_what_comes_and_the_others_stay() {
    let world = World::start().await;
    let session = world.live_with(json!({"limit_per_buyer": 3}), 10).await;
    let path = format!("/v1/sessions/{session}");
    let claim = |quantity: u32| {
        let lines = json!([{"code": "D1", "quantity": quantity}]);
        json!({"buyer_name": "Lan", "lines": lines})
    };
    let claims = format!("{path}/claims");
    let refused = world.host("POST", &claims).key("1").json(&claim(4)).await;
    assert_eq!(
        (&refused.json["result"], &refused.json["reason"]),
        (&json!("refused"), &json!("over_limit"))
    );
    let rules = json!({"rules": {"limit_per_buyer": null, "waitlist": false}});
    let changed = check_changing(&world, ("PATCH", &path), rules, json!({"rules": {}})).await;
    assert_eq!(
        (&changed.json["session"], &changed.json["state"]),
        (&json!(session), &json!("live"))
    );
    let held = world.host("POST", &claims).key("2").json(&claim(4)).await;
    assert_eq!(held.json["result"], "held", "{held:?}");
    let sold_out = world.host("POST", &claims).key("3").json(&claim(9)).await;
    assert_eq!(sold_out.json["reason"], "sold_out", "no line any more: {sold_out:?}");
    let check = async |key: &str, body: Value, status: u16, code: &str| {
        world.host("PATCH", &path).key(key).json(&body).await.is_problem(status, code);
    };
    check("a", json!({}), 400, "missing_field").await;
    check("b", json!({"rules": {"repeat_code": "maybe"}}), 422, "bad_rule").await;
    check("c", json!({"rules": {"cancel_undo": {"seconds": 61}}}), 422, "undo_too_long").await;
    let state = format!("{path}/state");
    world.host("POST", &state).key("end").json(&json!({"state": "ended"})).await;
    check("d", json!({"rules": {"waitlist": true}}), 409, "session_state").await;
}

#[tokio::test]
async fn delivery_can_be_set_and_taken_away() {
    let world = World::start().await;
    let session = world.live(10).await;
    let path = format!("/v1/sessions/{session}");
    say(&world, &session, &[("1", "lan", "d1")]).await;
    let set = async |key: &str, delivery: Value| {
        let body = json!({"rules": {"delivery": delivery}});
        let changed = world.host("PATCH", &path).key(key).json(&body).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        orders(&world, &session).await[0]["total"]["amount"].clone()
    };
    assert_eq!(set("1", json!({"fee": 25_000})).await, 70_000);
    assert_eq!(set("2", Value::Null).await, 45_000);
}

#[tokio::test]
async fn a_cancel_is_undone_by_the_host_or_by_the_buyer_while_that_can_be_done() {
    let world = World::start().await;
    let session = world.live_with(json!({"cancel_undo": {"seconds": 60}}), 10).await;
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    socket.send(json!({"type": "comment", "key": "k1", "text": "d1 x2"})).await;
    let order = socket.next_of("outcome").await["order"].clone();
    let base = format!("/v1/sessions/{session}/orders/{}", order.as_str().expect("an order"));
    let act = |what: &str, key: &str| world.host("POST", &format!("{base}/{what}")).key(key);
    act("undo", "0").send().await.is_problem(409, "nothing_to_undo");
    let cancelled = act("cancel", "1").send().await;
    assert_eq!(
        (&cancelled.json["state"], cancelled.json["undo_until"].is_string()),
        (&json!("held"), true)
    );
    assert_eq!(world.left(&session).await, 8, "its stock is offered to nobody");
    act("confirm", "2").send().await.is_problem(409, "being_cancelled");
    let path = format!("{base}/undo");
    let undone = check_changing(&world, ("POST", &path), json!({}), json!({"x": 1})).await;
    assert_eq!((&undone.json["state"], undone.json.get("undo_until")), (&json!("held"), None));
    socket.send(json!({"type": "release", "key": "k2", "code": "D1", "quantity": 0.5})).await;
    let released = socket.next_of("outcome").await;
    assert_eq!(
        (&released["result"], &released["reason"]),
        (&json!("cancelled"), &json!("undo_open"))
    );
    assert_eq!(released["lines"], json!([{"code": "D1", "held": 0.5, "waitlisted": 0}]));
    socket.send(json!({"type": "undo", "key": "k3", "order": order})).await;
    assert_eq!(socket.next_of("outcome").await["result"], "held");
    socket.send(json!({"type": "undo", "key": "k4", "order": order})).await;
    let nothing = socket.next_of("outcome").await;
    assert_eq!(
        (&nothing["result"], &nothing["reason"]),
        (&json!("refused"), &json!("nothing_to_undo"))
    );
    socket.send(json!({"type": "undo", "key": "k5", "order": "x"})).await;
    assert_eq!(socket.next_of("error").await["code"], "unknown_order");
}

#[tokio::test]
async fn a_host_swaps_lines_all_or_nothing() {
    let world = World::start().await;
    let session = world.live(10).await;
    let base = format!("/v1/sessions/{session}");
    let offer = json!({"code": "D2", "name": "cam", "price": 30_000, "unit": "kg", "stock": 1});
    world.host("POST", &format!("{base}/offers")).key("o").json(&offer).await;
    let claims = format!("{base}/claims");
    let claim = |buyer: &Value, code: &str, quantity: u32, instead_of: Value| {
        json!({"buyer_name": "Lan", "buyer": buyer, "instead_of": instead_of,
            "lines": [{"code": code, "quantity": quantity}]})
    };
    let first = claim(&Value::Null, "D1", 2, json!([]));
    world.host("POST", &claims).key("1").json(&first).await;
    let buyer = orders(&world, &session).await[0]["buyer"].clone();
    let much =
        world.host("POST", &claims).key("2").json(&claim(&buyer, "D2", 2, json!(["D1"]))).await;
    assert_eq!(
        (&much.json["result"], &much.json["reason"]),
        (&json!("refused"), &json!("sold_out"))
    );
    assert_eq!(world.left(&session).await, 8, "nothing went back");
    let swapped = claim(&buyer, "D2", 1, json!(["D1"]));
    let done = check_changing(&world, ("POST", &claims), swapped, first).await;
    assert_eq!(done.json["result"], "held", "{done:?}");
    assert_eq!(world.left(&session).await, 10);
    let lines = orders(&world, &session).await[0]["lines"].clone();
    assert_eq!((lines.as_array().map(Vec::len), &lines[0]["code"]), (Some(1), &json!("D2")));
    let wrong = claim(&buyer, "D2", 1, json!(["D 1"]));
    world.host("POST", &claims).key("4").json(&wrong).await.is_problem(422, "bad_code");
}

#[tokio::test]
async fn a_blocked_buyer_gets_nothing_in_the_whole_shop_until_let_go() {
    let world = World::start().await;
    let session = world.live(10).await;
    say(&world, &session, &[("1", "lan", "d1")]).await;
    let buyer = orders(&world, &session).await[0]["buyer"].clone();
    let path = format!("/v1/sessions/{session}/blocks");
    let block = |blocked: bool| json!({"buyer": buyer, "blocked": blocked});
    let blocked = check_changing(&world, ("POST", &path), block(true), block(false)).await;
    assert_eq!((&blocked.json["buyer"], &blocked.json["blocked"]), (&buyer, &json!(true)));
    let other = world.live(10).await;
    let refused = say(&world, &other, &[("2", "lan", "d1"), ("3", "hoa", "d1")]).await;
    assert_eq!(
        (&refused[0]["result"], &refused[0]["reason"]),
        (&json!("refused"), &json!("blocked"))
    );
    assert_eq!(refused[1]["result"], "held", "{refused:?}");
    world.host("POST", &path).key("free").json(&block(false)).await;
    assert_eq!(say(&world, &other, &[("4", "lan", "d1")]).await[0]["result"], "held");
    let check = async |key: &str, body: Value, status: u16, code: &str| {
        world.host("POST", &path).key(key).json(&body).await.is_problem(status, code);
    };
    check("a", json!({"blocked": true, "buyer": "lan"}), 400, "bad_id").await;
    check("b", json!({"blocked": true, "buyer": "ab".repeat(16)}), 404, "unknown_buyer").await;
    check("c", json!({"buyer": buyer}), 400, "missing_field").await;
}

#[tokio::test]
async fn a_page_gets_a_link_code_for_its_own_token_only() {
    let world = World::start().await;
    let session = world.live(10).await;
    let ticket = world.ticket(&session, "Lan", None).await;
    let path = format!("/v1/sessions/{session}/links");
    let ask = async |token: &Value| {
        world.call("POST", &path).json(&json!({ "buyer_token": token })).await
    };
    let link = ask(&ticket["buyer_token"]).await;
    assert_eq!(link.status, 200, "{link:?}");
    let code = link.json["code"].as_str().expect("a code");
    assert!(code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
    assert!(link.json["until"].is_string() && link.json["receipt"].is_string());
    ask(&json!("x")).await.is_problem(400, "bad_buyer_token");
    ask(&Value::Null).await.is_problem(400, "bad_json");
    ask(&json!("")).await.is_problem(400, "missing_field");
    let nowhere = world.call("POST", "/v1/sessions/0000000000-s1/links");
    nowhere
        .json(&json!({"buyer_token": ticket["buyer_token"]}))
        .await
        .is_problem(404, "unknown_session");
}

#[tokio::test]
async fn a_sum_balances_to_the_unit_and_to_the_dong() {
    let world = World::start().await;
    let rules = json!({"delivery": {"fee": 25_000, "free_from": 100_000}});
    let session = world.live_with(rules, 5).await;
    say(&world, &session, &[("1", "lan", "d1 x3"), ("2", "hoa", "d1 x3"), ("3", "an", "D9 x1")])
        .await;
    let order = orders(&world, &session).await[0]["order"].clone();
    let paid = format!("/v1/sessions/{session}/orders/{}/paid", order.as_str().expect("an id"));
    world.host("POST", &paid).key("p").send().await;
    let path = format!("/v1/sessions/{session}/summary");
    let sum = world.host("GET", &path).send().await;
    assert_eq!((sum.status, &sum.json["balanced"]), (200, &json!(true)), "{sum:?}");
    assert_eq!((&sum.json["claims"], &sum.json["reviews"]), (&json!(2), &json!(1)));
    assert_eq!(
        sum.json["offers"],
        json!([{"code": "D1", "stock": 5, "free": 0, "held": 2, "sold": 3, "taken": 5,
            "waiting": 1}])
    );
    let vnd = |amount: u32| json!({"amount": amount, "currency": "VND"});
    assert_eq!(
        sum.json["orders"][0],
        json!({"state": "held", "orders": 1, "goods": vnd(90_000), "delivery": vnd(25_000),
            "total": vnd(115_000)})
    );
    assert_eq!(sum.json["orders"][2]["total"], vnd(135_000));
    assert_eq!(sum.json["total"], vnd(250_000));
    world.source("GET", &path).send().await.is_problem(403, "forbidden");
    let foreign = world.accounts.add_shop("Vườn khác").expect("a shop");
    let looked = world.call("GET", &path).token(&foreign.host_token).send().await;
    looked.is_problem(404, "unknown_session");
}

#[tokio::test]
async fn a_pre_order_says_when_it_is_ready() {
    let world = World::start().await;
    let session = world.live_with(json!({"hold": {"seconds": 60}}), 5).await;
    let path = format!("/v1/sessions/{session}/offers");
    let now = world.call("GET", &format!("/v1/sessions/{session}")).send().await;
    assert!(now.json["offers"][0].get("ready_at").is_none());
    let offer = |ready_at: &str| {
        let mut offer = json!({"code": "N1", "name": "na", "price": 60_000, "stock": 80});
        offer["ready_at"] = ready_at.into();
        offer
    };
    let past = world.host("POST", &path).key("1").json(&offer("2001-01-01T00:00:00Z")).await;
    past.is_problem(422, "bad_terms");
    let far = world.host("POST", &path).key("2").json(&offer("2999-01-01T00:00:00Z")).await;
    far.is_problem(422, "ready_too_late");
    let ready = world.clock.wall().plus(Millis::from_secs(48 * 3_600)).to_string();
    let added = world.host("POST", &path).key("3").json(&offer(&ready)).await;
    assert_eq!((added.status, &added.json["ready_at"]), (201, &json!(ready)), "{added:?}");
    let held = say(&world, &session, &[("1", "lan", "n1 x2")]).await;
    assert_eq!(held[0]["hold_until"], json!(ready), "until the harvest at least: {held:?}");
}
