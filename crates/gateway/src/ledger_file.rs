//! A session's ledger as a file that anybody can check: NDJSON, drawn only as fast as it is taken.
//!
//! Each piece is read and written on a thread that may wait; while the other side is slow, nothing
//! runs.

use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::Response;
use domain::limits::LEDGER_CHUNK_BYTES;
use futures_util::stream;
use hub::{HubError, LedgerRecord, LedgerRecords};
use ledger::LedgerError;
use tokio::sync::OwnedSemaphorePermit;

/// Why a ledger broke off: the connection is cut, so that nobody takes a part for the whole.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the journal could not be read: {0}")]
    Hub(HubError),
    #[error("a frame could not be written as a line: {0}")]
    Line(#[from] LedgerError),
    #[error("the reading thread failed")]
    Thread,
}

/// A ledger that is being drawn.
struct Drawing {
    records: LedgerRecords,
    _permit: OwnedSemaphorePermit,
}

/// `GET /v1/sessions/{s}/ledger`
pub(crate) async fn get(State(shared): State<Shared>, caller: Caller) -> Result<Response, Problem> {
    let (shop, session) = (caller.shop(), caller.session());
    let Ok(permit) = shared.ledgers.clone().try_acquire_owned() else {
        let detail = "Other ledgers are being read: try again shortly.";
        return Err(Problem::retry("busy", detail, 2_000));
    };
    let hub = shared.hub().clone();
    let opened = tokio::task::spawn_blocking(move || {
        let records = hub.ledger(shop, session).map_err(Broken::Hub)?;
        piece(Drawing { records, _permit: permit })
    });
    let opened = opened.await.unwrap_or(Err(Broken::Thread));
    let (first, drawing) = opened.map_err(|broken| match broken {
        Broken::Hub(error) => Problem::of_hub(shop, error),
        Broken::Line(_) | Broken::Thread => {
            tracing::error!(%shop, session = session.0, %broken, "a ledger cannot be written");
            Problem::of_hub(shop, HubError::Internal)
        }
    })?;
    let rest = stream::unfold(Next::Draw(drawing), move |next| async move {
        let Next::Draw(drawing) = next else {
            return None;
        };
        let drawn = tokio::task::spawn_blocking(move || piece(drawing)).await;
        match drawn.unwrap_or(Err(Broken::Thread)) {
            Ok((piece, _)) if piece.is_empty() => None,
            Ok((piece, drawing)) => Some((Ok(piece), Next::Draw(drawing))),
            Err(broken) => {
                tracing::error!(%shop, session = session.0, %broken, "a ledger broke off");
                Some((Err(broken), Next::End))
            }
        }
    });
    let first = stream::once(async move { Ok::<_, Broken>(first) });
    let body = Body::from_stream(futures_util::StreamExt::chain(first, rest));
    let mut response = Response::new(body);
    let ndjson = HeaderValue::from_static("application/x-ndjson");
    response.headers_mut().insert(CONTENT_TYPE, ndjson);
    Ok(response)
}

enum Next {
    Draw(Drawing),
    End,
}

/// The next lines, up to about [`LEDGER_CHUNK_BYTES`]; none at the end.
fn piece(mut drawing: Drawing) -> Result<(Bytes, Drawing), Broken> {
    let mut lines = String::new();
    while lines.len() < LEDGER_CHUNK_BYTES {
        let Some(record) = drawing.records.next() else {
            break;
        };
        lines.push_str(&match record.map_err(Broken::Hub)? {
            LedgerRecord::Checkpoint { stamp, bytes } => ledger::checkpoint_line(&stamp, &bytes)?,
            LedgerRecord::Frame { stamp, prev, bytes } => ledger::line(&stamp, prev, &bytes)?,
        });
        if !lines.ends_with('\n') {
            lines.push('\n');
        }
    }
    Ok((Bytes::from(lines), drawing))
}
