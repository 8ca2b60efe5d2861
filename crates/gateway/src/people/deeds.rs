//! Who did what, to what, from where.

use super::{failed, slowly};
use crate::call;
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use accounts::{By, Entry};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::limits::AUDIT_PAGE_ROWS_MAX;
use proto::live;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What may be asked for.
#[derive(Deserialize)]
pub(crate) struct Asked {
    before: Option<u64>,
}

/// `GET /v1/deeds?before=`
pub(crate) async fn deeds(
    State(shared): State<Shared>,
    caller: Caller,
    query: Result<Query<Asked>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(asked) = query.map_err(|error| Problem::new("bad_query", error.body_text()))?;
    let (accounts, shop) = (shared.doors.accounts.clone(), caller.shop());
    let read = slowly(move || accounts.deeds(shop, asked.before, AUDIT_PAGE_ROWS_MAX)).await?;
    let entries = read.map_err(|error| failed(&error))?;
    let now = shared.doors.clock.wall();
    let people = shared.doors.accounts.people_of(shop, now);
    let names: BTreeMap<_, _> =
        people.into_iter().map(|member| (member.person.id, member.person.name)).collect();
    let told = |entry: &Entry| live::Deed {
        number: entry.number,
        at_ms: entry.at.0,
        who: match entry.by {
            Some(By::Person(id)) => {
                names.get(&id).map_or_else(|| format!("#{}", id.0), |name| name.to_string())
            }
            Some(By::Token(_)) | None => String::new(),
        },
        act: entry.act.clone(),
        subject: entry.subject.clone(),
        address: entry.address.map_or_else(String::new, |address| address.to_string()),
    };
    let before = entries.last().map(|last| last.number);
    let before = before.filter(|_| entries.len() == AUDIT_PAGE_ROWS_MAX);
    let deeds = entries.iter().map(told).collect();
    Ok(call::message(StatusCode::OK, &live::Deeds { deeds, before }))
}
