//! What a signed-in person asks about themselves, and their other devices.

use super::door::failed;
use crate::auth;
use crate::body;
use crate::call;
use crate::doors::Shared;
use crate::problem::Problem;
use accounts::SignedIn;
use axum::extract::{Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use domain::limits::LINK_MS_MAX;
use domain::{Salutation, Timestamp};
use proto::live;
use serde::Deserialize;

/// `GET /v1/me`
pub(crate) async fn me(
    State(shared): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let signed_in = auth::signed_in(&shared, &headers).ok_or_else(Problem::unauthorized)?;
    Ok(told(&shared, &signed_in))
}

/// `PATCH /v1/me`
pub(crate) async fn change_me(
    State(shared): State<Shared>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers();
    auth::origin(headers, &[])?;
    let signed_in = auth::signed_in(&shared, headers).ok_or_else(Problem::unauthorized)?;
    let form: live::ChangeMe = body::json(&body::whole(request, &shared).await?)?;
    let salutation = Salutation::parse(&form.buyers_are).ok_or_else(|| {
        let [ban, anh_chi, co_bac] = Salutation::ALL.map(Salutation::as_str);
        let detail = format!("`buyers_are` is one of: {ban}, {anh_chi}, {co_bac}.");
        Problem::new("bad_salutation", detail)
    })?;
    let changed = shared.doors.accounts.set_salutation(signed_in.principal.shop, salutation);
    changed.map_err(|error| failed(&error))?;
    Ok(told(&shared, &signed_in))
}

/// What somebody is told of themselves and their shop.
fn told(shared: &Shared, signed_in: &SignedIn) -> Response {
    let shop = signed_in.principal.shop;
    let name = shared.doors.accounts.shop_name(shop).unwrap_or_default();
    let options = &shared.doors.options;
    let me = live::Me {
        shop: shop.to_string(),
        shop_name: name.to_string(),
        name: signed_in.person.name.to_string(),
        role: "owner".to_owned(),
        addresses: (shared.doors.addresses)(),
        secure: options.is_encrypted(),
        buyers_are: shared.doors.accounts.salutation(shop).as_str().to_owned(),
    };
    call::message(StatusCode::OK, &me)
}

/// Where a device goes on after it is signed in.
#[derive(Deserialize)]
pub(crate) struct Onward {
    next: Option<String>,
}

/// `POST /v1/handover?next=`
pub(crate) async fn hand_over(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Query(onward): Query<Onward>,
) -> Result<Response, Problem> {
    auth::origin(&headers, &[])?;
    let signed_in = auth::signed_in(&shared, &headers).ok_or_else(Problem::unauthorized)?;
    let now = shared.doors.clock.wall();
    let link = shared.doors.accounts.offer_hand_over(signed_in.person.id, now);
    let at = shared.outside().ok_or_else(|| {
        let detail = "This server listens on this machine only: start it with --lan.";
        Problem::new("not_on_the_network", detail)
    })?;
    let next = onward.next.filter(|next| next.bytes().all(is_plain));
    let next = next.map_or_else(String::new, |next| format!("&next={next}"));
    let url = format!("{at}/sign-in?link={link}{next}");
    let handover = live::Handover {
        qr: screens::qr(&url).unwrap_or_default(),
        url,
        expires_at_ms: Timestamp(now.0 + LINK_MS_MAX).0,
    };
    Ok(call::message(StatusCode::OK, &handover))
}

/// What a path of ours is made of: it needs no escaping in an address.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_')
}
