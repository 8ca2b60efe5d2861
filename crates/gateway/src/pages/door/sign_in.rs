//! In by name and password, or as another device of somebody; and out again.

use super::{Asked, Instead, Knock, Typed, cookie};
use crate::auth;
use crate::body::Sent;
use crate::doors::Shared;
use crate::people::failed;
use crate::rates::counted_as;
use accounts::{Opens, SignInTry};
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use screens::Refused;

/// `GET /sign-in?next=`, `GET /sign-in?link=`
pub(crate) async fn show(knock: Knock, Query(asked): Query<Asked>) -> Result<Response, Instead> {
    let next = asked.next.unwrap_or_default();
    let Some(link) = asked.link else {
        return Ok(knock.page(StatusCode::OK, knock.visit.sign_in(&next, "", None)));
    };
    match knock.shared.doors.accounts.look_at_link(&link, knock.now()) {
        Some(Opens::HandOver(_)) => {
            Ok(knock.page(StatusCode::OK, knock.visit.take_over(&link, &next)))
        }
        Some(Opens::Show(_)) => knock.take_over(&link, &next).await,
        Some(Opens::SetUp(_) | Opens::SetUpHelped(_) | Opens::Join(..) | Opens::Serve(_))
        | None => Ok(knock.page(StatusCode::GONE, knock.visit.used_link())),
    }
}

/// `POST /sign-in`
pub(crate) async fn sign_in(knock: Knock, Sent(typed): Sent<Typed>) -> Result<Response, Instead> {
    let accounts = knock.shared.doors.accounts.clone();
    if !typed.link.is_empty() {
        return knock.take_over(&typed.link, &typed.next).await;
    }
    let refuse = |status, refused| {
        let page = knock.visit.sign_in(&typed.next, &typed.name, Some(refused));
        knock.page(status, page)
    };
    let from = knock.from.address.and_then(counted_as);
    if knock.shared.tries_too_often(from, &typed.name) {
        return Ok(refuse(StatusCode::TOO_MANY_REQUESTS, Refused::TooOften));
    }
    let (tried, password, code) = (typed.name.clone(), typed.password.clone(), typed.code.clone());
    let from = (knock.from.clone(), knock.now());
    let try_it = move || accounts.sign_in(&tried, &password, &code, from);
    match knock.shared.passwords.take_turn(try_it).await?.map_err(|error| failed(&error))? {
        SignInTry::In(new) => knock.signed_in(new, &typed.next).await,
        SignInTry::Wrong => {
            tracing::info!(address = ?knock.from.address, "a sign-in was refused");
            Ok(refuse(StatusCode::UNAUTHORIZED, Refused::Unknown))
        }
        SignInTry::CodeNeeded => Ok(refuse(StatusCode::UNAUTHORIZED, Refused::CodeNeeded)),
    }
}

/// `POST /sign-out`
pub(crate) async fn sign_out(
    State(shared): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Instead> {
    auth::origin(&headers, &[])?;
    if let Some(carried) = auth::carried(&shared, &headers) {
        shared.doors.accounts.sign_out(carried).map_err(|error| failed(&error))?;
    }
    let ended = cookie("", shared.doors.options.is_encrypted());
    let to = HeaderValue::from_static("/sign-in");
    Ok((StatusCode::SEE_OTHER, [(SET_COOKIE, ended), (LOCATION, to)]).into_response())
}

impl Knock {
    /// Through a link, if it still opens something.
    async fn take_over(&self, link: &str, next: &str) -> Result<Response, Instead> {
        let accounts = &self.shared.doors.accounts;
        let taken = accounts.take_over(link, (self.from.clone(), self.now()));
        match taken.map_err(|error| failed(&error))? {
            Some(new) => self.signed_in(new, next).await,
            None => Ok(self.page(StatusCode::GONE, self.visit.used_link())),
        }
    }
}
