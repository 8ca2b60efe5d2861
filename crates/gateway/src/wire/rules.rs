//! A session's rules as a host gives them: every field has a default.

use super::incoming::{code, money, quantity};
use crate::problem::Problem;
use domain::limits::HOLD_MS_MAX;
use domain::rules::{Delivery, Doubt, Hold, Reading, Repeat, Rules, Settle, Strictness};
use domain::{Currency, Millis};
use proto::live;

/// The rules, with defaults where nothing is said; delivery is paid in the session's currency.
///
/// # Errors
/// `bad_rule` for an unknown word or figure, `hold_too_long`, `bad_quantity`, `bad_code`,
/// `bad_price`, `bad_currency`, `missing_field` for a delivery without a fee.
pub(crate) fn rules(form: &live::Rules, currency: Currency) -> Result<Rules, Problem> {
    let default = Rules::default();
    Ok(Rules {
        settle: word("settle", &form.settle, default.settle, &SETTLE)?,
        hold: form.hold.as_ref().map_or(Ok(default.hold), hold)?,
        waitlist: form.waitlist.unwrap_or(default.waitlist),
        delivery: form.delivery.as_ref().map(|form| delivery(form, currency)).transpose()?,
        repeat_comment: word(
            "repeat_comment",
            &form.repeat_comment,
            default.repeat_comment,
            &REPEAT,
        )?,
        repeat_code: word("repeat_code", &form.repeat_code, default.repeat_code, &REPEAT)?,
        buyer_cancel: doubt("buyer_cancel", &form.buyer_cancel, default.buyer_cancel)?,
        reading: reading(form)?,
    })
}

fn reading(form: &live::Rules) -> Result<Reading, Problem> {
    let strictness = word("strictness", &form.strictness, Strictness::Normal, &STRICTNESS)?;
    let from = Reading::preset(strictness);
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
        code_prefix: form.code_prefix.as_deref().map(code).transpose()?,
    })
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
