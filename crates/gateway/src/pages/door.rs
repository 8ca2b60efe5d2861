//! The door: set-up, sign-in, another device, sign-out. Forms that work without a script.

use super::lang;
use crate::auth;
use crate::body::Sent;
use crate::doors::Shared;
use crate::problem::Problem;
use crate::rates::counted_as;
use crate::serve::Peer;
use crate::viewer::counted;
use accounts::{AccountsError, NewSignIn, Opens, PersonError, SetUpError};
use axum::Extension;
use axum::extract::{Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::limits::SIGN_IN_MS_MAX;
use screens::{Page, Refused, Visit};
use serde::Deserialize;
use std::net::IpAddr;

/// Where people go when they are in.
const CONSOLE: &str = "/host";

/// What may stand in the address.
#[derive(Deserialize)]
pub(crate) struct Asked {
    link: Option<String>,
    next: Option<String>,
}

/// What a form brings.
#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    link: String,
    #[serde(default)]
    shop: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// What is said instead of what was asked for.
pub(crate) struct Instead(Box<Response>);

impl IntoResponse for Instead {
    fn into_response(self) -> Response {
        *self.0
    }
}

impl From<Problem> for Instead {
    fn from(problem: Problem) -> Self {
        Self(Box::new(problem.into_response()))
    }
}

/// Somebody before the door.
struct Caller {
    shared: Shared,
    visit: Visit,
}

impl Caller {
    /// Counts the call, and turns away whoever would send a password over a network that others can
    /// read.
    fn new(shared: Shared, peer: Option<&Peer>, headers: &HeaderMap) -> Result<Self, Instead> {
        counted(&shared, peer)?;
        auth::origin(headers, &[])?;
        let plain_http = !shared.doors.options.is_encrypted();
        let visit = Visit { lang: lang(headers), plain_http };
        let near = peer.is_none_or(|peer| is_near(peer.address.ip()));
        let caller = Self { shared, visit };
        if plain_http && !near {
            let page = caller.page(StatusCode::FORBIDDEN, visit.not_from_here());
            return Err(Instead(Box::new(page)));
        }
        Ok(caller)
    }

    fn page(&self, status: StatusCode, page: Page) -> Response {
        (status, super::page(page, self.visit.lang)).into_response()
    }

    /// The name of the shop that a set-up link is for, if it is for one that is there.
    fn shop_of(&self, opens: Option<Opens>) -> Option<std::sync::Arc<str>> {
        match opens? {
            Opens::SetUp(shop) => self.shared.doors.accounts.shop_name(shop?),
            Opens::HandOver(_) | Opens::Show(_) => None,
        }
    }

    /// Through a link, if it still opens something.
    fn take_over(&self, link: &str, next: &str) -> Result<Response, Instead> {
        let (accounts, now) = (&self.shared.doors.accounts, self.shared.doors.clock.wall());
        let taken = accounts.take_over(link, now).map_err(|error| failed(&error))?;
        Ok(match taken {
            Some(new) => self.signed_in(&new, next),
            None => self.page(StatusCode::GONE, self.visit.used_link()),
        })
    }

    fn signed_in(&self, new: &NewSignIn, next: &str) -> Response {
        let cookie = cookie(&new.carried, self.shared.doors.options.is_encrypted());
        (StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, path(next))]).into_response()
    }
}

/// `GET /setup?link=`
pub(crate) async fn show_set_up(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Instead> {
    let caller = Caller::new(shared, peer.as_deref(), &headers)?;
    let (link, now) = (asked.link.unwrap_or_default(), caller.shared.doors.clock.wall());
    let opens = caller.shared.doors.accounts.look_at_link(&link, now);
    if !matches!(opens, Some(Opens::SetUp(_))) {
        return Ok(caller.page(StatusCode::GONE, caller.visit.used_link()));
    }
    let shop = caller.shop_of(opens);
    let page = caller.visit.set_up(&link, shop.as_deref(), ("", ""), None);
    Ok(caller.page(StatusCode::OK, page))
}

/// `POST /setup`
pub(crate) async fn set_up(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Instead> {
    let caller = Caller::new(shared, peer.as_deref(), &headers)?;
    let now = caller.shared.doors.clock.wall();
    let accounts = caller.shared.doors.accounts.clone();
    let opens = accounts.look_at_link(&typed.link, now);
    let set_up = move || {
        let who = (typed.name.as_str(), typed.password.as_str());
        let done = accounts.set_up(&typed.link, &typed.shop, who, now);
        (typed, done)
    };
    let (typed, done) = caller.shared.passwords.take_turn(set_up).await?;
    let refused = match done {
        Ok((new, sign_in)) => {
            if let Some(new) = new {
                caller.shared.hub().add_shop(new.shop);
                tracing::info!(shop = %new.shop, "a shop was set up");
            }
            return Ok(caller.signed_in(&sign_in, CONSOLE));
        }
        Err(SetUpError::Link) => {
            return Ok(caller.page(StatusCode::GONE, caller.visit.used_link()));
        }
        Err(SetUpError::Person(PersonError::NameTaken)) => Refused::NameTaken,
        Err(SetUpError::Person(PersonError::Password)) => Refused::Password,
        Err(SetUpError::Person(PersonError::Name(_)) | SetUpError::Shop(_)) => Refused::Name,
        Err(SetUpError::Accounts(error)) => return Err(failed(&error).into()),
    };
    let shop = caller.shop_of(opens);
    let written = (typed.shop.as_str(), typed.name.as_str());
    let page = caller.visit.set_up(&typed.link, shop.as_deref(), written, Some(refused));
    Ok(caller.page(StatusCode::UNPROCESSABLE_ENTITY, page))
}

/// `GET /sign-in?next=`, `GET /sign-in?link=`
pub(crate) async fn show_sign_in(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Instead> {
    let caller = Caller::new(shared, peer.as_deref(), &headers)?;
    let next = asked.next.unwrap_or_default();
    let Some(link) = asked.link else {
        return Ok(caller.page(StatusCode::OK, caller.visit.sign_in(&next, "", None)));
    };
    let now = caller.shared.doors.clock.wall();
    match caller.shared.doors.accounts.look_at_link(&link, now) {
        Some(Opens::HandOver(_)) => {
            Ok(caller.page(StatusCode::OK, caller.visit.take_over(&link, &next)))
        }
        Some(Opens::Show(_)) => caller.take_over(&link, &next),
        Some(Opens::SetUp(_)) | None => Ok(caller.page(StatusCode::GONE, caller.visit.used_link())),
    }
}

/// `POST /sign-in`
pub(crate) async fn sign_in(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Instead> {
    let caller = Caller::new(shared, peer.as_deref(), &headers)?;
    let now = caller.shared.doors.clock.wall();
    let accounts = caller.shared.doors.accounts.clone();
    if !typed.link.is_empty() {
        return caller.take_over(&typed.link, &typed.next);
    }
    let refuse = |status, refused| {
        let page = caller.visit.sign_in(&typed.next, &typed.name, Some(refused));
        caller.page(status, page)
    };
    let from = peer.as_deref().and_then(|peer| counted_as(peer.address.ip()));
    if caller.shared.tries_too_often(from, &typed.name) {
        return Ok(refuse(StatusCode::TOO_MANY_REQUESTS, Refused::TooOften));
    }
    let (tried, password) = (typed.name.clone(), typed.password.clone());
    let try_it = move || accounts.sign_in(&tried, &password, now);
    match caller.shared.passwords.take_turn(try_it).await?.map_err(|error| failed(&error))? {
        Some(new) => Ok(caller.signed_in(&new, &typed.next)),
        None => Ok(refuse(StatusCode::UNAUTHORIZED, Refused::Unknown)),
    }
}

/// `POST /sign-out`
pub(crate) async fn sign_out(
    State(shared): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Instead> {
    auth::origin(&headers, &[])?;
    if let Some(carried) = auth::carried(&shared, &headers) {
        shared.doors.accounts.sign_out(carried).map_err(|error| failed(&error))?;
    }
    let ended = cookie("", shared.doors.options.is_encrypted());
    let to = HeaderValue::from_static("/sign-in");
    Ok((StatusCode::SEE_OTHER, [(SET_COOKIE, ended), (LOCATION, to)]).into_response())
}

pub(super) fn failed(error: &AccountsError) -> Problem {
    tracing::error!(%error, "the accounts file cannot be written");
    Problem::new("internal", "The server's disk does not take it: ask the operator.")
}

/// The cookie that a device carries; empty text ends it.
fn cookie(carried: &str, encrypted: bool) -> HeaderValue {
    let name = auth::cookie_name(encrypted);
    let secure = if encrypted { "; Secure" } else { "" };
    let seconds = if carried.is_empty() { 0 } else { SIGN_IN_MS_MAX / 1_000 };
    let text =
        format!("{name}={carried}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).expect("base64 is a header's text")
}

/// Where to go: a path of ours, otherwise the console.
fn path(next: &str) -> HeaderValue {
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    let next = if ours { next } else { CONSOLE };
    HeaderValue::from_str(next).unwrap_or(HeaderValue::from_static(CONSOLE))
}

/// An address of this machine or of a local network.
fn is_near(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_host() {
        let check = |next, expected: &str| assert_eq!(path(next), expected, "{next}");
        check("/host/7k3m9qa2x4-s1", "/host/7k3m9qa2x4-s1");
        check("//evil.example/", "/host");
        check("/\\evil.example/", "/host");
        check("https://evil.example/", "/host");
        check("", "/host");
        check("/host\r\nSet-Cookie: a=b", "/host");
    }

    #[test]
    fn near_is_the_machine_and_its_own_network() {
        let check = |address: &str, expected| {
            assert_eq!(is_near(address.parse().expect("an address")), expected, "{address}");
        };
        check("127.0.0.1", true);
        check("192.168.1.7", true);
        check("::ffff:10.0.0.3", true);
        check("fd12::1", true);
        check("203.0.113.9", false);
        check("2001:db8::1", false);
    }
}
