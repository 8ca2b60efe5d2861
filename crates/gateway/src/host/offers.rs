//! Putting an offer on sale, and changing it.

use crate::body;
use crate::call::HostCall;
use crate::problem::Problem;
use crate::wire::{incoming, terms};
use accounts::Act;
use axum::http::StatusCode;
use axum::response::Response;
use domain::Code;
use domain::command::Command;
use domain::offer::StockChange;
use proto::live;

/// `POST /v1/sessions/{s}/offers`
pub(crate) async fn add(call: HostCall) -> Result<Response, Problem> {
    let session = call.session();
    call.required_key()?;
    let form: live::OfferTerms = body::json(&call.body)?;
    let terms = Box::new(terms::terms(call.principal.shop, &form)?);
    call.ask(Command::AddOffer { session, terms }, StatusCode::CREATED).await
}

/// `PATCH /v1/sessions/{s}/offers/{code}`
pub(crate) async fn change(call: HostCall) -> Result<Response, Problem> {
    let session = call.session();
    call.required_key()?;
    let detail = "There is no offer under this code in this session.";
    let code = Code::parse(call.param("code"));
    let code = code.ok_or_else(|| Problem::new("unknown_code", detail))?;
    let form: live::ChangeOffer = body::json(&call.body)?;
    let change = Box::new(incoming::change(&form)?);
    match change.stock {
        Some(StockChange::Remove(_) | StockChange::Set(_)) => call.prove(Act::CorrectStock)?,
        Some(StockChange::Add(_)) | None => {}
    }
    let expected_version = call.version;
    let command = Command::ChangeOffer { session, code, change, expected_version };
    call.ask(command, StatusCode::OK).await
}
