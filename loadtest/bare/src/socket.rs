//! One socket: what came together is answered together, with one write.

use crate::hall::Hall;
use futures_util::{FutureExt as _, StreamExt as _};
use hyper::body::Bytes;
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// What is read at a time.
const READ_BYTES: usize = 1_024;
const FRAME_BYTES_MAX: usize = 16 * 1_024;
/// Bytes of answers that are written together.
const WRITE_TOGETHER_BYTES: usize = 16 * 1_024;
/// A buffer larger than this is given back after it was written.
const KEEP_BYTES: usize = 512;
const WRITE: Duration = Duration::from_secs(20);

type Socket = WebSocketStream<TokioIo<Upgraded>>;

/// Runs a socket until it ends.
pub(crate) async fn run(upgraded: Upgraded, hall: &Hall) {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(FRAME_BYTES_MAX)
        .max_message_size(Some(FRAME_BYTES_MAX))
        .max_frame_size(Some(FRAME_BYTES_MAX));
    let io = TokioIo::new(upgraded);
    let mut socket = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
    let mut shown = hall.follow();
    let mut out = Vec::new();
    loop {
        let goes_on = tokio::select! {
            biased;
            changed = shown.changed() => match changed {
                Ok(()) => {
                    let bytes: Bytes = shown.borrow_and_update().clone();
                    write(&mut socket, &bytes).await
                }
                Err(_) => false,
            },
            came = socket.next() => answered(&mut socket, came, &hall.answer, &mut out).await,
        };
        if !goes_on {
            return;
        }
    }
}

/// Answers what came and all that waits behind it; false if nothing more comes.
async fn answered(
    socket: &mut Socket,
    first: Option<Result<Message, Error>>,
    answer: &Bytes,
    out: &mut Vec<u8>,
) -> bool {
    let mut came = Some(first);
    let mut goes_on = true;
    while let Some(one) = came {
        match one {
            Some(Ok(Message::Text(_))) => out.extend_from_slice(answer),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => goes_on = false,
        }
        let more = goes_on && out.len() < WRITE_TOGETHER_BYTES;
        came = if more { socket.next().now_or_never() } else { None };
    }
    if out.is_empty() {
        return goes_on;
    }
    let mut together = std::mem::take(out);
    let written = write(socket, &together).await;
    if together.capacity() <= KEEP_BYTES {
        together.clear();
        *out = together;
    }
    goes_on && written
}

async fn write(socket: &mut Socket, bytes: &[u8]) -> bool {
    let all = async {
        let io = socket.get_mut();
        io.write_all(bytes).await.is_ok() && io.flush().await.is_ok()
    };
    timeout(WRITE, all).await.unwrap_or(false)
}
