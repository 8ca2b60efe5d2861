//! From what was said outside to the nouns: ids, keys, money, quantities, wants, changes.

use crate::problem::Problem;
use domain::command::{CardAnswer, Want};
use domain::limits::{KEY_CHARS_MAX, LINES_PER_CLAIM_MAX, PRICE_MAX, WORD_BYTES_MAX};
use domain::offer::{OfferChange, StockChange, Variant};
use domain::shown::{shown_name, shown_text};
use domain::{Code, Currency, Epoch, Money, Position, Quantity, Seq};
use proto::live;
use std::borrow::Cow;
use std::sync::Arc;

/// A key as a client chose it.
///
/// # Errors
/// `bad_key` if it is empty or longer than [`KEY_CHARS_MAX`].
pub(crate) fn key(text: &str) -> Result<&str, Problem> {
    let fits = !text.is_empty() && text.chars().count() <= KEY_CHARS_MAX;
    let detail = "A key has 1 to 64 characters.";
    fits.then_some(text).ok_or_else(|| Problem::new("bad_key", detail))
}

/// An offer's code.
///
/// # Errors
/// `bad_code`.
pub(crate) fn code(text: &str) -> Result<Code, Problem> {
    let detail = "A code is one word of at most 31 bytes, all of which can be seen.";
    let is_seen = matches!(shown_text(text.trim()), Cow::Borrowed(_));
    Code::parse(text).filter(|_| is_seen).ok_or_else(|| Problem::new("bad_code", detail))
}

/// A quantity that was given in thousandths; zero is for the lane to refuse.
///
/// # Errors
/// `bad_quantity` beyond every harvest.
pub(crate) fn quantity(milli: u64) -> Result<Quantity, Problem> {
    let detail = "A quantity is at most 1,000,000 units.";
    Quantity::from_milli(milli).ok_or_else(|| Problem::new("bad_quantity", detail))
}

/// An amount of at least nothing.
///
/// # Errors
/// `bad_price`, `bad_currency`.
pub(crate) fn money(money: &live::Money) -> Result<Money, Problem> {
    let detail = "A currency has three capital letters, as VND.";
    let currency =
        Currency::parse(&money.currency).ok_or_else(|| Problem::new("bad_currency", detail))?;
    if !(0..=PRICE_MAX).contains(&money.amount) {
        let detail = "A price is a whole number of minor units from 0 to 100,000,000,000.";
        return Err(Problem::new("bad_price", detail));
    }
    Ok(Money { amount: money.amount, currency })
}

/// A short name, as screens show it: of a unit, an alias, a variant's value.
///
/// # Errors
/// `missing_field` if empty, `name_too_long`.
pub(crate) fn short_word(text: &str) -> Result<Arc<str>, Problem> {
    let text = shown_name(text).unwrap_or_default();
    if text.is_empty() {
        return Err(Problem::new("missing_field", "A unit, alias, pack or variant has no name."));
    }
    if text.len() > WORD_BYTES_MAX {
        let detail = "Units, aliases, packs and variants have at most 60 bytes.";
        return Err(Problem::new("name_too_long", detail));
    }
    Ok(Arc::from(text))
}

/// A variant as said; nothing at all is no variant.
///
/// # Errors
/// As for a short name.
pub(crate) fn variant(values: &[String]) -> Result<Variant, Problem> {
    let value = |value: &String| match value.trim() {
        "" => Ok(None),
        said => short_word(said).map(Some),
    };
    values.iter().map(value).collect::<Result<_, _>>().map(Variant)
}

/// A place.
pub(crate) fn position(position: &live::Position) -> Position {
    Position { epoch: Epoch(position.epoch), seq: Seq(position.seq) }
}

/// The lines of a tap or a staff order.
///
/// # Errors
/// `missing_field` without a line, `too_many_lines`, and as for their parts.
pub(crate) fn wants(lines: &[live::WantedLine]) -> Result<Vec<Want>, Problem> {
    if lines.is_empty() {
        let detail = "Name at least one line: {\"code\":\"D1\",\"quantity\":1}.";
        return Err(Problem::new("missing_field", detail));
    }
    if lines.len() > LINES_PER_CLAIM_MAX {
        return Err(Problem::new("too_many_lines", "An order has at most 32 lines at once."));
    }
    let want = |line: &live::WantedLine| {
        Ok(Want {
            code: code(&line.code)?,
            variant: variant(&line.variant)?,
            quantity: quantity(line.quantity_milli)?,
            adds: false,
        })
    };
    lines.iter().map(want).collect()
}

/// Codes whose lines go back in the moment of a claim.
///
/// # Errors
/// `too_many_lines`, `bad_code`.
pub(crate) fn instead_of(codes: &[String]) -> Result<Vec<Code>, Problem> {
    if codes.len() > LINES_PER_CLAIM_MAX {
        return Err(Problem::new("too_many_lines", "At most 32 codes go back at once."));
    }
    codes.iter().map(|text| code(text)).collect()
}

/// What a person answers to a card: lines, or that it is none.
///
/// # Errors
/// `missing_field` for neither, `bad_terms` for both, and as for its parts.
pub(crate) fn card_answer(form: &live::AnswerReview) -> Result<CardAnswer, Problem> {
    match (form.ignore.unwrap_or(false), form.lines.is_empty() && form.instead_of.is_empty()) {
        (true, true) => Ok(CardAnswer::Ignore),
        (true, false) => {
            let detail = "Give `lines`, or `ignore`: a card is an order or none.";
            Err(Problem::new("bad_terms", detail))
        }
        (false, true) => {
            let detail = "Say {\"lines\":[{\"code\":\"D1\",\"quantity\":1}]} or {\"ignore\":true}.";
            Err(Problem::new("missing_field", detail))
        }
        (false, false) => Ok(CardAnswer::Lines {
            wants: wants(&form.lines)?,
            instead_of: instead_of(&form.instead_of)?,
        }),
    }
}

/// A change of an offer.
///
/// # Errors
/// `missing_field` if nothing changes, `bad_terms` if stock is given twice, and as for its parts.
pub(crate) fn change(change: &live::ChangeOffer) -> Result<OfferChange, Problem> {
    let stock = match (change.stock_milli, change.restock_milli) {
        (Some(_), Some(_)) => {
            return Err(Problem::new("bad_terms", "Give `stock` or `restock`, not both."));
        }
        (Some(stock), None) => Some(StockChange::Set(quantity(stock)?)),
        (None, Some(more @ 0..)) => Some(StockChange::Add(quantity(more.unsigned_abs())?)),
        (None, Some(less)) => Some(StockChange::Remove(quantity(less.unsigned_abs())?)),
        (None, None) => None,
    };
    let limit = change.limit_per_buyer_milli.map(quantity).transpose()?;
    let read = OfferChange {
        price: change.price.as_ref().map(money).transpose()?,
        stock,
        variant: match change.variant.as_slice() {
            [] => None,
            said => Some(variant(said)?),
        },
        open: change.open,
        pinned: change.pinned,
        // Nothing at all is no sensible limit: zero lifts it.
        limit_per_buyer: limit.map(|limit| (!limit.is_zero()).then_some(limit)),
    };
    let unchanged = OfferChange { variant: read.variant.clone(), ..OfferChange::default() };
    if read == unchanged {
        let detail = "Say at least one of price, restock, stock, open, pinned, limit_per_buyer.";
        return Err(Problem::new("missing_field", detail));
    }
    Ok(read)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<OfferChange, &'static str> {
        let form = serde_json::from_str(json).expect("the form");
        change(&form).map_err(|problem| problem.code())
    }

    #[test]
    fn a_restock_takes_either_sign() {
        let stock = |json| read(json).expect("a change").stock;
        let two = Quantity::from_units(2).expect("small");
        assert_eq!(stock(r#"{"restock":2}"#), Some(StockChange::Add(two)));
        assert_eq!(stock(r#"{"restock":-2}"#), Some(StockChange::Remove(two)));
        assert_eq!(stock(r#"{"stock":2}"#), Some(StockChange::Set(two)));
    }

    #[test]
    fn a_change_of_nothing_or_of_stock_twice_is_refused() {
        let check = |json, code| assert_eq!(read(json).err(), Some(code), "{json}");
        check("{}", "missing_field");
        check(r#"{"variant":["đỏ"]}"#, "missing_field");
        check(r#"{"stock":1,"restock":1}"#, "bad_terms");
        check(r#"{"stock":1000001}"#, "bad_quantity");
        check(r#"{"restock":-1000001}"#, "bad_quantity");
        check(r#"{"price":-1}"#, "bad_price");
        check(r#"{"price":{"amount":1,"currency":"vnd"}}"#, "bad_currency");
    }

    #[test]
    fn a_card_is_an_order_or_none() {
        let read = |json: &str| {
            let form = serde_json::from_str(json).expect("the form");
            card_answer(&form).map_err(|problem| problem.code())
        };
        assert_eq!(read(r#"{"ignore":true}"#), Ok(CardAnswer::Ignore));
        assert!(read(r#"{"lines":[{"code":"D1","quantity":1}],"instead_of":["D2"]}"#).is_ok());
        let check = |json, code| assert_eq!(read(json).err(), Some(code), "{json}");
        check("{}", "missing_field");
        check(r#"{"ignore":false}"#, "missing_field");
        check(r#"{"ignore":true,"lines":[{"code":"D1","quantity":1}]}"#, "bad_terms");
        check(r#"{"instead_of":["D1"]}"#, "missing_field");
        check(r#"{"lines":[{"code":"D1","quantity":1}],"instead_of":["D 2"]}"#, "bad_code");
    }

    #[test]
    fn a_key_has_one_to_sixty_four_characters() {
        assert!(key("").is_err());
        assert!(key(&"ơ".repeat(64)).is_ok());
        assert!(key(&"k".repeat(65)).is_err());
    }

    #[test]
    fn lines_that_cannot_be_meant_are_refused() {
        let check = |line: live::WantedLine, code| {
            assert_eq!(wants(&[line]).map_err(|problem| problem.code()).err(), Some(code));
        };
        let line = live::WantedLine { code: "D1".into(), quantity_milli: 1_000, variant: vec![] };
        check(live::WantedLine { code: "D 1".into(), ..line.clone() }, "bad_code");
        check(live::WantedLine { quantity_milli: u64::MAX, ..line.clone() }, "bad_quantity");
        check(live::WantedLine { variant: vec!["x".repeat(61)], ..line.clone() }, "name_too_long");
        assert_eq!(wants(&[]).map_err(|problem| problem.code()), Err("missing_field"));
        assert_eq!(wants(&vec![line; 33]).map_err(|p| p.code()), Err("too_many_lines"));
    }
}
