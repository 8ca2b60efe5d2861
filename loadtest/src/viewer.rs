//! A viewer at a real socket: takes a ticket, says hello, writes when the schedule says so, keeps
//! every answer.

use crate::http::{Call, Http, Target};
use crate::run::Run;
use crate::wire::Wire;
use anyhow::Context as _;
use futures_util::{SinkExt as _, StreamExt as _};
use proto::live::{self, client_frame, server_frame};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// Most comments without an answer; the contract's bound, beyond which a server stops reading.
pub(crate) const IN_FLIGHT_MAX: usize = 64;

/// How long an answer is waited for after everything was sent.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who sits at a socket; enough to come back as the same buyer.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    pub(crate) socket: u32,
    pub(crate) name: String,
    /// The server's reference for the buyer.
    pub(crate) buyer: String,
    /// Makes the next connection the same buyer.
    pub(crate) token: Option<String>,
}

/// A socket that has been welcomed.
pub(crate) struct Viewer {
    stream: WebSocketStream<TcpStream>,
    wire: Wire,
}

impl Seat {
    /// A viewer who has never been here.
    pub(crate) fn new(socket: u32, name: String) -> Self {
        Self { socket, name, buyer: String::new(), token: None }
    }

    /// Takes a ticket over `http` and connects.
    ///
    /// # Errors If the server refuses, answers otherwise than the contract says, or takes the buyer
    /// for another.
    pub(crate) async fn sit(
        &mut self,
        http: &mut Http,
        target: &Target,
        session: &str,
    ) -> anyhow::Result<Viewer> {
        let ticket = self.ticket(http, session).await?;
        anyhow::ensure!(
            self.token.is_none() || self.buyer == ticket.buyer,
            "{} came back with a token and is another buyer",
            self.name
        );
        self.buyer = ticket.buyer;
        self.token = Some(ticket.buyer_token);
        let wire = Wire::of(self.socket);
        let stream = connected(target, session, self.socket, wire).await?;
        let mut viewer = Viewer { stream, wire };
        let hello = live::Hello { ticket: ticket.ticket, resume: None };
        viewer.say(client_frame::Frame::Hello(hello)).await?;
        match timeout(PATIENCE, viewer.hear()).await?? {
            server_frame::Frame::Welcome(_) => Ok(viewer),
            other => anyhow::bail!("{} was not welcomed: {other:?}", self.name),
        }
    }

    async fn ticket(&self, http: &mut Http, session: &str) -> anyhow::Result<live::Ticket> {
        let path = format!("/v1/sessions/{session}/tickets");
        let ask = live::AskTicket { name: self.name.clone(), buyer_token: self.token.clone() };
        let body = serde_json::to_string(&ask)?;
        for _ in 0..TICKET_TRIES {
            let reply = http.call(Call::post(&path, body.clone())).await?;
            if reply.status != 429 {
                return reply.json();
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
) -> anyhow::Result<WebSocketStream<TcpStream>> {
    let url = format!("ws://{}/v1/sessions/{session}/live", target.host);
    let mut request = url.into_client_request()?;
    let subprotocol = HeaderValue::from_static(wire.subprotocol());
    request.headers_mut().insert("Sec-WebSocket-Protocol", subprotocol);
    let stream = match target.address {
        SocketAddr::V4(address) if address.ip().is_loopback() => {
            // One address has some 28,000 free ports, and the kernel searches long for the last of
            // them.
            let own = Ipv4Addr::new(127, 0, 1, 1 + (socket / 8_000 % 250) as u8);
            let local = TcpSocket::new_v4()?;
            local.bind(SocketAddr::new(IpAddr::V4(own), 0))?;
            local.connect(target.address).await?
        }
        address => TcpStream::connect(address).await?,
    };
    stream.set_nodelay(true)?;
    let small = WebSocketConfig::default().read_buffer_size(4_096).write_buffer_size(0);
    let opened = tokio_tungstenite::client_async_with_config(request, stream, Some(small)).await;
    Ok(opened.context("the websocket was refused")?.0)
}

impl Viewer {
    /// Writes one frame.
    async fn say(&mut self, frame: client_frame::Frame) -> anyhow::Result<()> {
        Ok(self.stream.send(self.wire.encode(frame)?).await?)
    }

    /// The next frame that is not stock.
    async fn hear(&mut self) -> anyhow::Result<server_frame::Frame> {
        loop {
            let message = self.stream.next().await.context("the socket closed")??;
            match message {
                Message::Text(_) | Message::Binary(_) => {
                    if let Some(frame) = self.wire.decode(&message)? {
                        return Ok(frame);
                    }
                }
                Message::Close(close) => anyhow::bail!("closed: {close:?}"),
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

    /// Writes what comes out of `jobs` (numbers of sends) and keeps the answers, until all are
    /// answered.
    pub(crate) async fn watch(mut self, run: Arc<Run>, mut jobs: mpsc::Receiver<u32>) {
        let mut open = BTreeSet::new();
        let mut last_call = None;
        let ended = loop {
            if last_call.is_some() && open.is_empty() {
                break None;
            }
            let room = last_call.is_none() && open.len() < IN_FLIGHT_MAX;
            let deadline = last_call.unwrap_or_else(Instant::now);
            tokio::select! {
                job = jobs.recv(), if room => match job {
                    Some(number) => if let Err(error) = self.send(&run, number).await {
                        break Some(error);
                    } else {
                        open.insert(number);
                    },
                    None => last_call = Some(Instant::now() + PATIENCE),
                },
                frame = self.hear() => match frame {
                    Ok(frame) => heard(&run, &mut open, frame),
                    Err(error) => break Some(error),
                },
                () = sleep_until(deadline), if last_call.is_some() => break None,
            }
        };
        if let Some(error) = ended {
            run.tally.refused(&format!("socket: {error}"), 1);
        }
    }

    async fn send(&mut self, run: &Run, number: u32) -> anyhow::Result<()> {
        let (key, send) = (run.key(number), &run.sends[number as usize]);
        let frame = match &send.tap {
            None => client_frame::Frame::Comment(live::Comment { key, text: send.text.clone() }),
            Some(lines) => {
                let line = |(code, milli): &(String, u64)| live::WantedLine {
                    code: code.clone(),
                    variant: vec![],
                    quantity_milli: *milli,
                };
                let lines = lines.iter().map(line).collect();
                client_frame::Frame::Claim(live::Claim { key, lines })
            }
        };
        self.say(frame).await?;
        run.tally.sent(run.due(number).elapsed());
        Ok(())
    }
}

fn heard(run: &Run, open: &mut BTreeSet<u32>, frame: server_frame::Frame) {
    match frame {
        server_frame::Frame::Outcome(outcome) => {
            let number = outcome.key.as_deref().and_then(|key| run.number(key));
            match number.filter(|number| open.remove(number)) {
                Some(number) => run.answered(number, outcome),
                None => run.tally.refused("outcome of a key that was not asked", 1),
            }
        }
        server_frame::Frame::Error(error) => {
            if let Some(number) = error.key.as_deref().and_then(|key| run.number(key)) {
                open.remove(&number);
            }
            run.tally.refused(&error.code, 1);
        }
        server_frame::Frame::Welcome(_)
        | server_frame::Frame::Stock(_)
        | server_frame::Frame::Pong(_)
        | server_frame::Frame::Order(_) => run.tally.frame(),
    }
}
