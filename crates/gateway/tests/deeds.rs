//! Every deed that the log can hold is told on the page of people in words, in both languages.

use serde_json::Value;
use std::collections::BTreeMap;

/// The words, as the page has them: Vietnamese, then English.
const WORDS: &str = include_str!("../../screens/ui/src/people/acts.json");

#[test]
fn every_noted_act_has_words_in_both_languages_and_no_words_are_of_nothing() {
    let words: BTreeMap<String, [String; 2]> = serde_json::from_str(WORDS).expect("two texts each");
    let rows = gateway::routes().into_iter().chain(gateway::ops_routes());
    let noted = rows.filter_map(|row| row.json()["noted"].as_str().map(str::to_owned));
    // What the door notes by itself: it knows who only after the handler has run.
    let acts: Vec<String> = noted.chain(["signed_in".to_owned()]).collect();
    assert!(acts.len() > 20, "the table names what is noted: {acts:?}");
    for act in &acts {
        let said = words.get(act);
        let said = said.unwrap_or_else(|| panic!("no words for `{act}` in people/acts.json"));
        assert!(said.iter().all(|text| !text.trim().is_empty()), "{act}");
        assert_ne!(said[0], said[1], "{act} says the same in both languages");
    }
    let unused: Vec<&String> = words.keys().filter(|word| !acts.contains(word)).collect();
    assert!(unused.is_empty(), "words for what is never noted: {unused:?}");
}

#[test]
fn the_table_that_is_printed_names_what_is_noted() {
    let row = gateway::routes().into_iter().find(|row| row.path == "/v1/people/{person}");
    let json: Value = row.expect("people are managed").json();
    assert!(json.get("noted").is_some(), "{json}");
}
