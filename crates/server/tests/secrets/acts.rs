//! What people, machines, viewers and operators do in an evening, mistakes included.

use super::{Evening, JSON, With, after, hear, percent, say};
use crate::house::Shop;
use crate::house::evidence::Exemption;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

const PASSWORD: &str = "canary-Password-q7";
const WRONG: &str = "canary-Mistake-x2";
const PHONE: &str = "0987650123";
const ADDRESS: &str = "canaryHamlet 14";
const WORDS: &str = "canaryWord7 nha shop";
const BUYER: &str = "canaryBuyer9 Lan";
const VIEWER: &str = "canaryViewer4";

impl Evening {
    /// Set-up link, sign-in, wrong password, hand-over.
    pub(crate) fn people_come_in(&mut self) {
        for (name, secret) in [("the password", PASSWORD), ("a mistyped password", WRONG)] {
            self.evidence.secret(name, secret);
        }
        let link = self.house.says("setup ");
        let secret = after(&link, "link=").to_owned();
        self.evidence.secret("the set-up link", &secret);
        let page = format!("/setup?link={secret}");
        self.ask("the set-up page", "GET", &page, With::default());
        let short = [("link", &*secret), ("shop", "Vườn"), ("name", "Đào"), ("password", "q7")];
        assert_eq!(self.form("a short password", "/setup", "", &short).status, 422);
        let fields =
            [("link", &*secret), ("shop", "Vườn"), ("name", "Đào"), ("password", PASSWORD)];
        let first = self.form("the set-up form", "/setup", "", &fields);
        self.evidence.secret("the sign-in", first.cookie());
        assert!(self.ask("a used link", "GET", &page, With::default()).status >= 400);
        let wrong = [("name", "Đào"), ("password", WRONG)];
        assert_eq!(self.form("a wrong password", "/sign-in", "", &wrong).status, 401);
        let right = [("name", "Đào"), ("password", PASSWORD), ("next", "/host")];
        let second = self.form("the sign-in form", "/sign-in", "", &right);
        self.evidence.secret("the second sign-in", second.cookie());
        let cookie = format!("chot-sign-in={}", first.cookie());
        let headers = [("cookie", &*cookie)];
        let with = With { headers: &headers, ..With::default() };
        self.ask("the console's page", "GET", "/host", with);
        let link = self.ask("a hand-over", "POST", "/v1/handover?next=/host", with);
        let link = after(link.json()["url"].as_str().expect("a link"), "link=").to_owned();
        self.evidence.secret("the hand-over link", &link);
        self.ask("the hand-over page", "GET", &format!("/sign-in?link={link}"), With::default());
        let third = self.form("the hand-over form", "/sign-in", "", &[("link", &link)]);
        self.evidence.secret("the third sign-in", third.cookie());
        self.form("a used hand-over", "/sign-in", "", &[("link", &link)]);
        self.form("signing out", "/sign-out", &format!("chot-sign-in={}", second.cookie()), &[]);
    }

    /// A shop of a script, with tokens and an invitation.
    pub(crate) fn machines_come_in(&mut self) {
        let added = self.command("shop add", &["shop", "add", "--name", "Hai", "--json"]);
        let added: Value = serde_json::from_str(&added).expect("tokens");
        let word = |name: &str| added[name].as_str().expect(name).to_owned();
        self.shop =
            Shop { shop: word("shop"), host: word("host_token"), source: word("source_token") };
        self.evidence.secret("the host token", &self.shop.host);
        self.evidence.secret("the source token", &self.shop.source);
        let shop = self.shop.shop.clone();
        let invited = self.command("shop invite", &["shop", "invite", "--shop", &shop]);
        self.evidence.secret("the invitation", after(&invited, "link="));
        let offer = json!({"code": "D1", "name": "bí đỏ", "price": 45_000, "stock": 120});
        let opened = json!({"title": "Tối nay", "offers": [offer]});
        let opened = self.host("opening", "POST", "/v1/sessions", "open", &opened).json();
        self.session = opened["session"].as_str().expect("an id").to_owned();
        let live = json!({"state": "live"});
        self.host("going live", "POST", "/v1/sessions/{s}/state", "live", &live);
    }

    /// Comments by a source, pasted, and a host's claim.
    pub(crate) fn words_come_in(&mut self) {
        let secrets = [
            ("the phone", PHONE),
            ("the address", ADDRESS),
            ("a comment's words", "canaryWord7"),
            ("a buyer's name", "canaryBuyer9"),
            ("a viewer's name", VIEWER),
        ];
        secrets.into_iter().for_each(|(name, secret)| self.evidence.secret(name, secret));
        let said = format!("D1 x2 {PHONE} {ADDRESS} {WORDS}");
        let comment = |id: &str, text: &str| {
            json!({"platform": "tiktok", "comment_id": id, "buyer_id": "b7", "buyer_name": BUYER,
                "text": text})
        };
        let good = json!({"comments": [comment("1", &said), comment("2", WORDS),
            comment("3", &format!("K9 x1 {WORDS}")), {"platform": WORDS, "text": [BUYER]}]});
        let bearer = format!("Bearer {}", self.shop.source);
        let source = [("authorization", &*bearer)];
        let path = format!("/v1/sessions/{}/comments", self.session);
        let with = With { headers: &source, kind: JSON, body: &good.to_string() };
        assert_eq!(self.ask("comments", "POST", &path, with).status, 200);
        for (name, body) in [
            ("comments cut off", format!("{{\"comments\":[{{\"text\":\"{said}\"")),
            ("comments that are words", format!("{{\"comments\":\"{said}\"}}")),
            ("comments of another kind", format!("{{\"{WORDS}\":1}}")),
        ] {
            let with = With { headers: &source, kind: JSON, body: &body };
            assert!(self.ask(name, "POST", &path, with).status >= 400, "{name}");
        }
        self.too_many_words(&path, &said);
        let paste = json!({"text": format!("{BUYER}: {said}")});
        self.host("pasting", "POST", "/v1/sessions/{s}/paste", "paste", &paste);
        let claim = json!({"buyer_name": BUYER, "lines": [{"code": "D1", "quantity": 1}]});
        self.host("a claim", "POST", "/v1/sessions/{s}/claims", "claim", &claim);
        let other = json!({"buyer_name": VIEWER, "lines": [{"code": "D1", "quantity": 2}]});
        let reused = self.host("a key reused", "POST", "/v1/sessions/{s}/claims", "claim", &other);
        assert_eq!(reused.json()["code"], "key_reused");
    }

    /// A body that is too large as announced; it is answered before it ends.
    fn too_many_words(&mut self, path: &str, said: &str) {
        let address = self.house.public().strip_prefix("http://").expect("plain HTTP").to_owned();
        let mut stream = TcpStream::connect(&address).expect("it listens");
        let token = &self.shop.source;
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\
             content-length: 9000000\r\nconnection: close\r\n\r\n{{\"comments\":[\"{said}"
        );
        stream.write_all(head.as_bytes()).expect("it reads");
        // The server may answer and close before it has read all of it.
        let written = stream.write_all(said.repeat(100_000).as_bytes());
        let mut answer = [0; 4_096];
        let read = stream.read(&mut answer).unwrap_or_else(|why| panic!("{why} {written:?}"));
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(answer.contains(" 413 "), "{answer}");
        self.evidence.see("too many words: error", answer);
    }

    /// A viewer's ticket and socket.
    pub(crate) fn viewers_come_in(&mut self) {
        let path = format!("/v1/sessions/{}/tickets", self.session);
        let body = json!({"name": VIEWER}).to_string();
        let with = With { kind: JSON, body: &body, ..With::default() };
        let ticket = self.ask("a ticket", "POST", &path, with).json();
        let word = |name: &str| ticket[name].as_str().expect(name).to_owned();
        self.evidence.secret("a ticket", word("ticket"));
        self.evidence.secret("a viewer's token", word("buyer_token"));
        let base = self.house.public().to_owned();
        let live = format!("/v1/sessions/{}/live", self.session);
        let hello = json!({"type": "hello", "ticket": word("ticket")});
        let mut socket = self.socket(&base, &live, "v1.json.chot", "");
        say(&mut socket, &hello);
        hear(&mut socket).expect("a welcome");
        let said = format!("D1 x1 {PHONE} {WORDS}");
        say(&mut socket, &json!({"type": "comment", "key": "k1", "text": said}));
        say(&mut socket, &json!({"type": said, "key": "k2"}));
        say(&mut socket, &json!({"type": "claim", "key": "k3", "lines": said}));
        socket.send(Message::text(format!("{{\"{said}"))).expect("it is open");
        let mut errors = 0;
        while errors < 3
            && let Some(frame) = hear(&mut socket)
        {
            if frame.contains("\"type\":\"error\"") {
                errors += 1;
                self.evidence.see("a socket's error", frame);
            }
        }
        drop(socket);
        let mut again = self.socket(&base, &live, "v1.json.chot", "");
        say(&mut again, &hello);
        while let Some(frame) = hear(&mut again) {
            self.evidence.see("a used ticket's error", frame);
        }
        let body = json!({"name": VIEWER, "buyer_token": format!("{}x", word("ticket"))});
        let with = With { kind: JSON, body: &body.to_string(), ..With::default() };
        assert_eq!(self.ask("no token of ours", "POST", &path, with).status, 400);
        let links = format!("/v1/sessions/{}/links", self.session);
        let body = json!({"buyer_token": word("buyer_token")}).to_string();
        let with = With { kind: JSON, body: &body, ..With::default() };
        assert_eq!(self.ask("a link of accounts", "POST", &links, with).status, 200);
    }

    /// An order by a form, its page, and where it goes.
    pub(crate) fn an_order_goes_somewhere(&mut self) {
        let sale = format!("/v/{}", self.session);
        let page = self.ask("the sale", "GET", &sale, With::default());
        let (key, token) = (page.field("key"), page.field("buyer_token"));
        self.evidence.secret("a buyer token", &token);
        let fields = [("key", &*key), ("buyer_token", &*token), ("name", BUYER), ("code", "D1")];
        let ordered = self.form("an order by a form", &format!("{sale}/orders"), "", &fields);
        assert_eq!(ordered.status, 303, "{}", ordered.text);
        let address = ordered.header("location").to_owned();
        self.evidence.secret("an order's capability", address.split_once('.').expect("two").1);
        let cookie = format!("chot-buyer={token}");
        let headers = [("cookie", &*cookie)];
        let with = With { headers: &headers, ..With::default() };
        self.ask("the sale to its buyer", "GET", &sale, with);
        self.ask("the order's page", "GET", &address, With::default());
        let to = format!("{address}/contact");
        let wrong = [("name", BUYER), ("phone", PHONE), ("address", ADDRESS), ("consent", "0")];
        assert_eq!(self.form("a refused contact", &to, "", &wrong).status, 422);
        let contact = [("name", BUYER), ("phone", PHONE), ("address", ADDRESS), ("consent", "1")];
        assert_eq!(self.form("a contact", &to, "", &contact).status, 303);
        self.ask("the order's page", "GET", &address, With::default());
        let order = address.trim_start_matches("/o/").split('.').next().expect("an id").to_owned();
        let host = |what: &str| format!("/v1/sessions/{{s}}/orders/{order}/{what}");
        let kept = self.host("where it goes", "GET", &host("contact"), "c", &json!({}));
        assert_eq!(kept.json()["phone"], PHONE);
        self.host("its page", "GET", &host("page"), "p", &json!({}));
        self.host("paid", "POST", &host("paid"), "paid", &json!({}));
        self.ask("half an address", "GET", &address[..address.len() - 1], With::default());
        self.ask("an act that is none", "POST", &format!("{address}/{PHONE}"), With::default());
    }

    /// Everything that should not have been sent, with secrets in it.
    pub(crate) fn mistakes_are_made(&mut self) {
        let words = percent(&format!("{WORDS} {BUYER} {PHONE} {ADDRESS}"));
        let Shop { host, source, .. } = self.shop.clone();
        let session = self.session.clone();
        for path in [
            format!("/v1/{host}?token={source}&q={words}"),
            format!("/{words}"),
            format!("/v/{host}"),
            format!("/host/{words}"),
            format!("/photos/{words}.jpg"),
            format!("/sign-in?link={host}&next=/{words}"),
            format!("/v1/sessions/{words}/orders"),
            format!("/v1/sessions/{session}/orders?cursor={host}&limit={words}"),
            format!("/v1/sessions/{session}/orders?cursor={host}"),
            format!("/v1/sessions/{session}/export?format={words}"),
            format!("/v1/sessions/{session}/orders/{words}/contact"),
        ] {
            let bearer = format!("Bearer {host}");
            let headers =
                [("authorization", &*bearer), ("referer", &*path), ("user-agent", &*host)];
            let with = With { headers: &headers, ..With::default() };
            self.ask("a wrong address", "GET", &path, with);
            let ops = self.house.ops().to_owned();
            self.ask_at(&ops, "a wrong address of operators", "GET", &path, with);
        }
        self.no_http(&format!("{host} {words} \u{1}\r\n{PHONE}\r\n\r\n"));
        let orders = format!("/v1/sessions/{session}/orders");
        for token in [format!("{host}x"), source.clone(), PASSWORD.to_owned()] {
            let bearer = format!("Bearer {token}");
            let headers = [("authorization", &*bearer)];
            let with = With { headers: &headers, ..With::default() };
            assert!(self.ask("a wrong token", "GET", &orders, with).status >= 400);
        }
        for body in [
            json!({"title": [WORDS, PHONE]}),
            json!({"title": 7, "offers": WORDS}),
            json!({"title": "x", "rules": {"settle": WORDS, "hold": PHONE}}),
            json!({"title": "x", "offers": [{"code": BUYER, "name": WORDS, "price": PHONE}]}),
            json!({"title": "x", "offers": [{"code": "A", "name": "x",
                "price": {"amount": 1, "currency": WORDS}}]}),
            json!({"title": WORDS.repeat(100)}),
        ] {
            let told = self.host("a wrong session", "POST", "/v1/sessions", "w", &body);
            assert!(told.status >= 400, "{}", told.text);
        }
        let claim = json!({"buyer_name": "x", "buyer": BUYER, "lines": [{"code": WORDS,
            "quantity": PHONE}]});
        self.host("a wrong claim", "POST", "/v1/sessions/{s}/claims", "w2", &claim);
        self.host("a long key", "POST", "/v1/sessions/{s}/claims", &host.repeat(3), &json!({}));
        let offer = json!({"price": WORDS, "restock": PHONE});
        self.host("a wrong change", "PATCH", "/v1/sessions/{s}/offers/D1", "w3", &offer);
    }

    /// A console that signs in by its token and says what no console says.
    pub(crate) fn a_console_looks(&mut self) {
        let base = self.house.public().to_owned();
        let path = format!("/v1/sessions/{}/console", self.session);
        for token in [self.shop.host.clone(), format!("{}{PHONE}", self.shop.host)] {
            let mut socket = self.socket(&base, &path, "v1.console.chot", "");
            say(&mut socket, &json!({"type": "hello", "token": token}));
            say(&mut socket, &json!({"type": format!("{PHONE} {WORDS}")}));
            while let Some(frame) = hear(&mut socket) {
                if frame.contains("\"type\":\"error\"") {
                    self.evidence.see("a console's error", frame);
                    break;
                }
            }
        }
    }

    /// What is no HTTP at all, on both listeners.
    fn no_http(&mut self, said: &str) {
        for base in [self.house.public().to_owned(), self.house.ops().to_owned()] {
            let address = base.strip_prefix("http://").expect("plain HTTP");
            let mut stream = TcpStream::connect(address).expect("it listens");
            stream.write_all(said.as_bytes()).expect("it reads");
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).expect("an answer, or an end");
            self.evidence.see("no HTTP: error", answer);
        }
    }

    /// What operators look at.
    pub(crate) fn operators_look(&mut self) {
        let base = self.house.ops().to_owned();
        for path in ["/ops", "/metrics", "/readyz", "/healthz"] {
            let told = self.ask_at(&base, path, "GET", path, With::default());
            assert_eq!(told.status, 200, "{path}");
            self.evidence.see(format!("{path}: all of it"), told.text);
        }
        let told = self.ask("/readyz for all", "GET", "/readyz", With::default());
        self.evidence.see("/readyz for all: all of it", told.text);
        let mut socket = self.socket(&base, "/ops/live", "v1.ops.chot", "");
        for _ in 0..2 {
            self.evidence.see("the operators' frames", hear(&mut socket).expect("a frame"));
        }
    }

    /// What is taken home: the ledger may hold nobody's words, names or keys.
    pub(crate) fn files_are_taken_home(&mut self) {
        let session = self.session.clone();
        let out = |form: &str| self.house.path(form).to_str().expect("a plain path").to_owned();
        let files = ["ndjson", "csv", "xlsx"].map(|form| (form, out(form)));
        for (form, file) in &files {
            let words = ["export", "--session", &session, "--format", form, "--out", file];
            self.command("export", &words);
            self.host(
                "an export",
                "GET",
                &format!("/v1/sessions/{{s}}/export?format={form}"),
                "e",
                &json!({}),
            );
        }
        let ledger = std::fs::read(&files[0].1).expect("a ledger");
        assert!(ledger.len() > 1_000, "a whole evening");
        self.evidence.see("the ledger", ledger);
        let verified = self.command("verify", &["verify", &files[0].1]);
        assert!(!verified.is_empty());
        self.command("verify with a strange receipt", &["verify", &files[0].1, "--receipt", "00"]);
        self.command("doctor", &["doctor"]);
        let nowhere = ["export", "--session", PHONE, "--format", "csv", "--out", "x"];
        self.command("an export of nothing", &nowhere);
    }

    /// The server's own secret, and whatever was printed and logged; then the search.
    pub(crate) fn found(mut self, exemptions: &[Exemption]) -> Vec<String> {
        assert!(self.house.stop(), "{}", self.house.log());
        let file = rusqlite::Connection::open(self.house.data().join("accounts.db"));
        let file = file.expect("the accounts");
        let secret = file.query_row("SELECT bytes FROM secret", (), |row| row.get::<_, Vec<u8>>(0));
        self.evidence.secret("the server's secret", secret.expect("one"));
        let (log, printed) = (self.house.log(), self.house.printed());
        assert!(log.contains("DEBUG"), "it talks: {log}");
        assert!(!log.contains("panicked"), "{log}");
        self.evidence.see("the log", log);
        self.evidence.see("what serve prints", printed);
        assert!(self.evidence.size() > 20_000, "something was seen");
        self.evidence.found(exemptions)
    }
}
