//! The handshake: everything that can be refused before there is a socket is refused as a problem.

use super::frames::Form;
use super::link::Link;
use super::{console, overlay, socket};
use crate::auth;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::serve::Peer;
use crate::viewer::{counted, open_view};
use axum::extract::{Path, Request, State};
use axum::http::header::{
    CONNECTION, HeaderName, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{SessionId, ShopId};
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// The subprotocol of a host's console.
const CONSOLE: (&str, Form) = ("v1.console.chot", Form::Json);

/// The subprotocol of a stream's overlay.
const OVERLAY: (&str, Form) = ("v1.overlay.chot", Form::Json);

/// The subprotocols of a viewer, in the order in which they are preferred.
const VIEWER: [(&str, Form); 2] =
    [(Form::Json.subprotocol(), Form::Json), (Form::Proto.subprotocol(), Form::Proto)];

/// `GET /v1/sessions/{s}/live`
pub(crate) async fn open(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    mut request: Request,
) -> Result<Response, Problem> {
    let shaken = shake(&shared, &id, &mut request, &VIEWER)?;
    let from = shaken.peer.as_ref().map(|peer| peer.address.ip());
    Ok(shaken.switch(shared, move |shared, link, to| socket::run(shared, link, to, from)))
}

/// `GET /v1/sessions/{s}/console`. Who signed in is known from the handshake, others say so in
/// hello.
pub(crate) async fn open_console(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    mut request: Request,
) -> Result<Response, Problem> {
    let shaken = shake(&shared, &id, &mut request, &[CONSOLE])?;
    let carried = auth::carried(&shared, request.headers()).map(str::to_owned);
    let known = request.extensions().get::<Caller>().map(|caller| caller.principal);
    let who = known.map(|principal| console::Pass { principal, carried });
    Ok(shaken.switch(shared, move |shared, link, to| console::socket::run(shared, link, to, who)))
}

/// `GET /v1/sessions/{s}/overlay`. The key is said in hello: no address and no header has it.
pub(crate) async fn open_overlay(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    mut request: Request,
) -> Result<Response, Problem> {
    let shaken = shake(&shared, &id, &mut request, &[OVERLAY])?;
    Ok(shaken.switch(shared, overlay::socket::run))
}

/// A handshake in which everything was in order.
struct Shaken {
    peer: Option<Peer>,
    to: (ShopId, SessionId),
    accept: HeaderValue,
    spoken: (&'static str, Form),
    upgrade: OnUpgrade,
}

/// Looks at everything for which a socket could be refused.
///
/// # Errors
/// `rate_limited`, `unknown_session`, `session_archived`, `bad_upgrade`, `bad_origin`,
/// `bad_subprotocol`.
fn shake(
    shared: &Shared,
    id: &str,
    request: &mut Request,
    forms: &[(&'static str, Form)],
) -> Result<Shaken, Problem> {
    let peer = request.extensions().get::<Peer>().cloned();
    counted(shared, peer.as_ref())?;
    let to = auth::session_id(id)?;
    open_view(shared, to.0, to.1)?;
    let accept = accept_key(request.method(), request.headers())?;
    auth::origin(request.headers(), &shared.doors.options.origins)?;
    let spoken = subprotocol(request.headers(), forms)?;
    let upgrade = hyper::upgrade::on(request);
    Ok(Shaken { peer, to, accept, spoken, upgrade })
}

impl Shaken {
    /// Answers that the protocol is switched, and runs the socket once both sides have.
    fn switch<Run, Ran>(self, shared: Shared, run: Run) -> Response
    where
        Run: FnOnce(Shared, Link, (ShopId, SessionId)) -> Ran + Send + 'static,
        Ran: Future<Output = ()> + Send,
    {
        let Self { peer, to, accept, spoken: (subprotocol, form), upgrade } = self;
        tokio::spawn(async move {
            // Kept until the socket ends: it is one of the process's connections.
            let _peer = peer;
            let write = shared.doors.options.timing.write;
            match upgrade.await {
                Ok(upgraded) => run(shared, Link::new(upgraded, form, write).await, to).await,
                Err(error) => tracing::debug!(%error, "a handshake was not finished"),
            }
        });
        let upgrade = [
            (CONNECTION, HeaderValue::from_static("upgrade")),
            (UPGRADE, HeaderValue::from_static("websocket")),
            (SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(subprotocol)),
            (SEC_WEBSOCKET_ACCEPT, accept),
        ];
        (StatusCode::SWITCHING_PROTOCOLS, upgrade).into_response()
    }
}

/// Checks that this is a websocket's handshake (RFC 6455 §4.2.1) and gives the accept key.
///
/// # Errors
/// `bad_upgrade`.
pub(crate) fn accept_key(method: &Method, headers: &HeaderMap) -> Result<HeaderValue, Problem> {
    let is_handshake = method == Method::GET
        && has_word(headers, &CONNECTION, "upgrade")
        && has_word(headers, &UPGRADE, "websocket")
        && has_word(headers, &SEC_WEBSOCKET_VERSION, "13");
    let key = headers.get(SEC_WEBSOCKET_KEY).filter(|_| is_handshake);
    let detail = "This address is a websocket, version 13.";
    let key = key.ok_or_else(|| Problem::new("bad_upgrade", detail))?;
    let accept = derive_accept_key(key.as_bytes());
    Ok(HeaderValue::from_str(&accept).expect("base64 is a header's text"))
}

/// True if one of the comma-separated words of a header is this one, in any case.
fn has_word(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    words(headers, name).any(|said| said.eq_ignore_ascii_case(word))
}

pub(crate) fn words<'a>(
    headers: &'a HeaderMap,
    name: &HeaderName,
) -> impl Iterator<Item = &'a str> {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).map(str::trim)
}

/// The first of these forms that the other side knows too.
///
/// # Errors
/// `bad_subprotocol`.
fn subprotocol(
    headers: &HeaderMap,
    forms: &[(&'static str, Form)],
) -> Result<(&'static str, Form), Problem> {
    let offered =
        |(name, _): &&(_, _)| words(headers, &SEC_WEBSOCKET_PROTOCOL).any(|said| said == *name);
    forms.iter().find(offered).copied().ok_or_else(|| {
        let names: Vec<_> = forms.iter().map(|(name, _)| *name).collect();
        Problem::new("bad_subprotocol", format!("Offer the subprotocol {}.", names.join(" or ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(of: &[(&HeaderName, &'static str)]) -> HeaderMap {
        of.iter().map(|&(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn the_handshake_of_the_rfc_gets_its_accept_key() {
        let shake = headers(&[
            (&CONNECTION, "keep-alive, Upgrade"),
            (&UPGRADE, "WebSocket"),
            (&SEC_WEBSOCKET_VERSION, "13"),
            (&SEC_WEBSOCKET_KEY, "dGhlIHNhbXBsZSBub25jZQ=="),
        ]);
        let accept = accept_key(&Method::GET, &shake).expect("a handshake");
        assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        for missing in [&CONNECTION, &UPGRADE, &SEC_WEBSOCKET_VERSION, &SEC_WEBSOCKET_KEY] {
            let mut less = shake.clone();
            less.remove(missing);
            assert!(accept_key(&Method::GET, &less).is_err(), "{missing}");
        }
    }

    #[test]
    fn a_common_subprotocol_is_needed() {
        let check = |offered: &'static str, form: Option<Form>| {
            let read = subprotocol(&headers(&[(&SEC_WEBSOCKET_PROTOCOL, offered)]), &VIEWER);
            assert_eq!(read.ok().map(|(_, form)| form), form, "{offered}");
        };
        check("v1.proto.chot", Some(Form::Proto));
        check("v0.json.chot, v1.json.chot", Some(Form::Json));
        check("v1.proto.chot,v1.json.chot", Some(Form::Json));
        check("chat", None);
        check("v1.console.chot", None);
        let refused = subprotocol(&HeaderMap::new(), &[CONSOLE]).expect_err("nothing offered");
        assert_eq!(refused.detail(), "Offer the subprotocol v1.console.chot.");
    }
}
