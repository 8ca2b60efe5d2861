//! People over HTTP: invited, shown who they are, helped, noted.

mod world;

use accounts::{CameFrom, Duty, Opens, Role};
use domain::Clock;
use domain::limits::PROOF_MS_MAX;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::sync::atomic::Ordering;
use world::World;
use world::http::{Answer, Call};

const FORM: &str = "application/x-www-form-urlencoded";
const PASSWORD: &str = "bi-do-ngot-lam";

/// Somebody at their device.
struct Person<'a> {
    world: &'a World,
    cookie: String,
    id: u32,
}

impl<'a> Person<'a> {
    /// Comes in by a link that opens this.
    fn come(world: &'a World, opens: Opens, name: &str) -> Self {
        let now = world.clock.wall();
        let link = world.accounts.offer(opens, now);
        let from = (CameFrom::default(), now);
        let came = world.accounts.set_up(&link, "Vườn nhà", (name, PASSWORD), from);
        let (new, came) = came.expect("came");
        new.into_iter().for_each(|new| world.hub.add_shop(new.shop));
        Self { world, cookie: format!("chot-sign-in={}", came.carried), id: came.person.id.0 }
    }

    /// Comes in by the door of an address that somebody was given.
    async fn by_door(world: &'a World, url: &str, name: &str) -> Self {
        let link = url.split_once("link=").expect("a link").1.to_owned();
        let form = format!("link={link}&shop=Nha&name={name}&password={PASSWORD}");
        let answer =
            world.call("POST", "/setup").header("content-type", FORM).body(form.as_bytes()).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        let cookie = answer.header("set-cookie").expect("a cookie");
        let cookie = cookie.split(';').next().expect("a pair").to_owned();
        let carried = cookie.split_once('=').expect("a pair").1;
        let who = world.accounts.signed_in(carried, world.clock.wall()).expect("signed in");
        Self { world, cookie: cookie.clone(), id: who.person.id.0 }
    }

    fn call(&self, method: &str, path: &str) -> Call {
        self.world.call(method, path).header("cookie", &self.cookie)
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.call("GET", path).send().await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        answer.json
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.call("POST", path).json(&body).await
    }
}

/// Where phones of the local network find the server.
fn on_the_network(world: &World) {
    *world.addresses.lock().expect("unpoisoned") = vec![format!("http://{}", world.address)];
}

#[tokio::test]
async fn an_invitation_lets_somebody_in_as_what_the_owner_said() {
    let world = World::start().await;
    on_the_network(&world);
    let owner = Person::come(&world, Opens::SetUp(Some(world.shop.shop)), "Đào");
    let wrong = owner.post("/v1/people/invites", json!({"role": "assistant"})).await;
    wrong.is_problem(422, "bad_role");
    let invited = owner.post("/v1/people/invites", json!({"role": "packer"})).await.json;
    let url = invited["url"].as_str().expect("an address");
    let page = world.call("GET", &url[url.find("/setup").expect("a path")..]).send().await;
    let html = String::from_utf8(page.body.clone()).expect("UTF-8");
    assert!(html.contains("Vườn nhà") && html.contains("người đóng gói"), "{html}");
    let packer = Person::by_door(&world, url, "Lan").await;
    let me = packer.get("/v1/me").await;
    assert_eq!((&me["role"], &me["shop_name"]), (&json!("packer"), &json!("Vườn nhà")));
    assert_eq!(me["may"], json!(["look", "see_orders", "see_contacts"]));
    let again = world.call("GET", &url[url.find("/setup").expect("a path")..]).send().await;
    assert_eq!(again.status, 410, "it is used");
    let people = owner.get("/v1/people").await;
    let roles: Vec<&Value> = people["people"].as_array().expect("a list").iter().collect();
    assert_eq!(roles.len(), 2);
    assert_eq!((&roles[1]["name"], &roles[1]["role"]), (&json!("Lan"), &json!("packer")));
    let path = format!("/v1/people/{}", packer.id);
    let changed = owner.call("PATCH", &path).json(&json!({"role": "clerk"})).await;
    assert_eq!(changed.status, 204);
    assert_eq!(packer.get("/v1/me").await["role"], "clerk");
    assert_eq!(owner.call("DELETE", &path).send().await.status, 204);
    assert_eq!(packer.get("/v1/me").await["shop"], "");
    packer.call("GET", "/v1/sessions").send().await.is_problem(403, "no_shop");
    let own = format!("/v1/people/{}", owner.id);
    owner.call("DELETE", &own).send().await.is_problem(409, "last_owner");
}

#[tokio::test]
async fn what_takes_much_away_asks_once_more_who_it_is() {
    let world = World::start().await;
    let owner = Person::come(&world, Opens::SetUp(Some(world.shop.shop)), "Đào");
    let session = world.live(10).await;
    let export = format!("/v1/sessions/{session}/export?format=csv");
    let offer = format!("/v1/sessions/{session}/offers/D1");
    let restock = async |by: i32, key: &str| {
        owner.call("PATCH", &offer).key(key).json(&json!({"restock": by})).await.status
    };
    assert_eq!(owner.call("GET", &export).send().await.status, 200, "the password is fresh");
    world.clock.later_ms.store(PROOF_MS_MAX, Ordering::Relaxed);
    owner.call("GET", &export).send().await.is_problem(403, "proof_needed");
    assert_eq!(restock(-1, "less").await, 403);
    assert_eq!(restock(2, "more").await, 200, "more stock needs no proof");
    let exact = owner.call("PATCH", &offer).key("exact").json(&json!({"stock": 5})).await;
    exact.is_problem(403, "proof_needed");
    let wrong = owner.post("/v1/me/proof", json!({"password": "sai-mat-khau"})).await;
    wrong.is_problem(403, "wrong_proof");
    owner.call("GET", &export).send().await.is_problem(403, "proof_needed");
    assert_eq!(owner.post("/v1/me/proof", json!({"password": PASSWORD})).await.status, 200);
    assert_eq!(owner.call("GET", &export).send().await.status, 200);
    assert_eq!(restock(-1, "less").await, 200);
    let token = world.host("GET", &export).send().await;
    assert_eq!(token.status, 200, "a program has nobody to ask");
}

#[tokio::test]
async fn guesses_at_the_proof_are_counted_with_those_at_the_door() {
    let world = World::start().await;
    let owner = Person::come(&world, Opens::SetUp(Some(world.shop.shop)), "Đào");
    // At once: how fast this machine tells that a password is wrong plays no part.
    let guess = |_| owner.post("/v1/me/proof", json!({"password": "sai-mat-khau"}));
    let answers = join_all((0..14).map(guess)).await;
    let code = |answer: &Answer| answer.json["code"].as_str().expect("a problem").to_owned();
    let codes: Vec<String> = answers.iter().map(code).collect();
    assert!(codes.iter().any(|code| code == "rate_limited"), "{codes:?}");
    assert!(codes.iter().any(|code| code == "wrong_proof"), "{codes:?}");
}

#[tokio::test]
async fn a_helper_begins_a_shop_works_an_hour_and_counts_it_since() {
    let world = World::start().await;
    on_the_network(&world);
    let helper = Person::come(&world, Opens::Serve(Duty::Helper), "Hoa");
    let outsider = Person::come(&world, Opens::Join(world.shop.shop, Role::Host), "Ba");
    outsider.post("/v1/helped", json!({})).await.is_problem(403, "forbidden");
    let invited = helper.post("/v1/helped", json!({})).await.json;
    let owner = Person::by_door(&world, invited["url"].as_str().expect("an address"), "Tu").await;
    let me = owner.get("/v1/me").await;
    let shop = me["shop"].as_str().expect("a shop").to_owned();
    let helped = helper.get("/v1/helped").await;
    let counts = json!({"shop": shop, "name": "Nha", "sessions": 0, "sessions_live": 0,
        "offers": 0, "orders": 0});
    assert_eq!(helped["shops"], json!([counts]));
    let moved = helper.post("/v1/me/shop", json!({"shop": shop})).await;
    assert_eq!(moved.status, 204, "a device may stand before the door");
    helper.call("GET", "/v1/sessions").send().await.is_problem(403, "forbidden");

    let assist = format!("/v1/helped/{shop}/assist");
    assert_eq!(helper.post(&assist, json!({})).await.json["state"], "asked");
    let asks = &owner.get("/v1/me").await["assists"][0];
    assert_eq!((&asks["name"], &asks["state"]), (&json!("Hoa"), &json!("asked")));
    let answer = format!("/v1/assists/{}", helper.id);
    assert_eq!(owner.post(&answer, json!({"yes": true})).await.json["state"], "open");
    assert_eq!(helper.get("/v1/me").await["role"], "assistant");
    let offer = json!({"code": "D1", "name": "bí", "price": 45_000, "stock": 3});
    let body = json!({"title": "Tối", "offers": [offer]});
    let opened = helper.post("/v1/sessions", body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let session = opened.json["session"].as_str().expect("an id").to_owned();
    let practice = helper.post("/v1/practice", json!({"session": session})).await;
    assert_eq!(practice.status, 201, "{practice:?}");
    let practice = practice.json["session"].as_str().expect("an id").to_owned();
    let orders = |of: &str| format!("/v1/sessions/{of}/orders");
    let real = helper.call("GET", &orders(&session)).send().await;
    real.is_problem(403, "forbidden");
    assert_eq!(helper.call("GET", &orders(&practice)).send().await.status, 200);

    // What a helper does at a shop stands in its log, wherever their device is just then.
    let own = Opens::Join(world.shop.shop, Role::Clerk);
    let link = world.accounts.offer(own, world.clock.wall());
    let carried = helper.cookie.split_once('=').expect("a pair").1;
    let who = world.accounts.signed_in(carried, world.clock.wall()).expect("signed in");
    world.accounts.join(&link, "", &who, world.clock.wall()).expect("a clerk of another shop");
    assert_eq!(helper.call("DELETE", &assist).send().await.status, 204);
    let deeds = owner.get("/v1/deeds").await["deeds"].clone();
    assert_eq!((&deeds[0]["act"], &deeds[0]["who"]), (&json!("assist_left"), &json!("Hoa")));
    let asked = deeds.as_array().expect("a list").iter().any(|deed| deed["act"] == "assist_asked");
    assert!(asked, "{deeds}");

    assert_eq!(owner.call("DELETE", &answer).send().await.status, 204);
    for path in [orders(&session), orders(&practice)] {
        helper.call("GET", &path).send().await.is_problem(403, "forbidden");
    }
    let counted = &helper.get("/v1/helped").await["shops"][0];
    assert_eq!((&counted["sessions"], &counted["offers"]), (&json!(1), &json!(1)));
    let path = format!("/v1/people/{}", helper.id);
    assert_eq!(owner.call("DELETE", &path).send().await.status, 204);
    assert_eq!(helper.get("/v1/helped").await["shops"], json!([]));
    helper.call("GET", &orders(&session)).send().await.is_problem(404, "unknown_session");
    helper.post(&assist, json!({})).await.is_problem(404, "unknown_person");
}

#[tokio::test]
async fn the_owner_reads_who_did_what_from_where() {
    let world = World::start().await;
    let owner = Person::come(&world, Opens::SetUp(Some(world.shop.shop)), "Đào");
    let clerk = Person::come(&world, Opens::Join(world.shop.shop, Role::Clerk), "Lan");
    let session = world.live(10).await;
    let lines = json!([{"code": "D1", "quantity": 1}]);
    let claims = format!("/v1/sessions/{session}/claims");
    let claim = clerk.call("POST", &claims).key("one");
    let order = claim.json(&json!({"buyer_name": "Mai", "lines": lines})).await.json;
    let order = order["order"].as_str().expect("an order").to_owned();
    let contact = format!("/v1/sessions/{session}/orders/{order}/contact");
    clerk.call("GET", &contact).send().await.is_problem(404, "no_contact");
    world.host("GET", &contact).send().await.is_problem(404, "no_contact");
    clerk.call("GET", "/v1/deeds").send().await.is_problem(403, "forbidden");
    let deeds = owner.get("/v1/deeds").await["deeds"].clone();
    let told: Vec<_> = deeds.as_array().expect("a list").iter().collect();
    let said = |deed: &Value| (deed["who"].clone(), deed["act"].clone(), deed["subject"].clone());
    let place = json!(format!("{session}/{order}"));
    assert_eq!(said(told[0]), (json!(""), json!("contact_read"), place.clone()), "a program");
    assert_eq!(said(told[1]), (json!("Lan"), json!("contact_read"), place));
    assert_eq!(said(told[2]), (json!("Lan"), json!("ordered"), json!(session)));
    assert_eq!(told[0]["address"], "127.0.0.1");
}

#[tokio::test]
async fn whoever_runs_the_installation_makes_backups_and_nobody_else() {
    let world = World::start().await;
    let operator = Person::come(&world, Opens::Serve(Duty::Operator), "Tư");
    let owner = Person::come(&world, Opens::SetUp(Some(world.shop.shop)), "Đào");
    assert_eq!(operator.get("/v1/backup").await, json!({}), "there is none");
    operator.post("/v1/backup", json!({})).await.is_problem(409, "backup_no_place");
    owner.post("/v1/backup", json!({})).await.is_problem(403, "forbidden");
    world.host("POST", "/v1/backup").send().await.is_problem(401, "unauthorized");
}
