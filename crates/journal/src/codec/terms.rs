//! What a host sets: rules and an offer's terms, both ways.

use super::CodecError;
use super::parts::{
    code, currency, each, quantities, quantity, required, variant, variant_message,
};
use super::words::Word;
use domain::offer::{Pack, Stock, VariantPrice};
use domain::rules::{Delivery, Doubt, Hold, Reading};
use domain::{ItemId, Millis, Money, OfferTerms, Rules};
use proto::store;
use std::sync::Arc;

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
        delivery: rules.delivery_fee.map(|fee| Delivery { fee, free_from }),
        repeat_comment: Word::read_or(&rules.repeat_comment, default.repeat_comment)?,
        repeat_code: Word::read_or(&rules.repeat_code, default.repeat_code)?,
        buyer_cancel: Word::read_or(&rules.buyer_cancel, default.buyer_cancel)?,
        reading: rules.reading.as_ref().map_or(Ok(default.reading), reading)?,
    })
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

pub(super) fn terms_message(terms: &OfferTerms) -> store::Terms {
    let (stock, by_cell) = match &terms.stock {
        Stock::Pool(stock) => (vec![stock.milli()], false),
        Stock::Cells(cells) => (cells.iter().map(|cell| cell.milli()).collect(), true),
    };
    let words = |words: &[Arc<str>]| words.iter().map(|word| word.to_string()).collect();
    let price = |rule: &VariantPrice| store::VariantPrice {
        variant: Some(store::Variant { values: variant_message(&rule.variant) }),
        price: rule.price.amount,
    };
    let pack = |pack: &Pack| store::Pack {
        name: pack.name.to_string(),
        quantity_milli: pack.quantity.milli(),
    };
    store::Terms {
        code: terms.code.as_str().into(),
        name: terms.name.to_string(),
        price: terms.price.amount,
        unit: terms.unit.to_string(),
        step_milli: terms.step.milli(),
        axes: terms.axes.iter().map(|axis| store::Axis { values: words(axis) }).collect(),
        prices: terms.prices.iter().map(price).collect(),
        packs: terms.packs.iter().map(pack).collect(),
        aliases: words(&terms.aliases),
        limit_per_buyer_milli: terms.limit_per_buyer.map(|limit| limit.milli()),
        stock_milli: stock,
        stock_by_cell: by_cell,
        currency: terms.price.currency.as_str().into(),
        item: terms.item.map(|item| item.0),
    }
}

pub(super) fn terms(terms: &store::Terms) -> Result<OfferTerms, CodecError> {
    let currency = currency(&terms.currency)?;
    let words = |words: &[String]| words.iter().map(|word| Arc::from(word.as_str())).collect();
    let price = |rule: &store::VariantPrice| {
        let said = required("variant of a price", rule.variant.as_ref())?;
        let price = Money { amount: rule.price, currency };
        Ok(VariantPrice { variant: variant(&said.values), price })
    };
    let pack = |pack: &store::Pack| {
        let quantity = quantity(pack.quantity_milli)?;
        Ok(Pack { name: pack.name.as_str().into(), quantity })
    };
    let stock = match (terms.stock_by_cell, terms.stock_milli.as_slice()) {
        (true, cells) => Stock::Cells(quantities(cells.to_vec())?),
        (false, &[pool]) => Stock::Pool(quantity(pool)?),
        (false, _) => return Err(CodecError::field("stock", "not one figure")),
    };
    Ok(OfferTerms {
        code: code(&terms.code)?,
        name: terms.name.as_str().into(),
        price: Money { amount: terms.price, currency },
        unit: terms.unit.as_str().into(),
        step: quantity(terms.step_milli)?,
        axes: terms.axes.iter().map(|axis| words(&axis.values)).collect(),
        prices: each(&terms.prices, price)?,
        packs: each(&terms.packs, pack)?,
        aliases: words(&terms.aliases),
        limit_per_buyer: terms.limit_per_buyer_milli.map(quantity).transpose()?,
        item: terms.item.map(ItemId),
        stock,
    })
}
