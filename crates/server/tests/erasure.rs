//! A buyer who asks to be forgotten is: of their name, phone, address, platform id and words no
//! byte is left in any file, answer, log or export, and nothing of the shop's history is lost.

mod house;
#[path = "../../persister/tests/postgres/mod.rs"]
mod postgres;

use house::lying::{backup, files};
use house::{House, PATIENCE, Shop};
use postgres::Postgres;
use serde_json::{Value, json};
use std::io::Read;
use std::time::{Duration, Instant};

const NAME: &str = "Chị Canarina";
const PLATFORM_ID: &str = "canary-7300000000000000001";
const WORDS: &str = "canaryword giao giúp em";
const PHONE: &str = "0912399887";
const PARCEL: &str = "Canarella";
const ADDRESS: &str = "Bản Canaryside";

/// Everything that must be gone; the phone also as its last digits, which no mask hides.
const CANARIES: [&str; 7] =
    [NAME, "Canarina", PLATFORM_ID, "canaryword", PHONE, PARCEL, "Canaryside"];

/// A buyer with an order by comment, another on the shop's own page, a contact and finished orders.
struct Evening {
    shop: Shop,
    session: String,
    /// Their ids, as orders carry them: of the comment, of the page.
    buyers: [String; 2],
    /// The pages of their orders.
    pages: Vec<String>,
    token: String,
    receipt: String,
}

fn form(house: &House, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    let agent = config.timeout_global(Some(PATIENCE)).build().new_agent();
    let fields = fields.iter().map(|(name, value)| (*name, *value));
    let sent = agent.post(format!("{}{path}", house.public())).send_form(fields);
    let answer = sent.expect("an answer");
    let to = answer.headers().get("location").and_then(|to| to.to_str().ok());
    (answer.status().as_u16(), to.unwrap_or_default().to_owned())
}

fn comment(id: &str, buyer: &str, name: &str, text: &str) -> Value {
    json!({"comments": [{"platform": "tiktok", "comment_id": id, "buyer_id": buyer,
        "buyer_name": name, "text": text}]})
}

fn say(house: &House, evening: (&Shop, &str), of: &Value) -> Value {
    let (shop, session) = evening;
    let path = format!("/v1/sessions/{session}/comments");
    let answer = house.call("POST", &path, Some(&shop.source), None, Some(of));
    answer.good()["outcomes"][0].clone()
}

fn orders(house: &House, shop: &Shop, session: &str, query: &str) -> Vec<Value> {
    let path = format!("/v1/sessions/{session}/orders?limit=500{query}");
    house.get(&path, Some(&shop.host)).good()["orders"].as_array().expect("orders").clone()
}

fn evening(house: &House) -> Evening {
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    // Others before and after, so that trees have something to move.
    for n in 0..40 {
        let (id, buyer) = (format!("o{n}"), format!("other-{}", n * 7_919 % 97));
        say(house, (&shop, &session), &comment(&id, &buyer, &format!("Khách {n}"), "D1 x1"));
    }
    let at = (&shop, &*session);
    let said = format!("D1 x2 {PHONE} {WORDS}");
    let outcome = say(house, at, &comment("c1", PLATFORM_ID, NAME, &said));
    let receipt = outcome["receipt"].as_str().expect("a receipt").to_owned();
    say(house, at, &comment("c2", PLATFORM_ID, NAME, &format!("{WORDS}, còn hàng không?")));
    let ticket = format!("/v1/sessions/{session}/tickets");
    let ticket = house.call("POST", &ticket, None, None, Some(&json!({"name": NAME}))).good();
    let token = ticket["buyer_token"].as_str().expect("a token").to_owned();
    let order = [("key", "k1"), ("buyer_token", &*token), ("code", "D1"), ("quantity", "1")];
    let order = [&order[..], &[("name", NAME)]].concat();
    let (status, own) = form(house, &format!("/v/{session}/orders"), &order);
    assert_eq!(status, 303, "ordered on the shop's own page");
    let mine: Vec<_> = orders(house, &shop, &session, "")
        .into_iter()
        .filter(|order| order["buyer_name"] == NAME)
        .collect();
    let id = |order: &Value| order["order"].as_str().expect("an id").to_owned();
    let buyer = |order: &Value| order["buyer"].as_str().expect("an id").to_owned();
    let [by_comment, by_page] = &mine[..] else { panic!("two orders: {mine:?}") };
    let page = format!("/v1/sessions/{session}/orders/{}/page", id(by_comment));
    let page =
        house.get(&page, Some(&shop.host)).good()["path"].as_str().expect("a path").to_owned();
    let pages = vec![page, own];
    for page in &pages {
        let contact = [("name", PARCEL), ("phone", PHONE), ("address", ADDRESS), ("consent", "1")];
        assert_eq!(form(house, &format!("{page}/contact"), &contact).0, 303, "kept");
    }
    let buyers = [buyer(by_comment), buyer(by_page)];
    for (n, order) in mine.iter().enumerate() {
        let refused = house.call(
            "DELETE",
            &format!("/v1/buyers/{}", buyers[n]),
            Some(&shop.host),
            None,
            None,
        );
        assert_eq!(refused.problem(), (409, "open_orders"), "something is held");
        let paid = format!("/v1/sessions/{session}/orders/{}/paid", id(order));
        house.post(&paid, &shop.host, &format!("paid-{n}"), &json!({})).good();
    }
    let ended = format!("/v1/sessions/{session}/state");
    house.call("POST", &ended, Some(&shop.host), None, Some(&json!({"state": "ended"}))).good();
    Evening { shop, session, buyers, pages, token, receipt }
}

/// What a workbook says.
fn unzipped(house: &House, session: &str, host: &str) -> String {
    let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE));
    let path = format!("{}/v1/sessions/{session}/export?format=xlsx", house.public());
    let asked =
        config.build().new_agent().get(path).header("Authorization", format!("Bearer {host}"));
    let mut bytes = Vec::new();
    asked.call().expect("a book").into_body().into_reader().read_to_end(&mut bytes).expect("bytes");
    assert!(bytes.starts_with(b"PK"), "a workbook is a zip");
    let book = house.path("book.xlsx");
    std::fs::write(&book, &bytes).expect("writes");
    let python = std::env::var("CHOT_PYTHON").unwrap_or_else(|_| "python3".into());
    let script = "import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\n\
                  sys.stdout.buffer.write(b''.join(z.read(n) for n in z.namelist()))";
    let out = std::process::Command::new(python).arg("-c").arg(script).arg(&book).output();
    let out = out.expect("python runs");
    assert!(out.status.success() && !out.stdout.is_empty(), "{out:?}");
    std::fs::remove_file(book).expect("removes");
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// Everything that the server says to anybody of the shop, by where it says it.
fn answers(house: &House, evening: &Evening) -> Vec<(String, Vec<u8>)> {
    let Evening { shop, session, .. } = evening;
    let host = Some(shop.host.as_str());
    let mut said = Vec::new();
    let mut keep = |what: &str, body: String| said.push((what.to_owned(), body.into_bytes()));
    for path in
        ["orders", "orders?stored=true", "reviews", "summary", "ledger", "export?format=csv", ""]
    {
        let path = format!("/v1/sessions/{session}/{path}");
        let answer = house.get(path.trim_end_matches('/'), host);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        keep(&path, answer.body.to_string());
    }
    keep("book", unzipped(house, session, &shop.host));
    for page in &evening.pages {
        let answer = house.get(page, None);
        assert_eq!(answer.status, 200, "{page}: {}", answer.body);
        keep(page, answer.body.to_string());
    }
    for buyer in &evening.buyers {
        keep(buyer, house.get(&format!("/v1/buyers/{buyer}"), host).body.to_string());
    }
    let metrics = house::call(house.ops(), "GET", "/metrics", None, None, None);
    assert_eq!(metrics.status, 200);
    keep("metrics", metrics.body.to_string());
    said
}

fn utf16(text: &str, wide: fn(u16) -> [u8; 2]) -> String {
    let bytes: Vec<u8> = text.encode_utf16().flat_map(wide).collect();
    String::from_utf8(bytes).expect("plain letters are UTF-8 in that form too")
}

/// How a canary may lie there: as it is, escaped in JSON, and if it has plain letters only, in both
/// wide forms.
fn forms(canary: &str) -> Vec<String> {
    let escaped = serde_json::to_string(canary).expect("text").trim_matches('"').to_owned();
    let mut forms = vec![canary.to_owned(), escaped];
    if canary.is_ascii() {
        forms.extend([utf16(canary, u16::to_le_bytes), utf16(canary, u16::to_be_bytes)]);
    }
    forms
}

/// Where any canary stands, in any form; empty if there is none.
fn found(in_all: &[(String, Vec<u8>)]) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    for (place, bytes) in in_all {
        // What is no UTF-8 becomes something else; the canaries are, and stay.
        let text = String::from_utf8_lossy(bytes);
        let holds = |canary: &&str| forms(canary).iter().any(|form| text.contains(form.as_str()));
        found.extend(CANARIES.into_iter().filter(holds).map(|canary| (place.clone(), canary)));
    }
    found
}

/// The data folder and the log: what lies on this machine.
fn lies(house: &House) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    files(&house.data(), &mut all);
    all.push(("log".into(), house.log().into_bytes()));
    let names: Vec<_> = all.iter().map(|(name, _)| name.as_str()).collect();
    let named = |end: &str| names.iter().any(|name| name.ends_with(end));
    assert!(named("journal.db") && named("accounts.db"), "{names:?}");
    all
}

fn caught_up(house: &House) {
    let began = Instant::now();
    while house.get("/readyz", None).good()["read_model_lag_events"] != 0 {
        assert!(began.elapsed() < PATIENCE, "the read model lags: {}", house.log());
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// Before the erasure the canaries are where they may be, and nowhere else.
fn check_before(house: &House, evening: &Evening) {
    let lying = found(&lies(house));
    let journal =
        |(place, canary): &(String, &str)| place.contains("journal.db") && *canary == PLATFORM_ID;
    assert!(lying.iter().any(journal), "the search finds what is there: {lying:?}");
    assert!(lying.iter().all(journal), "nothing else lies open: {lying:?}");
    let told = found(&answers(house, evening));
    let tells =
        |place: &str, canary: &str| told.iter().any(|(p, c)| p.contains(place) && *c == canary);
    assert!(
        tells("export?format=csv", NAME) && tells("book", NAME) && tells("orders", NAME),
        "{told:?}"
    );
    for canary in [NAME, PLATFORM_ID, "canaryword", PHONE, PARCEL, "Canaryside"] {
        assert!(tells(&evening.buyers[0], canary), "their own copy has {canary}: {told:?}");
    }
    assert!(!tells("ledger", "Canar") && !tells("metrics", "Canar"), "{told:?}");
    let contact = contact_path(house, evening);
    assert_eq!(house.get(&contact, Some(&evening.shop.host)).good()["phone"], PHONE);
}

fn contact_path(house: &House, evening: &Evening) -> String {
    let Evening { shop, session, .. } = evening;
    let all = orders(house, shop, session, "");
    let own = all.iter().find(|order| order["buyer"] == evening.buyers[0].as_str());
    let order = own.expect("their order stays")["order"].as_str().expect("an id");
    format!("/v1/sessions/{session}/orders/{order}/contact")
}

fn erase(house: &House, evening: &Evening) {
    for (buyer, key) in evening.buyers.iter().zip(["e1", "e2"]) {
        let path = format!("/v1/buyers/{buyer}");
        let call = || house.call("DELETE", &path, Some(&evening.shop.host), Some(key), None);
        let erased = call();
        assert!(!erased.replayed);
        let erased = erased.good();
        assert_eq!((&erased["erased"], &erased["accounts"]), (&json!(true), &json!(1)));
        assert!(erased["position"]["seq"].is_u64(), "{erased}");
        let again = call();
        assert!(again.replayed);
        assert_eq!(again.good(), erased, "the first answer, every time");
    }
}

fn check_after(house: &House, evening: &Evening, when: &str) {
    caught_up(house);
    let mut all = lies(house);
    all.extend(answers(house, evening));
    assert_eq!(found(&all), [], "{when}");
    let Evening { shop, session, buyers, .. } = evening;
    let host = Some(shop.host.as_str());
    for buyer in buyers {
        let copy = house.get(&format!("/v1/buyers/{buyer}"), host);
        assert_eq!(copy.problem(), (404, "unknown_buyer"), "{when}");
    }
    let contact = house.get(&contact_path(house, evening), host);
    assert_eq!(contact.problem(), (404, "no_contact"), "{when}");
    let mine: Vec<_> = orders(house, shop, session, "")
        .into_iter()
        .filter(|order| buyers.iter().any(|buyer| order["buyer"] == buyer.as_str()))
        .collect();
    assert_eq!(mine.len(), 2, "{when}: the shop's books are whole");
    assert!(mine.iter().all(|order| order.get("buyer_name").is_none()), "{when}: of nobody");
    house.verify(session);
    let file = house.path("ledger.ndjson");
    let file = file.to_str().expect("a plain path");
    let proven = house.run(&["verify", file, "--receipt", &evening.receipt]);
    assert!(proven.status.success(), "{when}: {}", String::from_utf8_lossy(&proven.stdout));
    std::fs::remove_file(file).expect("removes");
}

/// Who comes again from the same account, and with the same token, is somebody new.
fn check_new(house: &House, evening: &Evening) {
    let shop = &evening.shop;
    let session = house.live(shop);
    say(house, (shop, &session), &comment("n1", PLATFORM_ID, "Người mới", "D1 x1"));
    let body = json!({"name": "Người mới", "buyer_token": evening.token});
    let ticket = format!("/v1/sessions/{session}/tickets");
    let ticket = house.call("POST", &ticket, None, None, Some(&body)).good();
    let by_comment = orders(house, shop, &session, "")[0]["buyer"].clone();
    for new in [&by_comment, &ticket["buyer"]] {
        assert!(evening.buyers.iter().all(|old| new != old.as_str()), "{new} is an old one");
    }
    let link = format!("/v1/sessions/{session}/links");
    let link = house.call("POST", &link, None, None, Some(&json!({"buyer_token": evening.token})));
    assert_eq!(link.problem(), (400, "bad_buyer_token"));
}

fn run(mut house: House, database: Option<(&Postgres, String)>) {
    let dump =
        || -> Vec<_> { database.iter().flat_map(|(server, url)| dumped(server, url)).collect() };
    house.start();
    let evening = evening(&house);
    caught_up(&house);
    check_before(&house, &evening);
    assert_eq!(found(&dump()), [], "a read model knows nobody, before and after");
    house.verify(&evening.session);
    let other = house.add_shop("Shop khác");
    let path = format!("/v1/buyers/{}", evening.buyers[0]);
    for method in ["GET", "DELETE"] {
        let foreign = house.call(method, &path, Some(&other.host), None, None);
        assert_eq!(foreign.problem(), (404, "unknown_buyer"), "another shop's");
        let source = house.call(method, &path, Some(&evening.shop.source), None, None);
        assert_eq!(source.problem(), (403, "forbidden"));
        assert_eq!(house.call(method, "/v1/buyers/x", Some(&other.host), None, None).status, 404);
    }
    let before = found(&backup(&house, "before.backup"));
    assert!(
        before.iter().any(|(_, canary)| *canary == PLATFORM_ID),
        "the search finds: {before:?}"
    );
    erase(&house, &evening);
    assert_eq!(found(&backup(&house, "after.backup")), [], "a backup made afterwards");
    let lying = found(&lies(&house));
    assert_eq!(lying, [], "when the answer comes nothing lies there any more");
    check_after(&house, &evening, "while it runs");
    house.kill();
    assert_eq!(found(&lies(&house)), [], "killed");
    house.start();
    check_after(&house, &evening, "killed and started again");
    assert!(house.stop());
    assert_eq!(found(&lies(&house)), [], "stopped");
    assert_eq!(found(&backup(&house, "stopped.backup")), [], "a backup of a stopped folder");
    house.start();
    check_after(&house, &evening, "stopped and started again");
    assert_eq!(found(&dump()), []);
    check_new(&house, &evening);
    let deeds = house.get("/v1/deeds", Some(&evening.shop.host)).good()["deeds"].clone();
    let acts: Vec<_> = deeds.as_array().expect("a list").iter().map(|deed| &deed["act"]).collect();
    for act in ["buyer_copied", "buyer_erased", "contact_read", "orders_exported"] {
        assert!(acts.iter().any(|known| *known == act), "{act} is written down: {acts:?}");
    }
}

#[test]
fn of_a_buyer_who_was_erased_no_byte_is_left() {
    run(House::empty(), None);
}

#[test]
fn nor_is_there_in_postgres() {
    let server = Postgres::start();
    let mut house = House::empty();
    let url = server.database();
    house.environment.push(("DATABASE_URL".into(), url.clone()));
    run(house, Some((&server, url)));
}

#[test]
fn killed_right_after_the_answer_they_are_still_erased() {
    let mut house = House::open();
    let evening = evening(&house);
    let path = format!("/v1/buyers/{}", evening.buyers[0]);
    house.call("DELETE", &path, Some(&evening.shop.host), None, None).good();
    house.kill();
    house.start();
    let again = house.call("DELETE", &path, Some(&evening.shop.host), None, None);
    assert!(again.replayed, "the answer outlives the process");
    let copy = house.get(&path, Some(&evening.shop.host));
    assert_eq!(copy.problem(), (404, "unknown_buyer"));
    let own = found(&lies(&house));
    assert!(own.iter().all(|(_, canary)| *canary != PLATFORM_ID), "{own:?}");
}

/// All tables as text, and every file of the server as it lies on disk, dead rows and its own log
/// included.
fn dumped(server: &Postgres, url: &str) -> Vec<(String, Vec<u8>)> {
    let mut dump = std::process::Command::new(server.program("pg_dump"));
    let out = dump.arg("--inserts").arg(url).output().expect("pg_dump runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let text = String::from_utf8_lossy(&out.stdout);
    assert!(text.matches("INSERT INTO public.orders").count() > 30, "the dump has the orders");
    let mut all = vec![("dump".to_owned(), out.stdout)];
    files(&server.data(), &mut all);
    assert!(all.len() > 100, "a server has many files");
    all
}
