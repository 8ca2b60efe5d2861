//! Compiles the schemas in pure Rust and gives the messages their JSON form: the contract's, not
//! proto3's own.

use std::io;

/// Message fields whose JSON form has its own name and writing: (field name's end, serde's `with`).
const ENDINGS: [(&str, &str); 2] = [("_milli", "milli"), ("_ms", "time")];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let files = [
        "chot/live/v1/live.proto",
        "chot/live/v1/http.proto",
        "chot/live/v1/console.proto",
        "chot/live/v1/ops.proto",
        "chot/journal/v1/journal.proto",
        "chot/journal/v1/store.proto",
    ];
    println!("cargo::rerun-if-changed=chot");
    let descriptors = protox::compile(files, ["."])?;
    let mut config = prost_build::Config::new();
    config.type_attribute(".", "#[derive(serde::Serialize, serde::Deserialize)]");
    config.type_attribute(".", "#[allow(missing_docs)]");
    for file in &descriptors.file {
        for message in &file.message_type {
            let path = format!(".{}.{}", file.package(), message.name());
            attributes(&mut config, &path, message)?;
        }
    }
    config.compile_fds(descriptors)?;
    Ok(())
}

fn attributes(
    config: &mut prost_build::Config,
    path: &str,
    message: &prost_types::DescriptorProto,
) -> io::Result<()> {
    use prost_types::field_descriptor_proto::{Label, Type};
    if message.name() == "Money" {
        config.message_attribute(path, "#[serde(from = \"crate::json::MoneyForm\")]");
    }
    let oneofs = message.oneof_decl.iter().filter(|oneof| !oneof.name().starts_with('_'));
    for oneof in oneofs.clone() {
        let path = format!("{path}.{}", oneof.name());
        config.enum_attribute(&path, "#[serde(tag = \"type\", rename_all = \"snake_case\")]");
    }
    let is_union = oneofs.count() == 1 && message.field.iter().all(|f| f.oneof_index.is_some());
    let form = if is_union && message.oneof_decl.len() == 1 { "transparent" } else { "default" };
    config.message_attribute(path, format!("#[serde({form})]"));
    if form == "transparent" {
        return Ok(());
    }
    for field in &message.field {
        let at = format!("{path}.{}", field.name());
        let optional = field.proto3_optional();
        let repeated = field.label() == Label::Repeated;
        let mut json = Vec::new();
        let ending = ENDINGS
            .iter()
            .find(|(ending, _)| field.name().ends_with(ending) && !SPANS.contains(&field.name()));
        if let Some((ending, form)) = ending {
            json.push(format!("rename = \"{}\"", field.name().trim_end_matches(ending)));
            let form = match (path, field.name()) {
                (_, "restock_milli") => "signed_milli",
                (".chot.live.v1.Rules", "limit_per_buyer_milli") => "lifted_milli",
                _ => form,
            };
            let many = if repeated {
                "_many"
            } else if optional {
                "_option"
            } else {
                ""
            };
            json.push(format!("with = \"crate::json::{form}{many}\""));
        } else if field.r#type() == Type::Bytes {
            json.push("with = \"crate::json::hex\"".into());
        } else if repeated && matches!(field.name(), "variant") {
            json.push("with = \"crate::json::variant\"".into());
        } else if field.name() == "packs" && path.starts_with(".chot.live.") {
            json.push("with = \"crate::json::packs\"".into());
        } else if field.name() == "variants" {
            json.push("with = \"crate::json::axes\"".into());
        } else if repeated && path.starts_with(".chot.live.") {
            json.push("deserialize_with = \"crate::json::list_or_null\"".into());
        } else if path.starts_with(".chot.live.") && NULL_IS_NONE.contains(&field.name()) {
            json.push("deserialize_with = \"crate::json::null_is_none\"".into());
        } else if optional && SWITCHES.contains(&field.name()) {
            json.push("deserialize_with = \"crate::json::switch\"".into());
        }
        let message_field = field.r#type() == Type::Message && !repeated;
        if optional || message_field {
            json.push("skip_serializing_if = \"Option::is_none\"".into());
        } else if repeated && !ALWAYS_PRESENT.contains(&field.name()) {
            json.push("skip_serializing_if = \"Vec::is_empty\"".into());
        }
        if !json.is_empty() {
            config.field_attribute(at, format!("#[serde({})]", json.join(", ")));
        }
    }
    Ok(())
}

/// Spans, not moments: whole milliseconds in JSON too, under the field's full name.
const SPANS: [&str; 7] = [
    "down_ms",
    "hold_ms",
    "hold_after_end_ms",
    "promotion_hold_ms",
    "cancel_undo_ms",
    "cooldown_ms",
    "next_ms",
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
const ALWAYS_PRESENT: [&str; 19] = [
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
];
