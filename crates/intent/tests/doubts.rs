//! Doubts of one kind are one group, and `#4821` is a link: what a card and a page need to know.

use domain::{Code, Reason};
use intent::{Author, Circumstances, Codebook, Meaning, Phrasebook, parse_phrasebook, read};

fn book() -> Phrasebook {
    parse_phrasebook(include_str!("phrasebook.tsv")).expect("our own file is well-formed")
}

fn codebook(name: &str) -> Codebook {
    let book = book();
    let found = book.catalogues.iter().find(|catalogue| catalogue.name == name);
    Codebook::new(1, &found.expect("a catalogue").view)
}

#[test]
fn a_doubt_says_which_code_was_heard_and_never_a_phone_or_a_price() {
    let check = |catalogue: &str, text: &str, expected: Option<&str>| {
        let reading = read(text, &codebook(catalogue), Circumstances::default());
        let Meaning::Review { about, .. } = reading.meaning else {
            panic!("{text:?}: {reading:?}");
        };
        assert_eq!(about, expected.and_then(Code::parse), "{text:?}");
    };
    check("simple", "chốt A9", Some("A9"));
    check("simple", "lấy em 2 a.9 nha", Some("A9"));
    check("simple", "Ａ９", Some("A9"));
    check("simple", "A01", Some("A01"));
    check("simple", "A1 và a9", Some("A9"));
    check("simple", "a1a2", Some("A1A2"));
    check("simple", "AI", Some("AI"));
    check("simple", "a 1", None);
    check("simple", "lấy 2 cái", None);
    check("simple", "chốt A123456789", None);
    check("simple", "A10912345678", None);
    check("simple", "chốt А9", None);
    check("single", "O912345678", None);
    check("prefix", "K7 2", None);
    check("called", "mã 21", Some("21"));
    check("called", "21", Some("21"));
    check("called", "2", None);
    check("called", "chốt 1234", None);
}

#[test]
fn comments_of_the_same_doubt_are_read_the_same() {
    let codebook = codebook("simple");
    let check = |texts: &[&str]| {
        let read = |text: &str| {
            let reading = read(text, &codebook, Circumstances::default());
            (reading.meaning, reading.rule)
        };
        let first = read(texts[0]);
        let review = matches!(first.0, Meaning::Review { reason: Reason::UnknownCode, .. });
        assert!(review, "{first:?}");
        texts.iter().for_each(|text| assert_eq!(read(text), first, "{text:?}"));
    };
    check(&["chốt A9", "a9", "A-9 nha shop", "cho e a9 ạ", "Ａ９", "lay A.9 0912345678"]);
}

#[test]
fn four_digits_after_a_hash_link_an_account_and_never_order() {
    let check = |catalogue: &str, text: &str, expected: Option<u16>| {
        let reading = read(text, &codebook(catalogue), Circumstances::default());
        let linked = match reading.meaning {
            Meaning::Link(code) => Some(code.get()),
            Meaning::Claim(_) => panic!("{text:?}: {reading:?}"),
            Meaning::Cancel(_) | Meaning::Review { .. } => None,
            Meaning::Question | Meaning::Chatter => None,
        };
        assert_eq!(linked, expected, "{text:?}");
    };
    for catalogue in ["simple", "hill", "called", "single", "bold"] {
        check(catalogue, "#4821", Some(4_821));
        check(catalogue, "＃４８２１", Some(4_821));
        check(catalogue, "#4️⃣8️⃣2️⃣1️⃣ ạ", Some(4_821));
        check(catalogue, "dạ #0048 nha shop!", Some(48));
        check(catalogue, "#482", None);
        check(catalogue, "#48210", None);
        check(catalogue, "4821", None);
        check(catalogue, "lấy 2 cái #4821", None);
        check(catalogue, "#4821 còn không", None);
        check(catalogue, "#4821 #4822", None);
    }
    let book = book();
    let mut view = book.catalogues.iter().find(|c| c.name == "called").expect("one").view.clone();
    let mut terms = (*view.offers[0].terms).clone();
    terms.code = Code::parse("4821").expect("a code");
    view.offers[0].terms = terms.into();
    let reading = read("#4821", &Codebook::new(1, &view), Circumstances::default());
    assert!(!matches!(reading.meaning, Meaning::Link(_)), "{reading:?}");
    for author in [Author::Shop, Author::Moderator, Author::Staff] {
        let circumstances = Circumstances { author, edited: false };
        let reading = read("#4821", &codebook("simple"), circumstances);
        assert!(!matches!(reading.meaning, Meaning::Link(_)), "{reading:?}");
    }
}
