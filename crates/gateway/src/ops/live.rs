//! `GET /ops/live`: the operator's page looks at the board. It says nothing but pings.

use super::OpsDoors;
use super::board::encode;
use crate::auth::origin;
use crate::live::handshake::{accept_key, words};
use crate::problem::Problem;
use crate::serve::Peer;
use crate::stop::Stop;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::limits::{BAD_FRAMES_MAX, OPS_MESSAGE_BYTES_MAX, PINGS_SILENT_MAX};
use futures_util::{SinkExt, StreamExt};
use hyper::upgrade::Upgraded;
use hyper_util::rt::TokioIo;
use metrics::{counter, gauge};
use proto::live::{OpsPong, ops_frame};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message, Utf8Bytes};

const SUBPROTOCOL: &str = "v1.ops.chot";

type Line = WebSocketStream<TokioIo<Upgraded>>;

/// `GET /ops/live`
pub(super) async fn open(
    State(doors): State<OpsDoors>,
    mut request: Request,
) -> Result<Response, Problem> {
    let accept = accept_key(request.method(), request.headers())?;
    origin(request.headers(), &[])?;
    if !words(request.headers(), &SEC_WEBSOCKET_PROTOCOL).any(|said| said == SUBPROTOCOL) {
        return Err(Problem::new("bad_subprotocol", "Offer the subprotocol v1.ops.chot."));
    }
    let peer = request.extensions().get::<Peer>().cloned();
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        // Kept until the socket ends: it is one of the listener's connections.
        let _peer = peer;
        match upgrade.await {
            Ok(upgraded) => run(doors, upgraded).await,
            Err(error) => tracing::debug!(%error, "a handshake was not finished"),
        }
    });
    let upgrade = [
        (CONNECTION, HeaderValue::from_static("upgrade")),
        (UPGRADE, HeaderValue::from_static("websocket")),
        (SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL)),
        (SEC_WEBSOCKET_ACCEPT, accept),
    ];
    Ok((StatusCode::SWITCHING_PROTOCOLS, upgrade).into_response())
}

async fn run(doors: OpsDoors, upgraded: Upgraded) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(OPS_MESSAGE_BYTES_MAX))
        .max_frame_size(Some(OPS_MESSAGE_BYTES_MAX));
    let io = TokioIo::new(upgraded);
    let mut line = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
    let count = Count::begin();
    let stop = doors.stop.clone();
    let close_wait = doors.timing.close;
    if let Err(end) = look(&doors, &mut line, stop).await {
        count.end(end.code);
        let reason = Utf8Bytes::from_static(end.word);
        let frame = CloseFrame { code: CloseCode::from(end.code), reason };
        let goodbye = async {
            if line.close(Some(frame)).await.is_ok() {
                while let Some(Ok(_)) = line.next().await {}
            }
        };
        if timeout(close_wait, goodbye).await.is_err() {
            tracing::debug!(code = end.code, "a socket did not answer its close");
        }
    }
}

/// Why the socket ends.
struct End {
    code: u16,
    word: &'static str,
}

const GONE: End = End { code: 1000, word: "" };
const RESTARTING: End = End { code: 1012, word: "restarting" };
const TOO_SLOW: End = End { code: 1013, word: "too_slow" };
const SILENT: End = End { code: 4000, word: "silent" };
const NOT_UTF8: End = End { code: 1007, word: "not_utf8" };
const PROTOCOL: End = End { code: 1002, word: "protocol_error" };
const TOO_LARGE: End = End { code: 4500, word: "frame_too_large" };
const BAD_FRAMES: End = End { code: 4500, word: "bad_frame" };

/// What was, then what is, until the end.
async fn look(doors: &OpsDoors, line: &mut Line, mut stop: Stop) -> Result<(), End> {
    let (histories, mut now) = doors.board.look();
    for history in histories {
        tell(doors, line, history).await?;
    }
    let mut ticks = interval(doors.timing.ping);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks.reset();
    let (mut silent, mut bad_frames) = (0, 0);
    loop {
        tokio::select! {
            biased;
            () = stop.stopped() => return Err(RESTARTING),
            changed = now.changed() => {
                changed.map_err(|_| RESTARTING)?;
                let shown = now.borrow_and_update().clone();
                if let Some(shown) = shown {
                    tell(doors, line, shown).await?;
                }
            }
            came = line.next() => {
                silent = 0;
                if !take(doors, line, came).await? {
                    bad_frames += 1;
                }
                if bad_frames > BAD_FRAMES_MAX {
                    return Err(BAD_FRAMES);
                }
            }
            _ = ticks.tick() => {
                silent += 1;
                if silent > PINGS_SILENT_MAX {
                    return Err(SILENT);
                }
            }
        }
    }
}

/// Answers a ping; false for a frame that says nothing we know.
async fn take(
    doors: &OpsDoors,
    line: &mut Line,
    came: Option<Result<Message, Error>>,
) -> Result<bool, End> {
    let text = match came {
        None => return Err(GONE),
        Some(Err(error)) => return Err(after(&error)),
        Some(Ok(Message::Text(text))) => text,
        Some(Ok(Message::Binary(_))) => return Ok(false),
        Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_))) => {
            return Ok(true);
        }
    };
    let said: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    if said["type"] != "ping" {
        return Ok(false);
    }
    let now_ms = doors.clock.wall().0;
    tell(doors, line, encode(ops_frame::Frame::Pong(OpsPong { now_ms }))).await?;
    Ok(true)
}

/// What a failed read means.
fn after(error: &Error) -> End {
    match error {
        Error::Capacity(CapacityError::MessageTooLong { .. }) => TOO_LARGE,
        Error::Utf8(_) => NOT_UTF8,
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => GONE,
        Error::Protocol(_) => PROTOCOL,
        _ => GONE,
    }
}

async fn tell(doors: &OpsDoors, line: &mut Line, text: Bytes) -> Result<(), End> {
    counter!("chot_ws_messages_sent_total", "role" => "ops").increment(1);
    counter!("chot_ws_sent_bytes_total", "role" => "ops").increment(text.len() as u64);
    let text = Utf8Bytes::try_from(text).expect("JSON is UTF-8");
    let sent = timeout(doors.timing.write, line.send(Message::Text(text))).await;
    sent.map_err(|_| TOO_SLOW)?.map_err(|_| GONE)
}

/// One open page, counted until it goes.
struct Count;

impl Count {
    fn begin() -> Self {
        gauge!("chot_ws_connections", "role" => "ops").increment(1);
        counter!("chot_ws_connects_total", "role" => "ops", "resumed" => "false").increment(1);
        Self
    }

    fn end(&self, code: u16) {
        let code = crate::metrics::close_label(code);
        counter!("chot_ws_disconnects_total", "role" => "ops", "code" => code).increment(1);
    }
}

impl Drop for Count {
    fn drop(&mut self) {
        gauge!("chot_ws_connections", "role" => "ops").decrement(1);
    }
}
