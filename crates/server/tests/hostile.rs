//! Words and bodies that were meant to break a reader, through every call that takes words: each
//! is taken or refused with a code, nothing panics, and the server is as well as before.

mod house;

use house::{Answer, House, PATIENCE, Shop};
use serde::Deserialize;
use serde_json::{Value, json};

/// The same words as in the browser's test.
const CORPUS: &str = include_str!("../../screens/ui/tests/house/hostile.json");

#[derive(Deserialize)]
struct Corpus {
    words: Vec<Word>,
    bodies: Vec<Body>,
}

#[derive(Deserialize)]
struct Word {
    id: String,
    text: String,
    times: Option<usize>,
}

#[derive(Deserialize)]
struct Body {
    id: String,
    body: Vec<(String, usize)>,
    status: u16,
    code: Option<String>,
    reason: Option<String>,
}

impl Body {
    /// Each character is one byte.
    fn bytes(&self) -> Vec<u8> {
        let pieces = self.body.iter().map(|(text, times)| text.repeat(*times));
        let text: String = pieces.collect();
        text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect()
    }
}

fn corpus() -> Corpus {
    let mut corpus: Corpus = serde_json::from_str(CORPUS).expect("the corpus");
    for word in &mut corpus.words {
        word.text = word.text.repeat(word.times.unwrap_or(1));
    }
    corpus
}

/// A call with these bytes as they are.
fn send(house: &House, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
    let agent = config.timeout_global(Some(PATIENCE)).build().new_agent();
    let uri = format!("{}{path}", house.public());
    let mut request = ureq::http::Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = agent.run(request.body(body).expect("a request")).expect("an answer");
    let status = answer.status().as_u16();
    let text = answer.into_body().read_to_string().expect("text");
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Answer { status, body, replayed: false }
}

/// Taken, or refused with a code of ours and never with a failure of ours.
fn taken_or_refused(answer: &Answer, what: &str) -> bool {
    match answer.status {
        200..=399 => true,
        400..=499 => {
            let code = answer.body["code"].as_str().unwrap_or("");
            let plain =
                !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
            assert!(plain, "{what}: {answer:?}");
            false
        }
        _ => panic!("{what}: {answer:?}"),
    }
}

struct Scene {
    house: House,
    shop: Shop,
    session: String,
    keys: u32,
}

impl Scene {
    fn host(&mut self, method: &str, path: &str, body: &Value, what: &str) -> Option<Value> {
        self.keys += 1;
        let (key, bearer) = (format!("k{}", self.keys), format!("Bearer {}", self.shop.host));
        let headers = [("authorization", &*bearer), ("idempotency-key", &*key)];
        let path = path.replace("{s}", &self.session);
        let answer = send(&self.house, method, &path, &headers, body.to_string().as_bytes());
        taken_or_refused(&answer, what).then_some(answer.body)
    }

    /// One word in every field that takes words.
    fn say(&mut self, Word { id, text, .. }: &Word) {
        let offer = |code: &str, more: Value| {
            let mut offer = json!({"code": code, "name": text, "price": 1, "stock": 5});
            offer.as_object_mut().expect("one").extend(more.as_object().expect("one").clone());
            offer
        };
        let offers = "/v1/sessions/{s}/offers";
        self.host("POST", offers, &offer(text, json!({})), id);
        let words = json!({"aliases": [text], "unit": text, "packs": {text: 2},
            "variants": [[text, "M"]]});
        self.host("POST", offers, &offer(&format!("W{}", self.keys), words), id);
        let priced = json!({"prices": [{"variant": [text], "price": text}], "item": text});
        self.host("POST", offers, &offer("P1", priced), id);
        self.host("POST", "/v1/sessions", &json!({"title": text, "rules": {"settle": text}}), id);
        self.host("POST", "/v1/sessions", &json!({"title": text}), id);
        self.host("POST", "/v1/sessions/{s}/state", &json!({"state": text}), id);
        let lines = json!([{"code": "D1", "quantity": 1}]);
        self.host(
            "POST",
            "/v1/sessions/{s}/claims",
            &json!({"buyer_name": text, "lines": lines}),
            id,
        );
        let lines = json!([{"code": text, "variant": [text], "quantity": 1}]);
        let claim = json!({"buyer_name": text, "buyer": text, "lines": lines});
        self.host("POST", "/v1/sessions/{s}/claims", &claim, id);
        self.host(
            "POST",
            "/v1/sessions/{s}/paste",
            &json!({"text": format!("{text}: {text}")}),
            id,
        );
        self.host("POST", "/v1/prepare", &json!({"text": text, "taken": [text]}), id);
        let ticket = json!({"name": text, "buyer_token": text});
        self.host("POST", "/v1/sessions/{s}/tickets", &ticket, id);
        self.host("POST", "/v1/sessions/{s}/links", &json!({"buyer_token": text}), id);
        self.host("POST", "/v1/sessions/{s}/blocks", &json!({"buyer": text, "blocked": true}), id);
    }

    /// In addresses, queries, headers and forms.
    fn ask(&self, Word { id, text, .. }: &Word) {
        let written: String = text.bytes().take(2_000).map(|b| format!("%{b:02x}")).collect();
        let bearer = format!("Bearer {}", self.shop.host);
        let host = [("authorization", &*bearer)];
        for path in [
            format!("/{written}"),
            format!("/v/{written}"),
            format!("/o/{written}.{written}"),
            format!("/host/{written}"),
            format!("/assets/{written}"),
            format!("/photos/{written}.jpg"),
            format!("/setup?link={written}"),
            format!("/sign-in?next={written}"),
            format!("/v1/sessions/{written}/orders"),
            format!("/v1/sessions/{}/orders?cursor={written}&limit={written}", self.session),
            format!("/v1/sessions/{}/export?format={written}", self.session),
            format!("/v1/sessions/{}/orders/{written}/contact", self.session),
        ] {
            let answer = send(&self.house, "GET", &path, &host, b"");
            assert!(answer.status < 500, "{id} {path}: {answer:?}");
            if !answer.body.is_string() {
                taken_or_refused(&answer, id);
            }
        }
        let form = [("content-type", "application/x-www-form-urlencoded")];
        for path in ["/setup", "/sign-in", &format!("/v/{}/orders", self.session)] {
            let fields = ["link", "shop", "name", "key", "buyer_token", "code", "quantity", "text"];
            let body: Vec<_> = fields.iter().map(|field| format!("{field}={written}")).collect();
            let answer = send(&self.house, "POST", path, &form, body.join("&").as_bytes());
            assert!(answer.status < 500, "{id} {path}: {answer:?}");
        }
    }
}

#[test]
fn hostile_words_and_bodies_are_taken_or_refused_and_nothing_panics() {
    let mut house = House::open();
    let shop = house.add_shop("Vườn nhà");
    let session = house.live(&shop);
    let mut scene = Scene { house, shop, session, keys: 0 };
    let Corpus { words, bodies } = corpus();
    let comments: Vec<_> = words.iter().map(comment).collect();
    let path = format!("/v1/sessions/{}/comments", scene.session);
    let bearer = format!("Bearer {}", scene.shop.source);
    let source = [("authorization", &*bearer), ("content-type", "application/json")];
    let post = json!({"comments": comments}).to_string();
    let told = send(&scene.house, "POST", &path, &source, post.as_bytes()).good();
    let outcomes = told["outcomes"].as_array().expect("outcomes");
    assert_eq!(outcomes.len(), words.len(), "one for each, in their order");
    for (word, outcome) in words.iter().zip(outcomes) {
        let too_long = word.text.len() > 300;
        assert_eq!(outcome["result"] == "error", too_long, "{}: {outcome}", word.id);
    }
    for body in &bodies {
        let answer = send(&scene.house, "POST", &path, &source, &body.bytes());
        assert_eq!(answer.status, body.status, "{}: {answer:?}", body.id);
        let told = match body.status {
            200 => &answer.body["outcomes"][0]["reason"],
            _ => &answer.body["code"],
        };
        let expected = body.reason.as_ref().or(body.code.as_ref()).map(|word| json!(word));
        assert_eq!(*told, expected.unwrap_or_default(), "{}: {answer:?}", body.id);
    }
    for word in &words {
        scene.say(word);
        scene.ask(word);
    }
    scene.house.verify(&scene.session);
    house = scene.house;
    let ops = ureq::get(format!("{}/metrics", house.ops())).call().expect("metrics");
    let metrics = ops.into_body().read_to_string().expect("text");
    let panics = metrics
        .lines()
        .filter(|line| line.contains("panics_total{") || line.contains("panics_total "));
    let panics: Vec<_> =
        panics.filter(|line| !line.starts_with('#') && !line.ends_with(" 0")).collect();
    assert!(panics.is_empty(), "{panics:?}");
    assert!(house.stop(), "{}", house.log());
    assert!(!house.log().contains("panicked"), "{}", house.log());
    assert!(!house.log().contains("ERROR"), "{}", house.log());
}

fn comment(Word { id, text, .. }: &Word) -> Value {
    json!({"platform": "tiktok", "comment_id": id, "buyer_id": id, "buyer_name": text,
        "text": text})
}
