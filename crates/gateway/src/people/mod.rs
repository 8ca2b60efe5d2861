//! People as they see themselves and each other: who I am, who is here, who helps, who did what.

mod assist;
mod backups;
mod crew;
mod deeds;
mod helped;
mod me;
mod proof;

pub(crate) use assist::{answer, end};
pub(crate) use backups::{last as last_backup, start as back_up};
pub(crate) use crew::{change, invite, let_go, list, sign_out_device};
pub(crate) use deeds::deeds;
pub(crate) use helped::{ask, invite_shop, list as helped, serve, withdraw};
pub(crate) use me::{change_me, devices, hand_over, me, move_to, sign_out_own};
pub(crate) use proof::{begin_second, confirm_second, drop_second, prove, set_password};

use crate::call;
use crate::doors::Shared;
use crate::problem::Problem;
use accounts::{AccountsError, Assist, CrewError, Opens, PersonId};
use axum::http::StatusCode;
use axum::response::Response;
use domain::Timestamp;
use proto::live;

/// What the accounts' file says no to.
pub(crate) fn failed(error: &AccountsError) -> Problem {
    tracing::error!(%error, "the accounts file cannot be written");
    Problem::new("internal", "The server's disk does not take it: ask the operator.")
}

/// Why somebody cannot be changed.
fn of_crew(error: &CrewError) -> Problem {
    match error {
        CrewError::Unknown => Problem::new("unknown_person", sentence(error)),
        CrewError::LastOwner => Problem::new("last_owner", sentence(error)),
        CrewError::Wrong => Problem::new("wrong_proof", sentence(error)),
        CrewError::Password => Problem::new("bad_password", sentence(error)),
        CrewError::Accounts(error) => failed(error),
    }
}

/// An error's text as a sentence.
fn sentence(error: &CrewError) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// A person's number in an address.
fn person(text: &str) -> Result<PersonId, Problem> {
    let id = text.parse().map(PersonId);
    id.map_err(|_| of_crew(&CrewError::Unknown))
}

/// Does on a thread that may wait what a file or a password takes its time for.
pub(crate) async fn slowly<T: Send + 'static>(
    act: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::task::spawn_blocking(act).await;
    done.map_err(|_| Problem::new("internal", "Try again."))
}

/// A helper at a shop, if they are at its door or in it.
fn assisting(person: PersonId, name: &str, assist: Assist) -> Option<live::Assisting> {
    let (state, until) = match assist {
        Assist::No => return None,
        Assist::Asked(until) => ("asked", until),
        Assist::Open(until) => ("open", until),
    };
    let (name, state) = (name.to_owned(), state.to_owned());
    Some(live::Assisting { person: person.0, name, state, until_ms: until.0 })
}

/// A link that opens a door, as an address and as a picture of it.
fn door(
    shared: &Shared,
    opens: Opens,
    path: &str,
    more: &str,
    lasts_ms: u64,
) -> Result<Response, Problem> {
    let now = shared.doors.clock.wall();
    let at = shared.outside().ok_or_else(|| {
        let detail = "This server listens on this machine only: start it with --lan.";
        Problem::new("not_on_the_network", detail)
    })?;
    let link = shared.doors.accounts.offer(opens, now);
    let url = format!("{at}{path}?link={link}{more}");
    let handover = live::Handover {
        qr: screens::qr(&url).unwrap_or_default(),
        url,
        expires_at_ms: Timestamp(now.0.saturating_add(lasts_ms)).0,
    };
    Ok(call::message(StatusCode::OK, &handover))
}
