//! Who calls, and whether they may: bearer tokens and the shops they open.

use crate::doors::Inside;
use crate::problem::Problem;
use accounts::{Principal, Role};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use domain::{OrderId, SessionId, ShopId};

/// Whose token came.
///
/// # Errors
/// `unauthorized` without a token or with one that nobody has.
pub(crate) fn principal(inside: &Inside, headers: &HeaderMap) -> Result<Principal, Problem> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (scheme, token) =
        header.and_then(|value| value.split_once(' ')).ok_or_else(Problem::unauthorized)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(Problem::unauthorized());
    }
    inside.doors.accounts.authenticate(token.trim()).ok_or_else(Problem::unauthorized)
}

/// The same, for calls that are the host's alone.
///
/// # Errors
/// `unauthorized`; `forbidden` with a source token.
pub(crate) fn host(inside: &Inside, headers: &HeaderMap) -> Result<Principal, Problem> {
    let principal = principal(inside, headers)?;
    match principal.role {
        Role::Host => Ok(principal),
        Role::Source => Err(Problem::new("forbidden", "This call needs the shop's host token.")),
    }
}

/// A session's id in an address.
///
/// # Errors
/// `unknown_session`, also for what is no id at all.
pub(crate) fn session_id(text: &str) -> Result<(ShopId, SessionId), Problem> {
    SessionId::parse_public(text).ok_or_else(Problem::unknown_session)
}

/// A session of the caller's own shop; another shop's is answered like one that does not exist.
///
/// # Errors
/// `unknown_session`.
pub(crate) fn own_session(principal: Principal, text: &str) -> Result<SessionId, Problem> {
    match session_id(text)? {
        (shop, session) if shop == principal.shop => Ok(session),
        _ => Err(Problem::unknown_session()),
    }
}

/// An order of that shop.
///
/// # Errors
/// `unknown_order`.
pub(crate) fn own_order(shop: ShopId, text: &str) -> Result<OrderId, Problem> {
    match OrderId::parse_public(text) {
        Some((of, order)) if of == shop => Ok(order),
        Some(_) | None => {
            Err(Problem::new("unknown_order", "There is no order with this id in this session."))
        }
    }
}
