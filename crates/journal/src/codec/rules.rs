//! A session's rules, both ways, and what was in force before them.

use super::CodecError;
use super::parts::{
    code, code_message_or_none, code_or_none, currency_message, money, quantity, required,
};
use super::words::Word;
use domain::rules::{Delivery, Doubt, Hoarding, Hold, Reading};
use domain::snapshot::{PastTerms, PastWhat};
use domain::{Millis, Rules, Timestamp};
use proto::store;

pub(super) fn rules_message(rules: &Rules) -> store::Rules {
    let (hold_ms, hold_after_end_ms) = match rules.hold {
        Hold::For(span) => (Some(span.0), None),
        Hold::UntilEnd { plus } => (None, Some(plus.0)),
    };
    store::Rules {
        settle: rules.settle.word().into(),
        hold_ms,
        hold_after_end_ms,
        waitlist: rules.waitlist,
        delivery_fee: rules.delivery.map(|delivery| delivery.fee),
        delivery_free_from: rules.delivery.and_then(|delivery| delivery.free_from),
        repeat_comment: rules.repeat_comment.word().into(),
        repeat_code: rules.repeat_code.word().into(),
        buyer_cancel: rules.buyer_cancel.word().into(),
        reading: Some(reading_message(&rules.reading)),
        waits_whole: !rules.partial_fill,
        promotion_hold_ms: rules.promotion_hold.map(|span| span.0),
        limit_per_buyer_milli: rules.limit_per_buyer.map(|limit| limit.milli()),
        cancel_undo_ms: rules.cancel_undo.0,
        hoarding: hoarding_message(&rules.hoarding),
    }
}

pub(super) fn rules(rules: &store::Rules) -> Result<Rules, CodecError> {
    let default = Rules::default();
    let hold = match (rules.hold_ms, rules.hold_after_end_ms) {
        (Some(span), None) => Hold::For(Millis(span)),
        (None, Some(plus)) => Hold::UntilEnd { plus: Millis(plus) },
        (None, None) => default.hold,
        (Some(_), Some(_)) => return Err(CodecError::field("hold", "both kinds")),
    };
    let free_from = rules.delivery_free_from;
    Ok(Rules {
        settle: Word::read_or(&rules.settle, default.settle)?,
        hold,
        waitlist: rules.waitlist,
        partial_fill: !rules.waits_whole,
        promotion_hold: rules.promotion_hold_ms.map(Millis),
        limit_per_buyer: rules.limit_per_buyer_milli.map(quantity).transpose()?,
        cancel_undo: Millis(rules.cancel_undo_ms),
        hoarding: rules.hoarding.as_ref().map_or(default.hoarding, hoarding),
        delivery: rules.delivery_fee.map(|fee| Delivery { fee, free_from }),
        repeat_comment: Word::read_or(&rules.repeat_comment, default.repeat_comment)?,
        repeat_code: Word::read_or(&rules.repeat_code, default.repeat_code)?,
        buyer_cancel: Word::read_or(&rules.buyer_cancel, default.buyer_cancel)?,
        reading: rules.reading.as_ref().map_or(Ok(default.reading), reading)?,
    })
}

/// The defaults go without saying: journals from before there were limits have none.
fn hoarding_message(hoarding: &Hoarding) -> Option<store::Hoarding> {
    (*hoarding != Hoarding::default()).then_some(store::Hoarding {
        holds_per_buyer: hoarding.holds_per_buyer,
        orders_per_network: hoarding.orders_per_network,
        expiries: hoarding.expiries,
        cooldown_ms: hoarding.cooldown.0,
    })
}

fn hoarding(hoarding: &store::Hoarding) -> Hoarding {
    Hoarding {
        holds_per_buyer: hoarding.holds_per_buyer,
        orders_per_network: hoarding.orders_per_network,
        expiries: hoarding.expiries,
        cooldown: Millis(hoarding.cooldown_ms),
    }
}

fn reading_message(reading: &Reading) -> store::Reading {
    let word = |doubt: Doubt| doubt.word().to_owned();
    store::Reading {
        strictness: reading.strictness.word().into(),
        bare_code_qty_milli: reading.bare_code_qty.milli(),
        spaced_code: word(reading.spaced_code),
        bare_number: word(reading.bare_number),
        verb_plus_question: word(reading.verb_plus_question),
        cancel_by_minus: reading.cancel_by_minus,
        over_limit: word(reading.over_limit),
        repeat_in_comment: word(reading.repeat_in_comment),
        ignore_leading_zeros: reading.ignore_leading_zeros,
        missing_variant: word(reading.missing_variant),
        chuc: reading.chuc,
        phone_only_single: word(reading.phone_only_single),
        edited: word(reading.edited),
        late_order: word(reading.late_order),
        code_prefix: reading.code_prefix.map(|prefix| prefix.as_str().into()),
    }
}

fn reading(reading: &store::Reading) -> Result<Reading, CodecError> {
    let default = Reading::default();
    Ok(Reading {
        strictness: Word::read_or(&reading.strictness, default.strictness)?,
        bare_code_qty: quantity(reading.bare_code_qty_milli)?,
        spaced_code: Word::read_or(&reading.spaced_code, default.spaced_code)?,
        bare_number: Word::read_or(&reading.bare_number, default.bare_number)?,
        verb_plus_question: Word::read_or(&reading.verb_plus_question, default.verb_plus_question)?,
        cancel_by_minus: reading.cancel_by_minus,
        over_limit: Word::read_or(&reading.over_limit, default.over_limit)?,
        repeat_in_comment: Word::read_or(&reading.repeat_in_comment, default.repeat_in_comment)?,
        ignore_leading_zeros: reading.ignore_leading_zeros,
        missing_variant: Word::read_or(&reading.missing_variant, default.missing_variant)?,
        chuc: reading.chuc,
        phone_only_single: Word::read_or(&reading.phone_only_single, default.phone_only_single)?,
        edited: Word::read_or(&reading.edited, default.edited)?,
        late_order: Word::read_or(&reading.late_order, default.late_order)?,
        code_prefix: reading.code_prefix.as_deref().map(code).transpose()?,
    })
}

pub(super) fn past_message(past: &PastTerms) -> store::PastTerms {
    let until_ms = past.until.0;
    match &past.what {
        &PastWhat::Offer { code, price, open, limit_per_buyer } => store::PastTerms {
            until_ms,
            code: code_message_or_none(Some(code)),
            price: price.amount,
            currency: currency_message(price.currency),
            open,
            limit_per_buyer_milli: limit_per_buyer.map(|limit| limit.milli()),
            rules: None,
        },
        PastWhat::Rules(rules) => store::PastTerms {
            until_ms,
            rules: Some(rules_message(rules)),
            ..store::PastTerms::default()
        },
    }
}

pub(super) fn past(past: &store::PastTerms) -> Result<PastTerms, CodecError> {
    let what = match code_or_none(&past.code)? {
        Some(code) => PastWhat::Offer {
            code,
            price: money(past.price, past.currency.as_deref())?,
            open: past.open,
            limit_per_buyer: past.limit_per_buyer_milli.map(quantity).transpose()?,
        },
        None => PastWhat::Rules(rules(required("rules", past.rules.as_ref())?)?.into()),
    };
    Ok(PastTerms { until: Timestamp(past.until_ms), what })
}
