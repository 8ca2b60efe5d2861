//! Acting on orders: an order on somebody's behalf, confirmed, paid, cancelled, extended.

use crate::auth;
use crate::body;
use crate::call::HostCall;
use crate::metrics::{self, Source};
use crate::problem::Problem;
use crate::wire::{incoming, terms};
use axum::http::StatusCode;
use axum::response::Response;
use domain::command::{Command, OrderAct};
use domain::limits::HOLD_MS_MAX;
use domain::outcome::AnswerBody;
use domain::{BuyerRef, Millis};
use hub::StaffClaim;
use proto::live;

/// `POST /v1/sessions/{s}/claims`
pub(crate) async fn claim(call: HostCall) -> Result<Response, Problem> {
    let came = call.shared.doors.clock.monotonic();
    let session = call.session();
    call.required_key()?;
    let form: live::HostClaim = body::json(&call.body)?;
    let name = terms::name_as_sent(&form.buyer_name, "buyer_name")?.to_string();
    let wants = incoming::wants(&form.lines)?;
    let instead_of = incoming::instead_of(&form.instead_of)?;
    let buyer = form.buyer.as_deref().map(|buyer| {
        let detail = "`buyer` is the id that an earlier order of this buyer carries.";
        BuyerRef::parse(buyer).ok_or_else(|| Problem::new("bad_id", detail))
    });
    let buyer = buyer.transpose()?;
    let key = call.hub_key().expect("a key was required");
    let shop = call.principal.shop;
    let claim = StaffClaim { key, buyer, name, wants, instead_of };
    let answered = call.shared.hub().staff_claim(shop, session, claim).await;
    let answered = answered.map_err(|error| Problem::of_hub(shop, error))?;
    if let AnswerBody::Outcome(outcome) = &answered.answer.body {
        metrics::outcome(Source::Api, outcome.kind.as_str(), outcome.reason);
    }
    let response = call.answer(&answered, StatusCode::OK);
    let took = call.shared.doors.clock.monotonic().0.saturating_sub(came.0);
    metrics::acked(Source::Api, Millis(took));
    Ok(response)
}

/// `POST …/orders/{order}/confirm`
pub(crate) async fn confirm(call: HostCall) -> Result<Response, Problem> {
    act(call, OrderAct::Confirm).await
}

/// `POST …/orders/{order}/paid`
pub(crate) async fn paid(call: HostCall) -> Result<Response, Problem> {
    act(call, OrderAct::MarkPaid).await
}

/// `POST …/orders/{order}/cancel`
pub(crate) async fn cancel(call: HostCall) -> Result<Response, Problem> {
    act(call, OrderAct::Cancel).await
}

/// `POST …/orders/{order}/undo`
pub(crate) async fn undo(call: HostCall) -> Result<Response, Problem> {
    let session = call.session();
    call.required_key()?;
    let order = auth::own_order(call.principal.shop, call.param("order"))?;
    call.ask(Command::UndoCancel { session, order, buyer: None }, StatusCode::OK).await
}

/// `POST …/orders/{order}/extend`
pub(crate) async fn extend(call: HostCall) -> Result<Response, Problem> {
    call.required_key()?;
    let form: live::ExtendOrder = body::json(&call.body)?;
    let by = Millis::from_secs(form.seconds);
    if by.0 == 0 {
        return Err(Problem::new("missing_field", "`seconds` is more than 0."));
    }
    if by.0 > HOLD_MS_MAX {
        return Err(Problem::new("hold_too_long", "`seconds` is at most 86400."));
    }
    act(call, OrderAct::Extend(by)).await
}

async fn act(call: HostCall, act: OrderAct) -> Result<Response, Problem> {
    let session = call.session();
    call.required_key()?;
    let order = auth::own_order(call.principal.shop, call.param("order"))?;
    call.ask(Command::ActOnOrder { session, order, act }, StatusCode::OK).await
}
