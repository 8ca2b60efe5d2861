//! The door: set-up, sign-in, what a sign-in may do, and from where.

mod world;

use gateway::Options;
use serde_json::json;
use world::World;
use world::http::Answer;

const FORM: &str = "application/x-www-form-urlencoded";

/// Posts a form as a page of this server would.
async fn post(world: &World, path: &str, form: &str) -> Answer {
    world.call("POST", path).header("content-type", FORM).body(form.as_bytes()).await
}

/// What the answer sets, as the browser sends it back.
fn cookie(answer: &Answer) -> String {
    let set = answer.header("set-cookie").expect("a cookie");
    set.split(';').next().expect("a pair").to_owned()
}

/// An owner of the world's shop, signed in.
async fn owner(world: &World) -> String {
    let now = domain::Clock::wall(&*world.clock);
    let link = world.accounts.offer(accounts::Opens::SetUp(Some(world.shop.shop)), now);
    let form = format!("link={link}&name=%C4%90%C3%A0o&password=bi-do-ngot-lam");
    let answer = post(world, "/setup", &form).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/host")), "{answer:?}");
    cookie(&answer)
}

#[tokio::test]
async fn a_set_up_link_opens_a_shop_once() {
    let world = World::start().await;
    let link =
        world.accounts.offer(accounts::Opens::SetUp(None), domain::Clock::wall(&*world.clock));
    let page = world.call("GET", &format!("/setup?link={link}")).send().await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-security-policy").is_some_and(|p| p.contains("'none'")));
    let short = format!("link={link}&shop=B%C3%AD&name=Lan&password=short");
    let refused = post(&world, "/setup", &short).await;
    assert_eq!(refused.status, 422);
    assert!(String::from_utf8_lossy(&refused.body).contains("8 đến 128"));
    let form = format!("link={link}&shop=B%C3%AD+Ba+B%E1%BB%83&name=Lan&password=bi-do-ngot");
    let cookie = cookie(&post(&world, "/setup", &form).await);
    let me = world.call("GET", "/v1/me").header("cookie", &cookie).send().await;
    assert_eq!((&me.json["shop_name"], &me.json["name"]), (&json!("Bí Ba Bể"), &json!("Lan")));
    let opened = world.call("POST", "/v1/sessions").header("cookie", &cookie);
    let offer = json!({"code": "D1", "name": "bí", "price": 45_000, "stock": 3});
    let opened = opened.json(&json!({"title": "Tối", "offers": [offer]})).await;
    assert_eq!(opened.status, 201, "the new shop sells: {opened:?}");
    for path in [format!("/setup?link={link}"), "/setup?link=guess".to_owned(), "/setup".into()] {
        assert_eq!(world.call("GET", &path).send().await.status, 410, "{path}");
    }
    assert_eq!(post(&world, "/setup", &form).await.status, 410);
}

/// The demo opens pages for whoever looks: they are asked for nothing, and told so in a time that a
/// calendar has.
#[tokio::test]
async fn whoever_is_shown_a_practice_live_knows_who_they_are() {
    let world = World::start().await;
    let of_owner = owner(&world).await;
    let now = domain::Clock::wall(&*world.clock);
    let by_name = world.accounts.people_of(world.shop.shop, now);
    let link = world.accounts.offer(accounts::Opens::Show(by_name[0].person.id), now);
    let shown = post(&world, "/sign-in", &format!("link={link}")).await;
    let of_visitor = cookie(&shown);
    assert_ne!(of_visitor, of_owner);
    let me = world.call("GET", "/v1/me").header("cookie", &of_visitor).send().await;
    assert_eq!(me.status, 200, "{me:?}");
    assert!(me.json["proved_until"].is_string(), "{me:?}");
}

#[tokio::test]
async fn a_sign_in_may_do_what_the_hosts_token_may_in_its_own_shop_only() {
    let world = World::start().await;
    let cookie = owner(&world).await;
    let session = world.live(3).await;
    let path = format!("/v1/sessions/{session}/orders");
    assert_eq!(world.call("GET", &path).header("cookie", &cookie).send().await.status, 200);
    let other = world.accounts.add_shop("Mận").expect("added");
    world.hub.add_shop(other.shop);
    let opened = world.call("POST", "/v1/sessions").token(&other.host_token);
    let opened = opened.json(&json!({"title": "Mận", "offers": []})).await;
    let path = format!("/v1/sessions/{}/orders", opened.json["session"].as_str().expect("an id"));
    let foreign = world.call("GET", &path).header("cookie", &cookie).send().await;
    foreign.is_problem(404, "unknown_session");
    world.call("GET", "/v1/me").send().await.is_problem(401, "unauthorized");
    let guess = world.call("GET", "/v1/me").header("cookie", "chot-sign-in=guess").send().await;
    guess.is_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_page_of_another_host_cannot_use_a_sign_in() {
    let world = World::start().await;
    let cookie = owner(&world).await;
    let session = world.live(3).await;
    let path = format!("/v1/sessions/{session}/state");
    let call = |origin: String| {
        world.call("POST", &path).header("cookie", &cookie).header("origin", &origin)
    };
    let paused = json!({"state": "paused"});
    for origin in ["https://evil.example", "null"] {
        call(origin.to_owned()).json(&paused).await.is_problem(403, "bad_origin");
    }
    assert_eq!(call(format!("http://{}", world.address)).json(&paused).await.status, 200);
    let form = world.call("POST", "/sign-in").header("origin", "https://evil.example");
    let form = form.header("content-type", FORM).body(b"name=%C4%90%C3%A0o&password=x").await;
    form.is_problem(403, "bad_origin");
}

#[tokio::test]
async fn name_and_password_lead_back_to_where_one_came_from() {
    let world = World::start().await;
    owner(&world).await;
    let turned = world.call("GET", "/host/7k3m9qa2x4-s1").send().await;
    let to = turned.header("location").expect("a way").to_owned();
    assert_eq!((turned.status, &*to), (303, "/sign-in?next=/host/7k3m9qa2x4-s1"));
    assert_eq!(world.call("GET", &to).send().await.status, 200);
    let wrong = post(&world, "/sign-in", "name=%C4%90%C3%A0o&password=wrong-one").await;
    let nobody = post(&world, "/sign-in", "name=Nobody&password=wrong-one").await;
    assert_eq!((wrong.status, nobody.status), (401, 401));
    let same = |answer: &Answer, name: &str| {
        String::from_utf8_lossy(&answer.body).replace(&format!("value=\"{name}\""), "")
    };
    assert_eq!(same(&wrong, "Đào"), same(&nobody, "Nobody"), "which is wrong is not said");
    let form = "name=%C4%91%C3%A0o&password=bi-do-ngot-lam&next=/host/7k3m9qa2x4-s1";
    let entered = post(&world, "/sign-in", form).await;
    assert_eq!(entered.header("location"), Some("/host/7k3m9qa2x4-s1"), "{entered:?}");
    let set = entered.header("set-cookie").expect("a cookie");
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");
    let cookie = cookie(&entered);
    let console = world.call("GET", "/host").header("cookie", &cookie).send().await;
    assert_eq!(console.status, 200);
    let out = world.call("POST", "/sign-out").header("cookie", &cookie).send().await;
    assert_eq!((out.status, out.header("location")), (303, Some("/sign-in")));
    assert_eq!(world.call("GET", "/host").header("cookie", &cookie).send().await.status, 303);
}

#[tokio::test]
async fn guessing_at_one_name_is_slowed_down() {
    let world = World::start().await;
    let tries = 4 * domain::limits::PASSWORDS_PER_NAME_BURST;
    let guesses = (0..tries).map(|_| post(&world, "/sign-in", "name=Lan&password=12345678"));
    let answers = futures_util::future::join_all(guesses).await;
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert!(count(429) > 0 && count(401) > 0, "{} and {}", count(429), count(401));
    assert_eq!(count(429) + count(401), tries as usize);
}

#[tokio::test]
async fn another_device_is_signed_in_by_a_button() {
    let url = Some("https://shop.example".to_owned());
    let world = World::with(Options { public_url: url, ..Options::default() }, 100).await;
    let cookie = owner(&world).await;
    assert!(cookie.starts_with("__Host-chot="), "{cookie}");
    let made = world.call("POST", "/v1/handover").header("cookie", &cookie).send().await;
    let url = made.json["url"].as_str().expect("an address").to_owned();
    let path = url.strip_prefix("https://shop.example").expect("the public one").to_owned();
    assert!(made.json["qr"].as_str().is_some_and(|qr| qr.contains("<svg")));
    for _ in 0..2 {
        let page = world.call("GET", &path).send().await;
        assert_eq!(page.status, 200, "a preview does not use it up");
    }
    let link = path.split_once("link=").expect("a link").1;
    let entered = post(&world, "/sign-in", &format!("link={link}")).await;
    assert_eq!(entered.status, 303);
    assert!(entered.header("set-cookie").is_some_and(|set| set.contains("; Secure")));
    assert_eq!(post(&world, "/sign-in", &format!("link={link}")).await.status, 410);
}

#[tokio::test]
async fn a_server_that_only_its_machine_reaches_hands_nothing_over() {
    let world = World::start().await;
    let cookie = owner(&world).await;
    let made = world.call("POST", "/v1/handover").header("cookie", &cookie).send().await;
    made.is_problem(409, "not_on_the_network");
}

#[tokio::test]
async fn a_laptop_that_changed_its_network_is_found_at_its_new_address() {
    let world = World::start().await;
    let cookie = owner(&world).await;
    let path = "/v1/handover?next=/host/7k3m9qa2x4-s1";
    for address in ["http://192.168.1.7:8080", "http://10.0.0.9:8080"] {
        *world.addresses.lock().expect("unpoisoned") = vec![address.to_owned()];
        let me = world.call("GET", "/v1/me").header("cookie", &cookie).send().await;
        assert_eq!(me.json["addresses"], serde_json::json!([address]));
        let made = world.call("POST", path).header("cookie", &cookie).send().await;
        let url = made.json["url"].as_str().expect("an address");
        assert!(url.starts_with(&format!("{address}/sign-in?link=")), "{url}");
        assert!(url.ends_with("&next=/host/7k3m9qa2x4-s1"), "{url}");
    }
    let path = "/v1/handover?next=%22%3E%3Cscript";
    let made = world.call("POST", path).header("cookie", &cookie).send().await;
    assert!(!made.json["url"].as_str().expect("an address").contains("next"));
}
