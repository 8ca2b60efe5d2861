//! Compiles the schemas in pure Rust and gives the messages their JSON form: the contract's, not
//! proto3's own.

mod form;

use form::{Form, LeftOut};
use std::io;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=chot");
    let descriptors = protox::compile(form::FILES, ["."])?;
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
        let form = Form::of(path, field);
        let mut json = Vec::new();
        if form.name != field.name() {
            json.push(format!("rename = \"{}\"", form.name));
        }
        json.extend(form.both.map(|both| format!("with = \"crate::json::{both}\"")));
        json.extend(form.reads.map(|reads| format!("deserialize_with = \"crate::json::{reads}\"")));
        match form.left_out {
            LeftOut::Never => {}
            LeftOut::Unsaid => json.push("skip_serializing_if = \"Option::is_none\"".into()),
            LeftOut::Empty => json.push("skip_serializing_if = \"Vec::is_empty\"".into()),
        }
        if !json.is_empty() {
            config.field_attribute(at, format!("#[serde({})]", json.join(", ")));
        }
    }
    Ok(())
}
