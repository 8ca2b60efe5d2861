//! `GET /`: what this server is, in two languages; one file that needs no other.

use crate::doors::Shared;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, X_FRAME_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// What is shown where nothing else was asked for.
const FRONT: &str = include_str!("front.html");

pub(crate) async fn show(State(shared): State<Shared>) -> Response {
    let html = shared.doors.options.front.clone().unwrap_or_else(|| FRONT.to_owned());
    let mut headers = HeaderMap::new();
    let policy = HeaderValue::from_str(&policy(&html)).expect("digests in base64 are ASCII");
    headers.insert(CONTENT_SECURITY_POLICY, policy);
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    (headers, Html(html)).into_response()
}

/// The page's own style and script, each by its digest, and nothing else.
fn policy(html: &str) -> String {
    let (styles, scripts) = (digests(html, "style"), digests(html, "script"));
    format!(
        "default-src 'none'; style-src {styles}; script-src {scripts}; connect-src 'self'; \
         img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'"
    )
}

/// The digests of all elements of that name; `'none'` if there are none.
fn digests(html: &str, element: &str) -> String {
    let (begin, end) = (format!("<{element}>"), format!("</{element}>"));
    let inside = html.split(&begin).skip(1).filter_map(|rest| rest.split(&end).next());
    let digest = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let digests: Vec<String> = inside.map(digest).collect();
    if digests.is_empty() { "'none'".to_owned() } else { digests.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_may_what_stands_in_it_and_no_more() {
        let policy = policy("<style>a</style><p>x</p>");
        let digest = "'sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs='";
        assert!(policy.contains(&format!("style-src {digest};")), "{policy}");
        assert!(policy.contains("script-src 'none';"), "{policy}");
        assert!(!digests(FRONT, "style").contains("none"));
    }
}
