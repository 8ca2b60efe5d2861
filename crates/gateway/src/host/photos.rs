//! Photos of offers: taken with the host's phone, or shown by an earlier session's offer.

use crate::auth;
use crate::body;
use crate::call;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use accounts::{Accounts, OfferAt, PhotoDigest, PhotoError, Picture, Shown};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::{Code, SessionId, SessionState, ShopId};
use hub::Hub;
use proto::live;
use std::collections::BTreeMap;

/// `PUT /v1/sessions/{s}/offers/{code}/photo`
pub(crate) async fn show(
    State(shared): State<Shared>,
    caller: Caller,
    Path((_, code)): Path<(String, String)>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Problem> {
    let offer = offer_at(&shared, &caller, &code)?;
    let shown = match body::is_json(&headers) {
        true => copied(&shared, offer, request).await?,
        false => taken(&shared, offer, request).await?,
    };
    let photo = live::OfferPhoto { photo: address(&shown.photo), thumb: address(&shown.thumb) };
    Ok(call::message(StatusCode::OK, &photo))
}

/// `DELETE /v1/sessions/{s}/offers/{code}/photo`
pub(crate) async fn remove(
    State(shared): State<Shared>,
    caller: Caller,
    Path((_, code)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let offer = offer_at(&shared, &caller, &code)?;
    change(&shared, offer.shop, move |accounts| accounts.remove_photo(offer)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Where a photo is.
pub(crate) fn address(digest: &PhotoDigest) -> String {
    format!("/photos/{digest}.jpg")
}

/// Lets the practice session's offers show what the real ones show. A rehearsal without pictures is
/// still one.
pub(crate) async fn copy_all(
    shared: &Shared,
    from: (ShopId, SessionId),
    (shop, session): (ShopId, SessionId),
) {
    let photos = shared.doors.accounts.photos_of(from.0, from.1);
    let codes: BTreeMap<Code, Code> = photos.keys().map(|code| (*code, *code)).collect();
    let copy = move |accounts: &Accounts| accounts.copy_photos(from, (shop, session), &codes);
    if let Err(problem) = change(shared, shop, copy).await {
        tracing::warn!(code = problem.code(), "a practice session shows no photos");
    }
}

/// The host's own offer.
fn offer_at(shared: &Shared, caller: &Caller, code: &str) -> Result<OfferAt, Problem> {
    let (shop, session) = (caller.shop(), caller.session());
    let view = shared.known_session(shop, session)?;
    if view.state == SessionState::Archived {
        let detail = "It is archived: its photos stay as they are.";
        return Err(Problem::new("session_archived", detail));
    }
    let code = Code::parse(code).filter(|code| view.offers.iter().any(|o| o.terms.code == *code));
    let detail = "There is no offer under this code in this session.";
    let code = code.ok_or_else(|| Problem::new("unknown_code", detail))?;
    Ok(OfferAt { shop, session, code })
}

/// A picture that arrives now.
async fn taken(shared: &Shared, offer: OfferAt, request: Request) -> Result<Shown, Problem> {
    let Ok(_arriving) = shared.pictures.clone().try_acquire_owned() else {
        let detail = "Other photos are arriving: send this one again shortly.";
        return Err(Problem::retry("busy", detail, 1_000));
    };
    let sent = body::picture(request, shared).await?;
    let reader = shared.picture_readers.clone().acquire_owned().await;
    let reader = reader.map_err(|_| Problem::new("internal", "Try again."))?;
    let read = tokio::task::spawn_blocking(move || {
        let picture = Picture::read(&sent);
        drop(reader);
        picture
    });
    // What makes the reader of pictures panic is a picture that nobody can read.
    let read = read.await.unwrap_or(Err(accounts::PictureError::Damaged));
    let picture = read.map_err(body::of_picture)?;
    change(shared, offer.shop, move |accounts| accounts.show_photo(offer, picture.clone())).await
}

/// What another offer of this shop shows.
async fn copied(shared: &Shared, offer: OfferAt, request: Request) -> Result<Shown, Problem> {
    let body = body::whole(request, shared).await?;
    let form: live::CopyPhoto = body::json(&body)?;
    let detail = "No offer of this shop shows a photo there: `from` is its session, a slash and \
                  its code.";
    let unknown = || Problem::new("unknown_photo", detail);
    let (session, code) = form.from.split_once('/').ok_or_else(unknown)?;
    let code = Code::parse(code).ok_or_else(unknown)?;
    let from = match auth::session_id(session) {
        Ok((shop, session)) if shop == offer.shop => (shop, session),
        Ok(_) | Err(_) => return Err(unknown()),
    };
    let accounts = &shared.doors.accounts;
    let shown = accounts.photos_of(from.0, from.1).get(&code).copied().ok_or_else(unknown)?;
    let codes = BTreeMap::from([(code, offer.code)]);
    let to = (offer.shop, offer.session);
    change(shared, offer.shop, move |accounts| accounts.copy_photos(from, to, &codes)).await?;
    Ok(shown)
}

/// Writes on a thread that may wait. Where the shop keeps too many, those of archived sessions go.
async fn change<T: Send + 'static>(
    shared: &Shared,
    shop: ShopId,
    act: impl Fn(&Accounts) -> Result<T, PhotoError> + Send + 'static,
) -> Result<T, Problem> {
    let (accounts, hub) = (shared.doors.accounts.clone(), shared.hub().clone());
    let changed = tokio::task::spawn_blocking(move || match act(&accounts) {
        Err(PhotoError::TooMany) if let_go(&accounts, &hub, shop)? => act(&accounts),
        changed => changed,
    });
    let internal = || Problem::new("internal", "Nothing was changed: try again.");
    changed.await.map_err(|_| internal())?.map_err(|error| match error {
        PhotoError::TooMany => Problem::new("too_many_photos", error.to_string()),
        PhotoError::Accounts(error) => {
            tracing::error!(%error, "a photo cannot be kept");
            internal()
        }
    })
}

/// Lets go of what archived sessions showed; true if there was any.
fn let_go(accounts: &Accounts, hub: &Hub, shop: ShopId) -> Result<bool, PhotoError> {
    let views = hub.sessions(shop);
    let open = views.iter().filter(|view| view.state != SessionState::Archived);
    accounts.keep_photos_of(shop, &open.map(|view| view.session).collect())
}
