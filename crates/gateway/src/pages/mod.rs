//! Pages for people: HTML from `screens`, and the files it needs.

pub(crate) mod contact;
mod door;
mod files;
pub(crate) mod order;
pub(crate) mod overlay;
mod pack;
pub(crate) mod privacy;
pub(crate) mod receipts;
pub(crate) mod sale;

use crate::auth;
use crate::doors::Shared;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::SessionId;
use screens::{Lang, Page, Shell};

pub(crate) use door::{enter, show_set_up, show_sign_in, sign_in, sign_out};
pub(crate) use files::{file, photo};
pub(crate) use pack::pack;

/// A page with what belongs to every page: its policy, its language, no frame around it.
pub(crate) fn page(page: Page, lang: Lang) -> Response {
    let headers = [
        (CONTENT_SECURITY_POLICY, Page::POLICY),
        (REFERRER_POLICY, "same-origin"),
        (X_FRAME_OPTIONS, "DENY"),
        (CONTENT_LANGUAGE, lang.tag()),
    ];
    (headers, Html(page.html)).into_response()
}

/// The language somebody's browser asks for.
pub(crate) fn lang(headers: &HeaderMap) -> Lang {
    let asked = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Lang::preferred(asked.unwrap_or_default())
}

/// `GET /host`, `GET /host/{s}`: the host's console, filled by its script.
pub(crate) async fn host(State(shared): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    of_somebody(&shared, &uri, &headers, Shell::Host)
}

/// `GET /people`: who is here, on which devices, who helps, who did what.
pub(crate) async fn people(State(shared): State<Shared>, uri: Uri, headers: HeaderMap) -> Response {
    of_somebody(&shared, &uri, &headers, Shell::People)
}

/// A page that its script fills, for whoever is signed in.
fn of_somebody(shared: &Shared, uri: &Uri, headers: &HeaderMap, shell: Shell) -> Response {
    let Some(carried) = auth::carried(shared, headers) else {
        return to_sign_in(uri);
    };
    if auth::signed_in(shared, headers).is_none() {
        return to_sign_in(uri);
    }
    if let Err(error) = shared.doors.accounts.note_use(carried, shared.doors.clock.wall()) {
        tracing::warn!(%error, "the use of a sign-in could not be noted");
    }
    let lang = lang(headers);
    page(screens::app(shell, lang, "Chốt"), lang)
}

/// Whoever is not signed in comes back here afterwards, if it is a place of ours.
fn to_sign_in(uri: &Uri) -> Response {
    let session = uri.path().strip_prefix("/host/").and_then(SessionId::parse_public);
    // An id needs no escaping in a query.
    let to = match session {
        Some((shop, session)) => format!("/sign-in?next=/host/{}", session.public(shop)),
        None => "/sign-in?next=/host".to_owned(),
    };
    Redirect::to(&to).into_response()
}
