//! The reference says what the schemas say: every message, every field, every word, with examples
//! that are read and written back.

#[path = "../form.rs"]
mod form;
mod messages;

use messages::{examples, find};
use serde_json::Value;
use std::path::Path;

fn page() -> String {
    file("README.md")
}

fn file(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// True if everything that the example says was understood; more may be written than it says.
fn within(example: &Value, written: &Value) -> bool {
    match (example, written) {
        (Value::Object(example), Value::Object(written)) => {
            example.iter().all(|(name, value)| written.get(name).is_some_and(|w| within(value, w)))
        }
        (Value::Array(example), Value::Array(written)) => {
            example.len() == written.len() && example.iter().zip(written).all(|(e, w)| within(e, w))
        }
        (example, written) => example == written,
    }
}

#[test]
fn every_example_is_understood_whole_and_reads_back() {
    let page = page();
    for example in examples(&page) {
        for (at, name) in example.names.iter().enumerate() {
            let place = format!("line {}, {name}", example.line);
            let known = find(name);
            let forms = (known.of_json)(&example.json).unwrap_or_else(|e| panic!("{place}: {e}"));
            let again = (known.of_json)(&forms.json).unwrap_or_else(|e| panic!("{place}: {e}"));
            assert_eq!(again, forms, "{place}: the JSON reads back");
            let again = (known.of_bytes)(&forms.bytes).unwrap_or_else(|e| panic!("{place}: {e}"));
            assert_eq!(again, forms, "{place}: the bytes read back");
            let mut told: Value = serde_json::from_str(&example.json).expect("read above");
            if at > 0 {
                // The same example as the message inside a frame, which has no type of its own.
                told.as_object_mut().expect("a message").remove("type");
            }
            let written = serde_json::from_str(&forms.json).expect("written by us");
            assert!(within(&told, &written), "{place}: {told} is written as {written}");
        }
    }
}

/// One message of the schemas: its package, its name, the JSON names of its fields.
struct Schema {
    package: &'static str,
    name: String,
    fields: Vec<String>,
}

/// What the schemas define, read line by line: they are ours, and written one field a line.
fn schemas() -> Vec<Schema> {
    let mut schemas: Vec<Schema> = Vec::new();
    for path in form::FILES {
        let package =
            if path.starts_with("chot/live/") { "chot.live.v1" } else { "chot.journal.v1" };
        for line in file(path).lines().map(str::trim) {
            if let Some(name) = line.strip_prefix("message ") {
                let name = name.trim_end_matches(" {").into();
                schemas.push(Schema { package, name, fields: Vec::new() });
            } else if let Some((declared, _)) = line.split_once(" = ")
                && !line.starts_with("//")
                && !line.starts_with("syntax")
            {
                let field = declared.rsplit(' ').next().expect("split gives one part at least");
                let schema = schemas.last_mut().expect("fields stand in messages");
                schema.fields.push(form::json_name(field).to_owned());
            }
        }
    }
    schemas
}

/// The part of the page about one message: from its heading, in its package's chapter, to the next.
fn section<'a>(page: &'a str, schema: &Schema) -> Option<&'a str> {
    let chapters = page.split("\n## ").filter(|chapter| {
        let title = chapter.lines().next().unwrap_or_default();
        title.contains(schema.package)
    });
    let mut sections = chapters.flat_map(|chapter| chapter.split("\n### ").skip(1));
    sections.find(|section| section.lines().next() == Some(&schema.name))
}

#[test]
fn every_message_and_every_field_has_its_place_in_the_reference() {
    let page = page();
    let schemas = schemas();
    assert_eq!(schemas.len(), messages::MESSAGES.len(), "the tests know every message");
    for schema in &schemas {
        let full = format!("{}.{}", schema.package, schema.name);
        find(&full);
        let section = section(&page, schema);
        let section = section.unwrap_or_else(|| panic!("{full} has no section in its chapter"));
        for field in &schema.fields {
            assert!(section.contains(&format!("`{field}`")), "{full}: `{field}` is not told");
        }
    }
}

#[test]
fn every_message_has_an_example() {
    let page = page();
    let examples = examples(&page);
    let shown = |name: &str| examples.iter().any(|example| example.names.contains(&name));
    for known in messages::MESSAGES {
        assert!(shown(known.name), "{} has no example", known.name);
    }
}

/// The words that a source file defines, as the first text after `marker` on a line.
fn words(path: &str, marker: &str) -> Vec<String> {
    let source = file(path);
    let of_line = |line: &str| {
        let (_, rest) = line.split_once(marker)?;
        let (word, _) = rest.split_once('"')?;
        let plain = !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        plain.then(|| word.to_string())
    };
    source.lines().filter_map(of_line).collect()
}

#[test]
fn every_word_of_an_answer_is_explained() {
    let page = page();
    let check = |path: &str, marker: &str, at_least: usize| {
        let words = words(path, marker);
        assert!(words.len() >= at_least, "{path} is written otherwise: look for its words anew");
        for word in words {
            assert!(page.contains(&format!("`{word}`")), "`{word}` of {path} is not explained");
        }
    };
    check("../crates/domain/src/reason.rs", " = \"", 20);
    check("../crates/domain/src/rejection.rs", "=> \"", 14);
    check("../crates/domain/src/outcome.rs", "=> \"", 7);
    check("../crates/domain/src/event/name.rs", "=> \"", 20);
    check("../crates/gateway/src/problem.rs", "    (\"", 40);
}
