//! The viewer's pages without a script: a form sent twice is one order, and only its address opens
//! an order.

mod world;

use serde_json::{Value, json};
use world::World;
use world::http::Answer;

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
