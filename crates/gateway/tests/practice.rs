//! A practice live: a shop of its own, open to whoever may act in the real one.

mod world;

use serde_json::json;
use world::{World, comment};

#[tokio::test]
async fn a_practice_sells_in_a_shop_of_its_own_and_the_real_ledger_stays_as_it_is() {
    let world = World::start().await;
    let real = world.live(3).await;
    let ledger = format!("/v1/sessions/{real}/ledger");
    let before = world.host("GET", &ledger).send().await.body;
    let begin = |key: &str| {
        let call = world.host("POST", "/v1/practice").key(key);
        let real = real.clone();
        async move { call.json(&json!({"session": real})).await }
    };
    let begun = begin("p1").await;
    assert_eq!((begun.status, &begun.json["practice"]), (201, &json!(true)), "{begun:?}");
    let practice = begun.json["session"].as_str().expect("an id").to_owned();
    assert_ne!(practice.split('-').next(), real.split('-').next(), "another shop");
    let offer = &begun.json["offers"][0];
    assert_eq!((&offer["code"], &offer["left"]), (&json!("D1"), &json!(3)));
    assert_eq!((&begun.json["state"], &begun.json["pinned"]), (&json!("live"), &json!("D1")));
    assert_eq!(begin("p1").await.json["session"], json!(practice), "the same key, the same one");

    let claims = format!("/v1/sessions/{practice}/claims");
    let order = json!({"buyer_name": "Lan", "lines": [{"code": "D1", "quantity": 1}]});
    let claimed = world.host("POST", &claims).key("c1").json(&order).await;
    assert_eq!(claimed.json["result"], "held", "{claimed:?}");
    for path in ["orders", "reviews", "summary", "ledger"] {
        let looked = world.host("GET", &format!("/v1/sessions/{practice}/{path}")).send().await;
        assert_eq!(looked.status, 200, "{path}");
    }
    assert_eq!(world.host("GET", &ledger).send().await.body, before);
    assert_eq!(world.left(&real).await, json!(3));
}

#[tokio::test]
async fn nobody_else_may_act_in_a_practice_shop() {
    let world = World::start().await;
    let real = world.live(3).await;
    let begun = world.host("POST", "/v1/practice").json(&json!({"session": real})).await;
    let practice = begun.json["session"].as_str().expect("an id").to_owned();
    let other = world.accounts.add_shop("Mận").expect("added");
    world.hub.add_shop(other.shop);
    let path = format!("/v1/sessions/{practice}/orders");
    let looked = world.call("GET", &path).token(&other.host_token).send().await;
    looked.is_problem(404, "unknown_session");
    let begun = world.call("POST", "/v1/practice").token(&other.host_token);
    begun.json(&json!({"session": real})).await.is_problem(404, "unknown_session");
    let path = format!("/v1/sessions/{practice}/comments");
    let said = json!({"comments": [comment("1", "lan", "D1 x1")]});
    world.source("POST", &path).json(&said).await.is_problem(404, "unknown_session");
}

#[tokio::test]
async fn a_practice_shop_that_somebody_else_has_just_made_is_open_too() {
    let world = World::start().await;
    let real = world.live(3).await;
    world.accounts.practice_shop(world.shop.shop).expect("made, and not announced yet");
    let begun = world.host("POST", "/v1/practice").json(&json!({"session": real})).await;
    assert_eq!(begun.status, 201, "{begun:?}");
}

#[tokio::test]
async fn without_an_offer_there_is_nothing_to_practise() {
    let world = World::start().await;
    let opened = world.host("POST", "/v1/sessions").json(&json!({"title": "Tối"})).await;
    let body = json!({"session": opened.json["session"]});
    let begun = world.host("POST", "/v1/practice").json(&body).await;
    begun.is_problem(400, "missing_field");
}
