//! Cards: what waits for a person, and what that person says.

use crate::body;
use crate::call::{self, HostCall};
use crate::called;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use crate::wire::{incoming, looks};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::ReviewId;
use domain::command::Command;
use hub::HubError;
use proto::live;

/// `GET /v1/sessions/{s}/reviews`
pub(crate) async fn list(
    State(shared): State<Shared>,
    caller: Caller,
) -> Result<Response, Problem> {
    let (shop, session) = (caller.shop(), caller.session());
    let by = caller.principal.by;
    shared.known_session(shop, session)?;
    let Ok(permit) = shared.ledgers.clone().try_acquire_owned() else {
        let detail = "The journal is being read by others: try again shortly.";
        return Err(Problem::retry("busy", detail, 1_000));
    };
    let of_hub = |error| Problem::of_hub(shop, error);
    let mut reviews = shared.hub().reviews(shop, session).await.map_err(of_hub)?;
    let hub = shared.hub().clone();
    // Words lie in the journal: they are read on a thread that may wait.
    let read = tokio::task::spawn_blocking(move || {
        let read = hub.add_words(shop, &mut reviews).map(|()| reviews);
        drop(permit);
        read
    });
    let mut reviews = read.await.unwrap_or(Err(HubError::Internal)).map_err(of_hub)?;
    for card in reviews.groups.iter_mut().flat_map(|group| &mut group.cards) {
        card.text = card.text.take().map(|text| called::words_to(by, text));
    }
    let name = |buyer| called::to(by, shared.hub(), shop, buyer);
    Ok(call::message(StatusCode::OK, &looks::reviews_of(shop, reviews, name)))
}

/// `POST /v1/sessions/{s}/reviews/{review}`
pub(crate) async fn answer(call: HostCall) -> Result<Response, Problem> {
    let session = call.session();
    call.required_key()?;
    let review = match ReviewId::parse_public(call.param("review")) {
        Some((of, review)) if of == call.principal.shop => review,
        Some(_) | None => return Err(Problem::unknown_review()),
    };
    let form: live::AnswerReview = body::json(&call.body)?;
    let command = Command::ResolveReview {
        session,
        review,
        whole_group: form.group.unwrap_or(false),
        answer: incoming::card_answer(&form)?,
        lasts: form.remember.unwrap_or(false),
        author: call.principal.staff,
    };
    call.ask(command, StatusCode::OK).await
}
