//! Rows that are new, as Postgres takes them fastest: one binary `COPY` per table, sent while it is
//! still being made.
//!
//! ```text
//! rows ─▶ fields, big-endian ─▶ 64 KiB at a time ─▶ the server stores them while the next are made
//! ```
//!
//! Never: brings a row that may be there already. `COPY` knows no `ON CONFLICT`; that the rows are
//! new is proved before, by the watermark and the highest order of each session.

use crate::row::{ClaimRow, Hex, OrderLineRow, OrderRow, variant};
use domain::ShopId;
use serde::Serialize;
use sqlx::PgConnection;

/// So much is made before it is sent: large beside a system call, small beside a batch, so that the
/// server has work from the beginning.
const PART_BYTES: usize = 64 * 1024;
/// The signature, then no flags and no extension.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: &[u8] = b"\xff\xff";
/// How long a field is that is null.
const NULL: i32 = -1;
/// What stands before a text that is JSONB.
const JSONB_VERSION: u8 = 1;

/// A row that can be copied. Its fields come as its statement names the columns, the shop first.
pub(crate) trait Copied {
    /// How many columns, without the shop.
    const COLUMNS: i16;

    /// Writes them.
    fn fields(&self, into: &mut Fields);
}

/// Copies the rows of one table.
pub(crate) async fn copy<R: Copied>(
    link: &mut PgConnection,
    statement: &str,
    shop: ShopId,
    rows: &[R],
) -> Result<(), sqlx::Error> {
    let mut copy = link.copy_in_raw(statement).await?;
    let mut fields = Fields::default();
    for row in rows {
        fields.row(shop, row);
        if fields.0.len() >= PART_BYTES {
            copy.send(&*fields.0).await?;
            fields.0.clear();
        }
    }
    fields.0.extend_from_slice(TRAILER);
    copy.send(&*fields.0).await?;
    copy.finish().await.map(drop)
}

/// Fields as the binary format has them: a length, then bytes.
#[derive(Debug)]
pub(crate) struct Fields(Vec<u8>);

impl Default for Fields {
    fn default() -> Self {
        let mut bytes = Vec::with_capacity(PART_BYTES + PART_BYTES / 4);
        bytes.extend_from_slice(HEADER);
        Self(bytes)
    }
}

impl Fields {
    fn row<R: Copied>(&mut self, shop: ShopId, row: &R) {
        self.0.extend_from_slice(&(R::COLUMNS + 1).to_be_bytes());
        self.number(shop.get());
        row.fields(self);
    }

    fn int(&mut self, number: i64) {
        self.0.extend_from_slice(&8_i32.to_be_bytes());
        self.0.extend_from_slice(&number.to_be_bytes());
    }

    /// Numbers beyond SQL's stay at its largest.
    fn number(&mut self, number: u64) {
        self.int(i64::try_from(number).unwrap_or(i64::MAX));
    }

    fn null(&mut self) {
        self.0.extend_from_slice(&NULL.to_be_bytes());
    }

    fn maybe<T>(&mut self, field: Option<T>, write: impl Fn(&mut Self, T)) {
        match field {
            Some(field) => write(self, field),
            None => self.null(),
        }
    }

    fn text(&mut self, text: &str) {
        self.sized(|bytes| bytes.extend_from_slice(text.as_bytes()));
    }

    fn hex(&mut self, Hex(bytes): Hex<'_>) {
        self.sized(|into| into.extend(bytes.iter().flat_map(|byte| Hex::digits(*byte))));
    }

    fn json(&mut self, write: impl Fn(&mut serde_json::Serializer<&mut Vec<u8>>)) {
        self.sized(|bytes| {
            bytes.push(JSONB_VERSION);
            write(&mut serde_json::Serializer::new(bytes));
        });
    }

    /// A field whose length is known once it is written.
    fn sized(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let at = self.0.len();
        self.0.extend_from_slice(&[0; 4]);
        write(&mut self.0);
        let length = i32::try_from(self.0.len() - at - 4).expect("a field is short");
        self.0[at..at + 4].copy_from_slice(&length.to_be_bytes());
    }
}

const PLAIN: &str = "plain data is JSON";

impl Copied for ClaimRow<'_> {
    const COLUMNS: i16 = 17;

    fn fields(&self, into: &mut Fields) {
        into.number(self.seq);
        into.int(self.entry.into());
        into.number(self.epoch);
        into.number(self.at_ms);
        into.int(self.session.into());
        into.hex(self.key);
        into.maybe(self.buyer, Fields::hex);
        into.maybe(self.origin, Fields::text);
        into.int(self.rule.into());
        into.maybe(self.number.map(i64::from), Fields::int);
        into.text(self.result);
        into.maybe(self.reason, Fields::text);
        into.maybe(self.order_no.map(i64::from), Fields::int);
        into.maybe(self.review.map(i64::from), Fields::int);
        into.maybe(self.hold_until_ms, Fields::int);
        into.hex(self.receipt);
        into.json(|json| self.lines.serialize(json).expect(PLAIN));
    }
}

impl Copied for OrderRow<'_> {
    const COLUMNS: i16 = 11;

    fn fields(&self, into: &mut Fields) {
        into.int(self.session.into());
        into.int(self.order_no.into());
        into.hex(self.buyer);
        into.text(self.state);
        into.text(self.currency);
        into.maybe(self.hold_until_ms, Fields::int);
        into.number(self.epoch);
        into.number(self.seq);
        into.number(self.since_ms);
        into.maybe(self.undo_until_ms, Fields::int);
        into.maybe(self.delivery_fee, Fields::int);
    }
}

impl Copied for OrderLineRow<'_> {
    const COLUMNS: i16 = 11;

    fn fields(&self, into: &mut Fields) {
        into.int(self.session.into());
        into.int(self.order_no.into());
        into.number(self.line as u64);
        into.text(self.code);
        into.int(self.item.into());
        into.int(self.cell.into());
        into.json(|json| variant(&self.variant, json).expect(PLAIN));
        into.number(self.held_milli);
        into.number(self.waitlisted_milli);
        into.int(self.price);
        into.number(self.cancelling_milli);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Two;

    impl Copied for Two {
        const COLUMNS: i16 = 2;

        fn fields(&self, into: &mut Fields) {
            into.null();
            into.hex(Hex(&[0x0a, 0xff]));
        }
    }

    #[test]
    fn a_copied_row_is_its_count_of_fields_and_each_field_its_length_and_bytes() {
        let mut fields = Fields::default();
        fields.row(ShopId::from_random(7), &Two);
        let row = b"\0\x03\0\0\0\x08\0\0\0\0\0\0\0\x07\xff\xff\xff\xff\0\0\0\x040aff";
        assert_eq!(fields.0, [HEADER, row].concat());
    }
}
