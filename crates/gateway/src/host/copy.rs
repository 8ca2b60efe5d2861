//! A buyer's copy of everything that is held about them: one JSON document, written while it is
//! read, as long as their history is.

use super::buyers::{buyer_of, unknown_buyer};
use super::contacts::contact_of;
use crate::call::HostCall;
use crate::problem::Problem;
use crate::wire::outgoing;
use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::Response;
use domain::ShopId;
use domain::limits::LEDGER_CHUNK_BYTES;
use futures_util::stream;
use hub::{Account, Deed, Deeds, Dossier, HubError, PersonalWords};
use prost::Message;
use proto::{live, store};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;

/// Why a copy broke off: the connection is cut, so that nobody takes a part for the whole.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the journal could not be read: {0}")]
    Hub(HubError),
    #[error("an event could not be written: {0}")]
    Event(String),
    #[error("the reading thread failed")]
    Thread,
}

/// A copy that is being written.
struct Writing {
    deeds: Deeds,
    /// True once a deed was written: the next has a comma before it.
    begun: bool,
    _permit: OwnedSemaphorePermit,
}

enum Next {
    Write(Box<Writing>),
    End,
}

/// One of the history's entries.
#[derive(Serialize)]
struct Entry {
    #[serde(flatten)]
    deed: live::BuyerDeed,
    event: Value,
}

/// `GET /v1/buyers/{buyer}`
pub(crate) async fn get(call: HostCall) -> Result<Response, Problem> {
    let shop = call.principal.shop;
    let buyer = buyer_of(call.param("buyer"))?;
    let of_hub = |error| match error {
        HubError::UnknownShop => unknown_buyer(),
        other => Problem::of_hub(shop, other),
    };
    let dossier = call.shared.hub().dossier(shop, buyer).await.map_err(of_hub)?;
    let dossier = dossier.ok_or_else(unknown_buyer)?;
    let Ok(permit) = call.shared.ledgers.clone().try_acquire_owned() else {
        let detail = "Other files are being written: try again shortly.";
        return Err(Problem::retry("busy", detail, 2_000));
    };
    let head = head(shop, &dossier, call.shared.hub());
    let deeds = call.shared.hub().deeds(shop, &dossier);
    let writing = Box::new(Writing { deeds, begun: false, _permit: permit });
    let rest = stream::unfold(Next::Write(writing), move |next| async move {
        let Next::Write(writing) = next else {
            return None;
        };
        let written = tokio::task::spawn_blocking(move || piece(writing)).await;
        match written.unwrap_or(Err(Broken::Thread)) {
            Ok((piece, Some(writing))) => Some((Ok(piece), Next::Write(writing))),
            Ok((piece, None)) => Some((Ok(piece), Next::End)),
            Err(broken) => {
                tracing::error!(%shop, %broken, "a buyer's copy broke off");
                Some((Err(broken), Next::End))
            }
        }
    });
    let first = stream::once(async move { Ok::<_, Broken>(Bytes::from(head)) });
    let mut response =
        Response::new(Body::from_stream(futures_util::StreamExt::chain(first, rest)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

/// Everything before the history, up to its opening bracket.
fn head(shop: ShopId, dossier: &Dossier, hub: &hub::Hub) -> String {
    let accounts: Vec<_> = dossier.accounts.iter().map(account_of).collect();
    let name = |order: &domain::OrderView| hub.buyer_name(shop, order.buyer);
    let orders = dossier.orders.iter().map(|order| outgoing::order_of(shop, order, name(order)));
    let head = json!({
        "buyer": dossier.person.to_string(),
        "accounts": accounts,
        "orders": orders.collect::<Vec<_>>(),
    });
    let mut head = head.to_string();
    let closing = head.pop();
    assert_eq!(closing, Some('}'), "an object ends so");
    head.push_str(",\"history\":[");
    head
}

fn account_of(account: &Account) -> live::BuyerAccount {
    live::BuyerAccount {
        buyer: account.buyer.to_string(),
        platform: account.platform.clone(),
        platform_id: account.platform_id.clone(),
        name: account.name.clone(),
        heard_ms: account.heard.0,
        contact: account.contact.as_ref().map(contact_of),
    }
}

/// The next deeds, up to about [`LEDGER_CHUNK_BYTES`], and what is left to write; at the end the
/// document's last brackets.
fn piece(mut writing: Box<Writing>) -> Result<(Bytes, Option<Box<Writing>>), Broken> {
    let mut text = String::new();
    while text.len() < LEDGER_CHUNK_BYTES {
        let Some(deeds) = writing.deeds.read().map_err(Broken::Hub)? else {
            text.push_str("]}");
            return Ok((Bytes::from(text), None));
        };
        for deed in deeds {
            if writing.begun {
                text.push(',');
            }
            writing.begun = true;
            let entry = entry_of(deed)?;
            let written = serde_json::to_string(&entry);
            text.push_str(&written.map_err(|error| Broken::Event(error.to_string()))?);
        }
    }
    Ok((Bytes::from(text), Some(writing)))
}

fn entry_of(deed: Deed) -> Result<Entry, Broken> {
    let broken = |error: &dyn std::fmt::Display| Broken::Event(error.to_string());
    let event = store::Event::decode(&*deed.frame).map_err(|error| broken(&error))?;
    let event = serde_json::to_value(&event).map_err(|error| broken(&error))?;
    // What tells of others too is theirs: only what kind it was is said.
    let event = if deed.own { event } else { json!({ "type": event["type"] }) };
    let deed = live::BuyerDeed {
        position: Some(outgoing::position_of(deed.stamp.position)),
        at_ms: deed.stamp.at.0,
        said: deed.said.into_iter().map(words_of).collect(),
    };
    Ok(Entry { deed, event })
}

fn words_of(said: PersonalWords) -> live::BuyerWords {
    let PersonalWords { key, name, text, phones, platform } = said;
    live::BuyerWords { key, name, text, phones, platform }
}
