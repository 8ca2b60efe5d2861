//! An evening as a script plays it, and what is kept of it as evidence.

mod acts;

use crate::house::evidence::{Evidence, forms};
use crate::house::{House, PATIENCE, Shop};
use serde_json::Value;
use std::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Message, WebSocket, client};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A call's answer.
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    text: String,
}

impl Reply {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}", self.text))
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        &found.unwrap_or_else(|| panic!("no {name}: {} {}", self.status, self.text)).1
    }

    /// The value of the cookie that it sets.
    fn cookie(&self) -> String {
        let pair = self.header("set-cookie").split(';').next().expect("a pair");
        pair.split_once('=').expect("a value").1.to_owned()
    }

    /// The value of a hidden field.
    fn field(&self, name: &str) -> String {
        let begin = format!("name=\"{name}\" value=\"");
        let rest = self.text.split_once(&begin).expect("the field").1;
        rest.split_once('"').expect("its end").0.to_owned()
    }
}

/// The evening: who is there, and what was seen.
pub(crate) struct Evening {
    pub(crate) house: House,
    shop: Shop,
    session: String,
    evidence: Evidence,
}

/// What a call carries.
#[derive(Clone, Copy, Default)]
struct With<'a> {
    headers: &'a [(&'a str, &'a str)],
    kind: &'a str,
    body: &'a str,
}

impl Evening {
    pub(crate) fn begin() -> Self {
        let mut house = House::empty();
        // The most that a setting allows; where people come in is named, so that there is a
        // hand-over.
        house.environment.push(("CHOT_LOG".into(), "trace".into()));
        house.environment.push(("RUST_LOG".into(), "trace".into()));
        house.environment.push(("CHOT_PUBLIC_URL".into(), "http://127.0.0.1:9".into()));
        house.start();
        let nobody = Shop { shop: String::new(), host: String::new(), source: String::new() };
        Self { house, shop: nobody, session: String::new(), evidence: Evidence::default() }
    }

    /// A call, of whose answer everything is kept that is not meant for the caller alone: headers,
    /// errors, and where pages lead.
    fn ask(&mut self, name: &str, method: &str, path: &str, with: With<'_>) -> Reply {
        let base = self.house.public().to_owned();
        self.ask_at(&base, name, method, path, with)
    }

    fn ask_at(
        &mut self,
        base: &str,
        name: &str,
        method: &str,
        path: &str,
        with: With<'_>,
    ) -> Reply {
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0);
        let agent = config.timeout_global(Some(PATIENCE)).build().new_agent();
        let request = ureq::http::Request::builder().method(method).uri(format!("{base}{path}"));
        let request = with.headers.iter().fold(request, |request, (k, v)| request.header(*k, *v));
        let request = match with.kind {
            "" => request,
            kind => request.header("content-type", kind),
        };
        let answer = agent.run(request.body(with.body.to_owned()).expect("a request"));
        let answer = answer.expect("an answer");
        let status = answer.status().as_u16();
        let headers = answer.headers().iter().map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        let headers: Vec<_> = headers.collect();
        let bytes = answer.into_body().read_to_vec().expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        for (header, value) in &headers {
            self.evidence.see(format!("{name}: header {header}"), value);
        }
        if status >= 400 {
            self.evidence.see(format!("{name}: error"), &text);
        }
        for attribute in ["href=\"", "src=\"", "action=\"", "content=\""] {
            for rest in text.split(attribute).skip(1) {
                let link = rest.split('"').next().expect("an end");
                self.evidence.see(format!("{name}: link"), link);
            }
        }
        Reply { status, headers, text }
    }

    fn host(&mut self, name: &str, method: &str, path: &str, key: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {}", self.shop.host);
        let headers = [("authorization", &*bearer), ("idempotency-key", key)];
        let body = body.to_string();
        let path = path.replace("{s}", &self.session);
        self.ask(name, method, &path, With { headers: &headers, kind: JSON, body: &body })
    }

    /// A command of the same folder; everything that it says is kept.
    fn command(&mut self, name: &str, words: &[&str]) -> String {
        let output = self.house.run(words);
        self.evidence.see(format!("{name}: printed"), &output.stdout);
        self.evidence.see(format!("{name}: complained"), &output.stderr);
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn form(&mut self, name: &str, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Reply {
        let encoded = fields.iter().map(|(name, value)| format!("{name}={}", percent(value)));
        let body = encoded.collect::<Vec<_>>().join("&");
        let headers = [("cookie", cookie)];
        self.ask(name, "POST", path, With { headers: &headers, kind: FORM, body: &body })
    }

    fn socket(&mut self, base: &str, path: &str, form: &str, cookie: &str) -> WebSocket<TcpStream> {
        let address = base.strip_prefix("http://").expect("plain HTTP");
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        let url = format!("ws://{address}{path}");
        let mut request = url.into_client_request().expect("a request");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", form.parse().expect("a word"));
        headers.insert("cookie", cookie.parse().expect("a cookie"));
        let (socket, answer) = client(request, stream).expect("a websocket");
        for (name, value) in answer.headers() {
            self.evidence.see(format!("{path}: header {name}"), value.as_bytes());
        }
        socket
    }
}

fn percent(text: &str) -> String {
    let found = forms(text.as_bytes()).into_iter().find(|(form, _)| *form == "percent-encoded");
    found.map_or_else(|| text.to_owned(), |(_, text)| text)
}

fn say(socket: &mut WebSocket<TcpStream>, message: &Value) {
    socket.send(Message::text(message.to_string())).expect("it is open");
}

/// The next frame; none once it is closed.
fn hear(socket: &mut WebSocket<TcpStream>) -> Option<String> {
    loop {
        match socket.read().ok()? {
            Message::Text(text) => return Some(text.to_string()),
            Message::Binary(bytes) => return Some(String::from_utf8_lossy(&bytes).into_owned()),
            Message::Close(_) => return None,
            _ => {}
        }
    }
}

fn after<'a>(text: &'a str, mark: &str) -> &'a str {
    let rest = text.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {text}")).1;
    rest.split(['&', '"', '\n', ' ']).next().expect("a word")
}
