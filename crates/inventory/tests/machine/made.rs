//! Made-up nouns for tests.

use domain::code::Code;
use domain::command::{Command, Key, Request, Want};
use domain::id::{BuyerRef, KeyDigest};
use domain::money::Money;
use domain::offer::{OfferTerms, Stock, Variant};
use domain::quantity::Quantity;
use std::sync::Arc;

pub(crate) fn code(text: &str) -> Code {
    Code::parse(text).expect("a code")
}

pub(crate) fn milli(milli: u64) -> Quantity {
    Quantity::from_milli(milli).expect("within the limit")
}

pub(crate) fn buyer(number: u8) -> BuyerRef {
    BuyerRef([number; 16])
}

pub(crate) fn digest(number: u64) -> KeyDigest {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    KeyDigest(bytes)
}

pub(crate) fn key(number: u64) -> Key {
    Key { digest: digest(number), body: None }
}

pub(crate) fn keyed(number: u64, command: Command) -> Request {
    Request { key: Some(key(number)), command }
}

pub(crate) fn want(text: &str, quantity: Quantity) -> Want {
    Want { code: code(text), variant: Variant::default(), quantity, adds: false }
}

/// A new item of one pool at 10,000 đồng.
pub(crate) fn terms(text: &str, step: Quantity, stock: Quantity) -> OfferTerms {
    OfferTerms {
        code: code(text),
        name: text.into(),
        price: Money::vnd(10_000),
        unit: "kg".into(),
        step,
        axes: vec![],
        prices: vec![],
        packs: vec![],
        aliases: vec![],
        limit_per_buyer: None,
        ready_at: None,
        item: None,
        stock: Stock::Pool(stock),
    }
}

/// Axes of variants from `đỏ,xanh/S,M`.
pub(crate) fn axes(text: &str) -> Vec<Vec<Arc<str>>> {
    let words = |axis: &str| axis.split(',').map(|word| word.trim().into()).collect();
    text.split('/').map(words).collect()
}
