//! The owner's side of being helped: yes, no, and that is enough.

use super::{assisting, of_crew, person};
use crate::body;
use crate::call::{self, HostCall};
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use proto::live;

/// `POST /v1/assists/{person}`: the answer to a helper who asks.
pub(crate) async fn answer(call: HostCall) -> Result<Response, Problem> {
    let form: live::AnswerAssist = body::json(&call.body)?;
    let (id, shop) = (person(call.param("person"))?, call.principal.shop);
    let accounts = &call.shared.doors.accounts;
    if !form.yes {
        accounts.end_assist(shop, id);
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let open = accounts.allow_assist(shop, id, call.shared.doors.clock.wall());
    let open = open.map_err(|error| of_crew(&error))?;
    let told = assisting(id, "", open);
    Ok(told.map_or_else(
        || StatusCode::NO_CONTENT.into_response(),
        |told| call::message(StatusCode::OK, &told),
    ))
}

/// `DELETE /v1/assists/{person}`
pub(crate) async fn end(
    State(shared): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    shared.doors.accounts.end_assist(caller.shop(), person(&id)?);
    Ok(StatusCode::NO_CONTENT.into_response())
}
