//! Viewers of the shop's own page: one socket each, opened with their first comment.

use super::stage::Stage;
use super::tally::Tally;
use anyhow::{Context, Result, ensure};
use crowd::Utterance;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Comments of one viewer that wait for their socket; more are not typed.
const WAITING_MAX: usize = 64;

/// The viewers who have come so far.
pub(crate) struct Viewers {
    stage: Arc<Stage>,
    tally: Arc<Tally>,
    lines: HashMap<u32, mpsc::Sender<String>>,
}

impl Viewers {
    /// Nobody yet.
    pub(crate) fn new(stage: Arc<Stage>, tally: Arc<Tally>) -> Self {
        Self { stage, tally, lines: HashMap::new() }
    }

    /// Lets a viewer type; whoever comes for the first time opens a socket.
    pub(crate) fn say(&mut self, said: Utterance) {
        let line = self.lines.entry(said.buyer).or_insert_with(|| {
            let (line, lines) = mpsc::channel(WAITING_MAX);
            let (stage, tally) = (self.stage.clone(), self.tally.clone());
            tokio::spawn(async move {
                if let Err(error) = watch(stage, said.buyer_name, lines, &tally).await {
                    tally.fail(&error);
                }
            });
            line
        });
        if line.try_send(said.text).is_err() {
            self.lines.remove(&said.buyer);
        }
    }
}

/// One viewer, from the ticket to the last comment.
async fn watch(
    stage: Arc<Stage>,
    name: String,
    mut lines: mpsc::Receiver<String>,
    tally: &Tally,
) -> Result<()> {
    let asking = stage.clone();
    let ask = move || {
        let path = format!("/v1/sessions/{}/tickets", asking.session);
        asking.api.post(&path, None, &json!({ "name": name }))
    };
    let ticket = tokio::task::spawn_blocking(ask).await??;
    let url = format!("{}/v1/sessions/{}/live", stage.api.socket_base(), stage.session);
    let mut request = url.into_client_request()?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", "v1.json.chot".parse()?);
    let (mut socket, _) = connect_async(request).await.context("no socket")?;
    let hello = json!({"type": "hello", "ticket": ticket["ticket"]});
    socket.send(Message::text(hello.to_string())).await?;
    ensure!(next(&mut socket).await?["type"] == "welcome", "a viewer is welcomed first");
    let (mut number, mut sent) = (0u64, HashMap::new());
    loop {
        tokio::select! {
            line = lines.recv() => {
                let Some(text) = line else { return Ok(()) };
                number += 1;
                let key = format!("c{number}");
                let comment = json!({"type": "comment", "key": key, "text": text});
                sent.insert(key, Instant::now());
                socket.send(Message::text(comment.to_string())).await?;
            }
            frame = next(&mut socket) => {
                let frame = frame?;
                let began = frame["key"].as_str().and_then(|key| sent.remove(key));
                if let (Some("outcome"), Some(began)) = (frame["type"].as_str(), began) {
                    tally.add(std::slice::from_ref(&frame), began.elapsed());
                }
            }
        }
    }
}

/// The next frame with words in it.
async fn next(socket: &mut Socket) -> Result<Value> {
    loop {
        match socket.next().await.context("the server closed the socket")?? {
            Message::Text(text) => return Ok(serde_json::from_str(&text)?),
            Message::Close(_) => anyhow::bail!("the server closed the socket"),
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
        }
    }
}
