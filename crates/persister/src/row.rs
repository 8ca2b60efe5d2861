//! Rows as they travel to the database: one JSON array per table, fields named like its columns;
//! what is new to Postgres goes as [`crate::copy`] writes it.

use domain::Quantity;
use domain::command::Want;
use domain::event::{ClaimedLine, ReturnedLine};
use domain::offer::Variant;
use domain::order::OrderLine;
use serde::{Serialize, Serializer};
use std::borrow::Cow;

/// One keyed act of a buyer with what came of it.
#[derive(Serialize, Debug)]
pub(crate) struct ClaimRow<'a> {
    pub(crate) seq: u64,
    pub(crate) entry: u32,
    pub(crate) epoch: u64,
    pub(crate) at_ms: u64,
    pub(crate) session: u32,
    pub(crate) key: Hex<'a>,
    pub(crate) buyer: Option<Hex<'a>>,
    pub(crate) origin: Option<&'static str>,
    pub(crate) rule: u16,
    pub(crate) number: Option<u32>,
    pub(crate) result: &'static str,
    pub(crate) reason: Option<&'static str>,
    pub(crate) order_no: Option<u32>,
    pub(crate) review: Option<u32>,
    pub(crate) hold_until_ms: Option<i64>,
    pub(crate) receipt: Hex<'a>,
    pub(crate) lines: Vec<ClaimLine<'a>>,
}

/// What one line of a claim brought, gave back or wanted; figures that are zero are left out.
#[derive(Serialize, Debug)]
pub(crate) struct ClaimLine<'a> {
    pub(crate) code: &'a str,
    #[serde(serialize_with = "variant", skip_serializing_if = "Variant::is_unsaid")]
    pub(crate) variant: &'a Variant,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) held_milli: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) waitlisted_milli: u64,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) wanted_milli: u64,
    /// Held or waiting before, given back for this claim: a swap.
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) swapped_milli: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) position_in_line: Option<u32>,
}

/// An order as it is from now on.
#[derive(Serialize, Debug)]
pub(crate) struct OrderRow<'a> {
    pub(crate) session: u32,
    pub(crate) order_no: u32,
    pub(crate) buyer: Hex<'a>,
    pub(crate) state: &'static str,
    pub(crate) currency: &'a str,
    pub(crate) hold_until_ms: Option<i64>,
    pub(crate) epoch: u64,
    pub(crate) seq: u64,
    pub(crate) since_ms: u64,
    pub(crate) undo_until_ms: Option<i64>,
    pub(crate) delivery_fee: Option<i64>,
}

/// A line of an order as it is from now on.
#[derive(Serialize, Debug)]
pub(crate) struct OrderLineRow<'a> {
    pub(crate) session: u32,
    pub(crate) order_no: u32,
    pub(crate) line: usize,
    pub(crate) code: &'a str,
    pub(crate) item: u32,
    pub(crate) cell: u16,
    #[serde(serialize_with = "variant")]
    pub(crate) variant: &'a Variant,
    pub(crate) held_milli: u64,
    pub(crate) waitlisted_milli: u64,
    pub(crate) price: i64,
    pub(crate) cancelling_milli: u64,
}

/// A stock figure of a new item.
#[derive(Serialize, Debug)]
pub(crate) struct CellRow {
    pub(crate) item: u32,
    pub(crate) cell: u16,
    #[serde(serialize_with = "own_variant")]
    pub(crate) variant: Variant,
    pub(crate) stock_milli: u64,
}

impl<'a> ClaimLine<'a> {
    /// Of a claim that got stock or a place in line.
    pub(crate) fn claimed(line: &'a ClaimedLine) -> Self {
        Self {
            code: line.code.as_str(),
            variant: &line.variant,
            held_milli: line.held.milli(),
            waitlisted_milli: line.waitlisted.milli(),
            wanted_milli: 0,
            swapped_milli: 0,
            position_in_line: line.position_in_line,
        }
    }

    /// Of a release.
    pub(crate) fn returned(line: &'a ReturnedLine) -> Self {
        Self {
            code: line.code.as_str(),
            variant: &line.variant,
            held_milli: line.held.milli(),
            waitlisted_milli: line.waitlisted.milli(),
            wanted_milli: 0,
            swapped_milli: 0,
            position_in_line: None,
        }
    }

    /// Of a swap: what went back for it.
    pub(crate) fn swapped(line: &'a ReturnedLine) -> Self {
        Self {
            swapped_milli: line.held.milli() + line.waitlisted.milli(),
            held_milli: 0,
            waitlisted_milli: 0,
            ..Self::returned(line)
        }
    }

    /// Of a claim that got nothing, or may get something later.
    pub(crate) fn wanted(want: &'a Want) -> Self {
        Self {
            code: want.code.as_str(),
            variant: &want.variant,
            held_milli: 0,
            waitlisted_milli: 0,
            wanted_milli: want.quantity.milli(),
            swapped_milli: 0,
            position_in_line: None,
        }
    }
}

impl<'a> OrderLineRow<'a> {
    /// A line of that order, at its place.
    pub(crate) fn new(
        (session, order_no): (u32, u32),
        line: usize,
        what: &'a OrderLine,
        cancelling: Quantity,
    ) -> Self {
        Self {
            session,
            order_no,
            line,
            code: what.code.as_str(),
            item: what.item.0,
            cell: what.cell.0,
            variant: &what.variant,
            held_milli: what.held.milli(),
            waitlisted_milli: what.waitlisted.milli(),
            price: what.price.amount,
            cancelling_milli: cancelling.milli(),
        }
    }
}

/// Bytes, written as lower-case hexadecimal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hex<'a>(pub(crate) &'a [u8]);

/// The longest thing that is written so: a hash.
const HEX_BYTES_MAX: usize = 32;

impl Hex<'_> {
    /// The two digits of a byte.
    pub(crate) fn digits(byte: u8) -> [u8; 2] {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]
    }
}

impl Serialize for Hex<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = [0; 2 * HEX_BYTES_MAX];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&Self::digits(*byte));
        }
        let text = &text[..2 * self.0.len()];
        serializer.serialize_str(str::from_utf8(text).expect("digits are ASCII"))
    }
}

/// Text as both databases take it: Postgres has no NUL, so that one becomes U+FFFD.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// True if the two read the same once they are stored.
pub(crate) fn is_same_variant(one: &Variant, other: &Variant) -> bool {
    let cleaned = |variant: &Variant| -> Vec<Option<String>> {
        let said = variant.0.iter().map(|said| said.as_deref().map(clean));
        said.map(|said| said.map(Cow::into_owned)).collect()
    };
    one == other || (one.0.len() == other.0.len() && cleaned(one) == cleaned(other))
}

/// What was said on each axis, as one JSON array.
pub(crate) fn variant<S: Serializer>(variant: &&Variant, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(variant.0.iter().map(|said| said.as_deref().map(clean)))
}

fn own_variant<S: Serializer>(own: &Variant, serializer: S) -> Result<S::Ok, S::Error> {
    variant(&own, serializer)
}

fn is_zero(figure: &u64) -> bool {
    *figure == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_in_a_word_is_replaced_and_nothing_else_is() {
        assert_eq!(clean("cà\0chua"), "cà\u{fffd}chua");
        assert!(matches!(clean("cà chua"), Cow::Borrowed("cà chua")));
    }

    #[test]
    fn bytes_are_written_as_lower_case_hexadecimal() {
        let text = serde_json::to_string(&Hex(&[0x0a, 0xff])).expect("text");
        assert_eq!(text, "\"0aff\"");
    }
}
