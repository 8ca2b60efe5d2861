//! The guard of one row: asks who calls, lets them in or not, and has their deed noted.

use super::access::Access;
use super::caller::{Caller, Visitor};
use super::table::{Noted, Row};
use crate::auth;
use crate::doors::{Inside, Shared};
use crate::metrics;
use crate::problem::Problem;
use crate::serve::Peer;
use accounts::{Act, By, CameFrom, Deed, Principal};
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::handler::Handler;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::{SessionId, ShopId};

/// Runs a row's handler for whoever may come in.
pub(super) async fn pass<H, T>(row: Row, handler: H, shared: Shared, request: Request) -> Response
where
    H: Handler<T, Shared>,
{
    let response = match enter(row, &shared, request).await {
        Ok((request, deed)) => admitted(row, handler, shared, (request, deed)).await,
        Err(problem) => problem.into_response(),
    };
    metrics::http_call(row.path, response.status().as_u16());
    response
}

/// What the audit log will say of a call.
struct Intent {
    shop: Option<ShopId>,
    by: By,
    subject: String,
    from: CameFrom,
}

/// The call, with who makes it.
async fn enter(
    row: Row,
    shared: &Shared,
    request: Request,
) -> Result<(Request, Option<Intent>), Problem> {
    let (mut parts, body) = request.into_parts();
    let intent = match row.access {
        Access::Anyone
        | Access::OpsListener
        | Access::Page
        | Access::Entrance
        | Access::Capability
        | Access::Ticket
        | Access::Key => None,
        Access::Hello(_) => {
            as_maybe(shared, &mut parts).await?;
            None
        }
        Access::SignedIn
        | Access::SignedInProved
        | Access::Helper
        | Access::Operator
        | Access::OperatorProved => Some(as_visitor(row, shared, &mut parts).await?),
        Access::May(act) | Access::Proved(act) => {
            Some(as_caller(row, act, shared, &mut parts).await?)
        }
    };
    Ok((Request::from_parts(parts, body), intent))
}

async fn admitted<H, T>(
    row: Row,
    handler: H,
    shared: Shared,
    (request, intent): (Request, Option<Intent>),
) -> Response
where
    H: Handler<T, Shared>,
{
    let Some((noted, intent)) = row.noted.zip(intent) else {
        return handler.call(request, shared).await;
    };
    match noted {
        // A look at somebody's data is noted before it is given.
        Noted::Look(act) => match note(&shared, act, intent).await {
            Ok(()) => handler.call(request, shared).await,
            Err(problem) => problem.into_response(),
        },
        Noted::Deed(act) | Noted::Always(act) => {
            // What programs decide stands in the ledger under their token.
            let told = matches!(intent.by, By::Person(_)) || matches!(noted, Noted::Always(_));
            let response = handler.call(request, shared.clone()).await;
            if told && response.status().is_success() {
                // It is done; that it cannot be noted is the operator's trouble, not the caller's.
                note(&shared, act, intent).await.unwrap_or_default();
            }
            response
        }
    }
}

async fn note(shared: &Shared, act: &'static str, intent: Intent) -> Result<(), Problem> {
    let (accounts, now) = (shared.doors.accounts.clone(), shared.doors.clock.wall());
    let noted = tokio::task::spawn_blocking(move || {
        let Intent { shop, by, subject, from } = intent;
        let deed = Deed { shop, by: Some(by), act, subject: &subject, from: &from };
        accounts.note(&deed, now)
    });
    let error = match noted.await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    tracing::error!(error, act, "a deed cannot be noted");
    Err(Problem::new("internal", "The server's disk does not take it: ask the operator."))
}

async fn as_visitor(row: Row, shared: &Shared, parts: &mut Parts) -> Result<Intent, Problem> {
    let who = auth::signed_in(shared, &parts.headers).ok_or_else(Problem::unauthorized)?;
    auth::origin(&parts.headers, &[])?;
    if !row.access.serves(who.person.duty) {
        let detail = "This is for those who run this installation or help others to begin.";
        return Err(Problem::new("forbidden", detail));
    }
    if row.access.is_proved() && who.proved_until.is_none() {
        return Err(auth::proof_needed());
    }
    let params = params(parts).await?;
    let from = came_from(parts);
    // A shop in the address, if it is theirs, is what it is about, wherever their device is.
    let named = params.iter().find(|(name, _)| name == "shop");
    let named = named.and_then(|(_, text)| ShopId::parse(text));
    let theirs = || shared.doors.accounts.shops_of(who.person.id).into_iter();
    let named = named.filter(|shop| theirs().any(|(of, _)| of == *shop));
    let intent = Intent {
        shop: named.or(who.at.map(|at| at.shop)),
        by: By::Person(who.person.id),
        subject: subject(&params),
        from: from.clone(),
    };
    parts.extensions.insert(Visitor { who, from });
    Ok(intent)
}

async fn as_caller(
    row: Row,
    act: Act,
    shared: &Shared,
    parts: &mut Parts,
) -> Result<Intent, Problem> {
    let params = params(parts).await?;
    let address = params.iter().find(|(name, _)| name == "session");
    let session = address.map(|(_, text)| auth::session_id(text));
    let caller = caller(shared, &parts.headers, session)?;
    match row.access.is_proved() {
        true => caller.prove(act)?,
        false if caller.principal.role.may(act) => {}
        false => return Err(auth::forbidden(caller.principal.role, act)),
    }
    let intent = Intent {
        shop: Some(caller.principal.shop),
        by: caller.principal.by,
        subject: subject(&params),
        from: came_from(parts),
    };
    parts.extensions.insert(caller);
    Ok(intent)
}

/// Whoever is known by the handshake; hello may still say who others are. What they may do there is
/// told on the socket, for browsers do not show why a handshake was refused.
async fn as_maybe(shared: &Shared, parts: &mut Parts) -> Result<(), Problem> {
    let params = params(parts).await?;
    let address = params.iter().find(|(name, _)| name == "session");
    let session = address.map(|(_, text)| auth::session_id(text)).transpose()?;
    match caller(shared, &parts.headers, session.map(Ok)) {
        Ok(caller) => {
            parts.extensions.insert(caller);
            Ok(())
        }
        Err(problem) if problem.code() == "unauthorized" => Ok(()),
        Err(problem) => Err(problem),
    }
}

/// Whoever calls, in the shop of the session's address; without one, in their own. Another shop's
/// session is answered like one that does not exist.
fn caller(
    shared: &Inside,
    headers: &HeaderMap,
    session: Option<Result<(ShopId, SessionId), Problem>>,
) -> Result<Caller, Problem> {
    let (accounts, now) = (&shared.doors.accounts, shared.doors.clock.wall());
    if let Some(own) = auth::bearer(shared, headers)? {
        let (principal, session) = match session.transpose()? {
            Some(to) => (auth::program_at(shared, own, to.0)?, Some(to.1)),
            None => (own, None),
        };
        return Ok(Caller { principal, session, proved: true });
    }
    let who = auth::signed_in(shared, headers).ok_or_else(Problem::unauthorized)?;
    auth::origin(headers, &[])?;
    let proved = who.proved_until.is_some();
    let (principal, session): (Option<Principal>, _) = match session.transpose()? {
        Some((shop, session)) => {
            let principal = accounts.principal_at(who.person.id, shop, now);
            (Some(principal.ok_or_else(Problem::unknown_session)?), Some(session))
        }
        None => (who.at, None),
    };
    let principal = principal.ok_or_else(auth::no_shop)?;
    Ok(Caller { principal, session, proved })
}

/// The parts of the address.
async fn params(parts: &mut Parts) -> Result<Vec<(String, String)>, Problem> {
    let params = RawPathParams::from_request_parts(parts, &()).await;
    let params = params.map_err(|_| Problem::new("bad_path", "The address is not UTF-8."))?;
    Ok(params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// What the call is about: the ids of its address.
fn subject(params: &[(String, String)]) -> String {
    let ids: Vec<&str> = params.iter().map(|(_, value)| value.as_str()).collect();
    ids.join("/").chars().filter(|c| !c.is_control()).take(120).collect()
}

/// From where the call comes.
pub(crate) fn came_from(parts: &Parts) -> CameFrom {
    let peer = parts.extensions.get::<Peer>().map(|peer| peer.address.ip());
    let device = parts.headers.get(USER_AGENT).and_then(|value| value.to_str().ok());
    CameFrom::new(device.unwrap_or_default(), peer)
}
