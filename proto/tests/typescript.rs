//! The pages' types are the schema's: one generated file, and proof that it tells the truth.
//!
//! `CHOT_GOLDEN=write cargo test -p proto --test typescript` writes it anew.

#[path = "typescript/fit.rs"]
mod fit;
#[path = "../form.rs"]
mod form;
mod messages;
#[path = "typescript/model.rs"]
mod model;
#[path = "typescript/page.rs"]
mod page;

use fit::fits;
use model::Shape;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The generated file.
const PAGE: &str = "../crates/screens/ui/src/wire.ts";

fn path(from_here: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(from_here)
}

fn file(from_here: &str) -> String {
    let path = path(from_here);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_types_of_the_pages_are_those_of_the_schema() {
    let page = page::page(&model::types());
    if std::env::var_os("CHOT_GOLDEN").is_some_and(|value| value == "write") {
        fs::write(path(PAGE), &page).expect("the folder can be written");
    }
    let committed = fs::read_to_string(path(PAGE)).unwrap_or_default();
    let differs = page.lines().zip(committed.lines()).find(|(now, then)| now != then);
    assert!(
        page == committed,
        "crates/screens/ui/src/wire.ts is not what the schema says ({differs:?}): write it anew \
         with `CHOT_GOLDEN=write cargo test -p proto --test typescript`"
    );
}

#[test]
fn every_example_of_the_reference_has_its_type() {
    let types = model::types();
    let page = file("README.md");
    for example in messages::examples(&page) {
        for name in &example.names {
            let Some(short) = name.strip_prefix("chot.live.v1.") else { continue };
            if types.iter().all(|named| named.name != short) {
                continue;
            }
            let forms = (messages::find(name).of_json)(&example.json).expect("it is understood");
            let written: Value = serde_json::from_str(&forms.json).expect("written by us");
            let fit = fits(&types, short, &written);
            assert_eq!(fit, Ok(()), "line {}, {name}: {written}", example.line);
        }
    }
}

#[test]
fn the_frames_that_the_pages_are_tested_with_have_their_types() {
    let types = model::types();
    let check = |frame: &str, name| {
        let told: Value = serde_json::from_str(&file(frame)).expect("JSON");
        assert_eq!(fits(&types, name, &told), Ok(()), "{frame}");
    };
    check("../crates/screens/ui/tests/frames/evening.json", "ConsoleServerFrame");
    check("../crates/screens/ui/tests/frames/summary.json", "Summary");
}

#[test]
fn closed_lists_hold_the_words_of_the_core() {
    let types = model::types();
    let check = |list: &str, source: &str, more: &[&str]| {
        let source = file(source);
        let arms = source.lines().filter_map(|line| line.split_once(" => \"")?.1.split_once('"'));
        let words: Vec<&str> = arms.map(|(word, _)| word).chain(more.iter().copied()).collect();
        let named = types.iter().find(|named| named.name == list);
        let Some(Shape::Words(closed)) = named.map(|named| &named.shape) else {
            panic!("{list} is no list of words");
        };
        assert_eq!(*closed, words, "{list}");
    };
    check("OrderState", "../crates/domain/src/order.rs", &[]);
    check("SessionState", "../crates/domain/src/session.rs", &[]);
    check("Result", "../crates/domain/src/outcome.rs", &["error"]);
}
