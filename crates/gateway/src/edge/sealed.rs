//! What every answer carries: nobody guesses its type, nobody keeps a copy, nothing runs in it but
//! what its page allows; pages besides may use nothing of the device and are in no other page's
//! hands.

use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::response::Response;

/// Half a year: a server that once had a certificate keeps one, or says so in time.
const ENCRYPTED: HeaderValue = HeaderValue::from_static("max-age=15552000");

/// What a page of ours never asks a device for.
const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), \
                           bluetooth=(), serial=(), hid=(), midi=(), display-capture=()";

/// What no page says of itself: an answer opened as one loads nothing and stands in no frame.
const NO_PAGE: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

pub(super) fn seal(response: &mut Response, is_encrypted: bool) {
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(NO_PAGE);
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.entry(REFERRER_POLICY).or_insert(HeaderValue::from_static("same-origin"));
    if is_encrypted {
        headers.insert(STRICT_TRANSPORT_SECURITY, ENCRYPTED);
    }
    let kind = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if kind.is_some_and(|kind| kind.starts_with(b"text/html")) {
        // Over plain HTTP browsers take it for nothing, and say so on each page.
        if is_encrypted {
            let opener = HeaderName::from_static("cross-origin-opener-policy");
            headers.entry(opener).or_insert(HeaderValue::from_static("same-origin"));
        }
        let permissions = HeaderName::from_static("permissions-policy");
        headers.insert(permissions, HeaderValue::from_static(PERMISSIONS));
        headers.entry(X_FRAME_OPTIONS).or_insert(HeaderValue::from_static("DENY"));
    }
}
