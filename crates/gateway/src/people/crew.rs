//! The people of a shop, as its owner manages them.

use super::me::device;
use super::{assisting, door, of_crew, person, slowly};
use crate::body;
use crate::call::{self, HostCall};
use crate::doors::Shared;
use crate::gate::Caller;
use crate::problem::Problem;
use accounts::{By, CrewError, Member, Opens, Role, SignInId};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::limits::INVITE_MS_MAX;
use proto::live;

/// `GET /v1/people`
pub(crate) async fn list(State(shared): State<Shared>, caller: Caller) -> Response {
    let now = shared.doors.clock.wall();
    let people = shared.doors.accounts.people_of(caller.shop(), now);
    let listed = |member: &Member| live::Member {
        person: member.person.id.0,
        name: member.person.name.to_string(),
        role: member.role.as_str().to_owned(),
        me: caller.principal.by == By::Person(member.person.id),
        assist: assisting(member.person.id, &member.person.name, member.assist),
        devices: member.devices.iter().map(|known| device(known, SignInId(0))).collect(),
    };
    let people = people.iter().map(listed).collect();
    call::message(StatusCode::OK, &live::Members { people })
}

/// `POST /v1/people/invites`
pub(crate) async fn invite(call: HostCall) -> Result<Response, Problem> {
    let form: live::Invite = body::json(&call.body)?;
    let opens = Opens::Join(call.principal.shop, role(&form.role)?);
    door(&call.shared, opens, "/setup", "", INVITE_MS_MAX)
}

/// `PATCH /v1/people/{person}`
pub(crate) async fn change(call: HostCall) -> Result<Response, Problem> {
    let form: live::ChangeMember = body::json(&call.body)?;
    let (id, role) = (person(call.param("person"))?, role(&form.role)?);
    let (accounts, shop) = (call.shared.doors.accounts.clone(), call.principal.shop);
    let now = call.shared.doors.clock.wall();
    let changed = slowly(move || accounts.set_role(shop, id, role, now)).await?;
    changed.map_err(|error| of_crew(&error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `DELETE /v1/people/{person}`
pub(crate) async fn let_go(
    State(shared): State<Shared>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let (id, shop) = (person(&id)?, caller.shop());
    let accounts = shared.doors.accounts.clone();
    let gone = slowly(move || accounts.let_go(shop, id)).await?;
    gone.map_err(|error| of_crew(&error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `DELETE /v1/people/{person}/devices/{device}`
pub(crate) async fn sign_out_device(
    State(shared): State<Shared>,
    caller: Caller,
    Path((of, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let (of, shop) = (person(&of)?, caller.shop());
    let id = id.parse().map(SignInId).map_err(|_| of_crew(&CrewError::Unknown))?;
    let accounts = shared.doors.accounts.clone();
    let now = shared.doors.clock.wall();
    if !accounts.devices_of(of, now).iter().any(|device| device.id == id) {
        return Err(of_crew(&CrewError::Unknown));
    }
    let by = match caller.principal.by {
        By::Person(by) => by,
        // No person has the number of nobody: a program signs out only who belongs to its shop.
        By::Token(_) => accounts::PersonId(0),
    };
    let out = slowly(move || accounts.sign_out_device(id, by, Some(shop))).await?;
    out.map_err(|error| of_crew(&error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn role(word: &str) -> Result<Role, Problem> {
    let known: Vec<&str> = Role::GIVEN.into_iter().map(Role::as_str).collect();
    let detail = format!("`role` is one of: {}.", known.join(", "));
    Role::parse(word).ok_or_else(|| Problem::new("bad_role", detail))
}
