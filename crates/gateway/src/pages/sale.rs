//! `/v/{s}`: what is on sale, and forms that order without a script.

use super::order::path;
use super::{lang, page};
use crate::auth;
use crate::body::Sent;
use crate::called::{on_a_screen, seen};
use crate::doors::Shared;
use crate::host::photos::address;
use crate::problem::Problem;
use crate::rates::counted_as;
use crate::serve::Peer;
use crate::viewer::{counted, is_erased, open_view};
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::command::Want;
use domain::limits::{AXES_MAX, COMMENT_BYTES_MAX, KEY_CHARS_MAX};
use domain::offer::Variant;
use domain::{
    AnswerBody, BuyerRef, Code, OrderId, OutcomeKind, Quantity, Reason, SessionId, SessionView,
    ShopId,
};
use hub::{HubError, Viewer};
use screens::{Sale, Told};
use serde::Deserialize;
use std::sync::Arc;

/// What a form brings.
#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    key: String,
    #[serde(default)]
    buyer_token: String,
    #[serde(default)]
    name: String,
    code: Option<String>,
    quantity: Option<String>,
    /// What was chosen on the first axis, the second, the third.
    variant: Option<String>,
    variant2: Option<String>,
    variant3: Option<String>,
    text: Option<String>,
}

/// A viewer's look at one session.
struct Look {
    shared: Shared,
    shop: ShopId,
    session: SessionId,
    view: Arc<SessionView>,
    lang: screens::Lang,
}

/// `GET /v/{s}`
pub(crate) async fn show(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let look = Look::new(shared, peer.as_deref(), &id, &headers)?;
    let token = token_of(&headers);
    look.page(StatusCode::OK, token, "", None).await
}

/// `POST /v/{s}/orders`
pub(crate) async fn order(
    State(shared): State<Shared>,
    peer: Option<Extension<Peer>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Sent(typed): Sent<Typed>,
) -> Result<Response, Problem> {
    auth::origin(&headers, &[])?;
    let look = Look::new(shared, peer.as_deref(), &id, &headers)?;
    let told = look.try_order(&typed, peer.as_deref()).await;
    match told {
        Ok(order) => Ok(look.to_order(order, &typed.buyer_token)),
        Err(told) => {
            let status = match told {
                Told::Busy => StatusCode::TOO_MANY_REQUESTS,
                Told::Review | Told::Noted => StatusCode::OK,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            let token = Some(typed.buyer_token.as_str());
            look.page(status, token, &typed.name, Some(told)).await
        }
    }
}

impl Look {
    fn new(
        shared: Shared,
        peer: Option<&Peer>,
        id: &str,
        headers: &HeaderMap,
    ) -> Result<Self, Problem> {
        counted(&shared, peer)?;
        let (shop, session) = auth::session_id(id)?;
        let view = open_view(&shared, shop, session)?;
        Ok(Self { shared, shop, session, view, lang: lang(headers) })
    }

    async fn page(
        &self,
        status: StatusCode,
        token: Option<&str>,
        name: &str,
        told: Option<Told>,
    ) -> Result<Response, Problem> {
        let accounts = &self.shared.doors.accounts;
        let token = token.filter(|token| !is_erased(&self.shared, self.shop, token));
        let buyer = token.and_then(|token| accounts.buyer_of(self.shop, token));
        let fresh = accounts.new_buyer_token(self.shop);
        let (buyer_token, orders) = match (buyer, token) {
            (Some(buyer), Some(token)) => (token, self.orders_of(buyer).await?),
            _ => (&*fresh, Vec::new()),
        };
        let known = buyer.and_then(|buyer| on_a_screen(self.shared.hub(), self.shop, buyer));
        let example = self.shared.hub().examples(self.shop, self.session);
        let shown = accounts.photos_of(self.shop, self.session);
        let shown = shown.iter().map(|(code, shown)| (*code, address(&shown.thumb)));
        let sale = Sale {
            lang: self.lang,
            shop: &accounts.shop_name(self.shop).and_then(|name| seen(&name)).unwrap_or_default(),
            salutation: accounts.salutation(self.shop),
            practice: accounts.is_practice(self.shop),
            view: &self.view,
            thumbs: &shown.collect(),
            key: &accounts.draw_word(),
            buyer_token,
            name: if name.is_empty() { known.as_deref().unwrap_or("") } else { name },
            example: example.first().map_or("", String::as_str),
            orders: &orders,
            told,
        };
        Ok((status, page(screens::sale(&sale), self.lang)).into_response())
    }

    async fn orders_of(
        &self,
        buyer: BuyerRef,
    ) -> Result<Vec<(String, domain::OrderView)>, Problem> {
        let orders = self.shared.hub().orders_of(self.shop, self.session, buyer).await;
        let orders = orders.map_err(|error| Problem::of_hub(self.shop, error))?;
        Ok(orders.into_iter().map(|order| (self.address(order.order), order)).collect())
    }

    fn address(&self, order: OrderId) -> String {
        path(&self.shared, self.shop, order)
    }

    /// Claims or comments as the form's buyer; the order that it went into, or why there is none.
    async fn try_order(&self, typed: &Typed, peer: Option<&Peer>) -> Result<OrderId, Told> {
        let accounts = &self.shared.doors.accounts;
        let key = &typed.key;
        let sound = (1..=KEY_CHARS_MAX).contains(&key.chars().count());
        let buyer = accounts.buyer_of(self.shop, &typed.buyer_token);
        let (Some(buyer), true) = (buyer, sound) else { return Err(Told::Refused) };
        let now = self.shared.doors.clock.wall();
        let token = Some(typed.buyer_token.as_str());
        let named = accounts.mint_ticket(self.shop, self.session, &typed.name, token, now);
        named.map_err(|_| Told::BadName)?;
        let address = peer.and_then(|peer| counted_as(peer.address.ip()));
        let viewer = Viewer {
            shop: self.shop,
            session: self.session,
            buyer,
            name: typed.name.trim().to_owned(),
            network: address.and_then(|address| accounts.network(address)),
        };
        let wants = typed.code.as_deref().map(|code| self.wants(code, typed)).transpose()?;
        let text = typed.text.clone().unwrap_or_default();
        if text.len() > COMMENT_BYTES_MAX {
            return Err(Told::Refused);
        }
        let said = self.shared.hub().say_once(viewer, key, |connection| match wants {
            Some(wants) => connection.claim(key.clone(), wants),
            None => connection.comment(key.clone(), text),
        });
        let answer = said.await.map_err(|error| match error {
            HubError::Busy { .. } => Told::Busy,
            _ => Told::Refused,
        })?;
        let AnswerBody::Outcome(outcome) = &answer.body else { return Err(Told::Refused) };
        outcome.order.ok_or_else(|| told(outcome.kind, outcome.reason))
    }

    /// One line of the form.
    fn wants(&self, code: &str, typed: &Typed) -> Result<Vec<Want>, Told> {
        let code = Code::parse(code).ok_or(Told::NoSuchOffer)?;
        let offers = &self.view.offers;
        let offer = offers.iter().find(|offer| offer.terms.code == code);
        let offer = offer.ok_or(Told::NoSuchOffer)?;
        let quantity = typed.quantity.as_deref().unwrap_or("1").replace(',', ".");
        let quantity = Quantity::parse(quantity.trim()).ok_or(Told::BadQuantity)?;
        let chosen: [_; AXES_MAX] = [&typed.variant, &typed.variant2, &typed.variant3];
        let chosen = chosen.into_iter().take(offer.terms.axes.len());
        let chosen: Vec<_> = chosen.map(|value| value.as_deref().map(Arc::from)).collect();
        let is_said = chosen.iter().any(Option::is_some);
        let variant = if is_said { Variant(chosen) } else { Variant::default() };
        Ok(vec![Want { code, variant, quantity, adds: false }])
    }

    /// To the order's own page; the cookie is a convenience and nothing depends on it.
    fn to_order(&self, order: OrderId, token: &str) -> Response {
        let to = HeaderValue::from_str(&self.address(order)).expect("ids and base64 are ASCII");
        let cookie =
            format!("chot-buyer={token}; Path=/v/; Max-Age=31536000; HttpOnly; SameSite=Lax");
        let mut response = (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        response
    }
}

/// The buyer token that this browser kept.
fn token_of(headers: &HeaderMap) -> Option<&str> {
    let values = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = values.flat_map(|value| value.split(';')).filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name.trim() == "chot-buyer").then(|| value.trim())
    });
    pairs.next()
}

/// What somebody is told whose words or tap made no order.
pub(super) fn told(kind: OutcomeKind, reason: Option<Reason>) -> Told {
    match (kind, reason) {
        (_, Some(Reason::SoldOut)) => Told::SoldOut,
        (_, Some(Reason::OverLimit)) => Told::OverLimit,
        (_, Some(Reason::OffStep | Reason::BadQuantity)) => Told::BadQuantity,
        (_, Some(Reason::SessionNotLive | Reason::SessionEnded)) => Told::NotLive,
        (_, Some(Reason::OfferClosed | Reason::UnknownCode)) => Told::NoSuchOffer,
        (OutcomeKind::Review, _) => Told::Review,
        (OutcomeKind::Noted, _) => Told::Noted,
        (_, Some(Reason::DiskLow)) => Told::Busy,
        _ => Told::Refused,
    }
}
