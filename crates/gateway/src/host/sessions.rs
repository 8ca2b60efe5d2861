//! Opening a session, moving it, looking at it.

use crate::auth;
use crate::body;
use crate::call::{self, HostCall};
use crate::doors::Shared;
use crate::problem::Problem;
use crate::wire::{outgoing, rules, terms};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::SessionState;
use domain::command::Command;
use proto::live;

/// `POST /v1/sessions`
pub(crate) async fn open(call: HostCall) -> Result<Response, Problem> {
    let form: live::OpenSession = body::json(&call.body)?;
    let (offers, currency) = terms::opening(call.principal.shop, &form.offers)?;
    let title = terms::name(&form.title, "title")?;
    let rules = Box::new(rules::rules(&form.rules.unwrap_or_default(), currency)?);
    call.ask(Command::OpenSession { title, rules, currency, offers }, StatusCode::CREATED).await
}

/// `POST /v1/sessions/{s}/state`
pub(crate) async fn set_state(call: HostCall) -> Result<Response, Problem> {
    let session = call.session()?;
    let form: live::SetState = body::json(&call.body)?;
    let state = match form.state.as_str() {
        "live" => SessionState::Live,
        "paused" => SessionState::Paused,
        "ended" => SessionState::Ended,
        _ => {
            let detail = "`state` is live, paused or ended.";
            return Err(Problem::new("bad_state", detail));
        }
    };
    call.ask(Command::SetSessionState { session, state }, StatusCode::OK).await
}

/// `GET /v1/sessions/{s}`, for anyone.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (shop, session) = auth::session_id(&id)?;
    let view = shared.known_session(shop, session)?;
    Ok(call::message(StatusCode::OK, &outgoing::session_of(&view)))
}
