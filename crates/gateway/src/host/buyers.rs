//! Whom the shop sells to.

use crate::body;
use crate::call::{self, HostCall};
use crate::problem::Problem;
use crate::wire::outgoing;
use axum::http::StatusCode;
use axum::response::Response;
use domain::command::Command;
use domain::{BuyerRef, ShopId};
use hub::HubError;
use proto::live;

/// `POST /v1/sessions/{s}/blocks`
pub(crate) async fn block(call: HostCall) -> Result<Response, Problem> {
    let session = call.session();
    call.required_key()?;
    let form: live::BlockBuyer = body::json(&call.body)?;
    let detail = "`blocked` is true, or false to sell to this buyer again.";
    let blocked = form.blocked.ok_or_else(|| Problem::new("missing_field", detail))?;
    let detail = "`buyer` is the id that an order or a card of this buyer carries.";
    let buyer = BuyerRef::parse(&form.buyer).ok_or_else(|| Problem::new("bad_id", detail))?;
    let shop = call.principal.shop;
    // Who was erased meanwhile may still be let go.
    if blocked && call.shared.hub().buyer_name(shop, buyer).is_none() {
        return Err(Problem::of_hub(shop, HubError::UnknownBuyer));
    }
    call.ask(Command::BlockBuyer { session, buyer, blocked }, StatusCode::OK).await
}

/// `DELETE /v1/buyers/{buyer}`. A repeat is told by the erased buyer, with a key or without one.
pub(crate) async fn erase(call: HostCall) -> Result<Response, Problem> {
    let shop = call.principal.shop;
    let buyer = buyer_of(call.param("buyer"))?;
    let erased = call.shared.hub().erase(shop, buyer).await;
    let (erased, replayed) = erased.map_err(|error| unknown_here(shop, error))?;
    let (accounts, position) = (erased.accounts, Some(outgoing::position_of(erased.position)));
    let answer = live::Erasure { erased: true, accounts, position };
    let response = call::message(StatusCode::OK, &answer);
    Ok(if replayed { call::replayed(response) } else { response })
}

/// The buyer in an address.
///
/// # Errors
/// `unknown_buyer` for what is no id at all, as for another shop's.
pub(super) fn buyer_of(text: &str) -> Result<BuyerRef, Problem> {
    BuyerRef::parse(text).ok_or_else(unknown_buyer)
}

/// Somebody whom the shop does not know, or who was erased.
pub(super) fn unknown_buyer() -> Problem {
    Problem::new("unknown_buyer", "There is no buyer with this id in this shop.")
}

fn unknown_here(shop: ShopId, error: HubError) -> Problem {
    match error {
        HubError::UnknownBuyer | HubError::UnknownShop => unknown_buyer(),
        other => Problem::of_hub(shop, other),
    }
}
