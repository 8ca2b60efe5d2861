//! What a viewer asks for outside a socket: a ticket for one, and a code to link an account by.

use crate::auth;
use crate::body;
use crate::call;
use crate::doors::Shared;
use crate::later;
use crate::problem::Problem;
use crate::rates::counted_as;
use crate::serve::Peer;
use crate::wire::outgoing;
use accounts::TicketError;
use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::{SessionId, SessionState, SessionView, ShopId};
use proto::live;
use std::sync::Arc;

/// `POST /v1/sessions/{s}/tickets`
pub(crate) async fn ticket(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    counted(&shared, peer.as_deref())?;
    let (shop, session) = auth::session_id(&id)?;
    open_view(&shared, shop, session)?;
    let form: live::AskTicket = body::json(&body::whole(request, &shared).await?)?;
    let now = shared.doors.clock.wall();
    let accounts = &shared.doors.accounts;
    let token = form.buyer_token.as_deref();
    let token = token.filter(|token| !is_erased(&shared, shop, token));
    later::ticket(&shared, shop, token)?;
    let minted = accounts.mint_ticket(shop, session, &form.name, token, now);
    let minted = minted.map_err(|error| match error {
        TicketError::Busy => Problem::retry("busy", error.to_string(), 1_000),
        TicketError::Name(_) if form.name.trim().is_empty() => {
            Problem::new("missing_field", "`name` is missing: what should the shop call you?")
        }
        _ => Problem::new(error.code(), format!("{error}.")),
    })?;
    let ticket = live::Ticket {
        ticket: minted.ticket,
        buyer: minted.buyer.to_string(),
        buyer_token: minted.buyer_token,
    };
    Ok(call::message(StatusCode::OK, &ticket))
}

/// `POST /v1/sessions/{s}/links`
pub(crate) async fn link(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    counted(&shared, peer.as_deref())?;
    let (shop, session) = auth::session_id(&id)?;
    open_view(&shared, shop, session)?;
    let form: live::AskLink = body::json(&body::whole(request, &shared).await?)?;
    if form.buyer_token.is_empty() {
        let detail = "`buyer_token` is what came with your ticket.";
        return Err(Problem::new("missing_field", detail));
    }
    let accounts = &shared.doors.accounts;
    let buyer = accounts.buyer_of(shop, &form.buyer_token);
    let buyer =
        buyer.filter(|_| !is_erased(&shared, shop, &form.buyer_token)).ok_or_else(|| {
            let error = TicketError::BadBuyerToken;
            Problem::new(error.code(), format!("{error}."))
        })?;
    let link = shared.hub().offer_link(shop, session, buyer, accounts.draw_link_code()).await;
    let link = link.map_err(|error| Problem::of_hub(shop, error))?;
    let link = outgoing::answer_json(shop, "", &link.answer, |_| None);
    Ok(call::json(StatusCode::OK, link))
}

/// True if the token is of somebody who was erased: its bearer is somebody new. A vault that cannot
/// be read is told when they speak.
pub(crate) fn is_erased(shared: &Shared, shop: ShopId, token: &str) -> bool {
    let buyer = shared.doors.accounts.buyer_of(shop, token);
    buyer.is_some_and(|buyer| shared.hub().is_erased(shop, buyer).unwrap_or(false))
}

/// Counts an anonymous call of an address.
pub(crate) fn counted(shared: &Shared, peer: Option<&Peer>) -> Result<(), Problem> {
    match peer.and_then(|peer| counted_as(peer.address.ip())) {
        Some(address) => shared.addresses.check(&address),
        None => Ok(()),
    }
}

/// A session that a viewer may still come to.
///
/// # Errors
/// `unknown_session`, `session_archived`.
pub(crate) fn open_view(
    shared: &Shared,
    shop: ShopId,
    session: SessionId,
) -> Result<Arc<SessionView>, Problem> {
    let view = shared.known_session(shop, session)?;
    match view.state {
        SessionState::Archived => {
            Err(Problem::new("session_archived", "Its orders are no longer shown here."))
        }
        SessionState::Draft | SessionState::Live | SessionState::Paused | SessionState::Ended => {
            Ok(view)
        }
    }
}
