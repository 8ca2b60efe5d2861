//! The sale's further rules on the real binary: one answer for 84 doubtful comments, a link by
//! comment, a cancel undone and one that closes, limits against hoarding; each of them over a kill.

mod house;

use house::{House, PATIENCE, Shop};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// People who say the same doubtful thing.
const PEOPLE: usize = 84;

fn orders(house: &House, shop: &Shop, session: &str) -> Vec<Value> {
    let path = format!("/v1/sessions/{session}/orders?limit=500");
    let orders = house.get(&path, Some(&shop.host)).good();
    orders["orders"].as_array().expect("a list").clone()
}

fn left(house: &House, session: &str) -> Value {
    house.get(&format!("/v1/sessions/{session}"), None).good()["offers"][0]["left"].clone()
}

fn offer(stock: u32) -> Value {
    json!([{"code": "D1", "name": "bí đỏ", "price": 45_000, "unit": "trái", "stock": stock}])
}

#[test]
fn one_answer_for_eighty_four_people_serves_them_in_the_order_of_their_comments() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live_with(&shop, &offer(100), &json!({}));
    let said: Vec<_> = (0..PEOPLE).map(|n| (format!("c{n}"), format!("khách {n}"))).collect();
    let said: Vec<_> = said.iter().map(|(id, who)| (&**id, &**who, "D9 x2")).collect();
    let first = house.comments(&shop, &session, &said);
    assert!(first.iter().all(|outcome| outcome["result"] == "review"), "{first:?}");
    house.kill();
    house.start();
    let path = format!("/v1/sessions/{session}/reviews");
    let cards = house.get(&path, Some(&shop.host)).good();
    let group = &cards["groups"][0];
    assert_eq!((&group["count"], &group["cards"][0]["text"]), (&json!(PEOPLE), &json!("D9 x2")));
    let card = group["cards"][0]["review"].as_str().expect("an id");
    let answer = json!({"lines": [{"code": "D1", "quantity": 2}], "group": true});
    let one = format!("{path}/{card}");
    let resolved = house.post(&one, &shop.host, "answer", &answer).good();
    assert_eq!(resolved["resolved"].as_array().map(Vec::len), Some(PEOPLE));
    house.kill();
    house.start();
    let again = house.post(&one, &shop.host, "answer", &answer);
    assert!(again.replayed);
    assert_eq!(again.good(), resolved, "answered once, whatever happens");
    let orders = orders(&house, &shop, &session);
    let held: Vec<_> = orders.iter().filter(|order| order["lines"][0]["held"] == 2).collect();
    let names: Vec<_> = held.iter().map(|order| order["buyer_name"].clone()).collect();
    let early: Vec<_> = (0..50).map(|n| json!(format!("khách {n}"))).collect();
    assert_eq!((orders.len(), names), (PEOPLE, early), "who spoke first is served first");
    let place = |order: &Value| order["lines"][0]["position_in_line"].clone();
    assert_eq!((place(&orders[50]), place(&orders[83])), (json!(1), json!(34)));
    assert_eq!(house.comments(&shop, &session, &said), first, "a key keeps its first outcome");
    assert_eq!(left(&house, &session), 0);
    house.verify(&session);
}

#[test]
fn an_account_that_types_the_pages_code_is_that_page_also_after_a_kill() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    house.comments(&shop, &session, &[("1", "lan", "D1 x2")]);
    let path = format!("/v1/sessions/{session}");
    let name = json!({"name": "Trang"});
    let tickets = format!("{path}/tickets");
    let ticket = house.call("POST", &tickets, None, None, Some(&name)).good();
    let token = json!({"buyer_token": ticket["buyer_token"]});
    let link = house.call("POST", &format!("{path}/links"), None, None, Some(&token)).good();
    let code = format!("#{}", link["code"].as_str().expect("four digits"));
    house.kill();
    house.start();
    let typed = house.comments(&shop, &session, &[("2", "lan", &code), ("3", "hoa", &code)]);
    let told: Vec<_> = typed.iter().map(|o| (&o["result"], &o["reason"])).collect();
    let noted = json!("noted");
    assert_eq!(told, [(&noted, &json!("linked")), (&noted, &json!("unknown_link"))], "single use");
    house.kill();
    house.start();
    let later = house.comments(&shop, &session, &[("4", "lan", "thêm D1 x1")]);
    assert_eq!(later[0]["result"], "held", "{later:?}");
    let orders = orders(&house, &shop, &session);
    assert_eq!((orders.len(), &orders[0]["buyer"]), (1, &ticket["buyer"]));
    assert_eq!(orders[0]["lines"][0]["held"], 3);
    assert!(orders[0]["buyer_name"].is_string(), "a host can say whose it is: {}", orders[0]);
    house.verify(&session);
}

#[test]
fn a_cancel_can_be_undone_after_a_kill_and_closes_when_its_time_is_over() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let rules = json!({"cancel_undo": {"seconds": 60}});
    let session = house.live_with(&shop, &offer(10), &rules);
    let held = house.comments(&shop, &session, &[("1", "lan", "D1 x2"), ("2", "hoa", "D1 x8")]);
    let cancelled = house.comments(&shop, &session, &[("3", "lan", "hủy D1")]);
    assert_eq!(cancelled[0]["reason"], "undo_open", "{cancelled:?}");
    let order = held[0]["order"].as_str().expect("an order");
    house.kill();
    house.start();
    assert_eq!(left(&house, &session), 0, "nobody is offered what may be undone");
    let act = |house: &House, what: &str, key: &str| {
        let path = format!("/v1/sessions/{session}/orders/{order}/{what}");
        house.post(&path, &shop.host, key, &json!({}))
    };
    let undone = act(&house, "undo", "u1").good();
    assert_eq!((&undone["state"], &undone["lines"][0]["held"]), (&json!("held"), &json!(2)));
    assert_eq!(act(&house, "undo", "u2").problem(), (409, "nothing_to_undo"));
    let rules = json!({"rules": {"cancel_undo": {"seconds": 1}}});
    let path = format!("/v1/sessions/{session}");
    house.call("PATCH", &path, Some(&shop.host), Some("r1"), Some(&rules)).good();
    assert!(act(&house, "cancel", "c1").good()["undo_until"].is_string());
    house.kill();
    house.start();
    let began = Instant::now();
    while left(&house, &session) != 2 {
        assert!(began.elapsed() < PATIENCE, "the undo time never closes: {}", house.log());
        std::thread::park_timeout(Duration::from_millis(50));
    }
    assert_eq!(orders(&house, &shop, &session)[0]["state"], "cancelled");
    let sum = house.get(&format!("{path}/summary"), Some(&shop.host)).good();
    assert_eq!((&sum["balanced"], &sum["offers"][0]["held"]), (&json!(true), &json!(8)));
    house.verify(&session);
}

#[test]
fn limits_against_hoarding_hold_over_a_kill() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let hoarding = json!({"holds_per_buyer": 1, "expiries": 1, "cooldown_seconds": 600});
    let rules = json!({"hold": {"seconds": 2}, "hoarding": hoarding});
    let two = json!([offer(10)[0], {"code": "D2", "name": "cam", "price": 30_000, "stock": 10}]);
    let session = house.live_with(&shop, &two, &rules);
    assert_eq!(house.comments(&shop, &session, &[("1", "lan", "D1 x2")])[0]["result"], "held");
    house.kill();
    house.start();
    let more = house.comments(&shop, &session, &[("2", "lan", "D2 x1")]);
    assert_eq!(
        (&more[0]["result"], &more[0]["reason"]),
        (&json!("refused"), &json!("too_many_holds"))
    );
    let began = Instant::now();
    while left(&house, &session) != 10 {
        assert!(began.elapsed() < PATIENCE, "the hold never runs out: {}", house.log());
        std::thread::park_timeout(Duration::from_millis(50));
    }
    house.kill();
    house.start();
    let again = house.comments(&shop, &session, &[("3", "lan", "D1 x1"), ("4", "hoa", "D1 x1")]);
    assert_eq!(
        (&again[0]["result"], &again[0]["reason"]),
        (&json!("refused"), &json!("cooling_down"))
    );
    assert_eq!(again[1]["result"], "held");
    house.verify(&session);
}
