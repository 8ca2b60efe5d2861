//! Lists that a host pastes: what is for sale, and what was said in a feed.

use crate::body;
use crate::call::{self, HostCall};
use crate::called;
use crate::lists::{feed, goods};
use crate::metrics::{Source, Tally};
use crate::problem::Problem;
use crate::wire::outgoing;
use axum::http::StatusCode;
use axum::response::Response;
use domain::limits::{COMMENTS_PER_POST_MAX, LIST_BYTES_MAX, OFFERS_PER_SESSION_MAX};
use domain::outcome::AnswerBody;
use domain::shown::shown_text;
use domain::{Code, ShopId};
use hub::{Answered, Author, Comment, HubError};
use proto::live;
use std::collections::HashMap;

/// The platform of comments that a person pasted.
const PASTED: &str = "pasted";

/// `POST /v1/prepare`
pub(crate) async fn prepare(call: HostCall) -> Result<Response, Problem> {
    let form: live::Prepare = body::json(&call.body)?;
    if form.text.len() > LIST_BYTES_MAX {
        return Err(Problem::new("body_too_large", "A list has at most 64 KiB."));
    }
    if form.taken.len() > OFFERS_PER_SESSION_MAX {
        return Err(Problem::new("too_many_offers", "A session has at most 500 offers."));
    }
    let taken: Vec<Code> = form.taken.iter().filter_map(|code| Code::parse(code)).collect();
    let lines = goods::read(&form.text, &taken);
    Ok(call::message(StatusCode::OK, &live::Prepared { lines }))
}

/// `POST /v1/sessions/{s}/paste`
pub(crate) async fn paste(call: HostCall) -> Result<Response, Problem> {
    let session = call.session();
    let shop = call.principal.shop;
    call.shared.known_session(shop, session)?;
    let form: live::Paste = body::json(&call.body)?;
    let said = feed::read(&form.text);
    if said.is_empty() {
        let detail = "`text` is what was said, line by line: Lan: chốt D1 2kg";
        return Err(Problem::new("missing_field", detail));
    }
    if said.len() > COMMENTS_PER_POST_MAX {
        let detail = "Paste at most 1,000 comments at once; nothing was taken.";
        return Err(Problem::new("too_many_comments", detail));
    }
    let comments = comments(&said);
    let mut tally = Tally::default();
    comments.iter().for_each(|comment| tally.comment(&comment.platform));
    let answers = match comments.is_empty() {
        true => Vec::new(),
        false => {
            let answers = call.shared.hub().comments(shop, session, comments.clone()).await;
            answers.map_err(|error| Problem::of_hub(shop, error))?
        }
    };
    let pasted = pasted(shop, said, &comments, answers, &mut tally);
    tally.count(Source::Comment);
    Ok(call::message(StatusCode::OK, &pasted))
}

/// The comments of a paste. The same words of the same person are the same comment as in an
/// earlier paste: its id is a digest of both, and of how many were so before it in this one.
fn comments(said: &[feed::Said]) -> Vec<Comment> {
    let mut before: HashMap<(&str, &str), u32> = HashMap::new();
    let mut comments = Vec::with_capacity(said.len());
    for feed::Said { name, words, .. } in said {
        let Ok(name) = name else { continue };
        let nth = before.entry((name, words)).or_default();
        let id = hub::pasted_id(&[name, words, &nth.to_string()]);
        *nth += 1;
        comments.push(Comment {
            key: format!("{PASTED}:{id}"),
            platform: PASTED.to_owned(),
            buyer_id: hub::pasted_id(&[name]),
            buyer_name: name.clone(),
            text: words.clone(),
            sent_at: None,
            edited: false,
            author: Author::Viewer,
        });
    }
    comments
}

fn pasted(
    shop: ShopId,
    said: Vec<feed::Said>,
    comments: &[Comment],
    answers: Vec<Result<Answered, HubError>>,
    tally: &mut Tally,
) -> live::Pasted {
    let mut answers = comments.iter().zip(answers);
    let mut pasted = live::Pasted::default();
    for feed::Said { line, name, words } in said {
        let text = shown_text(&words).into_owned();
        let mut told = live::PastedLine { line, text, ..Default::default() };
        let wrong = match name {
            Err(wrong) => Some(wrong),
            Ok(name) => {
                told.buyer_name = called::seen(&name);
                let (comment, answer) = answers.next().expect("one answer for each comment");
                tell(shop, &comment.key, answer, &mut told, tally)
            }
        };
        told.error = wrong.map(str::to_owned);
        match wrong {
            Some(wrong) => {
                tally.error(wrong);
                pasted.failed += 1;
            }
            None if told.repeated => pasted.repeated += 1,
            None => pasted.counted += 1,
        }
        pasted.lines.push(told);
    }
    pasted
}

/// What came of a comment; why it was not taken where nothing did.
fn tell(
    shop: ShopId,
    key: &str,
    answer: Result<Answered, HubError>,
    told: &mut live::PastedLine,
    tally: &mut Tally,
) -> Option<&'static str> {
    let Answered { answer, replayed } = match answer {
        Ok(answered) => answered,
        Err(error) => return Some(error.code()),
    };
    // A comment's key has a scope of its own, so nothing else can be remembered under it.
    let AnswerBody::Outcome(outcome) = &answer.body else {
        return Some("internal");
    };
    if !replayed {
        tally.outcome(outcome.kind.as_str(), outcome.reason);
    }
    told.repeated = replayed;
    told.outcome = Some(outgoing::outcome_of(shop, key, &answer, outcome));
    None
}
