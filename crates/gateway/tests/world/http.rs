//! A client that shares nothing with the server: HTTP/1.1 by hand, one connection per call.

use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A call that is being put together.
pub(crate) struct Call {
    address: SocketAddr,
    head: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// Null if the body is no JSON.
    pub(crate) json: Value,
}

impl Call {
    pub(crate) fn new(address: SocketAddr, method: &str, path: &str) -> Self {
        let head = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n");
        Self { address, head }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.head.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) async fn json(self, body: &Value) -> Answer {
        self.header("content-type", "application/json").body(body.to_string().as_bytes()).await
    }

    pub(crate) async fn send(self) -> Answer {
        self.body(b"").await
    }

    pub(crate) async fn body(self, body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).await.expect("connects");
        let head = format!("{}content-length: {}\r\n\r\n", self.head, body.len());
        stream.write_all(head.as_bytes()).await.expect("writes");
        // The server may answer and close before it has read all of a large body.
        let written = stream.write_all(body).await;
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer).await;
        assert!(!answer.is_empty(), "no answer: {written:?} {read:?}");
        Answer::parse(&answer)
    }
}

impl Answer {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let head = str::from_utf8(&bytes[..end]).expect("ASCII");
        let mut lines = head.split("\r\n");
        let status = lines.next().expect("a status")[9..12].parse().expect("a number");
        let header = |line: &str| {
            let (name, value) = line.split_once(": ").expect("a header");
            (name.to_ascii_lowercase(), value.to_owned())
        };
        let headers: Vec<_> = lines.map(header).collect();
        let mut answer =
            Self { status, headers, body: bytes[end + 4..].to_vec(), json: Value::Null };
        if answer.header("transfer-encoding") == Some("chunked") {
            answer.body = unchunk(&answer.body);
        }
        answer.json = serde_json::from_slice(&answer.body).unwrap_or_default();
        answer
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| &**value)
    }

    /// Checks that this is the problem of that code, in the form of RFC 9457.
    pub(crate) fn is_problem(&self, status: u16, code: &str) {
        assert_eq!((self.status, &self.json["code"]), (status, &code.into()), "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{code}");
        assert_eq!(self.json["status"], status, "{code}");
        assert_eq!(self.json["type"], "about:blank", "{code}");
        for text in ["title", "detail"] {
            assert!(
                self.json[text].as_str().is_some_and(|text| !text.is_empty()),
                "{code}: {text}"
            );
        }
    }
}

fn unchunk(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").expect("a chunk's length");
        let length = str::from_utf8(&rest[..end]).expect("ASCII");
        let length = usize::from_str_radix(length, 16).expect("hexadecimal");
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 4 + length..];
    }
}
