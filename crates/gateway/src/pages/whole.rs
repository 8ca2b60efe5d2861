//! A page in one piece, with its own style and script in it: its policy names the bytes of both, so
//! that nothing else runs in it.

use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The page, which is ours and whole.
pub(crate) fn whole(html: &str) -> Response {
    let mut response = Html(html.to_owned()).into_response();
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy(html));
    response
}

fn policy(html: &str) -> HeaderValue {
    let (styles, scripts) = (allowed(html, "style"), allowed(html, "script"));
    let text = format!(
        "default-src 'none'; style-src {styles}; script-src {scripts}; connect-src 'self'; \
         img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&text).expect("base64 is a header's text")
}

/// The digests of what stands in these elements; `'none'` where there is none.
fn allowed(html: &str, element: &str) -> String {
    let (begin, end) = (format!("<{element}>"), format!("</{element}>"));
    let inner = html.split(&begin).skip(1).filter_map(|rest| rest.split(&end).next());
    let digests = inner.map(|inner| {
        let digest = STANDARD.encode(Sha256::digest(inner.as_bytes()));
        format!("'sha256-{digest}'")
    });
    let digests: Vec<_> = digests.collect();
    if digests.is_empty() { "'none'".to_owned() } else { digests.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_in_the_page_is_allowed() {
        // The digest of "x" as any other program says it.
        let digest = "'sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE='";
        let policy = policy("<style>x</style><p>x</p>");
        let policy = policy.to_str().expect("ASCII");
        assert!(policy.contains(&format!("style-src {digest};")), "{policy}");
        assert!(policy.contains("script-src 'none'"), "{policy}");
    }
}
