//! How a shop addresses its buyers: its owner says it, and every page for buyers does so.

mod world;

use serde_json::json;
use world::World;
use world::http::Answer;

const FORM: &str = "application/x-www-form-urlencoded";

async fn post(world: &World, path: &str, form: &str) -> Answer {
    world.call("POST", path).header("content-type", FORM).body(form.as_bytes()).await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.body.clone()).expect("UTF-8")
}

/// An owner of the world's shop, signed in.
async fn owner(world: &World) -> String {
    let now = domain::Clock::wall(&*world.clock);
    let link = world.accounts.offer(accounts::Opens::SetUp(Some(world.shop.shop)), now);
    let form = format!("link={link}&name=%C4%90%C3%A0o&password=bi-do-ngot-lam");
    let answer = post(world, "/setup", &form).await;
    let set = answer.header("set-cookie").expect("a cookie");
    set.split(';').next().expect("a pair").to_owned()
}

fn field<'a>(html: &'a str, name: &str) -> &'a str {
    let begin = format!("name=\"{name}\" value=\"");
    html.split_once(&begin).expect("the field").1.split_once('"').expect("its end").0
}

/// Every page that a buyer of this session comes to: the sale, one refusal, an order, its forms.
async fn pages(world: &World, session: &str) -> Vec<String> {
    let sale = text(&world.call("GET", &format!("/v/{session}")).send().await);
    let who = format!("key={}&buyer_token={}", field(&sale, "key"), field(&sale, "buyer_token"));
    let orders = format!("/v/{session}/orders");
    let nameless = post(world, &orders, &format!("{who}&code=D1&quantity=1&name=")).await;
    let ordered = post(world, &orders, &format!("{who}&code=D1&quantity=1&name=Lan")).await;
    let order = ordered.header("location").expect("a way").to_owned();
    let contact = format!("{order}/contact");
    vec![
        sale,
        text(&nameless),
        text(&world.call("GET", &order).send().await),
        text(&world.call("GET", &contact).send().await),
        text(&post(world, &contact, "name=Lan").await),
    ]
}

#[tokio::test]
async fn every_page_for_buyers_addresses_them_as_the_owner_says() {
    let world = World::start().await;
    let cookie = owner(&world).await;
    let session = world.live(9).await;
    let me = world.call("GET", "/v1/me").header("cookie", &cookie).send().await;
    assert_eq!(me.json["buyers_are"], "bạn");
    for html in pages(&world, &session).await {
        assert!(html.contains("bạn") && !html.contains(['‹', '›']), "{html}");
    }
    for (word, capital) in [("anh chị", "Anh chị"), ("cô bác", "Cô bác")] {
        let change = world.call("PATCH", "/v1/me").header("cookie", &cookie);
        let changed = change.json(&json!({"buyers_are": word})).await;
        assert_eq!((changed.status, &changed.json["buyers_are"]), (200, &json!(word)));
        let all = pages(&world, &session).await;
        for html in &all {
            assert!(html.contains(word) && !html.contains(['‹', '›']), "{html}");
            assert!(html.contains(&format!("data-you=\"{word}\"")), "{html}");
            assert!(!html.to_lowercase().contains("bạn"), "{html}");
        }
        assert!(all[1].contains(&format!("Viết tên của {word}")), "{}", all[1]);
        assert!(all[2].contains(&format!("<title>Đơn của {word}")), "{}", all[2]);
        assert!(all[2].contains(&format!("Đã chốt. {capital} trả tiền")), "{}", all[2]);
        assert!(all[4].contains(&format!("Cần {word} đồng ý")), "{}", all[4]);
    }
    let path = format!("/v/{session}");
    let english = world.call("GET", &path).header("accept-language", "en").send().await;
    assert!(text(&english).contains("Your name") && !text(&english).contains("cô bác"));
    let world = world.restart().await;
    assert!(text(&world.call("GET", &path).send().await).contains("cô bác"));
}

#[tokio::test]
async fn only_the_owner_changes_it_from_a_page_of_this_server_to_a_word_that_is_known() {
    let world = World::start().await;
    let cookie = owner(&world).await;
    let word = json!({"buyers_are": "cô bác"});
    let foreign = world.call("PATCH", "/v1/me").header("cookie", &cookie);
    foreign
        .header("origin", "https://evil.example")
        .json(&word)
        .await
        .is_problem(403, "bad_origin");
    world.call("PATCH", "/v1/me").json(&word).await.is_problem(401, "unauthorized");
    for wrong in [json!({"buyers_are": "mày"}), json!({"buyers_are": "Bạn"}), json!({})] {
        let answer = world.call("PATCH", "/v1/me").header("cookie", &cookie).json(&wrong).await;
        answer.is_problem(422, "bad_salutation");
        let detail = answer.json["detail"].as_str().expect("a sentence");
        assert!(["bạn", "anh chị", "cô bác"].iter().all(|word| detail.contains(word)), "{detail}");
    }
    let me = world.call("GET", "/v1/me").header("cookie", &cookie).send().await;
    assert_eq!(me.json["buyers_are"], "bạn", "nothing of that changed it");
}
