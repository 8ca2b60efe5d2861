//! Lists that a host pastes, and the list of sessions.

mod world;

use serde_json::{Value, json};
use world::{World, comment};

#[tokio::test]
async fn a_pasted_list_opens_a_session_as_it_is() {
    let world = World::start().await;
    let body = json!({"text": "Cà chua, 45, 30kg\nCam sành\nXoài; 1tr2; 2 thùng"});
    let read = world.host("POST", "/v1/prepare").json(&body).await;
    assert_eq!(read.status, 200, "{read:?}");
    let lines = read.json["lines"].as_array().expect("a list");
    assert_eq!((&lines[0]["asked"], &lines[2]["asked"]), (&json!(true), &json!(false)));
    assert_eq!(lines[0]["price_in_words"], "bốn mươi lăm nghìn đồng");
    assert_eq!((&lines[1]["error"], &lines[1]["line"]), (&json!("no_price"), &json!(2)));
    let offers: Vec<&Value> = lines.iter().filter_map(|line| line.get("offer")).collect();
    let body = json!({"title": "Phiên sáng", "offers": offers});
    let opened = world.host("POST", "/v1/sessions").json(&body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let path = format!("/v1/sessions/{}", opened.json["session"].as_str().expect("an id"));
    let shown = world.call("GET", &path).send().await;
    assert_eq!(shown.json["offers"][0]["left"], 30);
    assert_eq!(shown.json["offers"][1]["price"]["amount"], 1_200_000);
    assert_eq!(world.call("POST", "/v1/prepare").json(&body).await.status, 401);
    let long = json!({"text": "x".repeat(65 * 1024)});
    world.host("POST", "/v1/prepare").json(&long).await.is_problem(413, "body_too_large");
}

#[tokio::test]
async fn the_same_paste_twice_is_counted_once() {
    let world = World::start().await;
    let session = world.live(10).await;
    let path = format!("/v1/sessions/{session}/paste");
    let text = "Lan: chốt d1 2kg\nMinh\td1 1kg\nLan: hay quá\nLan: hay quá\nd1 x9";
    let first = world.host("POST", &path).json(&json!({"text": text})).await;
    assert_eq!(first.status, 200, "{first:?}");
    let counts = |answer: &Value| {
        let count = |name: &str| answer[name].as_u64().expect("a count");
        (count("counted"), count("repeated"), count("failed"))
    };
    assert_eq!(counts(&first.json), (4, 0, 1));
    let lines = first.json["lines"].as_array().expect("a list");
    assert_eq!(lines[0]["outcome"]["result"], "held");
    assert_eq!((&lines[4]["error"], &lines[4]["text"]), (&json!("no_name"), &json!("d1 x9")));
    let again = world.host("POST", &path).json(&json!({"text": text})).await;
    assert_eq!(counts(&again.json), (0, 4, 1));
    assert_eq!(again.json["lines"][0]["outcome"], lines[0]["outcome"]);
    let more = json!({"text": "Tú: d1 1kg\nLan: chốt d1 2kg"});
    let more = world.host("POST", &path).json(&more).await;
    assert_eq!(counts(&more.json), (1, 1, 0));
    assert_eq!(world.left(&session).await, 6);
    world.host("POST", &path).json(&json!({"text": "\n"})).await.is_problem(400, "missing_field");
    let many = json!({"text": "a: b\n".repeat(1_001)});
    world.host("POST", &path).json(&many).await.is_problem(413, "too_many_comments");
    let other = world.accounts.add_shop("Nhà khác").expect("a shop");
    let foreign = world.call("POST", &path).token(&other.host_token);
    foreign.json(&json!({"text": "a: b"})).await.is_problem(404, "unknown_session");
}

#[tokio::test]
async fn a_shop_lists_its_own_sessions_the_newest_first() {
    let world = World::start().await;
    let first = world.live(10).await;
    let second = world.draft(json!({}), 5).await;
    let path = format!("/v1/sessions/{first}/comments");
    let said = json!({"comments": [comment("1", "Lan", "d1 1kg")]});
    assert_eq!(world.source("POST", &path).json(&said).await.status, 200);
    let listed = world.host("GET", "/v1/sessions").send().await;
    let told = |session: &str, state: &str, orders: u32| {
        json!({"session": session, "title": "Phiên tối", "state": state, "offers": 1,
            "orders": orders})
    };
    let sessions = json!([told(&second, "draft", 0), told(&first, "live", 1)]);
    assert_eq!(listed.json, json!({"sessions": sessions}));
    let other = world.accounts.add_shop("Nhà khác").expect("a shop");
    world.hub.add_shop(other.shop);
    let listed = world.call("GET", "/v1/sessions").token(&other.host_token).send().await;
    assert_eq!(listed.json, json!({"sessions": []}));
    world.call("GET", "/v1/sessions").send().await.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn orders_leave_as_sheets_without_a_formula_and_the_summary_says_what_is_left_to_do() {
    let world = World::start().await;
    let session = world.live(2).await;
    let path = format!("/v1/sessions/{session}");
    let said = [
        comment("1", "=1+1", "d1 1.5kg"),
        comment("2", "Minh", "d1 1kg"),
        comment("3", "Tú", "D9 x2"),
    ];
    let posted = world.source("POST", &format!("{path}/comments"));
    assert_eq!(posted.json(&json!({"comments": said})).await.status, 200);
    let csv = world.host("GET", &format!("{path}/export?format=csv")).send().await;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = String::from_utf8(csv.body).expect("UTF-8");
    assert!(text.contains(",'=1+1,held,D1,,1.5,0,45000,"), "{text}");
    let xlsx = world.host("GET", &format!("{path}/export?format=xlsx")).send().await;
    assert_eq!((xlsx.status, &xlsx.body[..2]), (200, &b"PK"[..]));
    world.host("GET", &format!("{path}/export")).send().await.is_problem(400, "bad_query");
    let open = world.call("GET", &format!("{path}/export?format=csv")).send().await;
    open.is_problem(401, "unauthorized");
    let summary = world.host("GET", &format!("{path}/summary")).send().await.json;
    assert_eq!((&summary["unpaid_orders"], &summary["balanced"]), (&json!(2), &json!(true)));
    assert_eq!(summary["unpaid"][1]["buyer_name"], "Minh");
    assert_eq!((&summary["comments"], &summary["unrecognised"]), (&json!(3), &json!(1)));
    let out = &summary["stock_outs"][0];
    assert_eq!((&out["code"], &out["lost"]), (&json!("D1"), &json!(0.5)));
    assert_eq!(out["lost_amount"]["amount"], 22_500);
}
