//! One connection that asks and waits, over HTTP/1.1, opened again when it was closed.

use anyhow::Context as _;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, RETRY_AFTER};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long a server may say nothing at all while an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where the server is.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// To connect to.
    pub(crate) address: SocketAddr,
    /// As written in the `Host` header.
    pub(crate) host: String,
}

impl Target {
    /// Reads `http://HOST:PORT`.
    ///
    /// # Errors
    /// If it is anything else, or the host has no address.
    pub(crate) fn parse(url: &str) -> anyhow::Result<Self> {
        let host = url
            .strip_prefix("http://")
            .map(|rest| rest.trim_end_matches('/'))
            .filter(|host| !host.contains('/') && host.contains(':'))
            .with_context(|| format!("{url:?}: write it as http://127.0.0.1:8080"))?;
        let mut addresses = host.to_socket_addrs().with_context(|| format!("{host:?}"))?;
        let address = addresses.next().with_context(|| format!("{host:?} has no address"))?;
        Ok(Self { address, host: host.to_owned() })
    }
}

/// A call that is to be made.
pub(crate) struct Call<'a> {
    method: Method,
    path: &'a str,
    token: Option<&'a str>,
    key: Option<&'a str>,
    body: Option<String>,
}

impl<'a> Call<'a> {
    pub(crate) fn get(path: &'a str) -> Self {
        Self { method: Method::GET, path, token: None, key: None, body: None }
    }

    pub(crate) fn post(path: &'a str, body: String) -> Self {
        Self { method: Method::POST, body: Some(body), ..Self::get(path) }
    }

    pub(crate) fn patch(path: &'a str, body: String) -> Self {
        Self { method: Method::PATCH, body: Some(body), ..Self::get(path) }
    }

    /// A host's or a source's token.
    pub(crate) fn token(self, token: &'a str) -> Self {
        Self { token: Some(token), ..self }
    }

    /// The idempotency key.
    pub(crate) fn key(self, key: &'a str) -> Self {
        Self { key: Some(key), ..self }
    }
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// What the server asks to wait before the next try.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Bytes,
}

impl Reply {
    /// The body as JSON, if the status is a good one.
    ///
    /// # Errors
    /// With the status and the beginning of the body otherwise.
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> anyhow::Result<T> {
        anyhow::ensure!((200..300).contains(&self.status), "{}", self.complaint());
        serde_json::from_slice(&self.body).with_context(|| self.complaint())
    }

    /// The problem's stable code; the status where there is none.
    pub(crate) fn code(&self) -> String {
        let problem: Option<serde_json::Value> = serde_json::from_slice(&self.body).ok();
        let code = problem.as_ref().and_then(|problem| problem["code"].as_str());
        code.map_or_else(|| format!("status_{}", self.status), str::to_owned)
    }

    fn complaint(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        format!("status {}: {}", self.status, text.chars().take(300).collect::<String>())
    }
}

/// A connection of its own; one call at a time.
pub(crate) struct Http {
    target: Target,
    sender: Option<SendRequest<Full<Bytes>>>,
    patience: Duration,
}

impl Http {
    /// Connects with the first call.
    pub(crate) fn new(target: &Target) -> Self {
        Self { target: target.clone(), sender: None, patience: PATIENCE }
    }

    /// Makes the call and waits for the whole answer.
    ///
    /// # Errors
    /// If the server cannot be reached, closes in between or says nothing for a minute; the next
    /// call connects anew.
    pub(crate) async fn call(&mut self, call: Call<'_>) -> anyhow::Result<Reply> {
        let what = format!("{} {}", call.method, call.path);
        let mut request =
            Request::builder().method(call.method).uri(call.path).header(HOST, &self.target.host);
        if let Some(token) = call.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(key) = call.key {
            request = request.header("Idempotency-Key", key);
        }
        if call.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = Full::new(Bytes::from(call.body.unwrap_or_default()));
        let request = request.body(body).with_context(|| what.clone())?;
        let sent = self.sent(request).await;
        if sent.is_err() {
            self.sender = None;
        }
        sent.context(what)
    }

    async fn sent(&mut self, request: Request<Full<Bytes>>) -> anyhow::Result<Reply> {
        let patience = self.patience;
        let silent = || format!("nothing was heard for {patience:?}");
        let answer = self.ready().await?.send_request(request);
        let answer = timeout(patience, answer).await.with_context(silent)??;
        let retry_after = answer
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.parse().ok().map(Duration::from_secs));
        let status = answer.status().as_u16();
        let (mut answer, mut body) = (answer.into_body(), Vec::new());
        while let Some(frame) = timeout(patience, answer.frame()).await.with_context(silent)? {
            frame?.data_ref().into_iter().for_each(|data| body.extend_from_slice(data));
        }
        Ok(Reply { status, retry_after, body: body.into() })
    }

    async fn ready(&mut self) -> anyhow::Result<&mut SendRequest<Full<Bytes>>> {
        let open = match self.sender.take() {
            Some(mut sender) => sender.ready().await.is_ok().then_some(sender),
            None => None,
        };
        let sender = match open {
            Some(sender) => sender,
            None => {
                let stream = TcpStream::connect(self.target.address).await?;
                stream.set_nodelay(true)?;
                let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
                // It ends with its sender; what goes wrong in it is told to the call that waits.
                tokio::spawn(connection);
                sender
            }
        };
        Ok(self.sender.insert(sender))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::AsyncWriteExt as _;

    #[tokio::test]
    async fn a_server_that_says_nothing_is_given_up() {
        let check = async |said: &'static [u8]| {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            let address = listener.local_addr().expect("an address");
            let server = tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.expect("a call");
                stream.write_all(said).await.expect("said");
                stream
            });
            let target = Target { address, host: address.to_string() };
            let mut http = Http { patience: Duration::from_millis(50), ..Http::new(&target) };
            let reply = http.call(Call::get("/")).await;
            let why = reply.err().map(|error| format!("{error:#}"));
            assert!(why.as_ref().is_some_and(|why| why.contains("nothing was heard")), "{why:?}");
            assert!(http.sender.is_none(), "the next call connects anew");
            server.await.expect("it held the connection");
        };
        check(b"").await;
        check(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
    }

    #[test]
    fn a_url_without_a_port_or_with_a_path_is_refused_with_the_right_form() {
        let check = |url: &str, good: bool| {
            let read = Target::parse(url);
            assert_eq!(read.is_ok(), good, "{url}");
        };
        check("http://127.0.0.1:8080", true);
        check("http://127.0.0.1:8080/", true);
        check("127.0.0.1:8080", false);
        check("http://127.0.0.1", false);
        check("http://127.0.0.1:8080/v1", false);
    }
}
