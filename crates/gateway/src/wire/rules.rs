//! A session's rules as a host gives them: what is not said stays as it was.

use super::incoming::{code, money, quantity};
use crate::problem::Problem;
use domain::limits::HOLD_MS_MAX;
use domain::rules::{Delivery, Doubt, Hoarding, Hold, Reading, Repeat, Rules, Settle, Strictness};
use domain::{Currency, Millis, Quantity};
use proto::live;

/// The rules of a new session, with defaults where nothing is said; delivery is paid in the
/// session's currency.
///
/// # Errors
/// `bad_rule` for an unknown word or figure, `hold_too_long`, `bad_quantity`, `bad_code`,
/// `bad_price`, `bad_currency`, `missing_field` for a delivery without a fee.
pub(crate) fn rules(form: &live::Rules, currency: Currency) -> Result<Rules, Problem> {
    over(&Rules::default(), form, currency)
}

/// The rules in force with those that are said in their place.
///
/// # Errors
/// As for [`rules`].
pub(crate) fn over(
    before: &Rules,
    form: &live::Rules,
    currency: Currency,
) -> Result<Rules, Problem> {
    let repeat = |name, said, before| word(name, said, before, &REPEAT);
    let limit = form.limit_per_buyer_milli.map(quantity).transpose()?;
    let promotion = form.promotion_hold.map(|span| Millis::from_secs(span.seconds));
    let undo = form.cancel_undo.map(|span| Millis::from_secs(span.seconds));
    let delivery = form.delivery.as_ref().map(|form| delivery(form, currency)).transpose()?;
    Ok(Rules {
        settle: word("settle", &form.settle, before.settle, &SETTLE)?,
        hold: form.hold.as_ref().map_or(Ok(before.hold), hold)?,
        waitlist: form.waitlist.unwrap_or(before.waitlist),
        partial_fill: form.partial_fill.unwrap_or(before.partial_fill),
        promotion_hold: lifted(promotion, before.promotion_hold, Millis(0)),
        limit_per_buyer: lifted(limit, before.limit_per_buyer, Quantity::ZERO),
        cancel_undo: undo.unwrap_or(before.cancel_undo),
        hoarding: form.hoarding.map_or(before.hoarding, |form| hoarding(before.hoarding, form)),
        delivery: delivery.or(before.delivery),
        repeat_comment: repeat("repeat_comment", &form.repeat_comment, before.repeat_comment)?,
        repeat_code: repeat("repeat_code", &form.repeat_code, before.repeat_code)?,
        buyer_cancel: doubt("buyer_cancel", &form.buyer_cancel, before.buyer_cancel)?,
        reading: reading(&before.reading, form)?,
    })
}

/// A limit that nothing, or null, lifts.
fn lifted<T: PartialEq>(said: Option<T>, before: Option<T>, nothing: T) -> Option<T> {
    said.map_or(before, |said| (said != nothing).then_some(said))
}

fn hoarding(before: Hoarding, form: live::Hoarding) -> Hoarding {
    Hoarding {
        holds_per_buyer: lifted(form.holds_per_buyer, before.holds_per_buyer, 0),
        orders_per_network: lifted(form.orders_per_network, before.orders_per_network, 0),
        expiries: lifted(form.expiries, before.expiries, 0),
        cooldown: form.cooldown_seconds.map_or(before.cooldown, Millis::from_secs),
    }
}

fn reading(before: &Reading, form: &live::Rules) -> Result<Reading, Problem> {
    let strictness = word("strictness", &form.strictness, before.strictness, &STRICTNESS)?;
    let from = match form.strictness {
        Some(_) => starting_from(strictness, before),
        None => before.clone(),
    };
    let set = |name, said: &Option<String>, default| doubt(name, said, default);
    let bare_code_qty = form.bare_code_qty_milli.map_or(Ok(from.bare_code_qty), quantity)?;
    let chuc = form.chuc.unwrap_or(from.chuc);
    if bare_code_qty.is_zero() || !(1..=100).contains(&chuc) {
        let detail = "`bare_code_qty` is more than nothing and `chuc` from 1 to 100 (10, or 12).";
        return Err(Problem::new("bad_rule", detail));
    }
    Ok(Reading {
        strictness,
        bare_code_qty,
        spaced_code: set("spaced_code", &form.spaced_code, from.spaced_code)?,
        bare_number: set("bare_number", &form.bare_number, from.bare_number)?,
        verb_plus_question: set(
            "verb_plus_question",
            &form.verb_plus_question,
            from.verb_plus_question,
        )?,
        cancel_by_minus: form.cancel_by_minus.unwrap_or(from.cancel_by_minus),
        over_limit: set("over_limit", &form.over_limit, from.over_limit)?,
        repeat_in_comment: set(
            "repeat_in_comment",
            &form.repeat_in_comment,
            from.repeat_in_comment,
        )?,
        ignore_leading_zeros: form.ignore_leading_zeros.unwrap_or(from.ignore_leading_zeros),
        missing_variant: set("missing_variant", &form.missing_variant, from.missing_variant)?,
        chuc,
        phone_only_single: set(
            "phone_only_single",
            &form.phone_only_single,
            from.phone_only_single,
        )?,
        edited: set("edited", &form.edited, from.edited)?,
        late_order: set("late_order", &form.late_order, from.late_order)?,
        code_prefix: form.code_prefix.as_deref().map(code).transpose()?.or(from.code_prefix),
    })
}

/// Where the single settings start from; what has nothing to do with boldness stays.
fn starting_from(strictness: Strictness, before: &Reading) -> Reading {
    Reading {
        bare_code_qty: before.bare_code_qty,
        cancel_by_minus: before.cancel_by_minus,
        chuc: before.chuc,
        code_prefix: before.code_prefix,
        ..Reading::preset(strictness)
    }
}

const SETTLE: [(&str, Settle); 2] = [("cod", Settle::Cod), ("prepay", Settle::Prepay)];
const REPEAT: [(&str, Repeat); 3] =
    [("ignore", Repeat::Ignore), ("add", Repeat::Add), ("ask", Repeat::Ask)];
const STRICTNESS: [(&str, Strictness); 3] =
    [("loose", Strictness::Loose), ("normal", Strictness::Normal), ("strict", Strictness::Strict)];
/// The phrasebook's header writes `order` and `hold_and_ask` where a doubt counts.
const DOUBT: [(&str, Doubt); 5] = [
    ("accept", Doubt::Accept),
    ("review", Doubt::Review),
    ("ignore", Doubt::Ignore),
    ("order", Doubt::Accept),
    ("hold_and_ask", Doubt::Accept),
];

fn doubt(name: &str, said: &Option<String>, default: Doubt) -> Result<Doubt, Problem> {
    word(name, said, default, &DOUBT)
}

fn word<T: Copy>(
    name: &str,
    said: &Option<String>,
    default: T,
    words: &[(&str, T)],
) -> Result<T, Problem> {
    let Some(said) = said else { return Ok(default) };
    let found = words.iter().find(|(word, _)| word == said);
    found.map(|(_, meaning)| *meaning).ok_or_else(|| {
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        Problem::new("bad_rule", format!("`{name}` is one of {}.", known.join(", ")))
    })
}

/// What is given replaces the default whole: `{"until":"end"}` alone ends with the session.
fn hold(form: &live::Hold) -> Result<Hold, Problem> {
    let hold = match (form.until.as_deref(), form.plus_seconds, form.seconds) {
        (Some("end"), plus, None) => Hold::UntilEnd { plus: Millis::from_secs(plus.unwrap_or(0)) },
        (None, None, Some(seconds @ 1..)) => Hold::For(Millis::from_secs(seconds)),
        _ => {
            let detail =
                "`hold` is {\"until\":\"end\",\"plus_seconds\":43200} or {\"seconds\":600}.";
            return Err(Problem::new("bad_rule", detail));
        }
    };
    let (Hold::UntilEnd { plus: span } | Hold::For(span)) = hold;
    if span.0 > HOLD_MS_MAX {
        return Err(Problem::new("hold_too_long", "Stock is held for at most 86,400 seconds."));
    }
    Ok(hold)
}

fn delivery(form: &live::Delivery, currency: Currency) -> Result<Delivery, Problem> {
    let amount = |form: &live::Money| {
        let read = money(form)?;
        let detail = "Delivery is paid in the session's currency.";
        let fits = read.currency == currency;
        fits.then_some(read.amount).ok_or_else(|| Problem::new("bad_currency", detail))
    };
    let detail = "`delivery` says its `fee`: {\"fee\":25000,\"free_from\":300000}.";
    let fee = form.fee.as_ref().ok_or_else(|| Problem::new("missing_field", detail))?;
    Ok(Delivery { fee: amount(fee)?, free_from: form.free_from.as_ref().map(amount).transpose()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Rules, &'static str> {
        let form = serde_json::from_str(json).expect("the form");
        rules(&form, Currency::VND).map_err(|problem| problem.code())
    }

    #[test]
    fn what_is_not_said_is_the_default() {
        assert_eq!(read("{}"), Ok(Rules::default()));
        let ten_minutes = Hold::For(Millis::from_secs(600));
        assert_eq!(read(r#"{"hold":{"seconds":600}}"#).expect("rules").hold, ten_minutes);
        let rules = read(r#"{"strictness":"loose","spaced_code":"review"}"#).expect("rules");
        assert_eq!(rules.reading.spaced_code, Doubt::Review);
        assert_eq!(rules.reading.bare_number, Doubt::Accept);
        let rules = read(r#"{"missing_variant":"hold_and_ask","settle":"prepay"}"#).expect("rules");
        assert_eq!((rules.settle, rules.reading.missing_variant), (Settle::Prepay, Doubt::Accept));
    }

    #[test]
    fn a_change_keeps_what_it_does_not_say_and_null_lifts_a_limit() {
        let before = read(
            r#"{"limit_per_buyer":5,"promotion_hold":{"seconds":120},"cancel_undo":{"seconds":10},
            "hoarding":{"holds_per_buyer":3,"expiries":2,"cooldown_seconds":60},"chuc":12,
            "partial_fill":false,"delivery":{"fee":25000},"strictness":"loose"}"#,
        )
        .expect("rules");
        assert_eq!(before.hoarding.orders_per_network, Some(2_000), "a default");
        let change = |json: &str| {
            let form = serde_json::from_str(json).expect("the form");
            over(&before, &form, Currency::VND).expect("rules")
        };
        assert_eq!(change("{}"), before);
        let lifted = change(
            r#"{"limit_per_buyer":null,"promotion_hold":null,"cancel_undo":null,
            "hoarding":{"holds_per_buyer":null,"orders_per_network":0},"strictness":"normal"}"#,
        );
        assert_eq!((lifted.limit_per_buyer, lifted.promotion_hold), (None, None));
        assert_eq!(lifted.cancel_undo, Millis(0));
        assert_eq!(lifted.hoarding.holds_per_buyer, None);
        assert_eq!(lifted.hoarding.orders_per_network, None);
        assert_eq!(lifted.hoarding.expiries, Some(2));
        assert_eq!((lifted.delivery, lifted.partial_fill), (before.delivery, false));
        assert_eq!((lifted.reading.bare_number, lifted.reading.chuc), (Doubt::Review, 12));
    }

    #[test]
    fn rules_that_cannot_be_are_refused() {
        let check = |json, code| assert_eq!(read(json).err(), Some(code), "{json}");
        check(r#"{"settle":"later"}"#, "bad_rule");
        check(r#"{"repeat_code":"maybe"}"#, "bad_rule");
        check(r#"{"hold":{}}"#, "bad_rule");
        check(r#"{"hold":{"seconds":0}}"#, "bad_rule");
        check(r#"{"hold":{"until":"end","seconds":5}}"#, "bad_rule");
        check(r#"{"hold":{"seconds":86401}}"#, "hold_too_long");
        check(r#"{"hold":{"seconds":18446744073709551615}}"#, "hold_too_long");
        check(r#"{"delivery":{"fee":-1}}"#, "bad_price");
        check(r#"{"delivery":{}}"#, "missing_field");
        check(r#"{"delivery":{"fee":{"amount":5,"currency":"USD"}}}"#, "bad_currency");
        check(r#"{"bare_code_qty":0}"#, "bad_rule");
        check(r#"{"chuc":0}"#, "bad_rule");
        check(r#"{"code_prefix":"a b"}"#, "bad_code");
    }
}
