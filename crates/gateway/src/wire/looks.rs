//! What a host looks at beside orders: open cards, and what a session came to.

use super::outgoing::{money_of, position_of, variant_of};
use domain::command::Want;
use domain::session::{OfferSummary, SessionSummary};
use domain::{BuyerRef, Money, OrderState, Position, Quantity, SessionView, ShopId};
use hub::{Evening, ReviewGroup, Reviews, ShownCard};
use proto::live;

/// Open cards with their buyers' names, as far as they are known; phone numbers in either are
/// masked.
pub(crate) fn reviews_of(
    shop: ShopId,
    reviews: Reviews,
    name: impl Fn(BuyerRef) -> Option<String>,
) -> live::Reviews {
    let card = |card: ShownCard| live::ReviewCard {
        review: card.review.public(shop),
        buyer: card.buyer.to_string(),
        buyer_name: name(card.buyer),
        at_ms: card.at.0,
        text: card.text,
    };
    let group = |group: ReviewGroup| live::ReviewGroup {
        reason: group.reading.reason.as_str().to_owned(),
        rule: u32::from(group.reading.rule.0),
        about: group.reading.about.map(|code| code.as_str().to_owned()),
        suggestion: group.reading.suggestion.iter().map(wanted).collect(),
        count: count(group.count),
        cards: group.cards.into_iter().map(card).collect(),
    };
    live::Reviews {
        groups: reviews.groups.into_iter().map(group).collect(),
        open: count(reviews.open),
        as_of: Some(position_of(reviews.as_of)),
    }
}

fn wanted(want: &Want) -> live::WantedLine {
    live::WantedLine {
        code: want.code.as_str().to_owned(),
        variant: variant_of(&want.variant),
        quantity_milli: want.quantity.milli(),
    }
}

/// As many as the schema can say.
pub(crate) fn count(of: usize) -> u32 {
    u32::try_from(of).unwrap_or(u32::MAX)
}

/// The states of an order, in the order in which a summary counts them.
const STATES: [OrderState; 5] = [
    OrderState::Held,
    OrderState::Confirmed,
    OrderState::Paid,
    OrderState::Cancelled,
    OrderState::Expired,
];

/// What a session came to, and whether that balances.
pub(crate) fn summary_of(shop: ShopId, of: &SessionSummary, as_of: Position) -> live::Summary {
    let state = |state: OrderState| {
        let at = state as usize;
        let (goods, delivery) = (of.goods[at], of.delivery[at]);
        let total = Money { amount: goods.amount.saturating_add(delivery.amount), ..goods };
        live::StateSummary {
            state: state.as_str().to_owned(),
            orders: of.orders[at],
            goods: Some(money_of(goods)),
            delivery: Some(money_of(delivery)),
            total: Some(money_of(total)),
        }
    };
    let offer = |offer: &OfferSummary| live::OfferSummary {
        code: offer.code.as_str().to_owned(),
        stock_milli: offer.stock.milli(),
        free_milli: offer.free.milli(),
        held_milli: offer.held.milli(),
        sold_milli: offer.sold.milli(),
        taken_milli: offer.taken.milli(),
        waiting_milli: offer.waiting.milli(),
    };
    live::Summary {
        session: of.session.public(shop),
        claims: of.claims,
        reviews: of.reviews,
        orders: STATES.into_iter().map(state).collect(),
        offers: of.offers.iter().map(offer).collect(),
        total: Some(money_of(of.total)),
        balanced: of.is_balanced(),
        as_of: Some(position_of(as_of)),
        ..Default::default()
    }
}

/// Adds what the session's facts say: how much was said, and what ran out when.
pub(crate) fn add_evening(told: &mut live::Summary, evening: &Evening, view: &SessionView) {
    told.comments = evening.comments;
    told.unrecognised = evening.unrecognised;
    for (offer, figures) in view.offers.iter().zip(&told.offers) {
        let Some(shortage) = evening.shortages.get(&offer.terms.code) else { continue };
        let milli = figures.waiting_milli.saturating_add(shortage.refused_milli);
        let lost = Quantity::from_milli(milli).unwrap_or(Quantity::MAX);
        told.stock_outs.push(live::StockOut {
            code: offer.terms.code.as_str().to_owned(),
            name: offer.terms.name.to_string(),
            at_ms: shortage.at.0,
            lost_milli: lost.milli(),
            lost_amount: offer.terms.price.times(lost).map(money_of),
        });
    }
}
