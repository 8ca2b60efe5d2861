//! `GET /overlay/{session}`: an empty page that shows through. Its key stands behind the `#` of its
//! address, which no browser sends; whatever is wrong, nothing is said on air.

use crate::auth;
use crate::doors::Shared;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{
    CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use axum::response::{Html, IntoResponse, Response};
use domain::Salutation;
use screens::{Lang, Page};

pub(crate) async fn show(State(shared): State<Shared>, Path(id): Path<String>) -> Response {
    let session = auth::session_id(&id).ok();
    let known = session.filter(|(shop, session)| shared.hub().session(*shop, *session).is_some());
    let accounts = &shared.doors.accounts;
    let (status, page) = match known {
        Some((shop, _)) => {
            let page = screens::overlay(accounts.salutation(shop), accounts.is_practice(shop));
            (StatusCode::OK, page)
        }
        None => (StatusCode::NOT_FOUND, screens::overlay(Salutation::default(), false)),
    };
    let headers = [
        (CONTENT_SECURITY_POLICY, Page::OVERLAY_POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (X_FRAME_OPTIONS, "DENY"),
        (CONTENT_LANGUAGE, Lang::Vi.tag()),
    ];
    (status, headers, Html(page.html)).into_response()
}
