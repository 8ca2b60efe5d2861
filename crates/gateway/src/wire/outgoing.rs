//! From the nouns to what is said outside.

use domain::offer::{Variant, VariantPrice};
use domain::outcome::{Answer, AnswerBody, Outcome};
use domain::{
    Money, OfferState, OfferTerms, OrderView, Position, Quantity, SessionId, SessionView, ShopId,
};
use proto::live;
use serde::Serialize;

/// A place.
pub(crate) fn position_of(position: Position) -> live::Position {
    live::Position { epoch: position.epoch.0, seq: position.seq.0 }
}

/// An amount with its currency.
pub(crate) fn money_of(money: Money) -> live::Money {
    live::Money { amount: money.amount, currency: money.currency.as_str().to_owned() }
}

/// A variant; empty text where nothing was said, which JSON writes as null.
pub(crate) fn variant_of(variant: &Variant) -> Vec<String> {
    if variant.is_unsaid() {
        return Vec::new();
    }
    let said = |value: &Option<std::sync::Arc<str>>| value.as_deref().unwrap_or("").to_owned();
    variant.0.iter().map(said).collect()
}

/// What is left of each combination; empty where one figure is for all.
pub(crate) fn left_by_variant_of(offer: &OfferState) -> Vec<live::VariantStock> {
    let cells = offer.left_by_cell.iter().enumerate().map(|(cell, left)| {
        let cell = domain::offer::Cell(u16::try_from(cell).expect("cells are few"));
        let variant = variant_of(&offer.terms.variant_of(cell));
        live::VariantStock { variant, left_milli: left.milli() }
    });
    cells.collect()
}

/// The values of each axis.
pub(crate) fn axes_of(terms: &OfferTerms) -> Vec<live::Axis> {
    let axis = |values: &Vec<std::sync::Arc<str>>| live::Axis {
        values: values.iter().map(|value| value.to_string()).collect(),
    };
    terms.axes.iter().map(axis).collect()
}

/// An offer as anyone may see it.
pub(crate) fn offer_of(shop: ShopId, offer: &OfferState) -> live::Offer {
    let terms = &offer.terms;
    let price_of = |rule: &VariantPrice| live::VariantPrice {
        variant: rule.variant.0.iter().map(|v| v.as_deref().unwrap_or("").to_owned()).collect(),
        price: Some(money_of(rule.price)),
    };
    let pack = |pack: &domain::offer::Pack| live::Pack {
        name: pack.name.to_string(),
        quantity_milli: pack.quantity.milli(),
    };
    live::Offer {
        code: terms.code.as_str().to_owned(),
        name: terms.name.to_string(),
        price: Some(money_of(terms.price)),
        unit: terms.unit.to_string(),
        step_milli: terms.step.milli(),
        left_milli: offer.left.milli(),
        left_by_variant: left_by_variant_of(offer),
        open: offer.open,
        pinned: offer.pinned,
        version: offer.version,
        limit_per_buyer_milli: terms.limit_per_buyer.map(Quantity::milli),
        variants: axes_of(terms),
        prices: terms.prices.iter().map(price_of).collect(),
        packs: terms.packs.iter().map(pack).collect(),
        aliases: terms.aliases.iter().map(|alias| alias.to_string()).collect(),
        item: offer.item.public(shop),
        ready_at_ms: terms.ready_at.map(|time| time.0),
        photo: None,
        thumb: None,
    }
}

/// The public view of a session.
pub(crate) fn session_of(view: &SessionView) -> live::Session {
    live::Session {
        session: view.session.public(view.shop),
        title: view.title.to_string(),
        state: view.state.as_str().to_owned(),
        pinned: view.pinned.map(|code| code.as_str().to_owned()),
        offers: view.offers.iter().map(|offer| offer_of(view.shop, offer)).collect(),
        position: Some(position_of(view.position)),
        practice: None,
    }
}

/// What is left of everything, for viewers.
pub(crate) fn stock_of(view: &SessionView) -> live::Stock {
    let offer = |offer: &OfferState| live::StockOffer {
        code: offer.terms.code.as_str().to_owned(),
        left_milli: offer.left.milli(),
        price: Some(money_of(offer.terms.price)),
        open: offer.open,
        pinned: offer.pinned,
    };
    live::Stock {
        offers: view.offers.iter().map(offer).collect(),
        position: Some(position_of(view.position)),
        state: view.state.as_str().to_owned(),
    }
}

/// An order with its buyer's name, if that is known.
pub(crate) fn order_of(shop: ShopId, order: &OrderView, name: Option<String>) -> live::Order {
    let line = |view: &domain::order::OrderLineView| live::OrderLine {
        code: view.line.code.as_str().to_owned(),
        variant: variant_of(&view.line.variant),
        held_milli: view.line.held.milli(),
        waitlisted_milli: view.line.waitlisted.milli(),
        position_in_line: view.position_in_line,
        price: Some(money_of(view.line.price)),
    };
    live::Order {
        order: order.order.public(shop),
        buyer: order.buyer.to_string(),
        buyer_name: name,
        state: order.state.as_str().to_owned(),
        lines: order.lines.iter().map(line).collect(),
        delivery_fee: order.delivery_fee.map(money_of),
        total: Some(money_of(order.total)),
        hold_until_ms: order.hold_until.map(|time| time.0),
        position: Some(position_of(order.position)),
        undo_until_ms: order.undo_until.map(|time| time.0),
        page: None,
    }
}

/// An outcome under the key its sender knows.
pub(crate) fn outcome_of(
    shop: ShopId,
    key: &str,
    answer: &Answer,
    body: &Outcome,
) -> live::Outcome {
    let line = |line: &domain::outcome::OutcomeLine| live::OutcomeLine {
        code: line.code.as_str().to_owned(),
        variant: variant_of(&line.variant),
        held_milli: line.held.milli(),
        waitlisted_milli: line.waitlisted.milli(),
        position_in_line: line.position_in_line,
    };
    live::Outcome {
        key: Some(key.to_owned()),
        result: body.kind.as_str().to_owned(),
        reason: body.reason.map(|reason| reason.as_str().to_owned()),
        number: body.number,
        lines: body.lines.iter().map(line).collect(),
        order: body.order.map(|order| order.public(shop)),
        review: body.review.map(|review| review.public(shop)),
        hold_until_ms: body.hold_until.map(|time| time.0),
        position: Some(position_of(answer.position)),
        receipt: answer.receipt.0.to_vec(),
        retry_after_ms: None,
    }
}

/// The answer to opening a session or changing its state. Only of what is remembered under the key,
/// so that a repetition says the same.
#[derive(Serialize)]
struct SessionAnswer {
    session: String,
    state: &'static str,
    position: live::Position,
    receipt: String,
}

/// An answer with the place of its fact.
#[derive(Serialize)]
struct Placed<T: Serialize> {
    #[serde(flatten)]
    body: T,
    position: live::Position,
    receipt: String,
}

/// The JSON of an answer to a host's call; `key` is what an outcome is told under.
pub(crate) fn answer_json(
    shop: ShopId,
    key: &str,
    answer: &Answer,
    name: impl FnOnce(&OrderView) -> Option<String>,
) -> Vec<u8> {
    let position = position_of(answer.position);
    let receipt = answer.receipt.to_string();
    let json = match &answer.body {
        AnswerBody::Outcome(body) => {
            let mut json = Vec::with_capacity(512);
            super::outcome_json::write(&mut json, shop, key, answer, body);
            return json;
        }
        AnswerBody::Session(session, state) => {
            let (session, state) = (SessionId::public(*session, shop), state.as_str());
            serde_json::to_vec(&SessionAnswer { session, state, position, receipt })
        }
        AnswerBody::Offer(offer) => {
            serde_json::to_vec(&Placed { body: offer_of(shop, offer), position, receipt })
        }
        AnswerBody::Order(order) => serde_json::to_vec(&order_of(shop, order, name(order))),
        AnswerBody::Resolved(reviews) => serde_json::to_vec(&live::Resolved {
            resolved: reviews.iter().map(|review| review.public(shop)).collect(),
            position: Some(position),
            receipt: answer.receipt.0.to_vec(),
        }),
        AnswerBody::Blocked(buyer, blocked) => serde_json::to_vec(&live::Blocked {
            buyer: buyer.to_string(),
            blocked: *blocked,
            position: Some(position),
            receipt: answer.receipt.0.to_vec(),
        }),
        AnswerBody::Link(link, until) => serde_json::to_vec(&live::Link {
            code: link.to_string(),
            until_ms: until.0,
            position: Some(position),
            receipt: answer.receipt.0.to_vec(),
        }),
    };
    json.expect("messages have only texts, numbers and times of our calendar")
}
