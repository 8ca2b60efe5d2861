//! The keys of a session's overlays: made, listed, revoked. A key is shown once, in the address of
//! the page that it opens.

use crate::call::{self, HostCall};
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use accounts::{Accounts, OverlayKey, OverlayKeyError, OverlayKeyId};
use axum::extract::{Path, Query, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{SessionState, ShopId};
use hub::Hub;
use proto::live;
use serde::Deserialize;

/// How an overlay may look, as its page reads it.
const LAYOUTS: [&str; 5] = ["card", "bar", "ticker", "board", "full"];

/// How the page of a new key is to look; the page's own choice where it is none of those.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    layout: Option<String>,
}

/// `POST /v1/sessions/{s}/overlays?layout=`
pub(crate) async fn make(
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
    call: HostCall,
) -> Result<Response, Problem> {
    let (shop, session) = (call.principal.shop, call.session());
    let view = call.shared.known_session(shop, session)?;
    if view.state == SessionState::Archived {
        return Err(Problem::new("session_archived", "Nothing of it goes on air any more."));
    }
    let (by, now) = (call.principal.by, call.shared.doors.clock.wall());
    let (accounts, hub) = (call.shared.doors.accounts.clone(), call.shared.hub().clone());
    let (made, let_go) = waiting(move || {
        let mut gone = false;
        let made = match accounts.make_overlay_key((shop, session), by, now) {
            Err(OverlayKeyError::TooMany) if let_go(&accounts, &hub, shop)? => {
                gone = true;
                accounts.make_overlay_key((shop, session), by, now)
            }
            made => made,
        };
        made.map(|made| (made, gone))
    })
    .await?;
    if let_go {
        call.shared.overlays.keys_were_revoked();
    }
    let at = outside(&call.shared, &headers);
    let layout = LAYOUTS.into_iter().find(|layout| wanted.layout.as_deref() == Some(layout));
    let layout = layout.map_or_else(String::new, |layout| format!("?layout={layout}"));
    let address = format!("{at}/overlay/{}{layout}#{}", session.public(shop), made.key);
    let qr = screens::qr(&address).unwrap_or_default();
    let overlay = made.id.to_string();
    Ok(call::message(StatusCode::CREATED, &live::NewOverlay { overlay, address, qr }))
}

/// `GET /v1/sessions/{s}/overlays`
pub(crate) async fn list(
    State(shared): State<Shared>,
    caller: Caller,
) -> Result<Response, Problem> {
    let (shop, session) = (caller.shop(), caller.session());
    shared.known_session(shop, session)?;
    let told = |key: OverlayKey| live::OverlayKey {
        overlay: key.id.to_string(),
        made_at_ms: key.made.0,
        made_by: key.made_by.map(|name| name.to_string()),
        seen_at_ms: key.seen.map(|at| at.0),
    };
    let keys = shared.doors.accounts.overlay_keys(shop, session);
    let overlays = live::Overlays { overlays: keys.into_iter().map(told).collect() };
    Ok(call::message(StatusCode::OK, &overlays))
}

/// `DELETE /v1/sessions/{s}/overlays/{overlay}`
pub(crate) async fn revoke(
    State(shared): State<Shared>,
    caller: Caller,
    Path((_, overlay)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let unknown = || Problem::new("unknown_overlay", "This session has no such key, or no longer.");
    let key = OverlayKeyId::parse(&overlay).ok_or_else(unknown)?;
    let at = (caller.shop(), caller.session());
    let accounts = shared.doors.accounts.clone();
    let revoked = waiting(move || Ok(accounts.revoke_overlay_key(at, key)?)).await?;
    shared.overlays.keys_were_revoked();
    revoked.then(|| StatusCode::NO_CONTENT.into_response()).ok_or_else(unknown)
}

/// How the machine that asks reaches this server, where it is not known how others do: a stream's
/// program often runs beside it.
fn outside(shared: &Shared, headers: &HeaderMap) -> String {
    let asked = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    shared.outside().unwrap_or_else(|| format!("http://{asked}"))
}

/// Lets go of the keys of archived sessions; true if there were any.
fn let_go(accounts: &Accounts, hub: &Hub, shop: ShopId) -> Result<bool, OverlayKeyError> {
    let views = hub.sessions(shop);
    let open = views.iter().filter(|view| view.state != SessionState::Archived);
    Ok(accounts.keep_overlay_keys_of(shop, &open.map(|view| view.session).collect())?)
}

/// Writes on a thread that may wait.
async fn waiting<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, OverlayKeyError> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(act).await;
    let internal = || Problem::new("internal", "Nothing was changed: try again.");
    done.map_err(|_| internal())?.map_err(|error| match error {
        OverlayKeyError::TooMany => Problem::new("too_many_overlays", error.to_string()),
        OverlayKeyError::Accounts(error) => {
            tracing::error!(%error, "an overlay's key cannot be kept");
            internal()
        }
    })
}
