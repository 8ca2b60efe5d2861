//! An offer as a host makes it, checked as far as it can be without the shop's state.

use super::incoming::{code, money, quantity, short_word, variant};
use crate::problem::Problem;
use domain::limits::{
    ALIASES_MAX, AXES_MAX, AXIS_VALUES_MAX, CELLS_PER_ITEM_MAX, NAME_BYTES_MAX,
    OFFERS_PER_SESSION_MAX,
};
use domain::offer::{OfferTerms, Pack, Stock, VariantPrice};
use domain::shown::shown_name;
use domain::{Currency, ItemId, Quantity, ShopId, Timestamp};
use proto::live;
use std::sync::Arc;

/// A name on one line, as screens show it: of an offer or a session.
///
/// # Errors
/// As for [`name_as_sent`].
pub(crate) fn name(text: &str, what: &'static str) -> Result<Arc<str>, Problem> {
    let name = name_as_sent(text, what)?;
    let missing = || Problem::new("missing_field", format!("`{what}` has nothing to see in it."));
    shown_name(&name).map(Arc::from).ok_or_else(missing)
}

/// A name on one line.
///
/// # Errors
/// `missing_field`, `name_too_long`, `bad_name`.
pub(crate) fn name_as_sent(text: &str, what: &'static str) -> Result<Arc<str>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::new("missing_field", format!("`{what}` is missing or empty.")));
    }
    if text.len() > NAME_BYTES_MAX {
        return Err(Problem::new("name_too_long", format!("`{what}` has at most 300 bytes.")));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::new("bad_name", format!("`{what}` has a control character in it.")));
    }
    Ok(text.into())
}

/// An offer's terms for a shop.
///
/// # Errors
/// `missing_field`, `bad_code`, `bad_price`, `bad_currency`, `bad_quantity`, `name_too_long`,
/// `bad_name`, `too_many_variants`, `too_many_names`, `unknown_variant`, `unknown_item`,
/// `bad_terms`.
pub(crate) fn terms(shop: ShopId, form: &live::OfferTerms) -> Result<OfferTerms, Problem> {
    if form.code.is_empty() {
        return Err(Problem::new("missing_field", "An offer needs a `code`, as D1."));
    }
    let detail = "An offer needs a `price`: 45000, or {\"amount\":45000,\"currency\":\"VND\"}.";
    let price = form.price.as_ref().ok_or_else(|| Problem::new("missing_field", detail))?;
    let unit = if form.unit.trim().is_empty() { "piece" } else { &form.unit };
    let step = form.step_milli.map_or(Ok(Quantity::ONE), quantity)?;
    if step.is_zero() {
        return Err(Problem::new("bad_terms", "`step` is more than nothing: 1, or 0.5."));
    }
    if form.aliases.len() > ALIASES_MAX || form.packs.len() > ALIASES_MAX {
        return Err(Problem::new(
            "too_many_names",
            "An offer has at most 20 aliases and 20 packs.",
        ));
    }
    let item = form.item.as_deref().map(|item| item_of(shop, item)).transpose()?;
    let mut terms = OfferTerms {
        code: code(&form.code)?,
        name: name(&form.name, "name")?,
        price: money(price)?,
        unit: short_word(unit)?,
        step,
        axes: axes(&form.variants)?,
        prices: Vec::new(),
        packs: form.packs.iter().map(pack).collect::<Result<_, _>>()?,
        aliases: form.aliases.iter().map(|alias| short_word(alias)).collect::<Result<_, _>>()?,
        limit_per_buyer: form.limit_per_buyer_milli.map(quantity).transpose()?,
        ready_at: form.ready_at_ms.map(Timestamp),
        item,
        stock: Stock::Pool(Quantity::ZERO),
    };
    terms.prices = prices(form, &terms)?;
    terms.stock = stock(form, &terms)?;
    Ok(terms)
}

/// All offers a session opens with, and the one currency of their prices (đồng if there are none).
///
/// # Errors
/// `too_many_offers`, `bad_currency` if prices are mixed, `code_taken`, and as for each offer.
pub(crate) fn opening(
    shop: ShopId,
    forms: &[live::OfferTerms],
) -> Result<(Vec<OfferTerms>, Currency), Problem> {
    if forms.len() > OFFERS_PER_SESSION_MAX {
        return Err(Problem::new("too_many_offers", "A session has at most 500 offers."));
    }
    let offers = forms.iter().map(|form| terms(shop, form)).collect::<Result<Vec<_>, _>>()?;
    let currency = offers.first().map_or(Currency::VND, |offer| offer.price.currency);
    if offers.iter().any(|offer| offer.price.currency != currency) {
        return Err(Problem::new("bad_currency", "All prices of a session are in one currency."));
    }
    for (at, offer) in offers.iter().enumerate() {
        if offers[..at].iter().any(|other| other.code.is_like(&offer.code)) {
            let detail = format!("Two offers have the code {}.", offer.code);
            return Err(Problem::new("code_taken", detail));
        }
    }
    Ok((offers, currency))
}

fn item_of(shop: ShopId, text: &str) -> Result<ItemId, Problem> {
    match ItemId::parse_public(text) {
        Some((of, item)) if of == shop => Ok(item),
        Some(_) | None => {
            Err(Problem::new("unknown_item", "There is no item with this id in this shop."))
        }
    }
}

fn axes(forms: &[live::Axis]) -> Result<Vec<Vec<Arc<str>>>, Problem> {
    let cells = forms.iter().try_fold(1usize, |cells, axis| cells.checked_mul(axis.values.len()));
    let many = forms.len() > AXES_MAX
        || forms.iter().any(|axis| axis.values.len() > AXIS_VALUES_MAX)
        || cells.is_none_or(|cells| cells > CELLS_PER_ITEM_MAX);
    if many {
        let detail = "At most 3 axes of 60 values each, and 1,000 combinations.";
        return Err(Problem::new("too_many_variants", detail));
    }
    let axis = |axis: &live::Axis| {
        let values = axis.values.iter().map(|v| short_word(v)).collect::<Result<Vec<_>, _>>()?;
        let twice = (1..values.len()).any(|at| values[..at].contains(&values[at]));
        if values.is_empty() || twice {
            return Err(Problem::new("bad_terms", "Each axis has values, none of them twice."));
        }
        Ok(values)
    };
    forms.iter().map(axis).collect()
}

fn pack(form: &live::Pack) -> Result<Pack, Problem> {
    let quantity = quantity(form.quantity_milli)?;
    if quantity.is_zero() {
        return Err(Problem::new("bad_quantity", "A pack holds something."));
    }
    Ok(Pack { name: short_word(&form.name)?, quantity })
}

fn prices(form: &live::OfferTerms, terms: &OfferTerms) -> Result<Vec<VariantPrice>, Problem> {
    let price = |form: &live::VariantPrice| {
        let said = variant(&form.variant)?;
        let on_axes = said.0.len() == terms.axes.len()
            && said
                .0
                .iter()
                .zip(&terms.axes)
                .all(|(value, axis)| value.as_ref().is_none_or(|value| axis.contains(value)));
        if !on_axes {
            return Err(unknown_variant());
        }
        let detail = "Each of `prices` needs a `price`.";
        let price = form.price.as_ref().ok_or_else(|| Problem::new("missing_field", detail))?;
        let price = money(price)?;
        if price.currency != terms.price.currency {
            return Err(Problem::new("bad_currency", "All prices are in one currency."));
        }
        Ok(VariantPrice { variant: said, price })
    };
    form.prices.iter().map(price).collect()
}

fn unknown_variant() -> Problem {
    let detail = "A variant names one value of each axis, as `variants` writes them.";
    Problem::new("unknown_variant", detail)
}

fn stock(form: &live::OfferTerms, terms: &OfferTerms) -> Result<Stock, Problem> {
    let total = form.stock_milli.map(quantity).transpose()?;
    if form.stock_by_variant.is_empty() {
        return match (total, terms.item) {
            (Some(total), _) => Ok(Stock::Pool(total)),
            (None, Some(_)) => Ok(Stock::Pool(Quantity::ZERO)),
            (None, None) => {
                let detail = "A new item needs `stock` or `stock_by_variant`.";
                Err(Problem::new("missing_field", detail))
            }
        };
    }
    let cells = terms.axes.iter().map(Vec::len).product();
    let mut figures = vec![None; cells];
    for figure in &form.stock_by_variant {
        let cell = terms.cell_of(&variant(&figure.variant)?).ok_or_else(unknown_variant)?;
        let slot = figures.get_mut(usize::from(cell.0)).expect("a cell of these axes");
        if slot.replace(quantity(figure.stock_milli)?).is_some() {
            return Err(Problem::new("bad_terms", "A variant's stock is given twice."));
        }
    }
    let figures: Vec<Quantity> = figures.into_iter().map(Option::unwrap_or_default).collect();
    let sum = figures.iter().try_fold(Quantity::ZERO, |sum, figure| sum.plus(*figure));
    if total.is_some() && total != sum {
        let detail = "`stock` is not the sum of `stock_by_variant`: leave it out.";
        return Err(Problem::new("bad_terms", detail));
    }
    Ok(Stock::Cells(figures))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: ShopId = ShopId::from_random(7);

    fn read(json: &str) -> Result<OfferTerms, &'static str> {
        let form = serde_json::from_str(json).expect("the form");
        terms(SHOP, &form).map_err(|problem| problem.code())
    }

    #[test]
    fn a_full_offer_reads() {
        let offer = read(
            r#"{"code":"A12","name":"áo","price":{"amount":100000,"currency":"VND"},"unit":"cái",
            "variants":[["đỏ","xanh"],["S","M"]],"limit_per_buyer":5,"aliases":["áo 12"],
            "stock_by_variant":[{"variant":["xanh","S"],"stock":3}],"packs":{"lô":10},
            "prices":[{"variant":[null,"M"],"price":120000}]}"#,
        )
        .expect("an offer");
        let three = Quantity::from_units(3).expect("small");
        let zero = Quantity::ZERO;
        assert_eq!(offer.stock, Stock::Cells(vec![zero, zero, three, zero]));
        assert_eq!(offer.prices[0].price.amount, 120_000);
        assert_eq!((offer.step, offer.packs.len()), (Quantity::ONE, 1));
    }

    #[test]
    fn an_offer_of_an_item_the_shop_has_needs_no_stock() {
        let item = ItemId(3).public(SHOP);
        let offer = read(&format!(r#"{{"code":"A","name":"x","price":1,"item":"{item}"}}"#));
        assert_eq!(offer.expect("an offer").item, Some(ItemId(3)));
    }

    #[test]
    fn terms_that_cannot_be_are_refused() {
        let check = |json: &str, code| assert_eq!(read(json).err(), Some(code), "{json}");
        check("{}", "missing_field");
        check(r#"{"code":"A","name":"x","stock":1}"#, "missing_field");
        check(r#"{"code":"A","price":1,"stock":1}"#, "missing_field");
        check(r#"{"code":"A","name":"x","price":1}"#, "missing_field");
        check(r#"{"code":"A 1","name":"x","price":1,"stock":1}"#, "bad_code");
        check(r#"{"code":"A","name":"x\ny","price":1,"stock":1}"#, "bad_name");
        check(r#"{"code":"A","name":"x","price":-1,"stock":1}"#, "bad_price");
        check(r#"{"code":"A","name":"x","price":1,"stock":1,"step":0}"#, "bad_terms");
        check(r#"{"code":"A","name":"x","price":1,"stock":1,"variants":[[]]}"#, "bad_terms");
        check(r#"{"code":"A","name":"x","price":1,"stock":1,"item":"x"}"#, "unknown_item");
        let two = r#""code":"A","name":"x","price":1,"variants":[["a","b"]]"#;
        let with = |more: &str| format!("{{{two},{more}}}");
        let one = r#"{"variant":["a"],"stock":1}"#;
        check(&with(r#""stock_by_variant":[{"variant":["c"],"stock":1}]"#), "unknown_variant");
        check(&with(&format!(r#""stock_by_variant":[{one},{one}]"#)), "bad_terms");
        check(&with(&format!(r#""stock":2,"stock_by_variant":[{one}]"#)), "bad_terms");
        check(&with(r#""stock":1,"prices":[{"variant":["c"],"price":1}]"#), "unknown_variant");
        let values: Vec<String> = (0..61).map(|n| n.to_string()).collect();
        let axes =
            serde_json::json!({"code":"A","name":"x","price":1,"stock":1,"variants":[values]});
        check(&axes.to_string(), "too_many_variants");
    }

    #[test]
    fn prices_of_one_session_are_in_one_currency() {
        let offer = |code: &str, currency: &str| live::OfferTerms {
            code: code.into(),
            name: "x".into(),
            price: Some(live::Money { amount: 1, currency: currency.into() }),
            stock_milli: Some(0),
            ..Default::default()
        };
        let check = |offers: &[live::OfferTerms]| {
            opening(SHOP, offers).map(|(_, currency)| currency).map_err(|p| p.code())
        };
        assert_eq!(check(&[]), Ok(Currency::VND));
        assert_eq!(check(&[offer("A", "VND"), offer("B", "USD")]), Err("bad_currency"));
        assert_eq!(check(&[offer("a1", "VND"), offer("A1", "VND")]), Err("code_taken"));
    }
}
