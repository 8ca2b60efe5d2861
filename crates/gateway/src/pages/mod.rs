//! Pages for people: HTML from `screens`, and the files it needs.

mod files;

use axum::http::HeaderMap;
use axum::http::header::{
    ACCEPT_LANGUAGE, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_FRAME_OPTIONS,
};
use axum::response::{Html, IntoResponse, Response};
use screens::{Lang, Page};

pub(crate) use files::file;

/// A page with what belongs to every page: its policy, its language, no frame around it.
pub(crate) fn page(page: Page, lang: Lang) -> Response {
    let headers = [
        (CONTENT_SECURITY_POLICY, Page::POLICY),
        (REFERRER_POLICY, "no-referrer"),
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
pub(crate) async fn host(headers: HeaderMap) -> Response {
    let lang = lang(&headers);
    page(screens::app(screens::Shell::Host, lang, "Chốt"), lang)
}
