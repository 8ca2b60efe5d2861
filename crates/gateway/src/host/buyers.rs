//! Whom the shop sells to.

use crate::body;
use crate::call::HostCall;
use crate::problem::Problem;
use axum::http::StatusCode;
use axum::response::Response;
use domain::BuyerRef;
use domain::command::Command;
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
