//! Comments of a platform, up to a thousand in one post.
//!
//! ```text
//! body ─▶ all entries at once (the fast way) ─┬─▶ hub, whole or busy ─▶ one buffer of outcomes
//!         or one by one, if any is malformed ─┘     bad entries take their own error's place
//! ```
//!
//! Promises: outcomes stand in the order of the entries and leave only when all of them are
//! durable; a bad entry is that entry's error and the others are decided.

mod entries;

use self::entries::{Entry, Post, read};
use crate::body;
use crate::call;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::metrics::{self, Source, Tally};
use crate::problem::Problem;
use crate::wire::outcome_json;
use accounts::{By, Role};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::outcome::AnswerBody;
use domain::{Millis, ShopId};
use hub::{Answered, HubError};

/// Bytes of one outcome in JSON, about: what the answer's buffer is made for.
const OUTCOME_BYTES: usize = 320;

/// `POST /v1/sessions/{s}/comments`
pub(crate) async fn post(
    State(shared): State<Shared>,
    caller: Caller,
    request: Request,
) -> Result<Response, Problem> {
    let came = shared.doors.clock.monotonic();
    if let (Role::Source, By::Token(token)) = (caller.principal.role, caller.principal.by) {
        shared.sources.check(&token)?;
    }
    let (shop, session) = (caller.shop(), caller.session());
    shared.known_session(shop, session)?;
    let body = body::whole(request, &shared).await?;
    let Post { entries, comments } = read(&body)?;
    drop(body);
    let mut tally = Tally::default();
    comments.iter().for_each(|comment| tally.comment(&comment.platform));
    let answers = match comments.is_empty() {
        true => Vec::new(),
        false => {
            let answers = shared.hub().comments(shop, session, comments).await;
            answers.map_err(|error| Problem::of_hub(shop, error))?
        }
    };
    let json = write(shop, &entries, &answers, &mut tally)?;
    tally.count(Source::Comment);
    let took = shared.doors.clock.monotonic().0.saturating_sub(came.0);
    metrics::acked(Source::Comment, Millis(took));
    Ok(call::json(StatusCode::OK, json))
}

/// `{"outcomes":[…]}`, one for each entry.
///
/// # Errors
/// `internal` if the hub broke its word.
fn write(
    shop: ShopId,
    entries: &[Entry],
    answers: &[Result<Answered, HubError>],
    tally: &mut Tally,
) -> Result<Vec<u8>, Problem> {
    let mut json = Vec::with_capacity(32 + entries.len() * OUTCOME_BYTES);
    let mut answers = answers.iter();
    json.extend_from_slice(b"{\"outcomes\":[");
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 {
            json.push(b',');
        }
        match entry {
            Entry::Bad { key, reason } => {
                tally.error(reason);
                outcome_json::write_error(&mut json, key.as_deref(), reason, None);
            }
            Entry::Good(key) => {
                let Some(answer) = answers.next() else {
                    tracing::error!("the hub gave fewer answers than comments");
                    return Err(Problem::of_hub(shop, HubError::Internal));
                };
                write_one(&mut json, shop, key, answer, tally);
            }
        }
    }
    json.extend_from_slice(b"]}");
    Ok(json)
}

fn write_one(
    json: &mut Vec<u8>,
    shop: ShopId,
    key: &str,
    answer: &Result<Answered, HubError>,
    tally: &mut Tally,
) {
    let (reason, again) = match answer {
        Ok(Answered { answer, .. }) => match &answer.body {
            AnswerBody::Outcome(outcome) => {
                tally.outcome(outcome.kind.as_str(), outcome.reason);
                return outcome_json::write(json, shop, key, answer, outcome);
            }
            // A comment's key has a scope of its own, so nothing else can be remembered under it.
            AnswerBody::Session(..)
            | AnswerBody::Offer(_)
            | AnswerBody::Order(_)
            | AnswerBody::Resolved(_)
            | AnswerBody::Blocked(..)
            | AnswerBody::Link(..) => ("internal", None),
        },
        Err(error) => (error.code(), error.retry_after_ms()),
    };
    tally.error(reason);
    outcome_json::write_error(json, Some(key), reason, again);
}
