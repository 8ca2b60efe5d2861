//! What a signed-in person asks about themselves, and their devices.

use super::{assisting, door, failed, of_crew, slowly};
use crate::body;
use crate::call::{self, HostCall};
use crate::doors::Shared;
use crate::gate::Visitor;
use crate::problem::Problem;
use accounts::{Act, Assist, CrewError, Device, Opens, Role, SignInId};
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::limits::LINK_MS_MAX;
use domain::{Salutation, ShopId};
use proto::live;
use serde::Deserialize;

/// `GET /v1/me`
pub(crate) async fn me(State(shared): State<Shared>, visitor: Visitor) -> Response {
    told(&shared, &visitor)
}

/// `PATCH /v1/me`
pub(crate) async fn change_me(call: HostCall) -> Result<Response, Problem> {
    let form: live::ChangeMe = body::json(&call.body)?;
    let salutation = Salutation::parse(&form.buyers_are).ok_or_else(|| {
        let [ban, anh_chi, co_bac] = Salutation::ALL.map(Salutation::as_str);
        let detail = format!("`buyers_are` is one of: {ban}, {anh_chi}, {co_bac}.");
        Problem::new("bad_salutation", detail)
    })?;
    let (accounts, shop) = (call.shared.doors.accounts.clone(), call.principal.shop);
    let changed = slowly(move || accounts.set_salutation(shop, salutation)).await?;
    changed.map_err(|error| failed(&error))?;
    Ok(call::message(StatusCode::OK, &form))
}

/// `POST /v1/me/shop`: another shop's console on this device.
pub(crate) async fn move_to(
    State(shared): State<Shared>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Problem> {
    let form: live::MoveTo = body::json(&body::whole(request, &shared).await?)?;
    let (accounts, now) = (shared.doors.accounts.clone(), shared.doors.clock.wall());
    let (id, sign_in) = (visitor.who.person.id, visitor.who.sign_in);
    let shop = ShopId::parse(&form.shop);
    let known = shop.filter(|shop| accounts.principal_at(id, *shop, now).is_some());
    let detail = "You belong to no shop with this id: GET /v1/me lists yours.";
    let shop = known.ok_or_else(|| Problem::new("unknown_shop", detail))?;
    let moved = slowly(move || accounts.move_device(sign_in, shop)).await?;
    moved.map_err(|error| failed(&error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Where a device goes on after it is signed in.
#[derive(Deserialize)]
pub(crate) struct Onward {
    next: Option<String>,
}

/// `POST /v1/handover?next=`
pub(crate) async fn hand_over(
    State(shared): State<Shared>,
    visitor: Visitor,
    Query(onward): Query<Onward>,
) -> Result<Response, Problem> {
    let next = onward.next.filter(|next| next.bytes().all(is_plain));
    let next = next.map_or_else(String::new, |next| format!("&next={next}"));
    let opens = Opens::HandOver(visitor.who.person.id);
    door(&shared, opens, "/sign-in", &next, LINK_MS_MAX)
}

/// `GET /v1/me/devices`
pub(crate) async fn devices(State(shared): State<Shared>, visitor: Visitor) -> Response {
    let now = shared.doors.clock.wall();
    let known = shared.doors.accounts.devices_of(visitor.who.person.id, now);
    let devices = known.iter().map(|known| device(known, visitor.who.sign_in)).collect();
    call::message(StatusCode::OK, &live::Devices { devices })
}

/// `DELETE /v1/me/devices/{device}`
pub(crate) async fn sign_out_own(
    State(shared): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let id = id.parse().map(SignInId).map_err(|_| of_crew(&CrewError::Unknown))?;
    let (accounts, by) = (shared.doors.accounts.clone(), visitor.who.person.id);
    let out = slowly(move || accounts.sign_out_device(id, by, None)).await?;
    out.map_err(|error| of_crew(&error))?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A device, as its owner is told of it.
pub(super) fn device(known: &Device, here: SignInId) -> live::Device {
    let address = known.from.address;
    live::Device {
        sign_in: known.id.0,
        name: known.from.device.to_string(),
        address: address.map_or_else(String::new, |address| address.to_string()),
        made_ms: known.made.0,
        seen_ms: known.seen.0,
        here: known.id == here,
    }
}

/// What somebody is told of themselves and their shop.
fn told(shared: &Shared, visitor: &Visitor) -> Response {
    let (accounts, who) = (&shared.doors.accounts, &visitor.who);
    let shop = who.at.map(|at| at.shop);
    let name_of = |shop| accounts.shop_name(shop).unwrap_or_default().to_string();
    let mine = |(shop, role): (ShopId, Role)| live::MyShop {
        shop: shop.to_string(),
        name: name_of(shop),
        role: role.as_str().to_owned(),
    };
    let salutation = shop.map(|shop| accounts.salutation(shop)).unwrap_or_default();
    let acts: &[Act] = who.at.map_or(&[], |at| at.role.acts());
    let me = live::Me {
        shop: shop.map(|shop| shop.to_string()).unwrap_or_default(),
        shop_name: shop.map(name_of).unwrap_or_default(),
        name: who.person.name.to_string(),
        role: who.at.map(|at| at.role.as_str().to_owned()),
        addresses: (shared.doors.addresses)(),
        secure: shared.doors.options.is_encrypted(),
        buyers_are: salutation.as_str().to_owned(),
        may: acts.iter().map(|act| act.as_str().to_owned()).collect(),
        duty: who.person.duty.as_str().to_owned(),
        second: accounts.has_second(who.person.id),
        proved_until_ms: who.proved_until.map(|until| until.0),
        shops: accounts.shops_of(who.person.id).into_iter().map(mine).collect(),
        assists: assists(shared, visitor),
    };
    call::message(StatusCode::OK, &me)
}

/// Who is at the door of the shop or at work in it: all of them for whoever manages its people, for
/// an assistant their own.
fn assists(shared: &Shared, visitor: &Visitor) -> Vec<live::Assisting> {
    let Some(at) = visitor.who.at else {
        return Vec::new();
    };
    let all = at.role.may(Act::ManagePeople);
    let own = visitor.who.person.id;
    let here = shared.doors.accounts.people_of(at.shop, shared.doors.clock.wall());
    let seen = here.iter().filter(|member| all || member.person.id == own);
    let busy = seen.filter(|member| member.assist != Assist::No);
    busy.filter_map(|m| assisting(m.person.id, &m.person.name, m.assist)).collect()
}

/// What a path of ours is made of: it needs no escaping in an address.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_')
}
