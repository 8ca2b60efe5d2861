//! Old bytes go on saying what they said: one golden pair, JSON and protobuf, for every message.
//!
//! `CHOT_GOLDEN=write cargo test -p proto` writes pairs that are missing, from the first example of
//! the reference; a pair that is there is never written over.

mod messages;

use messages::{Forms, Known, MESSAGES, examples};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;
use std::sync::Once;

fn path(known: &Known, ending: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    folder.join(format!("{}.{ending}", known.name))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let pairs = text.trim().as_bytes().chunks(2);
    let text = |pair: &[u8]| String::from_utf8(pair.to_vec()).expect("ASCII");
    pairs.map(|pair| u8::from_str_radix(&text(pair), 16).expect("hexadecimal")).collect()
}

/// The pair as it was frozen.
fn pair(known: &Known) -> Forms {
    static MISSING: Once = Once::new();
    MISSING.call_once(|| {
        if std::env::var_os("CHOT_GOLDEN").is_some_and(|value| value == "write") {
            MESSAGES.iter().filter(|known| frozen(known).is_none()).for_each(write_missing);
        }
    });
    frozen(known).unwrap_or_else(|| panic!("{} has no golden pair", known.name))
}

fn frozen(known: &Known) -> Option<Forms> {
    let json = fs::read_to_string(path(known, "json")).ok()?;
    let bytes = fs::read_to_string(path(known, "hex")).ok()?;
    Some(Forms { json: json.trim_end().into(), bytes: unhex(&bytes) })
}

fn write_missing(known: &Known) {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md"));
    let page = page.expect("the reference is there");
    let examples = examples(&page);
    let first = examples.iter().find(|example| example.names.contains(&known.name));
    let first = first.unwrap_or_else(|| panic!("{} has no example", known.name));
    let forms = (known.of_json)(&first.json).expect("the example is read");
    fs::write(path(known, "json"), forms.json + "\n").expect("the folder can be written");
    fs::write(path(known, "hex"), hex(&forms.bytes) + "\n").expect("the folder can be written");
}

#[test]
fn every_message_is_written_as_it_always_was() {
    for known in MESSAGES {
        let pair = pair(known);
        let written = (known.of_json)(&pair.json).expect("the JSON is still read");
        assert_eq!(hex(&written.bytes), hex(&pair.bytes), "{}: other bytes", known.name);
        assert!(!pair.bytes.is_empty(), "{}: a pair that says nothing", known.name);
    }
}

/// Fields that came later may stand in today's JSON; what the pair says must still be there.
fn still_says(today: &Value, then: &Value) -> bool {
    match (today, then) {
        (Value::Object(today), Value::Object(then)) => then
            .iter()
            .all(|(name, value)| today.get(name).is_some_and(|today| still_says(today, value))),
        (Value::Array(today), Value::Array(then)) => {
            today.len() == then.len() && today.iter().zip(then).all(|(t, then)| still_says(t, then))
        }
        (today, then) => today == then,
    }
}

#[test]
fn old_bytes_still_say_what_they_said() {
    for known in MESSAGES {
        let pair = pair(known);
        let read = (known.of_bytes)(&pair.bytes).expect("the bytes are still read");
        let today: Value = serde_json::from_str(&read.json).expect("written by us");
        let then: Value = serde_json::from_str(&pair.json).expect("written by us");
        assert!(still_says(&today, &then), "{}: {then} is read as {today}", known.name);
    }
}
