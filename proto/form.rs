//! How a field of the schema is written in JSON: said once, for the build and for the tests.

#![allow(dead_code, reason = "the build and the tests each use their own part")]

use prost_types::FieldDescriptorProto;
use prost_types::field_descriptor_proto::{Label, Type};

/// The schemas.
pub(crate) const FILES: [&str; 8] = [
    "chot/live/v1/live.proto",
    "chot/live/v1/http.proto",
    "chot/live/v1/people.proto",
    "chot/live/v1/console.proto",
    "chot/live/v1/ops.proto",
    "chot/live/v1/overlay.proto",
    "chot/journal/v1/journal.proto",
    "chot/journal/v1/store.proto",
];

/// What a value looks like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writing {
    /// As its type says.
    Plain,
    /// A quantity: a decimal number.
    Decimal,
    /// RFC 3339.
    Time,
    /// Two characters per byte.
    Hex,
    /// An array with nulls.
    Variant,
    /// An array of arrays.
    Axes,
    /// An object from name to quantity.
    Packs,
}

/// When a field is not written at all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeftOut {
    Never,
    Unsaid,
    Empty,
}

/// A field's JSON form.
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) writing: Writing,
    /// What of `crate::json` writes and reads it.
    pub(crate) both: Option<String>,
    /// What of `crate::json` reads it, where it is written as serde does.
    pub(crate) reads: Option<&'static str>,
    pub(crate) left_out: LeftOut,
}

impl Form {
    /// Of a field of the message with this full name (`.chot.live.v1.Order`).
    pub(crate) fn of(message: &str, field: &FieldDescriptorProto) -> Self {
        let (writing, both) = written(message, field);
        let is_message = field.r#type() == Type::Message;
        let left_out = match field.label() {
            Label::Repeated if ALWAYS_PRESENT.contains(&field.name()) => LeftOut::Never,
            Label::Repeated => LeftOut::Empty,
            _ if field.proto3_optional() || is_message => LeftOut::Unsaid,
            _ => LeftOut::Never,
        };
        let reads = if both.is_none() { read(message, field) } else { None };
        Self { name: json_name(field.name()).to_owned(), writing, both, reads, left_out }
    }

    /// Whether null lifts it, which is another thing than not saying it.
    pub(crate) fn is_lifted_by_null(&self) -> bool {
        self.reads == Some("null_is_none") || self.both.as_deref() == Some("lifted_milli_option")
    }
}

/// The field's name in JSON.
pub(crate) fn json_name(field: &str) -> &str {
    let ending = ENDINGS.iter().find_map(|(ending, ..)| field.strip_suffix(ending));
    ending.filter(|_| !SPANS.contains(&field)).unwrap_or(field)
}

fn written(message: &str, field: &FieldDescriptorProto) -> (Writing, Option<String>) {
    let repeated = field.label() == Label::Repeated;
    let ending = ENDINGS.iter().find(|(ending, ..)| field.name().ends_with(ending));
    if let Some((_, form, writing)) = ending.filter(|_| !SPANS.contains(&field.name())) {
        let form = match (message, field.name()) {
            (_, "restock_milli") => "signed_milli",
            (".chot.live.v1.Rules", "limit_per_buyer_milli") => "lifted_milli",
            _ => form,
        };
        let many = if repeated {
            "_many"
        } else if field.proto3_optional() {
            "_option"
        } else {
            ""
        };
        return (*writing, Some(format!("{form}{many}")));
    }
    match field.name() {
        _ if field.r#type() == Type::Bytes && repeated => (Writing::Hex, Some("hex_many".into())),
        _ if field.r#type() == Type::Bytes => (Writing::Hex, Some("hex".into())),
        "variant" if repeated => (Writing::Variant, Some("variant".into())),
        "packs" if is_live(message) => (Writing::Packs, Some("packs".into())),
        "variants" => (Writing::Axes, Some("axes".into())),
        _ => (Writing::Plain, None),
    }
}

fn read(message: &str, field: &FieldDescriptorProto) -> Option<&'static str> {
    if is_live(message) && field.label() == Label::Repeated {
        Some("list_or_null")
    } else if is_live(message) && NULL_IS_NONE.contains(&field.name()) {
        Some("null_is_none")
    } else if field.proto3_optional() && SWITCHES.contains(&field.name()) {
        Some("switch")
    } else {
        None
    }
}

fn is_live(message: &str) -> bool {
    message.starts_with(".chot.live.")
}

/// Fields whose JSON form has its own name and writing: (the name's end, which it loses, what of
/// `crate::json` writes it, what that looks like).
const ENDINGS: [(&str, &str, Writing); 2] =
    [("_milli", "milli", Writing::Decimal), ("_ms", "time", Writing::Time)];

/// Spans, not moments: whole milliseconds in JSON too, under the field's full name.
const SPANS: [&str; 8] = [
    "down_ms",
    "hold_ms",
    "hold_after_end_ms",
    "promotion_hold_ms",
    "cancel_undo_ms",
    "cooldown_ms",
    "next_ms",
    "retry_after_ms",
];

/// Settings that the phrasebook writes as `on` and `off`.
const SWITCHES: [&str; 2] = ["cancel_by_minus", "ignore_leading_zeros"];

/// Rules that a host lifts by saying null, which is another thing than not saying them.
const NULL_IS_NONE: [&str; 6] = [
    "promotion_hold",
    "cancel_undo",
    "holds_per_buyer",
    "orders_per_network",
    "expiries",
    "cooldown_seconds",
];

/// Lists that are written also when they are empty.
const ALWAYS_PRESENT: [&str; 26] = [
    "lines",
    "offers",
    "orders",
    "outcomes",
    "notes",
    "items",
    "sessions",
    "cells",
    "groups",
    "cards",
    "resolved",
    "feed",
    "places",
    "stock_outs",
    "findings",
    "points",
    "tiles",
    "events",
    "receipts",
    "devices",
    "people",
    "deeds",
    "shops",
    "may",
    "buyers",
    "overlays",
];
