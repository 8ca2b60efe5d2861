//! The viewer's pages without a script: a form sent twice is one order, and only its address opens
//! an order.

mod world;

use serde_json::{Value, json};
use world::World;
use world::http::Answer;
use world::socket::Socket;

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(world: &World, path: &str, form: &str) -> Answer {
    world.call("POST", path).header("content-type", FORM).body(form.as_bytes()).await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).expect("UTF-8")
}

/// The value of a hidden field.
fn field<'a>(html: &'a str, name: &str) -> &'a str {
    let begin = format!("name=\"{name}\" value=\"");
    let rest = html.split_once(&begin).expect("the field").1;
    rest.split_once('"').expect("its end").0
}

/// A form of the page, filled in.
async fn form(world: &World, session: &str, more: &str) -> String {
    let page = world.call("GET", &format!("/v/{session}")).send().await;
    assert_eq!(page.status, 200, "{page:?}");
    let html = text(&page);
    format!("key={}&buyer_token={}&{more}", field(&html, "key"), field(&html, "buyer_token"))
}

async fn orders(world: &World, session: &str) -> Vec<Value> {
    let listed = world.host("GET", &format!("/v1/sessions/{session}/orders")).send().await;
    listed.json["orders"].as_array().expect("orders").clone()
}

#[tokio::test]
async fn a_form_that_is_sent_twice_is_one_order_with_a_page_of_its_own() {
    let world = World::start().await;
    let session = world.live(3).await;
    let form = form(&world, &session, "code=D1&quantity=1,5&name=Lan").await;
    let path = format!("/v/{session}/orders");
    let (first, second) = (post(&world, &path, &form).await, post(&world, &path, &form).await);
    assert_eq!((first.status, second.status), (303, 303), "{first:?}");
    let to = first.header("location").expect("a way").to_owned();
    assert_eq!(second.header("location"), Some(&*to));
    let listed = orders(&world, &session).await;
    assert_eq!((listed.len(), &listed[0]["lines"][0]["held"]), (1, &json!(1.5)));
    assert_eq!(listed[0]["buyer_name"], "Lan");
    let page = world.call("GET", &to).send().await;
    let html = text(&page);
    assert_eq!(page.status, 200);
    assert!(html.contains("1,5 kg") && html.contains("67.500\u{a0}₫"), "{html}");

    let cookie = first.header("set-cookie").expect("a convenience");
    let cookie = cookie.split(';').next().expect("a pair");
    let again = world.call("GET", &format!("/v/{session}")).header("cookie", cookie).send().await;
    assert!(text(&again).contains(&*to), "one's own orders are found again");
    assert!(!text(&world.call("GET", &format!("/v/{session}")).send().await).contains("/o/"));
}

#[tokio::test]
async fn only_its_own_address_opens_an_order() {
    let world = World::start().await;
    let session = world.live(3).await;
    let mut pages = Vec::new();
    for name in ["Lan", "Hoa"] {
        let form = form(&world, &session, &format!("code=D1&quantity=1&name={name}")).await;
        let ordered = post(&world, &format!("/v/{session}/orders"), &form).await;
        pages.push(ordered.header("location").expect("a way").to_owned());
    }
    let (first, second) = (pages[0].split_once('.'), pages[1].split_once('.'));
    let (first, second) = (first.expect("two parts"), second.expect("two parts"));
    for wrong in [
        format!("{}.{}", first.0, second.1),
        first.0.to_owned(),
        format!("{}.", first.0),
        "/o/guess.guess".to_owned(),
    ] {
        world.call("GET", &wrong).send().await.is_problem(404, "unknown_order");
    }
    let cancel = format!("{}.{}/cancel", first.0, second.1);
    post(&world, &cancel, "key=k1").await.is_problem(404, "unknown_order");
}

#[tokio::test]
async fn a_buyer_gives_an_order_back_and_takes_it_back() {
    let world = World::start().await;
    let session = world.live_with(json!({"cancel_undo": {"seconds": 60}}), 3).await;
    let form = form(&world, &session, "code=D1&quantity=1&name=Lan").await;
    let ordered = post(&world, &format!("/v/{session}/orders"), &form).await;
    let to = ordered.header("location").expect("a way").to_owned();
    let cancelled = post(&world, &format!("{to}/cancel"), "key=k1").await;
    assert_eq!(cancelled.status, 303, "{cancelled:?}");
    assert!(text(&world.call("GET", &to).send().await).contains("Lấy lại đơn"));
    assert_eq!(post(&world, &format!("{to}/undo"), "key=k2").await.status, 303);
    assert_eq!(orders(&world, &session).await[0]["state"], "held");
    post(&world, &format!("{to}/burn"), "key=k3").await.is_problem(404, "not_found");
}

#[tokio::test]
async fn words_order_like_a_tap_and_a_question_is_none() {
    let world = World::start().await;
    let session = world.live(3).await;
    let path = format!("/v/{session}/orders");
    let words = form(&world, &session, "text=ch%E1%BB%91t+D1+1+k%C3%AD&name=Lan").await;
    assert_eq!(post(&world, &path, &words).await.status, 303);
    let words = form(&world, &session, "text=D1+bao+nhi%C3%AAu&name=Lan").await;
    let asked = post(&world, &path, &words).await;
    assert_eq!(asked.status, 200);
    assert!(text(&asked).contains("chưa phải là đơn"));
    assert_eq!(orders(&world, &session).await.len(), 1);
}

#[tokio::test]
async fn what_cannot_be_ordered_says_why_on_the_same_page() {
    let world = World::start().await;
    let session = world.live_with(json!({"waitlist": false}), 3).await;
    let path = format!("/v/{session}/orders");
    let check = async |more: &str, expected: &str| {
        let form = form(&world, &session, more).await;
        let answer = post(&world, &path, &form).await;
        assert_eq!(answer.status, 422, "{more}");
        assert!(text(&answer).contains(expected), "{more}: {}", text(&answer));
    };
    check("code=D1&quantity=0.3&name=Lan", "Số lượng này").await;
    check("code=D1&quantity=many&name=Lan", "Số lượng này").await;
    check("code=Z9&quantity=1&name=Lan", "không còn bán").await;
    check("code=D1&quantity=1&name=", "Viết tên").await;
    check("code=D1&quantity=9&name=Lan", "Hết hàng").await;
    let foreign = world.call("POST", &path).header("content-type", FORM);
    let foreign = foreign.header("origin", "https://evil.example").body(b"key=k").await;
    foreign.is_problem(403, "bad_origin");
    world.call("GET", "/v/7k3m9qa2x4-s9").send().await.is_problem(404, "unknown_session");
}

#[tokio::test]
async fn names_are_escaped() {
    let world = World::start().await;
    let session = world.live(3).await;
    let path = format!("/v/{session}/orders");
    let evil = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    let form = form(&world, &session, &format!("code=D1&quantity=0.3&name={evil}")).await;
    assert!(!text(&post(&world, &path, &form).await).contains("<script>alert"));
}

#[tokio::test]
async fn who_has_an_orders_address_can_check_its_place_in_the_ledger() {
    let world = World::start().await;
    let session = world.live(3).await;
    let (mut other, _) = Socket::enter(&world, &session, "Hoa").await;
    other.send(tap("h1", 1)).await;
    other.next_of("outcome").await;
    let (mut socket, _) = Socket::enter(&world, &session, "Lan").await;
    let mut outcomes = Vec::new();
    for key in ["k1", "k2"] {
        socket.send(tap(key, 1)).await;
        outcomes.push(socket.next_of("outcome").await);
    }
    let page = socket.next_of("order").await["page"].as_str().expect("a way").to_owned();
    let read = world.call("GET", &format!("{page}/receipts")).send().await;
    assert_eq!(read.status, 200, "{read:?}");
    let receipts = read.json["receipts"].as_array().expect("a list");
    assert_eq!(receipts.len(), 2, "one's own claims and no other");
    for (receipt, outcome) in receipts.iter().zip(&outcomes) {
        assert_eq!(receipt["number"], outcome["number"]);
        assert_eq!(receipt["hash"], outcome["receipt"]);
        assert_eq!(receipt["seq"], outcome["position"]["seq"]);
        assert_eq!(receipt["codes"], json!(["D1"]));
    }
    let ledger = world.host("GET", &format!("/v1/sessions/{session}/ledger")).send().await;
    let lines = text(&ledger);
    for receipt in receipts {
        let line = lines.lines().find(|line| line.contains(receipt["hash"].as_str().expect("a")));
        let line: Value = serde_json::from_str(line.expect("it stands there")).expect("JSON");
        for field in ["epoch", "seq", "at", "prev", "hash", "frame"] {
            assert_eq!(receipt[field], line[field], "{field}");
        }
    }
    let wrong = format!("{}x/receipts", page);
    world.call("GET", &wrong).send().await.is_problem(404, "unknown_order");
}

#[tokio::test]
async fn a_socket_and_a_form_under_one_key_are_one_order() {
    let world = World::start().await;
    let session = world.live(3).await;
    let ticket = world.ticket(&session, "Lan", None).await;
    let (mut socket, _) =
        Socket::enter_with(&world, &session, &ticket["ticket"], Value::Null).await;
    socket.send(tap("one", 1)).await;
    let outcome = socket.next_of("outcome").await;
    let page = socket.next_of("order").await["page"].clone();
    let token = ticket["buyer_token"].as_str().expect("a token");
    let form = format!("key=one&buyer_token={token}&code=D1&quantity=1&name=Lan");
    let posted = post(&world, &format!("/v/{session}/orders"), &form).await;
    assert_eq!((posted.status, posted.header("location")), (303, page.as_str()));
    assert_eq!(orders(&world, &session).await.len(), 1);
    assert_eq!(outcome["result"], "held");
    assert_eq!(world.left(&session).await, json!(2));
}

#[tokio::test]
async fn a_viewer_is_told_when_the_session_stops() {
    let world = World::start().await;
    let session = world.live(3).await;
    let (mut socket, welcome) = Socket::enter(&world, &session, "Lan").await;
    assert_eq!(welcome["state"], "live");
    let path = format!("/v1/sessions/{session}/state");
    world.host("POST", &path).json(&json!({"state": "paused"})).await;
    while socket.next_of("stock").await["state"] != "paused" {}
}

fn tap(key: &str, quantity: u32) -> Value {
    json!({"type": "claim", "key": key, "lines": [{"code": "D1", "quantity": quantity}]})
}
