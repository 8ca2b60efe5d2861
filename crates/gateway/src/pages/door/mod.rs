//! The door: set-up, invitations, sign-in, another device, sign-out. Forms that work without a
//! script.

mod entrance;
mod sign_in;

pub(crate) use entrance::{enter, show as show_set_up};
pub(crate) use sign_in::{show as show_sign_in, sign_in, sign_out};

use super::lang;
use crate::auth;
use crate::doors::Shared;
use crate::gate::came_from;
use crate::people::{failed, slowly};
use crate::problem::Problem;
use crate::serve::Peer;
use crate::viewer::counted;
use accounts::{By, CameFrom, Deed, NewSignIn};
use axum::extract::FromRequestParts;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::Timestamp;
use domain::limits::SIGN_IN_MS_MAX;
use screens::{Page, Visit};
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
    /// Six digits, from who set a second factor.
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
    /// `known` for somebody who comes as who they are already.
    #[serde(default)]
    come: String,
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
pub(crate) struct Knock {
    shared: Shared,
    visit: Visit,
    headers: HeaderMap,
    from: CameFrom,
}

/// Counts the call, and turns away whoever would send a password over a network that others can
/// read.
impl FromRequestParts<Shared> for Knock {
    type Rejection = Instead;

    async fn from_request_parts(parts: &mut Parts, shared: &Shared) -> Result<Self, Instead> {
        let peer = parts.extensions.get::<Peer>();
        counted(shared, peer)?;
        auth::origin(&parts.headers, &[])?;
        let plain_http = !shared.doors.options.is_encrypted();
        let visit = Visit { lang: lang(&parts.headers), plain_http };
        let near = peer.is_none_or(|peer| is_near(peer.address.ip()));
        let (headers, from) = (parts.headers.clone(), came_from(parts));
        let knock = Self { shared: shared.clone(), visit, headers, from };
        if plain_http && !near {
            let page = knock.page(StatusCode::FORBIDDEN, visit.not_from_here());
            return Err(Instead(Box::new(page)));
        }
        Ok(knock)
    }
}

impl Knock {
    fn now(&self) -> Timestamp {
        self.shared.doors.clock.wall()
    }

    fn page(&self, status: StatusCode, page: Page) -> Response {
        (status, super::page(page, self.visit.lang)).into_response()
    }

    /// Lets a device in that was just signed in, and has it noted.
    async fn signed_in(&self, new: NewSignIn, next: &str) -> Result<Response, Instead> {
        let cookie = cookie(&new.carried, self.shared.doors.options.is_encrypted());
        let to = path(next);
        let (accounts, from, now) =
            (self.shared.doors.accounts.clone(), self.from.clone(), self.now());
        let note = move || {
            let (by, act) = (Some(By::Person(new.person.id)), "signed_in");
            let subject = from.device.clone();
            accounts.note(&Deed { shop: new.at, by, act, subject: &subject, from: &from }, now)
        };
        slowly(note).await?.map_err(|error| failed(&error))?;
        Ok((StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, to)]).into_response())
    }
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
    let foreign = |c: char| c == '\\' || c.is_control();
    let ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(foreign);
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
        // Browsers leave tabs out of addresses.
        check("/\t/evil.example/", "/host");
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
