//! Where an order goes: typed on its page without a script, shown masked, read by its shop alone.

mod world;

use serde_json::{Value, json};
use world::World;
use world::http::Answer;

const FORM: &str = "application/x-www-form-urlencoded";

/// Chị Lan, 0912 345 678, Bản Áng, Đông Sang ⏎ Mộc Châu, and the box ticked.
const SOUND: &str = "name=Ch%E1%BB%8B+Lan&phone=0912+345.678&consent=1\
    &address=B%E1%BA%A3n+%C3%81ng%2C+%C4%90%C3%B4ng+Sang%0D%0AM%E1%BB%99c+Ch%C3%A2u";

async fn post(world: &World, path: &str, form: &str) -> Answer {
    world.call("POST", path).header("content-type", FORM).body(form.as_bytes()).await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).expect("UTF-8")
}

async fn page(world: &World, path: &str) -> String {
    let page = world.call("GET", path).send().await;
    assert_eq!(page.status, 200, "{page:?}");
    text(&page)
}

fn field<'a>(html: &'a str, name: &str) -> &'a str {
    let begin = format!("name=\"{name}\" value=\"");
    html.split_once(&begin).expect("the field").1.split_once('"').expect("its end").0
}

/// The address of a new order's page.
async fn ordered(world: &World, session: &str) -> String {
    let html = page(world, &format!("/v/{session}")).await;
    let (key, token) = (field(&html, "key"), field(&html, "buyer_token"));
    let form = format!("key={key}&buyer_token={token}&code=D1&quantity=1&name=Lan");
    let ordered = post(world, &format!("/v/{session}/orders"), &form).await;
    ordered.header("location").expect("a way").to_owned()
}

/// Where the host reads it.
fn call(session: &str, order: &str) -> String {
    let id = order.trim_start_matches("/o/").split('.').next().expect("an id");
    format!("/v1/sessions/{session}/orders/{id}/contact")
}

#[tokio::test]
async fn a_buyer_says_where_it_goes_and_the_shop_reads_it_after_a_restart_too() {
    let world = World::start().await;
    let session = world.live(3).await;
    let order = ordered(&world, &session).await;
    let read = call(&session, &order);
    world.host("GET", &read).send().await.is_problem(404, "no_contact");
    let html = page(&world, &order).await;
    assert!(html.contains("value=\"Lan\""), "what they call themselves stands there: {html}");
    assert!(html.contains("Tôi đồng ý để Vườn nhà giữ"), "{html}");
    assert!(!html.contains("http-equiv"), "nothing wipes away what is being typed");

    let kept = post(&world, &format!("{order}/contact"), SOUND).await;
    assert_eq!((kept.status, kept.header("location")), (303, Some(&*order)), "{kept:?}");
    let check = async |world: &World| {
        let html = page(world, &order).await;
        assert!(html.contains("Chị Lan · ••••5678 · …"), "{html}");
        assert!(!html.contains("0912") && !html.contains("Áng"), "{html}");
        assert!(html.contains("http-equiv=\"refresh\""), "it comes again by itself");
        let read = world.host("GET", &read).send().await;
        assert_eq!((read.status, &read.json["name"]), (200, &json!("Chị Lan")), "{read:?}");
        assert_eq!(read.json["phone"], "0912345678");
        assert_eq!(read.json["address"], "Bản Áng, Đông Sang\nMộc Châu");
        let consent = &read.json["consent"];
        assert_eq!((&consent["purpose"], &consent["version"]), (&json!("delivery"), &json!(1)));
        assert!(consent["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{consent}");
    };
    check(&world).await;
    check(&world.restart().await).await;
}

#[tokio::test]
async fn a_wrong_field_says_so_beside_it_and_nothing_typed_is_lost() {
    let world = World::start().await;
    let session = world.live(3).await;
    let order = ordered(&world, &session).await;
    let path = format!("{order}/contact");
    let check = async |form: &str, notes: &[(&str, &str)], stays: &[&str]| {
        let answer = post(&world, &path, form).await;
        assert_eq!(answer.status, 422, "{form}");
        let html = text(&answer);
        for (field, words) in notes {
            let note = html.split_once(&format!("id=\"wrong-{field}\">")).expect("a note").1;
            assert!(note.split('<').next().is_some_and(|note| note.contains(words)), "{html}");
        }
        assert_eq!(html.matches("id=\"wrong-").count(), notes.len(), "{html}");
        assert_eq!(html.matches("aria-invalid").count(), notes.len(), "{html}");
        stays.iter().for_each(|typed| assert!(html.contains(typed), "{typed}: {html}"));
    };
    let phone = [("phone", "0912 345 678")];
    let typed = ["value=\"Hoa\"", "value=\"091234\"", ">\nSơn La</textarea>", " checked"];
    let form = "name=Hoa&phone=091234&address=S%C6%A1n+La&consent=1";
    check(form, &phone, &typed).await;
    let form = "name=Hoa&phone=0912345678&address=S%C6%A1n+La";
    check(form, &[("consent", "Cần bạn đồng ý")], &["value=\"0912345678\""]).await;
    check(&format!("{form}&consent=0"), &[("consent", "Cần bạn đồng ý")], &[]).await;
    let all = [("name", "tên"), ("phone", "shipper"), ("address", "thôn xóm"), ("consent", "Cần")];
    check("", &all, &[]).await;
    let form = "name=Hoa%E2%80%AE&phone=0912345678&address=a%0Ab%0Ac%0Ad%0Ae%0Af%0Ag&consent=1";
    check(form, &[("name", "ký tự lạ"), ("address", "6 dòng")], &[]).await;
    let evil = "name=Hoa&phone=%22%3E%3Cscript%3E&address=%3C%2Ftextarea%3E%3Cscript%3E&consent=1";
    check(evil, &phone, &[]).await;
    assert!(!text(&post(&world, &path, evil).await).contains("<script>"));
    world.host("GET", &call(&session, &order)).send().await.is_problem(404, "no_contact");
}

#[tokio::test]
async fn what_cannot_be_kept_just_now_stays_in_the_form() {
    let world = World::start().await;
    let session = world.live(3).await;
    let order = ordered(&world, &session).await;
    world.hub.set_disk_low(true);
    let answer = post(&world, &format!("{order}/contact"), SOUND).await;
    let html = text(&answer);
    assert_eq!(answer.status, 503, "{html}");
    for words in ["Chưa lưu được", "value=\"Chị Lan\"", "value=\"0912 345.678\"", "Mộc Châu<"]
    {
        assert!(html.contains(words), "{words}: {html}");
    }
    world.hub.set_disk_low(false);
    world.host("GET", &call(&session, &order)).send().await.is_problem(404, "no_contact");
    assert_eq!(post(&world, &format!("{order}/contact"), SOUND).await.status, 303);
}

#[tokio::test]
async fn it_can_be_changed_until_the_order_is_off() {
    let world = World::start().await;
    let session = world.live(3).await;
    let order = ordered(&world, &session).await;
    let path = format!("{order}/contact");
    assert_eq!(post(&world, &path, SOUND).await.status, 303);
    assert!(page(&world, &order).await.contains(&format!("href=\"{path}\"")));
    let html = page(&world, &path).await;
    assert!(html.contains("<textarea") && !html.contains("http-equiv"), "{html}");
    assert!(!html.contains("345") && !html.contains("Áng"), "what is kept is not shown: {html}");
    let form = "name=Hoa&phone=%2B49+1512+3456789&address=Berlin&consent=1";
    assert_eq!(post(&world, &path, form).await.status, 303);
    let read = world.host("GET", &call(&session, &order)).send().await;
    assert_eq!(
        (&read.json["phone"], &read.json["name"]),
        (&json!("+4915123456789"), &json!("Hoa"))
    );
    assert_eq!(post(&world, &format!("{order}/cancel"), "key=k1").await.status, 303);
    assert_eq!(post(&world, &path, SOUND).await.status, 409);
    let html = page(&world, &path).await;
    assert!(html.contains("Hoa · ••••6789") && !html.contains("<textarea"), "{html}");
}

#[tokio::test]
async fn only_the_shop_of_the_order_reads_where_it_goes() {
    let world = World::start().await;
    let session = world.live(3).await;
    let order = ordered(&world, &session).await;
    assert_eq!(post(&world, &format!("{order}/contact"), SOUND).await.status, 303);
    let read = call(&session, &order);
    let other = world.accounts.add_shop("Shop khác").expect("a shop");
    world.hub.add_shop(other.shop);
    let foreign = world.call("GET", &read).token(&other.host_token).send().await;
    foreign.is_problem(404, "unknown_session");
    world.source("GET", &read).send().await.is_problem(403, "forbidden");
    world.call("GET", &read).send().await.is_problem(401, "unauthorized");
    let second = world.live(3).await;
    world.host("GET", &call(&second, &order)).send().await.is_problem(404, "unknown_order");
    let guess = format!("{}.guess/contact", order.split('.').next().expect("an id"));
    post(&world, &guess, SOUND).await.is_problem(404, "unknown_order");
    let evil = world.call("POST", &format!("{order}/contact")).header("content-type", FORM);
    let evil = evil.header("origin", "https://evil.example").body(SOUND.as_bytes()).await;
    evil.is_problem(403, "bad_origin");
}

#[tokio::test]
async fn no_file_and_no_ledger_holds_a_word_of_it() {
    let world = World::start().await;
    let session = world.live(3).await;
    let order = ordered(&world, &session).await;
    let form = "name=Canary+Name&phone=0912345678&address=Canary+Street&consent=1";
    assert_eq!(post(&world, &format!("{order}/contact"), form).await.status, 303);
    let ledger = world.host("GET", &format!("/v1/sessions/{session}/ledger")).send().await;
    let sheet = format!("/v1/sessions/{session}/export?format=csv");
    let mut all = vec![ledger.body, world.host("GET", &sheet).send().await.body];
    let orders = world.host("GET", &format!("/v1/sessions/{session}/orders")).send().await;
    assert_eq!(orders.json["orders"][0]["buyer_name"], Value::from("Lan"));
    all.push(orders.body);
    for dir in [world.dir.path().to_owned(), world.dir.path().join("data")] {
        let entries = std::fs::read_dir(dir).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        all.extend(paths.filter(|path| path.is_file()).map(|p| std::fs::read(p).expect("reads")));
    }
    assert!(all.len() >= 6, "the answers, the journal, its log and the accounts");
    for word in ["Canary", "0912345678"] {
        let word = word.as_bytes();
        assert!(all.iter().all(|bytes| bytes.windows(word.len()).all(|w| w != word)));
    }
}

#[tokio::test]
async fn a_host_sends_a_buyer_the_orders_own_page() {
    let world = World::start().await;
    let session = world.live(3).await;
    let order = ordered(&world, &session).await;
    let read = call(&session, &order).replace("/contact", "/page");
    let told = world.host("GET", &read).send().await;
    assert_eq!((told.status, told.json["path"].as_str()), (200, Some(order.as_str())));
    assert_eq!(told.json.get("url"), None, "only this machine reaches it");
    *world.addresses.lock().expect("unpoisoned") = vec!["http://192.168.1.7:8080".to_owned()];
    let told = world.host("GET", &read).send().await;
    assert_eq!(told.json["url"], json!(format!("http://192.168.1.7:8080{order}")));
    assert_eq!(world.call("GET", &read).send().await.status, 401);
    let other = world.accounts.add_shop("Vườn khác").expect("a shop");
    world.hub.add_shop(other.shop);
    let bearer = format!("Bearer {}", other.host_token);
    let foreign = world.call("GET", &read).header("authorization", &bearer).send().await;
    assert_eq!(foreign.status, 404);
}

#[tokio::test]
async fn a_page_goes_out_packed_to_who_takes_it() {
    let world = World::start().await;
    let session = world.live(3).await;
    let path = format!("/v/{session}");
    let plain = world.call("GET", &path).send().await;
    assert_eq!(plain.header("content-encoding"), None);
    assert_eq!(plain.header("vary"), Some("accept-encoding"));
    let packed = world.call("GET", &path).header("accept-encoding", "gzip").send().await;
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.body.len() < plain.body.len(), "{} bytes", packed.body.len());
}

#[tokio::test]
async fn where_an_account_wanted_it_goes_with_the_account_to_its_person() {
    let world = World::start().await;
    let session = world.live(3).await;
    let comments = format!("/v1/sessions/{session}/comments");
    let say = async |id: &str, text: &str| {
        let comment = json!({"platform": "tiktok", "comment_id": id, "buyer_id": "lan",
            "buyer_name": "Lan", "text": text});
        world.source("POST", &comments).json(&json!({"comments": [comment]})).await
    };
    let said = say("1", "D1 x1").await;
    let id = said.json["outcomes"][0]["order"].as_str().expect("an order").to_owned();
    let path = format!("/v1/sessions/{session}/orders/{id}/page");
    let order = world.host("GET", &path).send().await.json["path"].clone();
    let form = format!("{}/contact", order.as_str().expect("a path"));
    assert_eq!(post(&world, &form, SOUND).await.status, 303);

    let ticket = world.ticket(&session, "Lan", None).await;
    let links = format!("/v1/sessions/{session}/links");
    let token = json!({"buyer_token": ticket["buyer_token"]});
    let link = world.call("POST", &links).json(&token).await;
    let linked = say("2", &format!("#{}", link.json["code"].as_str().expect("a code"))).await;
    assert_eq!(linked.json["outcomes"][0]["reason"], "linked", "{linked:?}");

    let read = format!("/v1/sessions/{session}/orders/{id}/contact");
    let told = world.host("GET", &read).send().await;
    assert_eq!((told.status, &told.json["phone"]), (200, &json!("0912345678")), "{told:?}");
}
