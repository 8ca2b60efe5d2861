//! Pages go out packed to whoever takes it: on a weak network one round trip brings 14 kB.

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::limits::PAGE_BYTES_MAX;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const GZIP: HeaderValue = HeaderValue::from_static("gzip");

/// Packs HTML; everything else goes by as it is.
pub(crate) async fn pack(request: Request, next: Next) -> Response {
    let takes = takes_gzip(request.headers());
    let mut response = next.run(request).await;
    let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    if !kind.is_some_and(|kind| kind.starts_with(b"text/html")) {
        return response;
    }
    response.headers_mut().insert(VARY, HeaderValue::from_static("accept-encoding"));
    if !takes {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(html) = to_bytes(body, PAGE_BYTES_MAX).await else {
        return crate::problem::Problem::new("internal", "Try again.").into_response();
    };
    parts.headers.insert(CONTENT_ENCODING, GZIP);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(packed(&html)))
}

fn packed(html: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(html.len() / 2), Compression::fast());
    encoder.write_all(html).expect("memory takes what is written");
    encoder.finish().expect("memory takes what is written")
}

/// A browser lists what it takes; `gzip;q=0` is a no.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let listed = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let mut words = listed.unwrap_or_default().split(',').map(str::trim);
    words.any(|word| {
        let (name, quality) = word.split_once(';').unwrap_or((word, ""));
        name.trim() == "gzip" && quality.trim() != "q=0"
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_taken_is_not_sent() {
        let check = |listed: &'static str, expected| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(listed));
            assert_eq!(takes_gzip(&headers), expected, "{listed}");
        };
        check("gzip, deflate, br", true);
        check("br;q=1.0, gzip;q=0.8", true);
        check("identity", false);
        check("gzip;q=0", false);
    }
}
