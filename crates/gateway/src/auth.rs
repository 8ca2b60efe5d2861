//! Who calls, and whether they may: machines by bearer token, people by their sign-in's cookie.

use crate::doors::Inside;
use crate::problem::Problem;
use accounts::{Act, Principal, Role, SignedIn};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE, HOST, ORIGIN};
use domain::limits::PROOF_MS_MAX;
use domain::{OrderId, SessionId, ShopId};

/// The sign-in's cookie where the connection is encrypted, and where it is not: browsers keep the
/// first from being set by anybody but this very host.
const COOKIES: [&str; 2] = ["__Host-chot", "chot-sign-in"];

/// The program that calls, by its token; none if the call carries none.
///
/// # Errors
/// `unauthorized` with one that nobody has.
pub(crate) fn bearer(inside: &Inside, headers: &HeaderMap) -> Result<Option<Principal>, Problem> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return Ok(None);
    };
    let (scheme, token) = header
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .ok_or_else(Problem::unauthorized)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::unauthorized());
    }
    let known = inside.doors.accounts.authenticate(token.trim());
    known.map(Some).ok_or_else(Problem::unauthorized)
}

/// A program at work in this shop: its own, or the one where that practises.
///
/// # Errors
/// `unknown_session`: another shop's is answered like one that does not exist.
pub(crate) fn program_at(
    inside: &Inside,
    own: Principal,
    shop: ShopId,
) -> Result<Principal, Problem> {
    // Nobody's comments are real there: a source has nothing to bring.
    let practises = own.role != Role::Source;
    let practises = practises && inside.doors.accounts.practice_of(own.shop) == Some(shop);
    if shop == own.shop || practises {
        Ok(Principal { shop, ..own })
    } else {
        Err(Problem::unknown_session())
    }
}

/// What somebody in this role may not do.
pub(crate) fn forbidden(role: Role, act: Act) -> Problem {
    let detail = format!(
        "This takes somebody who may {}; a {} may not. The shop's owner says who is what.",
        act.as_str(),
        role.as_str()
    );
    Problem::new("forbidden", detail)
}

/// What asks for the password once more.
pub(crate) fn proof_needed() -> Problem {
    let minutes = PROOF_MS_MAX / 60_000;
    let detail = format!(
        "Show who you are with POST /v1/me/proof, then ask again within {minutes} minutes."
    );
    Problem::new("proof_needed", detail)
}

/// Somebody who is signed in and belongs to no shop here.
pub(crate) fn no_shop() -> Problem {
    Problem::new("no_shop", "You belong to no shop here: its owner can invite you.")
}

/// Who is signed in on the device that calls.
pub(crate) fn signed_in(inside: &Inside, headers: &HeaderMap) -> Option<SignedIn> {
    let now = inside.doors.clock.wall();
    inside.doors.accounts.signed_in(carried(inside, headers)?, now)
}

/// What the device carries, signed in or not.
pub(crate) fn carried<'a>(inside: &Inside, headers: &'a HeaderMap) -> Option<&'a str> {
    let wanted = cookie_name(inside.doors.options.is_encrypted());
    let values = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((name.trim(), value.trim()))
    });
    pairs.find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// What the cookie is called.
pub(crate) fn cookie_name(encrypted: bool) -> &'static str {
    COOKIES[usize::from(!encrypted)]
}

/// A page of another host may call only if it is on the list; programs send no origin.
///
/// # Errors
/// `bad_origin`.
pub(crate) fn origin(headers: &HeaderMap, allowed: &[String]) -> Result<(), Problem> {
    let Some(origin) = headers.get(ORIGIN) else {
        return Ok(());
    };
    let origin = origin.to_str().unwrap_or("");
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let page_host = origin.split_once("://").map(|(_, host)| host);
    let is_own = host.zip(page_host).is_some_and(|(own, page)| own.eq_ignore_ascii_case(page));
    let is_allowed = allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(origin));
    let detail = "Pages of this host may connect, and those the operator has allowed.";
    (is_own || is_allowed).then_some(()).ok_or_else(|| Problem::new("bad_origin", detail))
}

/// A session's id in an address.
///
/// # Errors
/// `unknown_session`, also for what is no id at all.
pub(crate) fn session_id(text: &str) -> Result<(ShopId, SessionId), Problem> {
    SessionId::parse_public(text).ok_or_else(Problem::unknown_session)
}

/// An order of that shop.
///
/// # Errors
/// `unknown_order`.
pub(crate) fn own_order(shop: ShopId, text: &str) -> Result<OrderId, Problem> {
    match OrderId::parse_public(text) {
        Some((of, order)) if of == shop => Ok(order),
        Some(_) | None => Err(unknown_order()),
    }
}

/// An order that does not exist, or is another session's or shop's.
pub(crate) fn unknown_order() -> Problem {
    Problem::new("unknown_order", "There is no order with this id in this session.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn headers(of: &[(&HeaderName, &'static str)]) -> HeaderMap {
        of.iter().map(|&(name, value)| (name.clone(), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn a_page_of_another_host_needs_to_be_allowed() {
        let allowed = ["https://shop.example".to_owned()];
        let check = |from: &'static str, good: bool| {
            let headers = headers(&[(&HOST, "live.example:8080"), (&ORIGIN, from)]);
            assert_eq!(origin(&headers, &allowed).is_ok(), good, "{from}");
        };
        check("http://live.example:8080", true);
        check("https://shop.example", true);
        check("https://live.example", false);
        check("https://shop.example.evil", false);
        check("null", false);
        assert!(origin(&headers(&[(&HOST, "live.example")]), &allowed).is_ok());
    }
}
