//! A call that changes something in a shop, read once: whose, which session, under which key, with
//! which body.

use crate::body;
use crate::called;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::wire::{incoming, outgoing};
use accounts::{Act, Principal};
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use axum::http::header::{CONTENT_TYPE, IF_MATCH};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::command::{Command, Key};
use domain::{Request as Ask, SessionId};
use hub::Answered;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A POST or PATCH of somebody who came through the gate.
pub(crate) struct HostCall {
    pub(crate) shared: Shared,
    pub(crate) principal: Principal,
    caller: Caller,
    pub(crate) body: Bytes,
    /// The key as sent.
    pub(crate) key: Option<String>,
    /// The offer's version that the host saw.
    pub(crate) version: Option<u32>,
    method_and_path: String,
    params: Vec<(String, String)>,
}

impl FromRequest<Shared> for HostCall {
    type Rejection = Problem;

    async fn from_request(request: Request, shared: &Shared) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, shared).await;
        let caller = caller.unwrap_or_else(|never| match never {});
        let params = RawPathParams::from_request_parts(&mut parts, shared).await;
        let params = params.map_err(|_| Problem::new("bad_path", "The address is not UTF-8."))?;
        let params = params.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let params: Vec<(String, String)> = params.collect();
        let key = idempotency_key(&parts.headers)?;
        let version = if_match(&parts.headers)?;
        let method_and_path = format!("{} {}", parts.method, parts.uri.path());
        let body = body::whole(Request::from_parts(parts, body), shared).await?;
        let (shared, principal) = (shared.clone(), caller.principal);
        Ok(Self { shared, principal, caller, body, key, version, method_and_path, params })
    }
}

impl HostCall {
    /// A part of the address.
    pub(crate) fn param(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(known, _)| known == name);
        &found.expect("the route has this part").1
    }

    /// The session in the address.
    pub(crate) fn session(&self) -> SessionId {
        self.caller.session()
    }

    /// For what is only sometimes asked of this call.
    ///
    /// # Errors
    /// `forbidden`, `proof_needed`.
    pub(crate) fn prove(&self, act: Act) -> Result<(), Problem> {
        self.caller.prove(act)
    }

    /// The key, for calls that need one.
    ///
    /// # Errors
    /// `key_required`.
    pub(crate) fn required_key(&self) -> Result<&str, Problem> {
        let detail = "Send an Idempotency-Key: this call changes stock, prices or money, and with \
                      a key it can be repeated safely.";
        self.key.as_deref().ok_or_else(|| Problem::new("key_required", detail))
    }

    /// The key as the hub remembers it, bound to this call and body.
    pub(crate) fn hub_key(&self) -> Option<Key> {
        let call = self.method_and_path.as_bytes();
        self.key.as_deref().map(|key| hub::host_key(key, &[call, &self.body]))
    }

    /// Asks the hub and gives its answer out, with this status the first time and every time.
    ///
    /// # Errors
    /// Whatever the hub says.
    pub(crate) async fn ask(
        self,
        command: Command,
        status: StatusCode,
    ) -> Result<Response, Problem> {
        let request = Ask { key: self.hub_key(), command };
        let shop = self.principal.shop;
        let answered = self.shared.hub().ask(shop, request).await;
        let answered = answered.map_err(|error| Problem::of_hub(shop, error))?;
        Ok(self.answer(&answered, status))
    }

    /// The answer to this call.
    pub(crate) fn answer(&self, answered: &Answered, status: StatusCode) -> Response {
        let shop = self.principal.shop;
        let key = self.key.as_deref().unwrap_or("");
        let (by, hub) = (self.principal.by, self.shared.hub());
        let name = |order: &domain::OrderView| called::to(by, hub, shop, order.buyer);
        let response = json(status, outgoing::answer_json(shop, key, &answered.answer, name));
        if answered.replayed { replayed(response) } else { response }
    }
}

/// Says that the answer is that of an earlier call.
pub(crate) fn replayed(mut response: Response) -> Response {
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// Written JSON as an answer.
pub(crate) fn json(status: StatusCode, json: Vec<u8>) -> Response {
    let mut response = (status, json).into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// A message as an answer.
pub(crate) fn message<T: serde::Serialize>(status: StatusCode, message: &T) -> Response {
    let written = serde_json::to_vec(message);
    json(status, written.expect("messages have only texts, numbers and times of our calendar"))
}

/// The key in the headers, with or without the quotation marks of a structured field.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(sent) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let detail = "An Idempotency-Key is UTF-8 text.";
    let text = str::from_utf8(sent.as_bytes()).map_err(|_| Problem::new("bad_key", detail))?;
    let text = text.trim();
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    incoming::key(bare).map(|key| Some(key.to_owned()))
}

/// The version in `If-Match`: `3` or `"3"`; `*` is any.
fn if_match(headers: &HeaderMap) -> Result<Option<u32>, Problem> {
    let Some(sent) = headers.get(IF_MATCH) else {
        return Ok(None);
    };
    let text = sent.to_str().unwrap_or("").trim();
    if text == "*" {
        return Ok(None);
    }
    let detail = "If-Match carries the offer's version, as \"3\".";
    let version = text.trim_start_matches("W/").trim_matches('"').parse();
    version.map(Some).map_err(|_| Problem::new("bad_if_match", detail))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: HeaderName, value: &[u8]) -> HeaderMap {
        let value = HeaderValue::from_bytes(value).expect("a header");
        HeaderMap::from_iter([(name, value)])
    }

    #[test]
    fn a_key_may_stand_in_quotation_marks() {
        let check = |sent: &[u8], read: Result<&str, &str>| {
            let key = idempotency_key(&with(IDEMPOTENCY_KEY, sent));
            let key = key.map(|key| key.expect("sent")).map_err(|problem| problem.code());
            assert_eq!(key.as_deref().map_err(|code| *code), read);
        };
        check(b"k1", Ok("k1"));
        check(b" \"k1\" ", Ok("k1"));
        check("khoá".as_bytes(), Ok("khoá"));
        check(b"", Err("bad_key"));
        check(b"\"\"", Err("bad_key"));
        check(b"\xff", Err("bad_key"));
        check(&[b'k'; 65], Err("bad_key"));
        assert!(idempotency_key(&HeaderMap::new()).is_ok_and(|key| key.is_none()));
    }

    #[test]
    fn a_version_reads_in_every_usual_form() {
        let check = |sent: &[u8], read: Result<Option<u32>, &str>| {
            assert_eq!(if_match(&with(IF_MATCH, sent)).map_err(|problem| problem.code()), read);
        };
        check(b"3", Ok(Some(3)));
        check(b"\"3\"", Ok(Some(3)));
        check(b"W/\"3\"", Ok(Some(3)));
        check(b"*", Ok(None));
        check(b"\"abc\"", Err("bad_if_match"));
    }
}
