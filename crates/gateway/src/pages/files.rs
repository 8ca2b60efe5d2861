//! `GET /assets/{file}`, `GET /photos/{file}`: what pages load. A file's name changes with its
//! bytes, so it is kept.

use super::pack::takes_gzip;
use crate::doors::Shared;
use crate::problem::Problem;
use accounts::{PhotoBytes, PhotoDigest};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use bytes::Bytes;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

pub(crate) async fn file(
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let asset = screens::asset(&name).ok_or_else(|| {
        Problem::new("not_found", "There is no such file: load the page again, it is newer.")
    })?;
    let packed = takes_gzip(&headers);
    let bytes: &'static [u8] = if packed { &asset.gzip } else { &asset.plain };
    let mut response = Response::new(Body::from(Bytes::from_static(bytes)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(asset.mime));
    headers.insert(CACHE_CONTROL, FOR_EVER);
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(response)
}

/// `GET /photos/{digest}.jpg`, for anyone: the digest is of what a camera saw, so whoever has it
/// was told it, or has the photo. Its type is always the one that we wrote it in.
pub(crate) async fn photo(
    State(shared): State<Shared>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let unknown = || Problem::new("not_found", "There is no such photo: load the page again.");
    let digest = name.strip_suffix(".jpg").and_then(PhotoDigest::parse).ok_or_else(unknown)?;
    let accounts = &shared.doors.accounts;
    let bytes = match accounts.look_at_photo(&digest) {
        PhotoBytes::Unknown => return Err(unknown()),
        PhotoBytes::InMemory(bytes) => bytes,
        PhotoBytes::InFile => {
            let accounts = accounts.clone();
            let read = tokio::task::spawn_blocking(move || accounts.read_photo(&digest)).await;
            let internal = || Problem::new("internal", "Try again.");
            let read = read.map_err(|_| internal())?.map_err(|error| {
                tracing::error!(%error, "a photo cannot be read");
                internal()
            });
            read?.ok_or_else(unknown)?
        }
    };
    let mut response = Response::new(Body::from(Bytes::from_owner(bytes)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    headers.insert(CACHE_CONTROL, FOR_EVER);
    Ok(response)
}
