//! What goes on air, from the hub's look: nothing that says who somebody is.

use super::looks;
use super::outgoing::money_of;
use domain::outcome::OutcomeLine;
use domain::session::OfferSummary;
use domain::{BuyerRef, Money, OfferState, OfferTerms, Quantity, masked_name};
use hub::{FeedItem, Look};
use proto::live;

/// The state of a session, without the moment. `name` knows what somebody is called for whom an
/// order was taken without their words.
pub(crate) fn overlay_of(look: &Look, name: impl Fn(BuyerRef) -> Option<String>) -> live::Overlay {
    let offers = look.view.offers.iter().zip(&look.figures);
    let pinned = offers.into_iter().find(|(offer, _)| offer.pinned);
    live::Overlay {
        now_ms: 0,
        state: look.view.state.as_str().to_owned(),
        offer: pinned.map(|(offer, figures)| live::OverlayOffer {
            waitlist: look.view.rules.waitlist,
            ..offer_of(offer, figures)
        }),
        buyers: look.board.iter().map(|item| buyer_of(item, &look.view.offers, &name)).collect(),
        more: looks::count(look.board_more),
    }
}

fn offer_of(offer: &OfferState, figures: &OfferSummary) -> live::OverlayOffer {
    let terms = &offer.terms;
    let (lowest, highest) = prices(terms);
    live::OverlayOffer {
        code: terms.code.as_str().to_owned(),
        name: terms.name.to_string(),
        unit: terms.unit.to_string(),
        price: Some(money_of(lowest)),
        price_to: (highest != lowest).then(|| money_of(highest)),
        left_milli: offer.left.milli(),
        left_percent: percent(offer.left, figures.stock),
        open: offer.open,
        waitlist: false,
    }
}

/// The lowest and the highest price of a unit; the offer's own counts where some combination has no
/// price of its own.
fn prices(terms: &OfferTerms) -> (Money, Money) {
    let cells: usize = terms.axes.iter().map(Vec::len).product();
    let cells = (0..cells).filter_map(|cell| u16::try_from(cell).ok()).map(domain::offer::Cell);
    let price = |cell| terms.price_of(&terms.variant_of(cell)).unwrap_or(terms.price);
    cells
        .map(price)
        .fold(None, |range, price| match range {
            None => Some((price, price)),
            Some((lowest, highest)) => Some((
                if price.amount < lowest.amount { price } else { lowest },
                if price.amount > highest.amount { price } else { highest },
            )),
        })
        .unwrap_or((terms.price, terms.price))
}

/// How much of it is left, in hundredths, rounded up: nothing only where nothing is left.
fn percent(left: Quantity, stock: Quantity) -> u32 {
    let share = (left.milli() * 100).div_ceil(stock.milli().max(1));
    u32::try_from(share.min(100)).expect("at most a hundred")
}

fn buyer_of(
    item: &FeedItem,
    offers: &[OfferState],
    name: impl Fn(BuyerRef) -> Option<String>,
) -> live::OverlayBuyer {
    let line = |line: &OutcomeLine| {
        let offer = offers.iter().find(|offer| offer.terms.code == line.code);
        live::OverlayLine {
            code: line.code.as_str().to_owned(),
            unit: offer.map(|offer| offer.terms.unit.to_string()).unwrap_or_default(),
            held_milli: line.held.milli(),
            waitlisted_milli: line.waitlisted.milli(),
        }
    };
    let known = item.name.clone().or_else(|| item.buyer.and_then(name));
    live::OverlayBuyer {
        number: item.number.unwrap_or(0),
        name: known.as_deref().and_then(masked_name),
        result: item.kind.as_str().to_owned(),
        lines: item.lines.iter().map(line).collect(),
        at_ms: item.at.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Code;
    use domain::offer::{Stock, Variant, VariantPrice};

    fn shirt(prices: &[(Option<&str>, i64)]) -> OfferTerms {
        let price = |(size, amount): &(Option<&str>, i64)| VariantPrice {
            variant: Variant(vec![size.map(Into::into)]),
            price: Money::vnd(*amount),
        };
        OfferTerms {
            code: Code::parse("A12").expect("a code"),
            name: "áo sơ mi".into(),
            price: Money::vnd(100_000),
            unit: "cái".into(),
            step: Quantity::ONE,
            axes: vec![vec!["S".into(), "M".into(), "L".into()]],
            prices: prices.iter().map(price).collect(),
            packs: vec![],
            aliases: vec![],
            limit_per_buyer: None,
            ready_at: None,
            item: None,
            stock: Stock::Pool(Quantity::ZERO),
        }
    }

    #[test]
    fn variants_that_cost_differently_make_a_range() {
        let check = |given: &[(Option<&str>, i64)], lowest: i64, highest: i64| {
            let (low, high) = prices(&shirt(given));
            assert_eq!((low.amount, high.amount), (lowest, highest), "{given:?}");
        };
        check(&[], 100_000, 100_000);
        check(&[(Some("L"), 120_000)], 100_000, 120_000);
        check(&[(Some("S"), 90_000), (Some("L"), 120_000)], 90_000, 120_000);
        let all = [(Some("S"), 110_000), (Some("M"), 115_000), (Some("L"), 120_000)];
        check(&all, 110_000, 120_000);
        check(&[(None, 95_000)], 95_000, 95_000);
        let plain = OfferTerms { axes: vec![], ..shirt(&[]) };
        assert_eq!(prices(&plain), (plain.price, plain.price));
    }

    #[test]
    fn a_bar_is_empty_only_where_nothing_is_left() {
        let check = |left: u64, stock: u64, expected: u32| {
            let [left, stock] =
                [left, stock].map(|milli| Quantity::from_milli(milli).expect("a quantity"));
            assert_eq!(percent(left, stock), expected, "{left} of {stock}");
        };
        check(0, 0, 0);
        check(0, 5_000, 0);
        check(1, 1_000_000, 1);
        check(1_500, 2_000, 75);
        check(2_000, 2_000, 100);
        check(3_000, 2_000, 100);
    }
}
