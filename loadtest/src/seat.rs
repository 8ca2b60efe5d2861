//! How a viewer comes in: a ticket over HTTP, a websocket from an address of their own, hello,
//! welcome.

use crate::http::{Call, Http, Target};
use crate::link::{Conditions, Link};
use crate::source::source_of;
use crate::wire::Wire;
use anyhow::Context as _;
use futures_util::{SinkExt as _, StreamExt as _};
use proto::live::{self, client_frame, server_frame};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// How long a welcome, or an answer that is asked for alone, is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many tickets are asked for at the same time, each over a connection that is kept.
pub(crate) const TICKETS_AT_ONCE: usize = 64;

/// A viewer's read buffer. Most frames are a few hundred bytes.
const READ_BYTES: usize = 1_024;

/// Who sits at a socket; enough to come back as the same buyer.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub(crate) struct Seat {
    pub(crate) socket: u32,
    pub(crate) name: String,
    /// The server's reference for the buyer.
    pub(crate) buyer: String,
    /// Makes the next connection the same buyer.
    pub(crate) token: Option<String>,
}

/// A socket that has been welcomed.
pub(crate) struct Connection {
    stream: WebSocketStream<Link>,
    wire: Wire,
    /// The position of the welcome.
    pub(crate) position: Option<live::Position>,
}

/// Where viewers come in, at first and again.
pub(crate) struct Entrance {
    target: Target,
    session: String,
    turns: Semaphore,
    spare: Mutex<Vec<Http>>,
}

impl Entrance {
    pub(crate) fn new(target: &Target, session: &str) -> Self {
        Self {
            target: target.clone(),
            session: session.to_owned(),
            turns: Semaphore::new(TICKETS_AT_ONCE),
            spare: Mutex::new(Vec::new()),
        }
    }

    /// Brings a viewer in, under those conditions, with the last position seen if there is one.
    ///
    /// # Errors
    /// If the server refuses, answers otherwise than the contract says, or takes the buyer for
    /// another.
    pub(crate) async fn enter(
        &self,
        seat: &mut Seat,
        resume: Option<live::Position>,
        conditions: Conditions,
    ) -> anyhow::Result<Connection> {
        let turn = self.turns.acquire().await.context("the entrance is closed")?;
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut http = spare.unwrap_or_else(|| Http::new(&self.target));
        let ticket = seat.ticket(&mut http, &self.session).await;
        self.spare.lock().unwrap_or_else(PoisonError::into_inner).push(http);
        drop(turn);
        // A ticket takes a round trip, the connection another, the upgrade a third.
        tokio::time::sleep(conditions.round_trip * 2).await;
        Connection::greeted(seat, ticket?, &self.target, &self.session, resume, conditions).await
    }
}

impl Seat {
    /// A viewer who has never been here.
    pub(crate) fn new(socket: u32, name: String) -> Self {
        Self { socket, name, buyer: String::new(), token: None }
    }

    /// Takes a ticket over `http` and connects.
    ///
    /// # Errors
    /// If the server refuses, answers otherwise than the contract says, or takes the buyer for
    /// another.
    pub(crate) async fn sit(
        &mut self,
        http: &mut Http,
        target: &Target,
        session: &str,
    ) -> anyhow::Result<Connection> {
        let ticket = self.ticket(http, session).await?;
        Connection::greeted(self, ticket, target, session, None, Conditions::default()).await
    }

    /// A ticket for this seat's buyer.
    async fn ticket(&mut self, http: &mut Http, session: &str) -> anyhow::Result<String> {
        let path = format!("/v1/sessions/{session}/tickets");
        let ask = live::AskTicket { name: self.name.clone(), buyer_token: self.token.clone() };
        let body = serde_json::to_string(&ask)?;
        for _ in 0..TICKET_TRIES {
            let reply = http.call(Call::post(&path, body.clone())).await?;
            if reply.status != 429 {
                let ticket: live::Ticket = reply.json()?;
                anyhow::ensure!(
                    self.token.is_none() || self.buyer == ticket.buyer,
                    "{} came back with a token and is another buyer",
                    self.name
                );
                self.buyer = ticket.buyer;
                self.token = Some(ticket.buyer_token);
                return Ok(ticket.ticket);
            }
            tokio::time::sleep(reply.retry_after.unwrap_or(Duration::from_secs(1))).await;
        }
        anyhow::bail!("{}: no ticket after {TICKET_TRIES} tries", self.name)
    }
}

/// How often a ticket is asked for again when the server says that it is busy.
const TICKET_TRIES: usize = 60;

async fn connected(
    target: &Target,
    session: &str,
    socket: u32,
    wire: Wire,
    conditions: Conditions,
) -> anyhow::Result<WebSocketStream<Link>> {
    let url = format!("ws://{}/v1/sessions/{session}/live", target.host);
    let mut request = url.into_client_request()?;
    let subprotocol = HeaderValue::from_static(wire.subprotocol());
    request.headers_mut().insert("Sec-WebSocket-Protocol", subprotocol);
    let stream = match target.address {
        SocketAddr::V4(address) if address.ip().is_loopback() => {
            let local = TcpSocket::new_v4()?;
            if let Some(bytes) = conditions.bytes_per_second {
                // Otherwise the kernel would read for a slow reader.
                local.set_recv_buffer_size(bytes)?;
            }
            local.bind(SocketAddr::new(IpAddr::V4(source_of(socket)), 0))?;
            local.connect(target.address).await?
        }
        address => TcpStream::connect(address).await?,
    };
    stream.set_nodelay(true)?;
    let small = WebSocketConfig::default().read_buffer_size(READ_BYTES).write_buffer_size(0);
    let link = Link::over(stream, conditions);
    let opened = tokio_tungstenite::client_async_with_config(request, link, Some(small)).await;
    Ok(opened.context("the websocket was refused")?.0)
}

impl Connection {
    async fn greeted(
        seat: &Seat,
        ticket: String,
        target: &Target,
        session: &str,
        resume: Option<live::Position>,
        conditions: Conditions,
    ) -> anyhow::Result<Self> {
        let wire = Wire::of(seat.socket);
        let greeted = async {
            let stream = connected(target, session, seat.socket, wire, conditions).await?;
            let mut connection = Self { stream, wire, position: None };
            connection.say(client_frame::Frame::Hello(live::Hello { ticket, resume })).await?;
            match connection.hear().await? {
                server_frame::Frame::Welcome(welcome) => connection.position = welcome.position,
                other => anyhow::bail!("{} was not welcomed: {other:?}", seat.name),
            }
            Ok(connection)
        };
        timeout(PATIENCE, greeted).await?
    }

    /// Writes one frame.
    pub(crate) async fn say(&mut self, frame: client_frame::Frame) -> anyhow::Result<()> {
        Ok(self.stream.send(self.wire.encode(frame)?).await?)
    }

    /// The next frame that is not stock.
    ///
    /// # Errors
    /// In one word how the socket ended.
    pub(crate) async fn hear(&mut self) -> anyhow::Result<server_frame::Frame> {
        loop {
            let message = self.stream.next().await.context("closed without a word")?;
            match message.map_err(|_| anyhow::anyhow!("broken off"))? {
                Message::Close(Some(close)) => {
                    anyhow::bail!("closed {} {}", u16::from(close.code), close.reason)
                }
                Message::Close(None) => anyhow::bail!("closed without a word"),
                message @ (Message::Text(_) | Message::Binary(_)) => {
                    if let Some(frame) = self.wire.decode(&message)? {
                        return Ok(frame);
                    }
                }
                Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
            }
        }
    }

    /// Sends words under a key and waits for that key's outcome.
    ///
    /// # Errors
    /// If the socket ends, or an error comes instead, or nothing within half a minute.
    pub(crate) async fn ask(&mut self, key: &str, text: &str) -> anyhow::Result<live::Outcome> {
        let comment = live::Comment { key: key.into(), text: text.into() };
        self.say(client_frame::Frame::Comment(comment)).await?;
        let wait = async {
            loop {
                match self.hear().await? {
                    server_frame::Frame::Outcome(outcome)
                        if outcome.key.as_deref() == Some(key) =>
                    {
                        return Ok(outcome);
                    }
                    server_frame::Frame::Error(error) => anyhow::bail!("{key}: {error:?}"),
                    _ => {}
                }
            }
        };
        timeout(PATIENCE, wait).await?
    }
}
