//! A socket's two directions: tungstenite reads and speaks control frames, data frames are written
//! as they were encoded, so that what is shown to thousands is copied for none of them.

use super::close::{Close, End};
use super::frames::Form;
use crate::metrics::SocketCount;
use axum::body::Bytes;
use domain::limits::FRAME_BYTES_MAX;
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes, error::CapacityError};

/// What is read at a time: a comment fits, and thousands of idle sockets cost little.
const READ_BYTES: usize = 1_024;

/// A buffer larger than this is given back after it was written.
const KEEP_BYTES: usize = 512;

/// What came.
pub(super) enum Came {
    Text(Utf8Bytes),
    Binary(Bytes),
    /// A ping or pong: a sign of life.
    Sign,
    /// A frame beyond the limit; nothing more can be read.
    TooLarge,
    /// Nothing more comes.
    End(End),
}

/// One socket.
pub(super) struct Link {
    socket: WebSocketStream<TokioIo<Upgraded>>,
    /// Whole frames that have not been written yet.
    pub(super) out: Vec<u8>,
    pub(super) form: Form,
    write: Duration,
    /// False once reading has failed: then only bytes can be thrown away.
    readable: bool,
}

impl Link {
    pub(super) async fn new(upgraded: Upgraded, form: Form, write: Duration) -> Self {
        // One message per frame is the contract's rule, but a few fragments do no harm.
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BYTES)
            .write_buffer_size(0)
            .max_write_buffer_size(FRAME_BYTES_MAX)
            .max_message_size(Some(FRAME_BYTES_MAX))
            .max_frame_size(Some(FRAME_BYTES_MAX));
        let io = TokioIo::new(upgraded);
        let socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
        Self { socket, out: Vec::new(), form, write, readable: true }
    }

    /// The next message. May be dropped while it waits.
    pub(super) async fn read(&mut self) -> Came {
        let message = match self.socket.next().await {
            Some(Ok(message)) => message,
            Some(Err(error)) => {
                self.readable = false;
                return after(&error);
            }
            None => return Came::End(End::Gone),
        };
        match message {
            Message::Text(text) => Came::Text(text),
            Message::Binary(bytes) => Came::Binary(bytes),
            Message::Ping(_) | Message::Pong(_) => Came::Sign,
            // The answer is queued; the next read says that it is over.
            Message::Close(_) | Message::Frame(_) => Came::Sign,
        }
    }

    /// Writes what is in `out` and gives a large buffer back.
    pub(super) async fn write_out(&mut self, count: &mut SocketCount) -> Result<(), End> {
        if self.out.is_empty() {
            return Ok(());
        }
        let mut out = std::mem::take(&mut self.out);
        let written = self.write_bytes(&out).await;
        count.sent(1, out.len() as u64);
        if out.capacity() <= KEEP_BYTES {
            out.clear();
            self.out = out;
        }
        written
    }

    /// Writes whole frames that somebody else encoded.
    pub(super) async fn write_shared(
        &mut self,
        bytes: &Bytes,
        count: &mut SocketCount,
    ) -> Result<(), End> {
        count.sent(1, bytes.len() as u64);
        self.write_bytes(bytes).await
    }

    async fn write_bytes(&mut self, bytes: &[u8]) -> Result<(), End> {
        let all = async {
            // A pong may be half written; nothing of ours may come between.
            self.socket.flush().await.map_err(|_| End::Gone)?;
            let io = self.socket.get_mut();
            io.write_all(bytes).await.map_err(|_| End::Gone)?;
            io.flush().await.map_err(|_| End::Gone)
        };
        timeout(self.write, all).await.unwrap_or(Err(End::Stuck))
    }

    /// Asks for a sign of life.
    pub(super) async fn ping(&mut self) -> Result<(), End> {
        let ping = self.socket.send(Message::Ping(Bytes::new()));
        match timeout(self.write, ping).await {
            Ok(sent) => sent.map_err(|_| End::Gone),
            Err(_) => Err(End::Stuck),
        }
    }

    /// Ends it; what is in `out` leaves before the goodbye.
    pub(super) async fn finish(&mut self, end: End, count: &mut SocketCount, wait: Duration) {
        match end {
            End::Gone => count.closes(1000),
            End::Stuck => count.closes(Close::TOO_SLOW.code),
            End::Close(close) => {
                count.closes(close.code);
                if self.write_out(count).await.is_ok() {
                    self.close(close, wait).await;
                }
            }
        }
    }

    /// Says goodbye and waits a little for the answer, so that the other side reads why.
    async fn close(&mut self, close: Close, wait: Duration) {
        let frame = CloseFrame { code: CloseCode::from(close.code), reason: close.word.into() };
        let goodbye = async {
            if self.socket.close(Some(frame)).await.is_err() {
                return;
            }
            if self.readable {
                while let Some(Ok(_)) = self.socket.next().await {}
                return;
            }
            // Bytes that are still coming would make the system cut the line before our words
            // arrive.
            let mut waste = [0; 512];
            let io = self.socket.get_mut();
            if io.shutdown().await.is_ok() {
                while matches!(io.read(&mut waste).await, Ok(1..)) {}
            }
        };
        if timeout(wait, goodbye).await.is_err() {
            tracing::debug!(code = close.code, "a socket did not answer its close");
        }
    }
}

/// What a failed read means.
fn after(error: &Error) -> Came {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => Came::TooLarge,
        Error::Utf8(_) => Came::End(End::Close(Close::NOT_UTF8)),
        Error::Protocol(
            tokio_tungstenite::tungstenite::error::ProtocolError::ResetWithoutClosingHandshake,
        ) => Came::End(End::Gone),
        Error::Protocol(_) => Came::End(End::Close(Close::PROTOCOL)),
        _ => Came::End(End::Gone),
    }
}
