//! Opening a session, moving it, looking at it.

use crate::auth;
use crate::body;
use crate::call::{self, HostCall};
use crate::called;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::host::export::each_order;
use crate::host::photos;
use crate::problem::Problem;
use crate::wire::{looks, outgoing, rules, terms};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::command::Command;
use domain::limits::SUMMARY_UNPAID_MAX;
use domain::{OrderState, SessionId, SessionState, ShopId};
use hub::HubError;
use proto::live;
use serde_json::Value;

/// `POST /v1/sessions`
pub(crate) async fn open(call: HostCall) -> Result<Response, Problem> {
    let form: live::OpenSession = body::json(&call.body)?;
    let (offers, currency) = terms::opening(call.principal.shop, &form.offers)?;
    let title = terms::name(&form.title, "title")?;
    let rules = Box::new(rules::rules(&form.rules.unwrap_or_default(), currency)?);
    call.ask(Command::OpenSession { title, rules, currency, offers }, StatusCode::CREATED).await
}

/// `POST /v1/sessions/{s}/state`
pub(crate) async fn set_state(call: HostCall) -> Result<Response, Problem> {
    let session = call.session();
    let form: live::SetState = body::json(&call.body)?;
    let state = match form.state.as_str() {
        "live" => SessionState::Live,
        "paused" => SessionState::Paused,
        "ended" => SessionState::Ended,
        _ => {
            let detail = "`state` is live, paused or ended.";
            return Err(Problem::new("bad_state", detail));
        }
    };
    call.ask(Command::SetSessionState { session, state }, StatusCode::OK).await
}

/// `PATCH /v1/sessions/{s}`
pub(crate) async fn change(call: HostCall) -> Result<Response, Problem> {
    let session = call.session();
    call.required_key()?;
    let form: live::ChangeSession = body::json(&call.body)?;
    let detail = "Say which `rules` are new: {\"rules\":{\"waitlist\":false}}.";
    let form = form.rules.ok_or_else(|| Problem::new("missing_field", detail))?;
    let view = call.shared.known_session(call.principal.shop, session)?;
    let mut rules = rules::over(&view.rules, &form, view.currency)?;
    if lifts_delivery(&call.body) {
        rules.delivery = None;
    }
    call.ask(Command::ChangeRules { session, rules: Box::new(rules) }, StatusCode::OK).await
}

/// True for `{"rules":{"delivery":null}}`, which takes the charge away.
fn lifts_delivery(body: &[u8]) -> bool {
    let said: Option<Value> = serde_json::from_slice(body).ok();
    said.is_some_and(|said| said["rules"].get("delivery").is_some_and(Value::is_null))
}

/// `GET /v1/sessions`
pub(crate) async fn list(
    State(shared): State<Shared>,
    caller: Caller,
) -> Result<Response, Problem> {
    let shop = caller.shop();
    let views = shared.hub().sessions(shop);
    let counts = shared.hub().order_counts(shop).await;
    let counts = counts.map_err(|error| Problem::of_hub(shop, error))?;
    let listed = |view: &std::sync::Arc<domain::SessionView>| live::SessionListed {
        session: view.session.public(shop),
        title: view.title.to_string(),
        state: view.state.as_str().to_owned(),
        offers: looks::count(view.offers.len()),
        orders: looks::count(counts.get(&view.session).copied().unwrap_or(0)),
    };
    let sessions = live::Sessions { sessions: views.iter().rev().map(listed).collect() };
    Ok(call::message(StatusCode::OK, &sessions))
}

/// `GET /v1/sessions/{s}/summary`
pub(crate) async fn summary(
    State(shared): State<Shared>,
    caller: Caller,
) -> Result<Response, Problem> {
    let (shop, session) = (caller.shop(), caller.session());
    shared.known_session(shop, session)?;
    let summary = shared.hub().summary(shop, session).await;
    let summary = summary.map_err(|error| Problem::of_hub(shop, error))?;
    let (summary, as_of) = summary.ok_or_else(|| {
        Problem::new("session_archived", "It is archived: export what it came to from its ledger.")
    })?;
    let mut told = looks::summary_of(shop, &summary, as_of);
    add_unpaid(&shared, (shop, session), &mut told).await?;
    add_evening(&shared, (shop, session), &mut told).await?;
    Ok(call::message(StatusCode::OK, &told))
}

/// Adds the orders that are still to be paid.
async fn add_unpaid(
    shared: &Shared,
    (shop, session): (ShopId, SessionId),
    told: &mut live::Summary,
) -> Result<(), Problem> {
    each_order(shared, shop, session, |order| {
        let is_open = matches!(order.state, OrderState::Held | OrderState::Confirmed);
        if !is_open || order.lines.iter().all(|line| line.line.held.is_zero()) {
            return;
        }
        told.unpaid_orders += 1;
        if told.unpaid.len() < SUMMARY_UNPAID_MAX {
            let name = called::on_a_screen(shared.hub(), shop, order.buyer);
            told.unpaid.push(outgoing::order_of(shop, order, name));
        }
    })
    .await
}

/// Adds what only the session's facts say: they are read on a thread that may wait.
async fn add_evening(
    shared: &Shared,
    (shop, session): (ShopId, SessionId),
    told: &mut live::Summary,
) -> Result<(), Problem> {
    let of_hub = |error| Problem::of_hub(shop, error);
    let Some(opened) = shared.hub().opened(shop, session).await.map_err(of_hub)? else {
        return Ok(());
    };
    let Ok(permit) = shared.ledgers.clone().try_acquire_owned() else {
        let detail = "The journal is being read by others: try again shortly.";
        return Err(Problem::retry("busy", detail, 1_000));
    };
    let hub = shared.hub().clone();
    let read = tokio::task::spawn_blocking(move || {
        let evening = hub.evening(shop, session, opened);
        drop(permit);
        evening
    });
    let evening = read.await.unwrap_or(Err(HubError::Internal)).map_err(of_hub)?;
    let view = shared.known_session(shop, session)?;
    looks::add_evening(told, &evening, &view);
    Ok(())
}

/// `GET /v1/sessions/{s}`, for anyone.
pub(crate) async fn show(
    State(shared): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (shop, session) = auth::session_id(&id)?;
    let view = shared.known_session(shop, session)?;
    let accounts = &shared.doors.accounts;
    let practice = accounts.is_practice(shop).then_some(true);
    let shown = accounts.photos_of(shop, session);
    let mut session = live::Session { practice, ..outgoing::session_of(&view) };
    for (told, offer) in session.offers.iter_mut().zip(&view.offers) {
        let shown = shown.get(&offer.terms.code);
        told.photo = shown.map(|shown| photos::address(&shown.photo));
        told.thumb = shown.map(|shown| photos::address(&shown.thumb));
    }
    Ok(call::message(StatusCode::OK, &session))
}
