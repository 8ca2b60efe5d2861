//! An offer's terms, both ways.

use super::CodecError;
use super::parts::{
    code, currency, each, quantities, quantity, required, variant, variant_message,
};
use domain::offer::{Pack, Stock, VariantPrice};
use domain::{ItemId, Money, OfferTerms, Timestamp};
use proto::store;
use std::sync::Arc;

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
        ready_at_ms: terms.ready_at.map(|ready| ready.0),
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
        ready_at: terms.ready_at_ms.map(Timestamp),
        item: terms.item.map(ItemId),
        stock,
    })
}
