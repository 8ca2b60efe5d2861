//! Ours: posts of comments that claim one hot offer, several under way at once, every answer looked
//! through for as many held outcomes as there were claims.

use crate::chot::Chot;
use crate::host::Host;
use crate::http::Target;
use crate::peers::books::Books;
use crate::peers::drive::Driven;
use crate::peers::stencil::{BUYERS, Stencil};
use anyhow::Context as _;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Comments in one post.
pub(crate) const POST: usize = 1_000;
/// Pieces in stock: the most that an offer takes. A round ends early when they are gone.
const STOCK: u64 = 1_000_000;
/// What each answer says of a claim that was sold.
const HELD: &[u8] = br#""result":"held""#;
/// The least that stands between one outcome's result and the next one's: its receipt, its
/// position and the next one's key. So much of an answer need not be looked at.
const BETWEEN_BYTES_MIN: usize = 128;
/// How long an answer may take.
const ANSWER_PATIENCE: Duration = Duration::from_secs(60);

/// A server with one live session; it ends with this value.
pub(crate) struct Shop {
    /// Ends before its folder does.
    _chot: Chot,
    _folder: TempDir,
    address: SocketAddr,
    source_token: String,
    host: Host,
    /// Claims that were answered with an outcome held.
    held: u64,
}

impl Shop {
    /// Starts a server on a folder of its own, opens a session and lets every buyer say hello.
    ///
    /// # Errors
    /// If the program is not there, or what the server answered instead.
    pub(crate) async fn start(program: &Path) -> anyhow::Result<Self> {
        let folder = TempDir::with_prefix("chot-orders-").context("a temporary folder")?;
        let (chot, target, tokens) = Chot::start(program, folder.path(), None).await?;
        let host = Host::open(&target, &tokens.host, &session(), None).await?;
        let Target { address, .. } = target;
        let source_token = tokens.source;
        let shop = Self { _chot: chot, _folder: folder, address, source_token, host, held: 0 };
        let mut hello = shop.request("hello-", "chào shop");
        let mut connection = Connection::open(address)?;
        for first in (0..BUYERS).step_by(POST) {
            connection.exchange(hello.filled(first))?;
        }
        Ok(shop)
    }

    /// Claims for `duration`, or until all is sold, with so many posts under way.
    ///
    /// # Errors
    /// If an answer is not there, is not 200, or lacks a held outcome.
    pub(crate) async fn run(
        &mut self,
        in_flight: usize,
        duration: Duration,
    ) -> anyhow::Result<Driven> {
        let request = self.request("", "D1 x1");
        let address = self.address;
        let round = tokio::task::spawn_blocking(move || {
            let numbered = AtomicU64::new(0);
            let connections: Vec<Connection> =
                (0..in_flight).map(|_| Connection::open(address)).collect::<anyhow::Result<_>>()?;
            sent_by_all(connections, &request, &numbered, duration)
        });
        let driven = round.await??;
        self.held += driven.sold;
        Ok(driven)
    }

    /// What is left of the stock, beside the claims that the session counts and those that were
    /// answered.
    ///
    /// # Errors
    /// What the server answered instead.
    pub(crate) async fn books(&mut self) -> anyhow::Result<Books> {
        let view = self.host.view().await?;
        let offer = view.offers.first().context("the session has no offer")?;
        Ok(Books {
            whose: "Chốt, posts of comments".to_owned(),
            stock: STOCK,
            left: i64::try_from(offer.left_milli / 1_000)?,
            recorded: Some(u64::from(self.host.summary().await?.claims)),
            acknowledged: Some(self.held),
        })
    }

    /// A post of [`POST`] comments, to be numbered; `kind` keeps their ids apart from others'.
    fn request(&self, kind: &str, text: &str) -> Stencil {
        let body = comments(&mut Stencil::default(), kind, text).filled(0).len();
        let (session, token) = (&self.host.session, &self.source_token);
        let mut request = Stencil::default();
        request.text(&format!(
            "POST /v1/sessions/{session}/comments HTTP/1.1\r\nHost: {}\r\n\
             Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
             Content-Length: {body}\r\n\r\n",
            self.address
        ));
        comments(&mut request, kind, text);
        request
    }
}

/// One offer, of which whoever claims again gets more.
fn session() -> serde_json::Value {
    serde_json::json!({
        "title": "Một món, mọi người cùng chốt",
        "rules": {"repeat_comment": "add", "repeat_code": "add"},
        "offers": [{"code": "D1", "name": "bí đỏ", "price": 45_000, "unit": "trái", "step": 1,
            "stock": STOCK}],
    })
}

fn comments<'a>(request: &'a mut Stencil, kind: &str, text: &str) -> &'a mut Stencil {
    for at in 0..POST {
        request.text(if at == 0 { "{\"comments\":[" } else { "," });
        request.text(&format!("{{\"platform\":\"tiktok\",\"comment_id\":\"{kind}")).number();
        request.text("\",\"buyer_id\":\"buyer-").buyer();
        request.text(&format!("\",\"buyer_name\":\"Chị Lan Anh\",\"text\":\"{text}\"}}"));
    }
    request.text("]}")
}

/// One thread per connection; the clock starts before any of them may send.
fn sent_by_all(
    connections: Vec<Connection>,
    request: &Stencil,
    numbered: &AtomicU64,
    duration: Duration,
) -> anyhow::Result<Driven> {
    let ready = Barrier::new(connections.len() + 1);
    std::thread::scope(|scope| {
        let senders: Vec<_> = connections
            .into_iter()
            .map(|mut connection| {
                let (mut request, ready) = (request.clone(), &ready);
                scope.spawn(move || {
                    ready.wait();
                    connection.claim(&mut request, numbered, duration)
                })
            })
            .collect();
        let began = Instant::now();
        ready.wait();
        let mut sold = 0;
        for sender in senders {
            let sent = sender.join().map_err(|_| anyhow::anyhow!("a sender panicked"))?;
            sold += sent?;
        }
        Ok(Driven { sold, seconds: began.elapsed().as_secs_f64() })
    })
}

/// A connection that blocks.
struct Connection {
    stream: TcpStream,
    /// The answer, and room for a longer one.
    read: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_PATIENCE))?;
        Ok(Self { stream, read: vec![0; 64 * 1024] })
    }

    /// How many were held.
    fn claim(
        &mut self,
        request: &mut Stencil,
        numbered: &AtomicU64,
        duration: Duration,
    ) -> anyhow::Result<u64> {
        let (began, claims, mut sold) = (Instant::now(), request.claims(), 0);
        while began.elapsed() < duration {
            let first = numbered.fetch_add(claims, Ordering::Relaxed);
            if first + claims > STOCK {
                break;
            }
            let answer = self.exchange(request.filled(first))?;
            let held = held_in(answer);
            if held != claims {
                let begin = String::from_utf8_lossy(&answer[..answer.len().min(400)]);
                anyhow::bail!("{held} of {claims} claims are held: {begin}");
            }
            sold += held;
        }
        Ok(sold)
    }

    /// The body of the answer.
    fn exchange(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.stream.write_all(request)?;
        let mut length = 0;
        let mut body = None;
        loop {
            if length == self.read.len() {
                self.read.resize(2 * length, 0);
            }
            let more = match self.stream.read(&mut self.read[length..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read?,
            };
            anyhow::ensure!(more > 0, "the server closed the connection");
            length += more;
            if body.is_none() {
                body = body_of(&self.read[..length])?;
            }
            if let Some((begin, size)) = body.filter(|(begin, size)| length >= begin + size) {
                return Ok(&self.read[begin..begin + size]);
            }
        }
    }
}

/// Where the body begins and how long it is, once the head is there.
fn body_of(answer: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let said = || String::from_utf8_lossy(&answer[..answer.len().min(600)]).into_owned();
    anyhow::ensure!(head.starts_with("http/1.1 200"), "the answer is {}", said());
    let mut lines = head.lines();
    let length = lines.find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    let length = length.with_context(|| format!("an answer without a length: {}", said()))?;
    Ok(Some((end + 4, length)))
}

/// How many outcomes of an answer are held ones. It can miss one, in an answer of another form, but
/// never count one that is not there.
fn held_in(answer: &[u8]) -> u64 {
    let (mut held, mut from) = (0, 0);
    while let Some(rest) = answer.get(from..) {
        let begins = |quote: usize| rest[quote..].starts_with(HELD);
        let mut quotes = (0..rest.len()).filter(|&at| rest[at] == HELD[0]);
        let Some(at) = quotes.find(|&quote| begins(quote)) else { break };
        held += 1;
        from += at + BETWEEN_BYTES_MIN;
    }
    held
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_held_outcomes_are_counted() {
        let outcome = |result: &str| {
            format!(
                "{{\"key\":\"tiktok:000000000001\",\"result\":\"{result}\",\"number\":1,\
                 \"lines\":[{{\"code\":\"D1\",\"held\":1,\"waitlisted\":0}}],\
                 \"position\":{{\"epoch\":1,\"seq\":1}},\"receipt\":\"{}\"}}",
                "0".repeat(64)
            )
        };
        let check = |results: &[&str], expected| {
            let outcomes: Vec<_> = results.iter().map(|result| outcome(result)).collect();
            let answer = format!("{{\"outcomes\":[{}]}}", outcomes.join(","));
            assert_eq!(held_in(answer.as_bytes()), expected, "{answer}");
        };
        check(&[], 0);
        check(&["held"], 1);
        check(&["held", "held", "held"], 3);
        check(&["held", "refused", "held", "waitlisted", "partial"], 2);
        check(&["noted", "error"], 0);
    }

    #[test]
    fn an_answer_that_is_not_200_or_has_no_length_is_an_error() {
        let check = |answer: &str, expected: Option<Option<(usize, usize)>>| {
            assert_eq!(body_of(answer.as_bytes()).ok(), expected, "{answer}");
        };
        check("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{}", Some(Some((38, 7))));
        check("HTTP/1.1 200 OK\r\nContent-Le", Some(None));
        check("HTTP/1.1 429 Too Many Requests\r\ncontent-length: 7\r\n\r\n", None);
        check("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", None);
    }

    #[test]
    fn a_post_is_json_with_ids_of_its_own() {
        let mut stencil = Stencil::default();
        comments(&mut stencil, "hello-", "chào shop");
        let read: serde_json::Value = serde_json::from_slice(stencil.filled(5)).expect("JSON");
        let comments = read["comments"].as_array().expect("a list");
        assert_eq!(comments.len(), POST);
        let expected = serde_json::json!({"platform": "tiktok", "comment_id": "hello-000000000006",
            "buyer_id": "buyer-07514", "buyer_name": "Chị Lan Anh", "text": "chào shop"});
        assert_eq!(comments[1], expected);
    }
}
