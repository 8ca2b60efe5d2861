//! A practice live: the same offers and rules in a shop of its own, with a simulated crowd.

use crate::auth;
use crate::body;
use crate::call::{self, HostCall};
use crate::host::photos;
use crate::problem::Problem;
use crate::wire::outgoing;
use axum::http::StatusCode;
use axum::response::Response;
use domain::command::Command;
use domain::limits::PRACTICE_UNITS;
use domain::offer::{OfferChange, Stock};
use domain::{
    AnswerBody, OfferState, OfferTerms, Quantity, Request, SessionId, SessionState, SessionView,
    ShopId,
};
use hub::Answered;
use proto::live;

/// `POST /v1/practice`
pub(crate) async fn practise(call: HostCall) -> Result<Response, Problem> {
    let form: live::Practise = body::json(&call.body)?;
    let real = call.principal.shop;
    let session = match auth::session_id(&form.session)? {
        (shop, session) if shop == real => session,
        _ => return Err(Problem::unknown_session()),
    };
    let view = call.shared.known_session(real, session)?;
    if view.offers.is_empty() {
        let detail = "Add an offer first: there is nothing to practise with.";
        return Err(Problem::new("missing_field", detail));
    }
    let shop = practice_shop(&call, real).await?;
    let opened = ask(&call, shop, Request { key: call.hub_key(), command: opening(&view) }).await?;
    let AnswerBody::Session(session, _) = opened.answer.body else {
        return Err(Problem::new("internal", "Try again."));
    };
    if !opened.replayed {
        photos::copy_all(&call.shared, (real, view.session), (shop, session)).await;
        let state = SessionState::Live;
        let go_live = Command::SetSessionState { session, state };
        ask(&call, shop, Request { key: None, command: go_live }).await?;
        pin_first(&call, shop, session).await?;
        (call.shared.doors.practise)(shop, session);
    }
    let view = call.shared.known_session(shop, session)?;
    let session = live::Session { practice: Some(true), ..outgoing::session_of(&view) };
    Ok(call::message(StatusCode::CREATED, &session))
}

/// The shop's practice shop, with its lane.
async fn practice_shop(call: &HostCall, real: ShopId) -> Result<ShopId, Problem> {
    let accounts = call.shared.doors.accounts.clone();
    let made = tokio::task::spawn_blocking(move || accounts.practice_shop(real)).await;
    let internal = || Problem::new("internal", "Try again.");
    let (shop, _) = made.map_err(|_| internal())?.map_err(|error| {
        tracing::error!(%error, "a practice shop cannot be made");
        internal()
    })?;
    // Whoever made it may not have come to this yet.
    call.shared.hub().add_shop(shop);
    Ok(shop)
}

async fn ask(call: &HostCall, shop: ShopId, request: Request) -> Result<Answered, Problem> {
    let answered = call.shared.hub().ask(shop, request).await;
    answered.map_err(|error| Problem::of_hub(shop, error))
}

/// The same session once more, with new items.
fn opening(view: &SessionView) -> Command {
    Command::OpenSession {
        title: view.title.clone(),
        rules: Box::new((*view.rules).clone()),
        currency: view.currency,
        offers: view.offers.iter().map(offer).collect(),
    }
}

/// What is left is on sale; of what is sold out, enough to practise with.
fn offer(offer: &OfferState) -> OfferTerms {
    let or_some = |left: Quantity| match left.is_zero() {
        true => Quantity::from_units(PRACTICE_UNITS).unwrap_or(Quantity::MAX),
        false => left,
    };
    let stock = match offer.left_by_cell.is_empty() {
        true => Stock::Pool(or_some(offer.left)),
        false => Stock::Cells(offer.left_by_cell.iter().map(|left| or_some(*left)).collect()),
    };
    OfferTerms { item: None, stock, ..(*offer.terms).clone() }
}

async fn pin_first(call: &HostCall, shop: ShopId, session: SessionId) -> Result<(), Problem> {
    let view = call.shared.known_session(shop, session)?;
    let Some(first) = view.offers.first() else {
        return Ok(());
    };
    let code = first.terms.code;
    let change = Box::new(OfferChange { pinned: Some(true), ..OfferChange::default() });
    let command = Command::ChangeOffer { session, code, change, expected_version: None };
    ask(call, shop, Request { key: None, command }).await.map(|_| ())
}
