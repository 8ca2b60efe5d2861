//! A viewer's socket, for tests.

use super::World;
use futures_util::{SinkExt, StreamExt};
use prost::Message as _;
use proto::live::{ClientFrame, ServerFrame};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// An open socket.
pub(crate) struct Socket(pub(crate) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Connects and says nothing yet.
    pub(crate) async fn connect(world: &World, session: &str, subprotocol: &str) -> Self {
        let url = format!("ws://{}/v1/sessions/{session}/live", world.address);
        let mut request = url.into_client_request().expect("a request");
        let protocol = subprotocol.parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        Self(connect_async(request).await.expect("connects").0)
    }

    /// Opens any socket with these headers besides; none if the handshake is refused.
    pub(crate) async fn open(
        world: &World,
        path: &str,
        subprotocol: &str,
        headers: &[(&'static str, &str)],
    ) -> Option<Self> {
        let url = format!("ws://{}{path}", world.address);
        let mut request = url.into_client_request().expect("a request");
        let protocol = subprotocol.parse().expect("a header");
        request.headers_mut().insert("sec-websocket-protocol", protocol);
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().expect("a header"));
        }
        connect_async(request).await.ok().map(|(socket, _)| Self(socket))
    }

    /// Connects as somebody new; gives the socket and its welcome.
    pub(crate) async fn enter(world: &World, session: &str, name: &str) -> (Self, Value) {
        let ticket = world.ticket(session, name, None).await;
        Self::enter_with(world, session, &ticket["ticket"], Value::Null).await
    }

    pub(crate) async fn enter_with(
        world: &World,
        session: &str,
        ticket: &Value,
        resume: Value,
    ) -> (Self, Value) {
        let mut socket = Self::connect(world, session, "v1.json.chot").await;
        socket.send(json!({"type": "hello", "ticket": ticket, "resume": resume})).await;
        let welcome = socket.next().await;
        assert_eq!(welcome["type"], "welcome", "{welcome}");
        (socket, welcome)
    }

    pub(crate) async fn send(&mut self, frame: Value) {
        self.send_raw(Message::text(frame.to_string())).await;
    }

    pub(crate) async fn send_raw(&mut self, message: Message) {
        self.0.send(message).await.expect("sends");
    }

    pub(crate) async fn send_proto(&mut self, frame: &ClientFrame) {
        self.send_raw(Message::Binary(Bytes::from(frame.encode_to_vec()))).await;
    }

    /// The next message; a test that waits for one that never comes fails.
    async fn message(&mut self) -> Message {
        let next =
            timeout(Duration::from_secs(10), self.0.next()).await.expect("a message in time");
        next.expect("open").unwrap_or_else(|error| panic!("cut instead of closed: {error}"))
    }

    /// The next frame in JSON.
    pub(crate) async fn next(&mut self) -> Value {
        loop {
            match self.message().await {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("not a text frame: {other:?}"),
            }
        }
    }

    /// The next frame of that type; others are passed over.
    pub(crate) async fn next_of(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await;
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The next frame in protobuf.
    pub(crate) async fn next_proto(&mut self) -> ServerFrame {
        match self.message().await {
            Message::Binary(bytes) => ServerFrame::decode(bytes).expect("a frame"),
            other => panic!("not a binary frame: {other:?}"),
        }
    }

    /// Reads on to the close: its code and word.
    pub(crate) async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Message::Close(Some(close)) = self.message().await {
                return (close.code.into(), close.reason.to_string());
            }
        }
    }
}
