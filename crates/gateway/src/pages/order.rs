//! `/o/{order}.{capability}`: one order, for whoever has its address; and what its buyer may do.

use super::{contact, lang, page, sale};
use crate::auth;
use crate::body::Sent;
use crate::called::{on_a_screen, seen};
use crate::doors::Shared;
use crate::problem::Problem;
use crate::serve::Peer;
use crate::viewer::counted;
use crate::wire::outgoing;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use domain::limits::KEY_CHARS_MAX;
use domain::{AnswerBody, OrderId, OrderView, OutcomeKind, ShopId};
use hub::Viewer;
use proto::live;
use screens::{Deliver, Lang, OrderPage, Told};
use serde::Deserialize;

/// What a button brings.
#[derive(Deserialize)]
pub(crate) struct Pressed {
    #[serde(default)]
    key: String,
}

/// Which order is shown, at which address, in which language.
pub(super) struct Shown<'a> {
    pub(super) shop: ShopId,
    pub(super) order: &'a OrderView,
    pub(super) address: &'a str,
    pub(super) lang: Lang,
}

/// `GET /o/{order}.{capability}`
pub(crate) async fn show(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Path(address): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    counted(&shared, peer.as_deref())?;
    let (shop, order) = opened(&shared, &address).await?;
    let page = Shown { shop, order: &order, address: &address, lang: lang(&headers) };
    at_rest(&shared, &page, StatusCode::OK, None)
}

/// `POST /o/{order}.{capability}/extend`, `/cancel`, `/undo`
pub(crate) async fn act(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Path((address, what)): Path<(String, String)>,
    headers: HeaderMap,
    Sent(pressed): Sent<Pressed>,
) -> Result<Response, Problem> {
    counted(&shared, peer.as_deref())?;
    auth::origin(&headers, &[])?;
    let (shop, order) = opened(&shared, &address).await?;
    let told = acted(&shared, shop, &order, &what, &pressed.key).await?;
    match told {
        None => Ok(Redirect::to(&format!("/o/{address}")).into_response()),
        Some(told) => {
            let (shop, order) = opened(&shared, &address).await?;
            let page = Shown { shop, order: &order, address: &address, lang: lang(&headers) };
            at_rest(&shared, &page, StatusCode::CONFLICT, Some(told))
        }
    }
}

/// The path of an order's own page.
pub(crate) fn path(shared: &Shared, shop: ShopId, order: OrderId) -> String {
    let capability = shared.doors.accounts.order_capability(shop, order);
    format!("/o/{}.{capability}", order.public(shop))
}

/// An order as its buyer is shown it: with the way to its page.
pub(crate) fn own(shared: &Shared, shop: ShopId, order: &OrderView) -> live::Order {
    let page = Some(path(shared, shop, order.order));
    live::Order { page, ..outgoing::order_of(shop, order, None) }
}

/// The order that this address opens; a wrong capability is answered like an unknown order.
pub(super) async fn opened(shared: &Shared, address: &str) -> Result<(ShopId, OrderView), Problem> {
    let unknown = || Problem::new("unknown_order", "There is no order at this address.");
    let (id, capability) = address.split_once('.').ok_or_else(unknown)?;
    let (shop, order) = OrderId::parse_public(id).ok_or_else(unknown)?;
    if !shared.doors.accounts.opens_order(shop, order, capability) {
        return Err(unknown());
    }
    let found = shared.hub().order_by_id(shop, order).await;
    let found = found.map_err(|error| Problem::of_hub(shop, error))?;
    Ok((shop, found.ok_or_else(unknown)?))
}

/// The page while nobody changes where the order goes.
pub(super) fn at_rest(
    shared: &Shared,
    of: &Shown<'_>,
    status: StatusCode,
    told: Option<Told>,
) -> Result<Response, Problem> {
    let kept = contact::kept(shared, of.shop, of.order)?;
    let called = on_a_screen(shared.hub(), of.shop, of.order.buyer).unwrap_or_default();
    let is_going = contact::is_going(shared, of.shop, of.order);
    shown(shared, of, status, contact::deliver(is_going, kept.as_ref(), &called), told)
}

/// The page of an order.
pub(super) fn shown(
    shared: &Shared,
    of: &Shown<'_>,
    status: StatusCode,
    deliver: Deliver<'_>,
    told: Option<Told>,
) -> Result<Response, Problem> {
    let (shop, lang) = (of.shop, of.lang);
    let view = shared.known_session(shop, of.order.session)?;
    let accounts = &shared.doors.accounts;
    let written = OrderPage {
        lang,
        shop: &accounts.shop_name(shop).and_then(|name| seen(&name)).unwrap_or_default(),
        salutation: accounts.salutation(shop),
        practice: accounts.is_practice(shop),
        view: &view,
        order: of.order,
        address: of.address,
        key: &accounts.draw_word(),
        deliver,
        told,
        now: shared.doors.clock.wall(),
    };
    Ok((status, page(screens::order(&written), lang)).into_response())
}

/// Does it as the order's buyer; what they are told if it was refused.
async fn acted(
    shared: &Shared,
    shop: ShopId,
    order: &OrderView,
    what: &str,
    key: &str,
) -> Result<Option<Told>, Problem> {
    if !(1..=KEY_CHARS_MAX).contains(&key.chars().count()) {
        return Ok(Some(Told::Refused));
    }
    let name = shared.hub().buyer_name(shop, order.buyer).unwrap_or_default();
    let (session, buyer) = (order.session, order.buyer);
    let viewer = Viewer { shop, session, buyer, name, network: None };
    let codes = order.lines.iter().map(|view| view.line.code).collect();
    let said = key.to_owned();
    let answer = shared.hub().say_once(viewer, key, |connection| match what {
        "extend" => connection.extend(said, order.order),
        "undo" => connection.undo(said, order.order),
        _ => connection.release(said, codes, None),
    });
    let known = matches!(what, "extend" | "undo" | "cancel");
    if !known {
        return Err(Problem::new(
            "not_found",
            "An order can be extended, cancelled or taken back.",
        ));
    }
    let answer = answer.await.map_err(|error| Problem::of_hub(shop, error))?;
    let AnswerBody::Outcome(outcome) = &answer.body else { return Ok(Some(Told::Refused)) };
    let refused = matches!(outcome.kind, OutcomeKind::Refused | OutcomeKind::Review);
    Ok(refused.then(|| sale::told(outcome.kind, outcome.reason)))
}
