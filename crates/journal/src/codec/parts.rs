//! The small parts that events and shops at rest share, both ways.

use super::CodecError;
use domain::command::{Key, RuleNo, Want};
use domain::event::{ClaimedLine, ReturnedLine};
use domain::offer::{Cell, Variant};
use domain::{
    BuyerRef, Code, Currency, Hash, ItemId, KeyDigest, Money, Network, Quantity, Timestamp,
};
use proto::store;
use std::sync::Arc;

/// A message that must be there.
pub(super) fn required<T>(field: &'static str, found: Option<T>) -> Result<T, CodecError> {
    found.ok_or(CodecError::Field { field, found: "absent".into() })
}

pub(super) fn code(text: &str) -> Result<Code, CodecError> {
    Code::parse(text).ok_or_else(|| CodecError::field("code", text))
}

/// Nothing stands for none.
pub(super) fn code_message_or_none(code: Option<Code>) -> String {
    code.map_or_else(String::new, |code| code.as_str().into())
}

pub(super) fn code_or_none(text: &str) -> Result<Option<Code>, CodecError> {
    match text {
        "" => Ok(None),
        text => code(text).map(Some),
    }
}

pub(super) fn quantity(milli: u64) -> Result<Quantity, CodecError> {
    Quantity::from_milli(milli).ok_or_else(|| CodecError::field("quantity", milli))
}

pub(super) fn quantities(milli: Vec<u64>) -> Result<Vec<Quantity>, CodecError> {
    milli.into_iter().map(quantity).collect()
}

pub(super) fn cell(number: u32) -> Result<Cell, CodecError> {
    let number = u16::try_from(number).map_err(|_| CodecError::field("cell", number))?;
    Ok(Cell(number))
}

pub(super) fn small(field: &'static str, number: u32) -> Result<u16, CodecError> {
    u16::try_from(number).map_err(|_| CodecError::field(field, number))
}

pub(super) fn digest(bytes: &[u8]) -> Result<KeyDigest, CodecError> {
    let bytes = bytes.try_into();
    bytes.map(KeyDigest).map_err(|_| CodecError::field("key", "of another length"))
}

pub(super) fn digest_or_none(bytes: &[u8]) -> Result<Option<KeyDigest>, CodecError> {
    match bytes {
        [] => Ok(None),
        bytes => digest(bytes).map(Some),
    }
}

pub(super) fn buyer(bytes: &[u8]) -> Result<BuyerRef, CodecError> {
    let bytes = bytes.try_into();
    bytes.map(BuyerRef).map_err(|_| CodecError::field("buyer", "of another length"))
}

pub(super) fn network_message(network: Option<Network>) -> Vec<u8> {
    network.map_or_else(Vec::new, |network| network.0.to_vec())
}

pub(super) fn network(bytes: &[u8]) -> Result<Option<Network>, CodecError> {
    match bytes {
        [] => Ok(None),
        bytes => match bytes.try_into() {
            Ok(bytes) => Ok(Some(Network(bytes))),
            Err(_) => Err(CodecError::field("network", "of another length")),
        },
    }
}

pub(super) fn rule(number: u32) -> Result<RuleNo, CodecError> {
    small("rule", number).map(RuleNo)
}

pub(super) fn hash(bytes: &[u8]) -> Result<Hash, CodecError> {
    let bytes = bytes.try_into();
    bytes.map(Hash).map_err(|_| CodecError::field("hash", "of another length"))
}

pub(super) fn key_message(key: &Key) -> store::Key {
    store::Key {
        digest: key.digest.0.to_vec(),
        body: key.body.map_or_else(Vec::new, |body| body.0.to_vec()),
    }
}

pub(super) fn key_message_or_none(key: &Option<Key>) -> Option<store::Key> {
    key.as_ref().map(key_message)
}

pub(super) fn key(message: &store::Key) -> Result<Key, CodecError> {
    Ok(Key { digest: digest(&message.digest)?, body: digest_or_none(&message.body)? })
}

pub(super) fn key_or_none(message: Option<&store::Key>) -> Result<Option<Key>, CodecError> {
    message.map(key).transpose()
}

/// đồng go without saying.
pub(super) fn currency_message(currency: Currency) -> Option<String> {
    (currency != Currency::VND).then(|| currency.as_str().into())
}

pub(super) fn currency(text: &str) -> Result<Currency, CodecError> {
    Currency::parse(text).ok_or_else(|| CodecError::field("currency", text))
}

pub(super) fn money(amount: i64, text: Option<&str>) -> Result<Money, CodecError> {
    let currency = text.map_or(Ok(Currency::VND), currency)?;
    Ok(Money { amount, currency })
}

pub(super) fn variant_message(variant: &Variant) -> Vec<String> {
    let values = variant.0.iter();
    values.map(|value| value.as_deref().unwrap_or("").into()).collect()
}

pub(super) fn variant(values: &[String]) -> Variant {
    let said = |value: &String| (!value.is_empty()).then(|| Arc::from(value.as_str()));
    Variant(values.iter().map(said).collect())
}

pub(super) fn claimed_line_message(line: &ClaimedLine) -> store::ClaimedLine {
    store::ClaimedLine {
        code: line.code.as_str().into(),
        item: line.item.0,
        cell: line.cell.0.into(),
        variant: variant_message(&line.variant),
        held_milli: line.held.milli(),
        waitlisted_milli: line.waitlisted.milli(),
        position_in_line: line.position_in_line,
        price: line.price.amount,
        currency: currency_message(line.price.currency),
    }
}

pub(super) fn claimed_line(line: &store::ClaimedLine) -> Result<ClaimedLine, CodecError> {
    Ok(ClaimedLine {
        code: code(&line.code)?,
        item: ItemId(line.item),
        cell: cell(line.cell)?,
        variant: variant(&line.variant),
        held: quantity(line.held_milli)?,
        waitlisted: quantity(line.waitlisted_milli)?,
        position_in_line: line.position_in_line,
        price: money(line.price, line.currency.as_deref())?,
    })
}

fn returned_message(line: &ReturnedLine) -> store::ReturnedLine {
    store::ReturnedLine {
        code: line.code.as_str().into(),
        item: line.item.0,
        cell: line.cell.0.into(),
        variant: variant_message(&line.variant),
        held_milli: line.held.milli(),
        waitlisted_milli: line.waitlisted.milli(),
    }
}

pub(super) fn returned_messages(lines: &[ReturnedLine]) -> Vec<store::ReturnedLine> {
    lines.iter().map(returned_message).collect()
}

pub(super) fn returned(line: &store::ReturnedLine) -> Result<ReturnedLine, CodecError> {
    Ok(ReturnedLine {
        code: code(&line.code)?,
        item: ItemId(line.item),
        cell: cell(line.cell)?,
        variant: variant(&line.variant),
        held: quantity(line.held_milli)?,
        waitlisted: quantity(line.waitlisted_milli)?,
    })
}

fn want_message(want: &Want) -> store::Want {
    store::Want {
        code: want.code.as_str().into(),
        variant: variant_message(&want.variant),
        quantity_milli: want.quantity.milli(),
        adds: want.adds,
    }
}

pub(super) fn want_messages(wants: &[Want]) -> Vec<store::Want> {
    wants.iter().map(want_message).collect()
}

pub(super) fn want(want: &store::Want) -> Result<Want, CodecError> {
    Ok(Want {
        code: code(&want.code)?,
        variant: variant(&want.variant),
        quantity: quantity(want.quantity_milli)?,
        adds: want.adds,
    })
}

pub(super) fn time(ms: Option<u64>) -> Option<Timestamp> {
    ms.map(Timestamp)
}

/// Each of a list, or the first that cannot be.
pub(super) fn each<A, B>(
    list: &[A],
    one: impl Fn(&A) -> Result<B, CodecError>,
) -> Result<Vec<B>, CodecError> {
    list.iter().map(one).collect()
}
