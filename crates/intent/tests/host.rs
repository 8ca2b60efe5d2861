//! What a host is shown: new codes that can be said, and examples that are orders.

use domain::rules::{Reading as Settings, Strictness};
use domain::{Code, Quantity};
use intent::{
    Circumstances, Codebook, Meaning, Phrasebook, examples, parse_phrasebook, propose_codes, read,
};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

fn codes(words: &[&str]) -> Vec<Code> {
    words.iter().map(|word| Code::parse(word).expect("a code")).collect()
}

fn words(codes: &[Code]) -> Vec<&str> {
    codes.iter().map(Code::as_str).collect()
}

#[test]
fn new_codes_are_letters_that_nobody_mishears_with_a_digit() {
    let proposed = propose_codes(&[], 30);
    assert_eq!(
        words(&proposed[..10]),
        ["H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8", "H9", "R1"]
    );
    let all = propose_codes(&[], usize::MAX);
    assert_eq!(all[..30], proposed);
    let distinct: BTreeSet<&str> = words(&all).into_iter().collect();
    assert_eq!(distinct.len(), all.len());
    assert!(all.len() >= 180, "{}", all.len());
    for code in &all {
        let (letter, digits) = code.as_str().split_at(1);
        assert!(!"ABCEMSLXIOZQDTPGNUYKFJW".contains(letter), "{code}");
        assert!(digits.bytes().all(|digit| (b'1'..=b'9').contains(&digit)), "{code}");
    }
}

#[test]
fn a_new_code_is_unlike_those_taken() {
    let check = |taken: &[&str], expected: &[&str]| {
        let proposed = propose_codes(&codes(taken), expected.len());
        assert_eq!(words(&proposed), expected, "{taken:?}");
    };
    check(&["H1", "h2", "H-3", "H04"], &["H5", "H6"]);
    check(&["RI", "A1"], &["H1", "H2"]);
    check(&["H1", "H2", "H3", "H4", "H5", "H6", "H7", "H8", "H9", "RI"], &["R2", "R3"]);
    check(&[], &[]);
}

#[test]
fn every_new_code_orders_itself_beside_all_others() {
    let proposed = propose_codes(&[], 200);
    let taken = codes(&["A1", "7", "SP-POLO-012"]);
    for code in propose_codes(&taken, 200) {
        assert!(proposed.contains(&code) && !taken.contains(&code));
    }
}

/// Our own phrasebook, and the reference beside the repository where there is one.
fn phrasebooks() -> Vec<Phrasebook> {
    let own = include_str!("phrasebook.tsv").to_string();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    let reference = std::fs::read_to_string(root.join("phrasebook.tsv")).ok();
    let texts = [Some(own), reference].into_iter().flatten();
    texts.map(|text| parse_phrasebook(&text).expect("well-formed")).collect()
}

#[test]
fn every_example_on_a_screen_is_an_order_under_the_sessions_own_rules() {
    let mut without = Vec::new();
    for book in phrasebooks() {
        for catalogue in &book.catalogues {
            for preset in [Strictness::Loose, Strictness::Normal, Strictness::Strict] {
                let mut view = catalogue.view.clone();
                let mut rules = (*view.rules).clone();
                let code_prefix = rules.reading.code_prefix;
                rules.reading = Settings { code_prefix, ..Settings::preset(preset) };
                view.rules = Arc::new(rules);
                let codebook = Codebook::new(1, &view);
                let shown = examples(&codebook);
                for text in &shown {
                    let reading = read(text, &codebook, Circumstances::default());
                    let ordered = matches!(reading.meaning, Meaning::Claim(_));
                    assert!(ordered, "{} {preset:?} {text:?}: {reading:?}", catalogue.name);
                }
                assert!(shown.len() <= 8);
                if shown.is_empty() {
                    without.push((catalogue.name.clone(), preset));
                }
            }
        }
    }
    assert!(without.is_empty(), "no example at all: {without:?}");
}

#[test]
fn examples_speak_of_the_codes_in_force() {
    let own = &phrasebooks()[0];
    let view = |name: &str| {
        own.catalogues.iter().find(|c| c.name == name).expect("a catalogue").view.clone()
    };
    let check = |name: &str, expected: &[&str]| {
        assert_eq!(examples(&Codebook::new(1, &view(name))), expected, "{name}");
    };
    check("hill", &["H1", "H2", "H1 x2", "H2 x2", "H1 1.5 kg", "H2 1.2 kg"]);
    check(
        "called",
        &["mã 1", "mã 2", "mã 1 x2", "mã 2 x2", "mã 1 2 cái", "mã 2 2 cái", "mã 3 xanh"],
    );
    check("pre", &["Z-5A", "Z-5A x2", "Z-5A 2 cái"]);
    check(
        "wear",
        &["V7", "V70", "V7 x2", "V70 x2", "V7 2 cái", "V70 2 cái", "V7 đỏ S", "V70 kem S"],
    );
    let mut closed = view("hill");
    closed.offers.iter_mut().for_each(|offer| offer.open = false);
    assert!(examples(&Codebook::new(1, &closed)).is_empty());
    let mut few = view("wear");
    let mut terms = (*few.offers[0].terms).clone();
    terms.limit_per_buyer = Some(Quantity::ONE);
    few.offers = vec![domain::OfferState { terms: Arc::new(terms), ..few.offers[0].clone() }];
    assert_eq!(examples(&Codebook::new(1, &few)), ["V7", "V7 đỏ S"]);
}
