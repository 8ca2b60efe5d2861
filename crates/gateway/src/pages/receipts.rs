//! `GET /o/{order}.{capability}/receipts`: where an order's claims stand in the ledger, for its
//! buyer to check.
//!
//! A frame is one journaled event: the buyer's own claim. It names the buyer and their network by
//! random references and holds no words, so nothing of anybody else is shown.

use super::order::opened;
use crate::call;
use crate::doors::Shared;
use crate::problem::Problem;
use crate::serve::Peer;
use crate::viewer::counted;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hub::{HubError, LedgerRecord};
use prost::Message;
use proto::store::event::Event;
use proto::{live, store};

pub(crate) async fn show(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Path(address): Path<String>,
) -> Result<Response, Problem> {
    counted(&shared, peer.as_deref())?;
    let (shop, order) = opened(&shared, &address).await?;
    let failed = |error| Problem::of_hub(shop, error);
    let claims = shared.hub().claims_of(shop, order.order).await.map_err(failed)?;
    let permit = shared.receipts.clone().acquire_owned().await;
    let permit = permit.map_err(|_| Problem::new("stopping", "Come again."))?;
    let hub = shared.hub().clone();
    let read = tokio::task::spawn_blocking(move || {
        let records = hub.frames(shop, &claims);
        drop(permit);
        records
    });
    let records = read.await.unwrap_or(Err(HubError::Internal)).map_err(failed)?;
    let receipts = records.iter().filter_map(receipt).collect();
    Ok(call::message(StatusCode::OK, &live::Receipts { receipts }))
}

/// One claim's place; none for what is no claim.
fn receipt(record: &LedgerRecord) -> Option<live::Receipt> {
    let LedgerRecord::Frame { stamp, prev, bytes } = record else { return None };
    let event = store::Event::decode(bytes.as_slice()).ok()?.event?;
    let (Event::ClaimHeld(claim) | Event::ClaimWaitlisted(claim)) = event else { return None };
    Some(live::Receipt {
        number: claim.number,
        codes: claim.lines.into_iter().map(|line| line.code).collect(),
        at_ms: stamp.at.0,
        epoch: stamp.position.epoch.0,
        seq: stamp.position.seq.0,
        prev: prev.0.to_vec(),
        hash: stamp.hash.0.to_vec(),
        frame: STANDARD.encode(bytes),
    })
}
