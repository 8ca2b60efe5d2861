//! What a console is shown, from the hub's look.

use super::looks;
use super::outgoing::{axes_of, left_by_variant_of, money_of, order_of, variant_of};
use crate::called::{seen, words};
use domain::rules::Settle;
use domain::session::OfferSummary;
use domain::shown::shown_text;
use domain::{BuyerRef, OfferState, OrderView, Quantity, SessionView, ShopId};
use hub::{FeedItem, Look, Numbers, Place};
use proto::live;
use std::sync::Arc;

/// Cards of one group that a console is shown.
const CARDS_SHOWN: usize = domain::limits::REVIEW_TEXTS_MAX;

/// The session, without who has control.
pub(crate) fn session_of(view: &SessionView) -> live::ConsoleSession {
    let settle = match view.rules.settle {
        Settle::Cod => "cod",
        Settle::Prepay => "prepay",
    };
    live::ConsoleSession {
        session: view.session.public(view.shop),
        title: shown_text(&view.title).into_owned(),
        state: view.state.as_str().to_owned(),
        settle: settle.to_owned(),
        controller: None,
    }
}

/// Its offers with all figures.
pub(crate) fn offers_of(look: &Look) -> Vec<live::ConsoleOffer> {
    let offers = look.view.offers.iter().zip(&look.figures);
    offers.map(|(offer, figures)| offer_of(offer, figures)).collect()
}

fn offer_of(offer: &OfferState, figures: &OfferSummary) -> live::ConsoleOffer {
    let terms = &offer.terms;
    live::ConsoleOffer {
        code: terms.code.as_str().to_owned(),
        name: shown_text(&terms.name).into_owned(),
        unit: terms.unit.to_string(),
        step_milli: terms.step.milli(),
        price: Some(money_of(terms.price)),
        left_milli: offer.left.milli(),
        stock_milli: figures.stock.milli(),
        held_milli: figures.held.milli(),
        sold_milli: figures.sold.milli(),
        waiting_milli: figures.waiting.milli(),
        open: offer.open,
        pinned: offer.pinned,
        version: offer.version,
        limit_per_buyer_milli: terms.limit_per_buyer.map(Quantity::milli),
        variants: axes_of(terms),
        left_by_variant: left_by_variant_of(offer),
    }
}

/// The figures of the whole session.
pub(crate) fn numbers_of(numbers: &Numbers) -> live::ConsoleNumbers {
    live::ConsoleNumbers {
        orders: numbers.orders,
        revenue: Some(money_of(numbers.revenue)),
        settled: numbers.settled,
        settled_amount: Some(money_of(numbers.settled_amount)),
        unsettled: numbers.unsettled,
        unsettled_amount: Some(money_of(numbers.unsettled_amount)),
        comments: numbers.comments,
        comments_per_minute: numbers.comments_per_minute,
        waiting: numbers.waiting,
    }
}

/// What was said and what came of it.
pub(crate) fn feed_of(shop: ShopId, feed: &[Arc<FeedItem>]) -> Vec<live::FeedItem> {
    feed.iter().map(|item| item_of(shop, item)).collect()
}

fn item_of(shop: ShopId, item: &FeedItem) -> live::FeedItem {
    let line = |line: &domain::outcome::OutcomeLine| live::OutcomeLine {
        code: line.code.as_str().to_owned(),
        variant: variant_of(&line.variant),
        held_milli: line.held.milli(),
        waitlisted_milli: line.waitlisted.milli(),
        position_in_line: line.position_in_line,
    };
    live::FeedItem {
        id: format!("{}-{}", item.id.0.0, item.id.1),
        at_ms: item.at.0,
        buyer: item.buyer.map(|buyer| buyer.to_string()).unwrap_or_default(),
        buyer_name: item.name.as_deref().and_then(seen),
        text: item.text.as_deref().map(words),
        platform: item.platform.clone(),
        result: item.kind.as_str().to_owned(),
        reason: item.reason.map(|reason| reason.as_str().to_owned()),
        lines: item.lines.iter().map(line).collect(),
        order: item.order.map(|order| order.public(shop)),
        review: item.review.map(|review| review.public(shop)),
        number: item.number,
    }
}

/// Open cards; without a position, which would make them new with every event.
pub(crate) fn reviews_of(look: &Look, name: impl Fn(BuyerRef) -> Option<String>) -> live::Reviews {
    let mut reviews = look.reviews.clone();
    for group in &mut reviews.groups {
        group.cards.truncate(CARDS_SHOWN);
        for card in &mut group.cards {
            card.text = card.text.take().map(|text| words(&text));
        }
    }
    live::Reviews { as_of: None, ..looks::reviews_of(look.view.shop, reviews, name) }
}

/// Held orders.
pub(crate) fn holds_of(
    look: &Look,
    name: impl Fn(BuyerRef) -> Option<String>,
) -> live::ConsoleHolds {
    let order = |order: &OrderView| order_of(look.view.shop, order, name(order.buyer));
    live::ConsoleHolds {
        open: looks::count(look.holds_open),
        orders: look.holds.iter().map(order).collect(),
    }
}

/// Who waits.
pub(crate) fn waiting_of(
    look: &Look,
    name: impl Fn(BuyerRef) -> Option<String>,
) -> live::ConsoleWaiting {
    let place = |place: &Place| live::ConsolePlace {
        code: place.code.as_str().to_owned(),
        variant: variant_of(&place.variant),
        order: place.order.public(look.view.shop),
        buyer_name: name(place.buyer),
        quantity_milli: place.quantity.milli(),
        position_in_line: place.position_in_line,
    };
    live::ConsoleWaiting {
        total: look.numbers.waiting,
        places: look.places.iter().map(place).collect(),
    }
}
