//! Hostile text: nothing panics, nothing is ordered out of nothing, time stays linear.

use domain::limits::{COMMENT_BYTES_MAX, LINES_PER_CLAIM_MAX};
use intent::{Author, Circumstances, Codebook, Meaning, Phrasebook, parse_phrasebook, read};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::sync::LazyLock;

fn codebooks() -> &'static [Codebook] {
    static MADE: LazyLock<Vec<Codebook>> = LazyLock::new(make_codebooks);
    &MADE
}

fn make_codebooks() -> Vec<Codebook> {
    let text = include_str!("phrasebook.tsv");
    let book: Phrasebook = parse_phrasebook(text).expect("our own file is well-formed");
    let pinned = |at: usize| (at % 2 == 1).then(|| book.catalogues[at].view.offers[0].terms.code);
    (0..book.catalogues.len())
        .map(|at| {
            let mut view = book.catalogues[at].view.clone();
            view.pinned = pinned(at);
            Codebook::new(at as u64, &view)
        })
        .collect()
}

const BITS: &[&str] = &[
    "h1",
    "H12",
    "v7",
    "mã",
    "m",
    "2",
    "0",
    "1,5",
    "1/2",
    "9/10",
    "x",
    "*",
    "+",
    "-",
    "=",
    "?",
    ",",
    "\n",
    " ",
    " ",
    " ",
    "kg",
    "ký",
    "rưỡi",
    "nửa",
    "chục",
    "thùng",
    "không",
    "k",
    "chốt",
    "lấy",
    "cho",
    "hủy",
    "bỏ",
    "thôi",
    "đổi",
    "mai",
    "rồi",
    "mỗi",
    "đỏ",
    "M",
    "size",
    "khoai",
    "bơ",
    "bo",
    "0912345678",
    "+84",
    "84",
    "50k",
    "1tr2",
    "茶",
    "取消",
    "ไม่",
    "๒",
    "²",
    "½",
    "✌",
    "🎃",
    "\u{200b}",
    "\u{301}",
    "đ",
    "Ａ",
    "#",
    "@",
    "|",
    ".",
    "_",
    "(",
    "http://",
    "99999999999999999999",
    "1e9",
    "a",
    "e",
    "giá",
    "q",
    "…",
];

/// Bits of comments, glued and spaced at random: closer to the edges than random letters.
fn bits() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(BITS), 0..24).prop_map(|bits| bits.concat())
}

fn check(text: &str, codebook: &Codebook) {
    for author in [Author::Viewer, Author::Staff] {
        let circumstances = Circumstances { author, edited: false };
        let reading = read(text, codebook, circumstances);
        assert!((1..=17).contains(&reading.rule.0), "{text:?}: {reading:?}");
        assert_eq!(reading, read(text, codebook, circumstances), "{text:?}");
        if let Meaning::Claim(wants) = &reading.meaning {
            assert!((1..=LINES_PER_CLAIM_MAX).contains(&wants.len()), "{text:?}: {reading:?}");
            assert!(wants.iter().all(|want| !want.quantity.is_zero()), "{text:?}: {reading:?}");
        }
        let explained = intent::explain(&reading, codebook);
        assert!(!explained.0.is_empty() && !explained.1.is_empty());
    }
}

/// Letters that make no word of any language, nor a code.
const UNKNOWN_WORDS: &str = "[b-df-jn-pr-wyz]{3,9}( [b-df-jn-pr-wyz]{3,9}){0,6}";

fn config() -> ProptestConfig {
    let (failure_persistence, rng_seed) = (None, RngSeed::Fixed(2026));
    ProptestConfig { failure_persistence, rng_seed, ..ProptestConfig::with_cases(600) }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn bits_of_comments_never_break_the_reader(text in bits()) {
        codebooks().iter().for_each(|codebook| check(&text, codebook));
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        check(&text, &codebooks()[0]);
    }

    #[test]
    fn words_that_nobody_knows_order_nothing(text in UNKNOWN_WORDS) {
        for codebook in codebooks() {
            let reading = read(&text, codebook, Circumstances::default());
            let claims = matches!(reading.meaning, Meaning::Claim(_));
            prop_assert!(!claims, "{:?}: {:?}", text, reading);
        }
    }
}

#[test]
fn a_text_of_the_greatest_length_is_read_and_a_longer_one_is_left_to_a_person() {
    let codebooks = codebooks();
    for bit in [
        "h1 ", "a", "1", " ", "h", "-", "a1", "0912", "x", "\u{fdfa}", "mỗi ", "茶", "1.", "lấy 2 ",
    ] {
        let text = bit.repeat(COMMENT_BYTES_MAX / bit.len());
        codebooks.iter().for_each(|codebook| check(&text, codebook));
        let longer = format!("{text}{bit}{bit}{bit}");
        let reading = read(&longer, &codebooks[0], Circumstances::default());
        assert!(matches!(reading.meaning, Meaning::Review { .. }), "{bit:?}");
    }
}
