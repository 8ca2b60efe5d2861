//! Bodies: read whole within a limit and a time, then as JSON.

use crate::doors::Shared;
use crate::problem::Problem;
use accounts::PictureError;
use axum::body::{Body, Bytes};
use axum::extract::{Form, FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use domain::limits::PHOTO_MS_MAX;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The whole body. How large it may be is the route's affair.
///
/// # Errors
/// `body_too_large`, `body_timeout`, `broken_body`, `unsupported_media_type`.
pub(crate) async fn whole(request: Request, shared: &Shared) -> Result<Bytes, Problem> {
    media_type(request.headers())?;
    arrived(request, shared).await
}

/// The whole body, whatever it is said to be.
async fn arrived(request: Request, shared: &Shared) -> Result<Bytes, Problem> {
    let limit = shared.doors.options.timing.body;
    let read = tokio::time::timeout(limit, Bytes::from_request(request, shared)).await;
    let detail = "The body did not arrive within 30 s.";
    let read = read.map_err(|_| Problem::new("body_timeout", detail))?;
    read.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::new("body_too_large", "Send less at once; nothing was taken.")
        }
        _ => Problem::new("broken_body", "The body ended before its announced length."),
    })
}

/// A form that one of our pages sent.
pub(crate) struct Sent<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Problem> {
        let said = request.headers().get(CONTENT_TYPE).map(|said| said.to_str().unwrap_or(""));
        let essence = said.and_then(|said| said.split(';').next()).unwrap_or("").trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            let detail = "Send the form as our page does: application/x-www-form-urlencoded.";
            return Err(Problem::new("unsupported_media_type", detail));
        }
        let (parts, body) = request.into_parts();
        let head = parts.clone();
        let body = arrived(Request::from_parts(parts, body), shared).await?;
        let read = Form::from_request(Request::from_parts(head, Body::from(body)), shared).await;
        let detail = "The form cannot be read: load the page again.";
        read.map(|Form(sent)| Self(sent)).map_err(|_| Problem::new("bad_form", detail))
    }
}

/// A picture, whatever it is said to be: its bytes tell.
///
/// # Errors
/// `photo_too_large`, `body_timeout`, `broken_body`.
pub(crate) async fn picture(request: Request, shared: &Shared) -> Result<Bytes, Problem> {
    let limit = Duration::from_millis(PHOTO_MS_MAX);
    let read = tokio::time::timeout(limit, Bytes::from_request(request, shared)).await;
    let detail = "The photo did not arrive within two minutes: send a smaller copy of it.";
    let read = read.map_err(|_| Problem::new("body_timeout", detail))?;
    read.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => of_picture(PictureError::TooLarge),
        _ => Problem::new("broken_body", "The body ended before its announced length."),
    })
}

/// Why a picture is not taken.
pub(crate) fn of_picture(error: PictureError) -> Problem {
    Problem::new(error.code(), error.to_string())
}

/// JSON, or nothing said: what is said to be something else is not read as JSON.
fn media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let detail = "Send the body as Content-Type: application/json.";
    match headers.contains_key(CONTENT_TYPE) && !is_json(headers) {
        true => Err(Problem::new("unsupported_media_type", detail)),
        false => Ok(()),
    }
}

/// True if the body is said to be JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let Some(said) = headers.get(CONTENT_TYPE) else {
        return false;
    };
    let essence = said.to_str().unwrap_or("").split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json")
        || essence.to_ascii_lowercase().ends_with("+json")
}

/// A body as the message it should be.
///
/// # Errors
/// `bad_json` where it is not, `bad_quantity` where a quantity is none.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| bad_json(&error))
}

/// What is wrong with some JSON, for its sender.
pub(crate) fn bad_json(error: &serde_json::Error) -> Problem {
    let text = unsaid(error);
    let code = if is_quantity(&text) { "bad_quantity" } else { "bad_json" };
    Problem::new(code, format!("The body cannot be read: {text}."))
}

/// What is wrong with some JSON, without a word of what was sent: errors are copied into logs,
/// tickets and chats, and what was sent may be somebody's number or a secret.
pub(crate) fn unsaid(error: &serde_json::Error) -> String {
    let text = error.to_string();
    if let Some((_, ours)) = text.split_once(" is not a number with ") {
        return format!("not a number with {ours}");
    }
    let Some((what, expected)) = text.rsplit_once(", expected ") else {
        return match text.split_once(" field `") {
            Some((what @ "unknown", _)) => format!("{what} field"),
            Some(_) | None => text,
        };
    };
    let what = what.split(['"', '`']).next().unwrap_or_default().trim_end();
    format!("{what}, expected {expected}")
}

/// True if it is a quantity that could not be read: those errors are the schema's own words.
pub(crate) fn is_quantity(error: &str) -> bool {
    let words = ["bad_quantity", "three decimals", "out of range integral", "too large"];
    words.iter().any(|words| error.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use proto::live;

    #[test]
    fn an_error_says_nothing_of_what_was_sent() {
        let check = |body: &str, expected: &str| {
            let error = serde_json::from_str::<live::HostClaim>(body).expect_err(body);
            let told = unsaid(&error);
            assert!(told.starts_with(expected) && !told.contains("09"), "{body}: {told}");
        };
        check("{\"lines\":\"0912 \\\", expected 09\"}", "invalid type: string, expected ");
        check("{\"buyer_name\":912.09}", "invalid type: floating point, expected ");
        check("{\"lines\":[{\"quantity\":0.91209}]}", "not a number with at most three decimals");
        check("{\"lines\":[{\"quantity\":\"0912\"}]}", "invalid type: string, expected a number");
        check("{\"buyer_name\":\"0912", "EOF while parsing a string");
    }

    #[test]
    fn only_json_is_read_as_json() {
        let check = |said: &'static str, good: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(said));
            assert_eq!(media_type(&headers).is_ok(), good, "{said}");
        };
        check("application/json", true);
        check("Application/JSON; charset=utf-8", true);
        check("application/merge-patch+json", true);
        check("text/plain", false);
        check("application/x-www-form-urlencoded", false);
        assert!(media_type(&HeaderMap::new()).is_ok());
    }

    #[test]
    fn what_is_no_quantity_is_told_as_that() {
        let check = |body: &str, code: &str| {
            let read = json::<live::HostClaim>(body.as_bytes());
            assert_eq!(read.map_err(|problem| problem.code()), Err(code), "{body}");
        };
        check("{", "bad_json");
        check(r#"{"lines":3}"#, "bad_json");
        check(r#"{"lines":[{"code":"D1","quantity":-1}]}"#, "bad_quantity");
        check(r#"{"lines":[{"code":"D1","quantity":0.0001}]}"#, "bad_quantity");
        check(r#"{"lines":[{"code":"D1","quantity":"2"}]}"#, "bad_quantity");
        let no_utf8 = json::<live::HostClaim>(b"{\"buyer_name\":\"\xff\"}");
        assert_eq!(no_utf8.map_err(|problem| problem.code()), Err("bad_json"));
    }
}
