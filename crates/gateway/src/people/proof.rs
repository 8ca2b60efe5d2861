//! Showing who one is once more, and by what.

use super::{of_crew, slowly};
use crate::body;
use crate::call;
use crate::doors::Shared;
use crate::gate::Visitor;
use crate::problem::Problem;
use crate::rates::counted_as;
use accounts::CrewError;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::limits::{PROOF_MS_MAX, SECONDS_DRAWN_MAX};
use proto::live;

/// `POST /v1/me/proof`
pub(crate) async fn prove(
    State(shared): State<Shared>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Problem> {
    let form: live::Prove = body::json(&body::whole(request, &shared).await?)?;
    let from = visitor.from.address.and_then(counted_as);
    if shared.tries_too_often(from, &visitor.who.person.name) {
        let detail = "Too many tries at this name: wait ten seconds.";
        return Err(Problem::retry("rate_limited", detail, 10_000));
    }
    let (accounts, now) = (shared.doors.accounts.clone(), shared.doors.clock.wall());
    let who = (visitor.who.sign_in, visitor.who.person.id);
    let prove = move || accounts.prove(who, &form.password, &form.code, now);
    shared.passwords.take_turn(prove).await?.map_err(|error| of_crew(&error))?;
    let until_ms = now.0.saturating_add(PROOF_MS_MAX);
    Ok(call::message(StatusCode::OK, &live::Proved { until_ms }))
}

/// `PUT /v1/me/password`
pub(crate) async fn set_password(
    State(shared): State<Shared>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Problem> {
    let form: live::ChangePassword = body::json(&body::whole(request, &shared).await?)?;
    let accounts = shared.doors.accounts.clone();
    let who = (visitor.who.sign_in, visitor.who.person.id);
    let set = move || accounts.set_password(who, &form.password);
    shared.passwords.take_turn(set).await?.map_err(|error| of_crew(&error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST /v1/me/second`: an app is shown a new second factor, which counts once its code came back.
pub(crate) async fn begin_second(
    State(shared): State<Shared>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let id = visitor.who.person.id;
    let drawn = shared.doors.accounts.draw_second(id);
    let drawn = drawn.ok_or_else(|| of_crew(&CrewError::Unknown))?;
    let address = drawn.address.clone();
    let mut seconds = shared.seconds.lock().expect("nothing panics with it held");
    if seconds.len() >= SECONDS_DRAWN_MAX {
        seconds.clear();
    }
    seconds.insert(id, drawn);
    drop(seconds);
    let qr = screens::qr(&address).unwrap_or_default();
    Ok(call::message(StatusCode::OK, &live::NewSecond { address, qr }))
}

/// `PUT /v1/me/second`
pub(crate) async fn confirm_second(
    State(shared): State<Shared>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Problem> {
    let form: live::ConfirmSecond = body::json(&body::whole(request, &shared).await?)?;
    let (id, now) = (visitor.who.person.id, shared.doors.clock.wall());
    let drawn = shared.seconds.lock().expect("nothing panics with it held").remove(&id);
    let detail = "Ask for a second factor with POST /v1/me/second first.";
    let drawn = drawn.ok_or_else(|| Problem::new("nothing_drawn", detail))?;
    let accounts = shared.doors.accounts.clone();
    let (drawn, set) = slowly(move || {
        let set = accounts.set_second(id, &drawn, &form.code, now);
        (drawn, set)
    })
    .await?;
    if let Err(error) = set {
        // A wrong digit does not begin everything anew.
        shared.seconds.lock().expect("nothing panics with it held").insert(id, drawn);
        return Err(of_crew(&error));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `DELETE /v1/me/second`
pub(crate) async fn drop_second(
    State(shared): State<Shared>,
    visitor: Visitor,
) -> Result<Response, Problem> {
    let (accounts, id) = (shared.doors.accounts.clone(), visitor.who.person.id);
    let dropped = slowly(move || accounts.drop_second(id)).await?;
    dropped.map_err(|error| of_crew(&error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
