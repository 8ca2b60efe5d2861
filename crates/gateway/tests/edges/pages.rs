//! What every page carries, and what it may do in a browser.

use crate::operators;
use crate::world::World;
use crate::world::http::{Answer, Call};
use domain::Clock;
use gateway::{Edge, Options, Timing};
use serde_json::json;

const FORM: &str = "application/x-www-form-urlencoded";

/// Every header that a page needs, and a policy that lets nothing else run.
fn is_sealed(path: &str, page: &Answer, is_encrypted: bool) {
    let says = |name: &str| page.header(name).unwrap_or_else(|| panic!("{path}: no {name}"));
    assert!(says("content-type").starts_with("text/html"), "{path}");
    let policy = says("content-security-policy");
    for part in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action"] {
        assert!(policy.contains(part), "{path}: {part} is not in {policy}");
    }
    for hole in ["unsafe-inline", "unsafe-eval", "*", "http:", "https:"] {
        assert!(!policy.contains(hole), "{path}: {hole} is in {policy}");
    }
    assert_eq!(says("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(says("x-frame-options"), "DENY", "{path}");
    // Browsers take it for nothing over plain HTTP, and say so on each page.
    let opener = page.header("cross-origin-opener-policy");
    assert_eq!(opener, is_encrypted.then_some("same-origin"), "{path}");
    assert_eq!(says("cache-control"), "no-store", "{path}");
    assert!(["same-origin", "no-referrer"].contains(&says("referrer-policy")), "{path}");
    for part in ["camera=()", "microphone=()", "geolocation=()"] {
        assert!(says("permissions-policy").contains(part), "{path}: {part}");
    }
    let hsts = page.header("strict-transport-security");
    assert_eq!(hsts.is_some(), is_encrypted, "{path}: only where it is true");
    // Inline code is either named by its digest or not there at all.
    let html = String::from_utf8_lossy(&page.body);
    if !policy.contains("sha256-") {
        for inline in ["<style>", "<script>", " style=\"", " onclick=", "javascript:"] {
            assert!(!html.contains(inline), "{path}: {inline}");
        }
    }
}

async fn walk(options: Options) {
    let is_encrypted = options.public_url.is_some();
    let world = World::with(options, 100).await;
    let session = world.live(10).await;
    let now = world.clock.wall();
    let link = world.accounts.offer(accounts::Opens::SetUp(Some(world.shop.shop)), now);
    let set_up = format!("/setup?link={link}");
    let form = format!("link={link}&name=Lan&password=bi-do-ngot");
    let mut pages = vec![("GET", set_up, "", "")];
    for path in ["/", "/sign-in", "/sign-in?link=guess", "/setup?link=guess"] {
        pages.push(("GET", path.to_owned(), "", ""));
    }
    pages.push(("GET", format!("/v/{session}"), "", ""));
    pages.push(("POST", "/setup".into(), "link=guess", ""));
    pages.push(("POST", "/sign-in".into(), "name=Lan&password=wrong-one", ""));
    for (method, path, form, _) in &pages {
        let call = world.call(method, path).header("content-type", FORM);
        is_sealed(path, &call.body(form.as_bytes()).await, is_encrypted);
    }
    let entered = world.call("POST", "/setup").header("content-type", FORM);
    let entered = entered.body(form.as_bytes()).await;
    let cookie = entered.header("set-cookie").expect("a cookie").to_owned();
    let cookie = cookie.split(';').next().expect("a pair");
    for path in ["/host".to_owned(), format!("/host/{session}")] {
        let page = world.call("GET", &path).header("cookie", cookie).send().await;
        assert_eq!(page.status, 200, "{path}");
        is_sealed(&path, &page, is_encrypted);
    }
    let claim = json!({"buyer_name": "Lan", "lines": [{"code": "D1", "quantity": 1}]});
    let claim = world.host("POST", &format!("/v1/sessions/{session}/claims")).key("k").json(&claim);
    let order = claim.await.json["order"].as_str().expect("an order").to_owned();
    let page = format!("/v1/sessions/{session}/orders/{order}/page");
    let page = world.host("GET", &page).send().await;
    let own = page.json["path"].as_str().unwrap_or_else(|| panic!("{page:?}"));
    for path in [own.to_owned(), format!("{own}/contact"), format!("{own}/receipts")] {
        let page = world.call("GET", &path).send().await;
        assert_eq!(page.status, 200, "{path}");
        if page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            is_sealed(&path, &page, is_encrypted);
        }
    }
    let problem = world.call("GET", "/v1/nothing").send().await;
    assert_eq!(problem.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(problem.header("strict-transport-security").is_some(), is_encrypted);
}

#[tokio::test]
async fn every_page_is_sealed() {
    walk(Options::default()).await;
}

#[tokio::test]
async fn every_page_is_sealed_where_it_is_encrypted_too() {
    walk(Options { public_url: Some("https://shop.example".into()), ..Options::default() }).await;
}

#[tokio::test]
async fn the_operators_page_is_sealed() {
    let world = World::start().await;
    let ops = operators::open(&world, Edge::default(), Timing::default()).await;
    is_sealed("/ops", &Call::new(ops, "GET", "/ops").send().await, false);
}
