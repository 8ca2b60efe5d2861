//! A comment's text, with every catalogue of the phrasebook.
//!
//! The first byte chooses the catalogue, whether an offer is pinned, who wrote and whether the text
//! was edited; the rest is the text.

use domain::limits::LINES_PER_CLAIM_MAX;
use domain::{Quantity, SessionView};
use intent::{Author, Circumstances, Codebook, Meaning, explain, parse_phrasebook, read};
use std::sync::LazyLock;

/// A codebook and what it was made of.
struct Book {
    view: SessionView,
    codebook: Codebook,
}

static BOOKS: LazyLock<Vec<Book>> = LazyLock::new(|| {
    let text = include_str!("../../intent/tests/phrasebook.tsv");
    let book = parse_phrasebook(text).expect("our own file is well-formed");
    let with = |pinned: bool| {
        let views = book.catalogues.iter().map(|catalogue| catalogue.view.clone());
        views.map(move |mut view| {
            let first = view.offers.first().map(|offer| offer.terms.code);
            view.pinned = if pinned { first } else { None };
            Book { codebook: Codebook::new(1, &view), view }
        })
    };
    with(false).chain(with(true)).collect()
});

/// Reads the text twice.
///
/// # Panics
/// If the readings differ, or an order holds nothing, too much, or what is not on sale.
pub(crate) fn check(bytes: &[u8]) {
    let Some((choice, text)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(text);
    let author = if choice & 0x40 == 0 { Author::Viewer } else { Author::Staff };
    let circumstances = Circumstances { author, edited: choice & 0x80 != 0 };
    let book = &BOOKS[usize::from(choice & 0x3f) % BOOKS.len()];
    let reading = read(&text, &book.codebook, circumstances);
    assert_eq!(reading, read(&text, &book.codebook, circumstances), "read twice");
    assert!((1..=17).contains(&reading.rule.0), "{reading:?}");
    if let Meaning::Claim(wants) = &reading.meaning {
        assert!((1..=LINES_PER_CLAIM_MAX).contains(&wants.len()), "{reading:?}");
        for want in wants {
            let mut offers = book.view.offers.iter();
            let offer = offers.find(|offer| offer.terms.code == want.code);
            let terms = &offer.expect("an order is for what is on sale").terms;
            assert!(Quantity::ZERO < want.quantity, "{reading:?}");
            let whole = want.quantity.milli().is_multiple_of(terms.step.milli());
            assert!(whole, "not a whole number of steps: {reading:?}");
        }
    }
    let (vietnamese, english) = explain(&reading, &book.codebook);
    assert!(!vietnamese.is_empty() && !english.is_empty());
}
