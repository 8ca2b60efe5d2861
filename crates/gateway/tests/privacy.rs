//! What is kept is said, what others may see is masked, and who was erased is a stranger: on pages,
//! sockets and consoles.

mod world;

use gateway::{Keeping, Options};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use world::http::Answer;
use world::socket::Socket;
use world::{World, comment};

const FORM: &str = "application/x-www-form-urlencoded";

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).expect("UTF-8")
}

async fn read(world: &World, path: &str, language: &str) -> String {
    let page = world.call("GET", path).header("accept-language", language).send().await;
    assert_eq!(page.status, 200, "{page:?}");
    text(&page)
}

async fn say(world: &World, session: &str, said: Value) -> Value {
    let path = format!("/v1/sessions/{session}/comments");
    let answer = world.source("POST", &path).json(&json!({"comments": [said]})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json["outcomes"][0].clone()
}

/// A console that has just come in, with what it was shown.
async fn console(world: &World, session: &str) -> (Socket, Value) {
    let url = format!("ws://{}/v1/sessions/{session}/console", world.address);
    let mut request = url.into_client_request().expect("a request");
    let protocol = "v1.console.chot".parse().expect("a header");
    request.headers_mut().insert("sec-websocket-protocol", protocol);
    let mut socket = Socket(connect_async(request).await.expect("connects").0);
    socket.send(json!({"type": "hello", "token": world.shop.host_token})).await;
    let seen = socket.next_of("console").await;
    (socket, seen)
}

#[tokio::test]
async fn the_page_and_the_register_say_the_same_and_every_page_for_buyers_leads_there() {
    let keeping = Keeping { days: 123, postgres: true };
    let world = World::with(Options { keeping, ..Options::default() }, 1_000).await;
    let session = world.live(3).await;
    let path = format!("/privacy/{session}");
    let vi = read(&world, &path, "vi").await;
    let en = read(&world, &path, "en").await;
    assert!(vi.contains("Vườn nhà") && vi.contains("123 ngày") && vi.contains("Postgres"), "{vi}");
    assert!(en.contains("Vườn nhà") && en.contains("123 days"), "{en}");
    let register = world.call("GET", &path).header("accept", "application/json").send().await;
    assert_eq!((register.status, &register.json["law"]), (200, &json!("91/2025/QH15")));
    assert_eq!(register.json["keep_days"], 123);
    let kept = register.json["kept"].as_array().expect("a list");
    assert_eq!(kept.len(), 6);
    for entry in kept {
        let id = entry["id"].as_str().expect("an id");
        assert!(vi.contains(&format!("id=\"{id}\"")), "{id} stands on the page");
        for part in ["what", "why", "where", "how_long", "who_sees_it"] {
            for language in ["vi", "en"] {
                assert!(entry[part][language].is_string(), "{id}: {part} in {language}");
            }
        }
    }
    assert!(read(&world, "/privacy", "vi").await.contains("123 ngày"), "also without a session");
    world.call("GET", "/privacy/0000000000-s1").send().await.is_problem(404, "unknown_session");

    let link = format!("href=\"{path}\"");
    let sale = read(&world, &format!("/v/{session}"), "vi").await;
    assert!(sale.contains(&link), "{sale}");
    say(&world, &session, comment("1", "lan", "D1 x1")).await;
    let orders = world.host("GET", &format!("/v1/sessions/{session}/orders")).send().await;
    let order = orders.json["orders"][0]["order"].as_str().expect("an id").to_owned();
    let way = format!("/v1/sessions/{session}/orders/{order}/page");
    let way = world.host("GET", &way).send().await.json["path"].clone();
    let page = read(&world, way.as_str().expect("a path"), "vi").await;
    assert_eq!(page.matches(&link).count(), 2, "the page's own way and the form's: {page}");
}

#[tokio::test]
async fn phone_numbers_are_masked_on_consoles_cards_and_files_and_not_in_the_buyers_own_copy() {
    let world = World::start().await;
    let session = world.live(9).await;
    let said = |id: &str, text: &str| {
        json!({"platform": "tiktok", "comment_id": id, "buyer_id": "lan",
            "buyer_name": "Lan 0387 654 321", "text": text})
    };
    say(&world, &session, said("1", "D1 x2 giao 0901.234.567 nhé")).await;
    say(&world, &session, said("2", "Q7 x2 gọi +84 901 234 567")).await;
    let (_socket, seen) = console(&world, &session).await;
    let opens = accounts::Opens::SetUp(Some(world.shop.shop));
    let now = domain::Clock::wall(&*world.clock);
    let link = world.accounts.offer(opens, now);
    let from = (accounts::CameFrom::default(), now);
    let owner = world.accounts.set_up(&link, "", ("Đào", "bí đỏ ngọt lắm"), from);
    let cookie = format!("chot-sign-in={}", owner.expect("an owner").1.carried);
    let reviews = format!("/v1/sessions/{session}/reviews");
    let raw = text(&world.host("GET", &reviews).send().await);
    assert!(raw.contains("+84 901 234 567"), "a machine reads what was sent: {raw}");
    let reviews = world.call("GET", &reviews).header("cookie", &cookie).send().await;
    let csv = format!("/v1/sessions/{session}/export?format=csv");
    let csv = text(&world.host("GET", &csv).send().await);
    let shown = [seen.to_string(), text(&reviews), csv.clone()];
    for shown in &shown {
        for phone in ["234.567", "234 567", "654 321", "0901", "0387"] {
            assert!(!shown.contains(phone), "{phone} in {shown}");
        }
    }
    assert!(shown[0].contains("D1 x2 giao 090•••4567 nhé"), "{}", shown[0]);
    assert!(shown[1].contains("gọi 090•••4567"), "{}", shown[1]);
    assert!(csv.contains("Lan 038•••4321"), "{csv}");
    let orders = world.host("GET", &format!("/v1/sessions/{session}/orders")).send().await;
    let buyer = orders.json["orders"][0]["buyer"].as_str().expect("an id").to_owned();
    let copy = world.host("GET", &format!("/v1/buyers/{buyer}")).send().await;
    assert_eq!((copy.status, &copy.json["buyer"]), (200, &json!(buyer)));
    assert_eq!(copy.json["accounts"][0]["platform_id"], "lan");
    let history = copy.json["history"].as_array().expect("a history");
    assert_eq!(history.len(), 2, "{history:?}");
    assert_eq!(history[0]["said"][0]["text"], "D1 x2 giao 0901.234.567 nhé");
    assert_eq!(history[0]["event"]["type"], "claim_held");
    assert_eq!(copy.json["orders"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_copy_tells_nothing_of_others() {
    let world = World::start().await;
    let session = world.live(9).await;
    let path = format!("/v1/sessions/{session}/comments");
    let said = json!({"comments": [comment("1", "lan", "D1 x1"), comment("2", "hoa", "D1 x2"),
        comment("3", "hoa", "bí đỏ ở đâu thế?"), comment("4", "lan", "bí này ngon không?")]});
    assert_eq!(world.source("POST", &path).json(&said).await.status, 200);
    let orders = world.host("GET", &format!("/v1/sessions/{session}/orders")).send().await;
    let lan = orders.json["orders"][0]["buyer"].as_str().expect("an id").to_owned();
    let hoa = orders.json["orders"][1]["buyer"].as_str().expect("an id").to_owned();
    let copy = text(&world.host("GET", &format!("/v1/buyers/{lan}")).send().await);
    assert!(copy.contains("bí này ngon không?"), "{copy}");
    for others in ["hoa", &hoa, "bí đỏ ở đâu", "tiktok:2", "tiktok:3"] {
        assert!(!copy.contains(others), "{others} in {copy}");
    }
}

#[tokio::test]
async fn an_erased_viewer_is_let_go_and_comes_back_as_somebody_new() {
    let world = World::start().await;
    let session = world.live(9).await;
    let ask = format!("/v1/sessions/{session}/tickets");
    let ticket = world.call("POST", &ask).json(&json!({"name": "Lan"})).await.json;
    let enter = |ticket: Value| {
        let world = &world;
        let session = session.clone();
        async move {
            let mut socket = Socket::connect(world, &session, "v1.json.chot").await;
            socket.send(json!({"type": "hello", "ticket": ticket["ticket"]})).await;
            socket
        }
    };
    let mut socket = enter(ticket.clone()).await;
    socket.next_of("welcome").await;
    socket.send(json!({"type": "comment", "key": "k1", "text": "chào shop"})).await;
    socket.next_of("outcome").await;
    let mut host = console(&world, &session).await;
    assert!(host.1.to_string().contains("chào shop"), "{}", host.1);
    // A second ticket is in hand when it happens.
    let again = json!({"name": "Lan", "buyer_token": ticket["buyer_token"]});
    let second = world.call("POST", &ask).json(&again).await.json;
    assert_eq!(second["buyer"], ticket["buyer"]);

    let buyer = ticket["buyer"].as_str().expect("an id");
    let erased = world.host("DELETE", &format!("/v1/buyers/{buyer}")).key("e1").send().await;
    assert_eq!((erased.status, &erased.json["accounts"]), (200, &json!(1)), "{erased:?}");
    assert_eq!(socket.closed().await.0, 1013, "come back");
    let mut late = enter(second).await;
    assert_eq!(late.next_of("error").await["code"], "buyer_erased");
    let third = world.call("POST", &ask).json(&again).await.json;
    assert_ne!(third["buyer"], ticket["buyer"]);
    assert_ne!(third["buyer_token"], ticket["buyer_token"]);
    enter(third).await.next_of("welcome").await;

    // The console that looked on all the while says nothing of them any more.
    say(&world, &session, comment("1", "hoa", "D1 x1")).await;
    let feed = loop {
        let shown = host.0.next_of("console").await;
        if shown["feed"].to_string().contains("hoa") {
            break shown["feed"].to_string();
        }
    };
    assert!(!feed.contains("chào shop") && !feed.contains("Lan"), "{feed}");
    // Their old page shows no form in that name.
    let token = ticket["buyer_token"].as_str().expect("a token");
    let sale = world.call("GET", &format!("/v/{session}"));
    let sale = text(&sale.header("cookie", &format!("chot-buyer={token}")).send().await);
    assert!(!sale.contains(token), "a fresh token: {sale}");
    let form = format!("key=k9&buyer_token={token}&code=D1&quantity=1&name=Lan");
    let sent = world.call("POST", &format!("/v/{session}/orders")).header("content-type", FORM);
    let sent = sent.body(form.as_bytes()).await;
    assert_eq!(sent.status, 422, "asked once more, with the fresh token in the form");
    assert!(!text(&sent).contains(token));
}
