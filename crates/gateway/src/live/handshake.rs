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
use hyper::upgrade::OnUpgrade;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

/// `GET /v1/sessions/{s}/live`
pub(crate) async fn open(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    mut request: Request,
) -> Result<Response, Problem> {
    let peer = request.extensions().get::<Peer>().cloned();
    counted(&shared, peer.as_ref())?;
    let to = auth::session_id(&id)?;
    open_view(&shared, to.0, to.1)?;
    let accept = accept_key(request.method(), request.headers())?;
    auth::origin(request.headers(), &shared.doors.options.origins)?;
    let form = subprotocol(request.headers())?;
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        // Kept until the socket ends: it is one of the process's connections.
        let peer = peer;
        let from = peer.as_ref().map(|peer| peer.address.ip());
        if let Some(link) = linked(upgrade, form, &shared).await {
            socket::run(shared, link, to, from).await;
        }
    });
    Ok(switching(form.subprotocol(), accept))
}

/// The subprotocol of a host's console.
const CONSOLE: &str = "v1.console.chot";

/// `GET /v1/sessions/{s}/console`. Who signed in is known from the handshake, others say so in
/// hello.
pub(crate) async fn open_console(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    mut request: Request,
) -> Result<Response, Problem> {
    let peer = request.extensions().get::<Peer>().cloned();
    counted(&shared, peer.as_ref())?;
    let headers = request.headers();
    let accept = accept_key(request.method(), headers)?;
    auth::origin(headers, &shared.doors.options.origins)?;
    if !words(headers, &SEC_WEBSOCKET_PROTOCOL).any(|said| said == CONSOLE) {
        let detail = "Offer the subprotocol v1.console.chot.";
        return Err(Problem::new("bad_subprotocol", detail));
    }
    let to = auth::session_id(&id)?;
    let carried = auth::carried(&shared, headers).map(str::to_owned);
    let known = request.extensions().get::<Caller>().map(|caller| caller.principal);
    let who = known.map(|principal| console::Pass { principal, carried });
    open_view(&shared, to.0, to.1)?;
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        // Kept until the socket ends: it is one of the process's connections.
        let _peer = peer;
        if let Some(link) = linked(upgrade, Form::Json, &shared).await {
            console::socket::run(shared, link, to, who).await;
        }
    });
    Ok(switching(CONSOLE, accept))
}

/// The subprotocol of a stream's overlay.
const OVERLAY: &str = "v1.overlay.chot";

/// `GET /v1/sessions/{s}/overlay`. The key is said in hello: no address and no header has it.
pub(crate) async fn open_overlay(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    mut request: Request,
) -> Result<Response, Problem> {
    let peer = request.extensions().get::<Peer>().cloned();
    counted(&shared, peer.as_ref())?;
    let headers = request.headers();
    let accept = accept_key(request.method(), headers)?;
    auth::origin(headers, &shared.doors.options.origins)?;
    if !words(headers, &SEC_WEBSOCKET_PROTOCOL).any(|said| said == OVERLAY) {
        let detail = "Offer the subprotocol v1.overlay.chot.";
        return Err(Problem::new("bad_subprotocol", detail));
    }
    let to = auth::session_id(&id)?;
    open_view(&shared, to.0, to.1)?;
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        // Kept until the socket ends: it is one of the process's connections.
        let _peer = peer;
        if let Some(link) = linked(upgrade, Form::Json, &shared).await {
            overlay::socket::run(shared, link, to).await;
        }
    });
    Ok(switching(OVERLAY, accept))
}

/// The socket, once both sides have switched; none if the other has gone.
async fn linked(upgrade: OnUpgrade, form: Form, shared: &Shared) -> Option<Link> {
    match upgrade.await {
        Ok(upgraded) => Some(Link::new(upgraded, form, shared.doors.options.timing.write).await),
        Err(error) => {
            tracing::debug!(%error, "a handshake was not finished");
            None
        }
    }
}

fn switching(subprotocol: &'static str, accept: HeaderValue) -> Response {
    let upgrade = [
        (CONNECTION, HeaderValue::from_static("upgrade")),
        (UPGRADE, HeaderValue::from_static("websocket")),
        (SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(subprotocol)),
        (SEC_WEBSOCKET_ACCEPT, accept),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, upgrade).into_response()
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

/// The form both sides know.
///
/// # Errors
/// `bad_subprotocol`.
fn subprotocol(headers: &HeaderMap) -> Result<Form, Problem> {
    let offered = |form: &Form| {
        words(headers, &SEC_WEBSOCKET_PROTOCOL).any(|said| said == form.subprotocol())
    };
    let detail = "Offer the subprotocol v1.json.chot or v1.proto.chot.";
    let found = Form::ALL.into_iter().find(offered);
    found.ok_or_else(|| Problem::new("bad_subprotocol", detail))
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
            let read = subprotocol(&headers(&[(&SEC_WEBSOCKET_PROTOCOL, offered)]));
            assert_eq!(read.ok(), form, "{offered}");
        };
        check("v1.proto.chot", Some(Form::Proto));
        check("v0.json.chot, v1.json.chot", Some(Form::Json));
        check("v1.proto.chot,v1.json.chot", Some(Form::Json));
        check("chat", None);
        assert!(subprotocol(&HeaderMap::new()).is_err());
    }
}
