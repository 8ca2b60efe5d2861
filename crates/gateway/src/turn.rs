//! Whose turn it is on a connection: a client that has begun to say what it wants must finish soon,
//! however slowly it sends; between calls it may be silent for longer.
//!
//! ```text
//! connected ─▶ head ─▶ call ─▶ between ─▶ head ─▶ …
//!              └─ too long: the connection is cut
//! ```

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

const BETWEEN: u8 = 0;
const HEAD: u8 = 1;
const CALL: u8 = 2;

/// Where a connection stands.
pub(crate) struct Turn {
    place: AtomicU8,
    heads: AtomicU32,
    begun: Notify,
}

impl Turn {
    /// A new connection: its first head is awaited at once.
    pub(crate) fn first() -> Arc<Self> {
        let turn = Self { place: HEAD.into(), heads: 1.into(), begun: Notify::new() };
        turn.begun.notify_one();
        Arc::new(turn)
    }

    /// Some bytes came.
    fn heard(&self) {
        let (began, otherwise) = (Ordering::AcqRel, Ordering::Relaxed);
        if self.place.compare_exchange(BETWEEN, HEAD, began, otherwise).is_ok() {
            self.heads.fetch_add(1, Ordering::Release);
            self.begun.notify_one();
        }
    }

    /// The head is there; what follows has limits of its own.
    pub(crate) fn called(&self) {
        self.place.store(CALL, Ordering::Release);
    }

    /// The last byte of the answer is gone.
    fn answered(&self) {
        self.place.store(BETWEEN, Ordering::Release);
    }

    /// Returns when one head has taken longer than that.
    pub(crate) async fn too_slow(&self, limit: Duration) {
        loop {
            self.begun.notified().await;
            let head = self.heads.load(Ordering::Acquire);
            tokio::time::sleep(limit).await;
            let same = self.heads.load(Ordering::Acquire) == head;
            if same && self.place.load(Ordering::Acquire) == HEAD {
                return;
            }
        }
    }
}

/// A connection that says when something comes.
pub(crate) struct Heard {
    pub(crate) stream: TcpStream,
    pub(crate) turn: Arc<Turn>,
}

impl AsyncRead for Heard {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        if into.filled().len() > before {
            self.turn.heard();
        }
        read
    }
}

impl AsyncWrite for Heard {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// An answer's body that says when it is over.
pub(crate) struct Answering {
    body: Body,
    turn: Arc<Turn>,
}

impl Answering {
    pub(crate) fn new(body: Body, turn: Arc<Turn>) -> Self {
        Self { body, turn }
    }
}

impl HttpBody for Answering {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.turn.answered();
    }
}
