//! The codebook: everything that words may mean in one session, as of one change of its offers.
//!
//! ```text
//! language (words.rs) ─┐
//! aliases, values, units ├─▶ lexicon     codes ─▶ keys     offers ─▶ units, axes, limits
//! of the offers        ─┘
//! ```

use crate::codes::{Codes, OfferNo};
use crate::fold::Folded;
use crate::lexicon::Lexicon;
use crate::sense::Sense;
use crate::words::{MASSES, NUMBERS, WORDS};
use alloc::sync::Arc;
use alloc::vec::Vec;
use domain::limits::OFFERS_PER_SESSION_MAX;
use domain::offer::OfferTerms;
use domain::rules::Reading as Settings;
use domain::{Quantity, SessionView};

/// What words may mean in one session. Built once per change of its offers or rules, then shared.
#[derive(Debug)]
pub struct Codebook {
    version: u64,
    settings: Settings,
    pub(crate) lexicon: Lexicon,
    pub(crate) codes: Codes,
    pub(crate) offers: Vec<Offer>,
    pub(crate) pinned: Option<OfferNo>,
    /// True if some code is a number.
    pub(crate) is_numeric: bool,
    /// True if some code is a single letter.
    pub(crate) has_letters: bool,
}

/// What reading needs to know about one offer.
#[derive(Debug)]
pub(crate) struct Offer {
    pub(crate) terms: Arc<OfferTerms>,
    pub(crate) open: bool,
    /// One unit in grams, for goods sold by mass.
    pub(crate) unit_grams: Option<u32>,
    /// True if one unit is a piece, so that count words are interchangeable.
    pub(crate) is_piece: bool,
    /// The unit's number among the shop's words for amounts.
    pub(crate) unit_word: u32,
    /// The packs' numbers there, with what they hold.
    pub(crate) packs: Vec<(u32, Quantity)>,
    /// The numbers of the values of each axis.
    pub(crate) axes: Vec<Vec<u32>>,
    /// True if values of some axis are numbers.
    pub(crate) has_numbers: bool,
}

/// Words that the shop's offers share, by number.
#[derive(Default)]
struct Interned<'a> {
    words: Vec<(&'a str, u32)>,
}

impl Codebook {
    /// Learns the offers and settings of `view`; `version` is the caller's, told back by
    /// [`Codebook::version`]. Offers beyond [`OFFERS_PER_SESSION_MAX`] are not learnt.
    pub fn new(version: u64, view: &SessionView) -> Self {
        let settings = view.rules.reading.clone();
        let mut lexicon = language();
        let (mut codes, mut offers) = (Codes::default(), Vec::with_capacity(view.offers.len()));
        let (mut values, mut amounts) = (Interned::default(), Interned::default());
        let prefix = settings.code_prefix.as_ref().map(|prefix| prefix.as_str());
        for (no, state) in view.offers.iter().take(OFFERS_PER_SESSION_MAX).enumerate() {
            let (no, terms) = (no as OfferNo, &*state.terms);
            if !codes.add(terms.code.as_str(), no, prefix) {
                lexicon.add(terms.code.as_str(), Sense::Code, u32::from(no));
            }
            for alias in &terms.aliases {
                lexicon.add(alias, Sense::Alias, u32::from(no));
            }
            offers.push(learn(state, &mut lexicon, &mut values, &mut amounts));
        }
        let pinned = view.pinned.and_then(|code| {
            let at = view.offers.iter().position(|state| state.terms.code == code)?;
            (at < offers.len()).then_some(at as OfferNo)
        });
        learn_names(view, pinned, &mut lexicon);
        lexicon.sort();
        codes.sort();
        for offer in &mut offers {
            measure(offer, &lexicon);
        }
        let mut written = view.offers.iter().map(|state| state.terms.code.as_str());
        let is_numeric = written.clone().any(|code| code.bytes().all(|b| b.is_ascii_digit()));
        let has_letters =
            written.any(|code| code.len() == 1 && code.as_bytes()[0].is_ascii_alphabetic());
        Self { version, settings, lexicon, codes, offers, pinned, is_numeric, has_letters }
    }

    /// The version given when it was made.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The settings of reading in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn offer(&self, no: OfferNo) -> &Offer {
        &self.offers[usize::from(no)]
    }

    /// The only offer that is open, if there is exactly one.
    pub(crate) fn only_open(&self) -> Option<OfferNo> {
        let mut open = (0..self.offers.len()).filter(|&no| self.offers[no].open);
        match (open.next(), open.next()) {
            (Some(no), None) => Some(no as OfferNo),
            _ => None,
        }
    }
}

impl Offer {
    /// Where a value stands: its axis, and its place there.
    pub(crate) fn value(&self, value: u32) -> Option<(usize, usize)> {
        self.axes.iter().enumerate().find_map(|(axis, values)| {
            let at = values.iter().position(|&known| known == value)?;
            Some((axis, at))
        })
    }
}

impl<'a> Interned<'a> {
    /// The word's number, and whether it is new.
    fn number(&mut self, word: &'a str) -> (u32, bool) {
        match self.words.binary_search_by(|(known, _)| (*known).cmp(word)) {
            Ok(at) => (self.words[at].1, false),
            Err(at) => {
                let number = self.words.len() as u32;
                self.words.insert(at, (word, number));
                (number, true)
            }
        }
    }
}

/// The words that every session shares.
fn language() -> Lexicon {
    let mut lexicon = Lexicon::default();
    for (sense, words) in WORDS {
        for word in words.split('|') {
            lexicon.add(word, *sense, 0);
        }
    }
    for &(word, value) in NUMBERS {
        lexicon.add(word, Sense::Number, value);
    }
    for &(word, grams) in MASSES {
        lexicon.add(word, Sense::Mass, grams);
    }
    lexicon
}

fn learn<'a>(
    state: &'a domain::OfferState,
    lexicon: &mut Lexicon,
    values: &mut Interned<'a>,
    amounts: &mut Interned<'a>,
) -> Offer {
    let terms = &state.terms;
    let mut word = |name: &'a str, sense: Sense, interned: &mut Interned<'a>| {
        let (number, new) = interned.number(name);
        if new {
            lexicon.add(name, sense, number);
        }
        number
    };
    let unit_word = word(&terms.unit, Sense::Measure, amounts);
    let packs = terms.packs.iter();
    let packs =
        packs.map(|pack| (word(&pack.name, Sense::Measure, amounts), pack.quantity)).collect();
    let axes = terms.axes.iter().map(|axis| {
        let numbers = axis.iter().map(|value| word(value, Sense::Value, values));
        numbers.collect()
    });
    let axes: Vec<Vec<u32>> = axes.collect();
    let is_number = |value: &Arc<str>| value.bytes().all(|b| b.is_ascii_digit());
    Offer {
        open: state.open,
        unit_grams: None,
        is_piece: false,
        unit_word,
        packs,
        has_numbers: terms.axes.iter().flatten().any(is_number),
        axes,
        terms: state.terms.clone(),
    }
}

/// What kind of unit an offer has, by the language's own words.
fn measure(offer: &mut Offer, lexicon: &Lexicon) {
    let unit = Folded::new(&offer.terms.unit);
    let Some(found) = lexicon.exactly(&unit, 0, unit.plain.len(), true) else {
        return;
    };
    offer.unit_grams = lexicon.value(&unit, &found, Sense::Mass);
    offer.is_piece = offer.unit_grams.is_none() && found.senses.has(Sense::Count);
}

/// The words of the offers' names say that a comment is about goods, and about which.
fn learn_names(view: &SessionView, pinned: Option<OfferNo>, lexicon: &mut Lexicon) {
    let mut names = Vec::new();
    for (no, state) in view.offers.iter().take(OFFERS_PER_SESSION_MAX).enumerate() {
        let is_pinned = u32::from(pinned == Some(no as OfferNo));
        let words = state.terms.name.split_whitespace();
        let words = words.filter(|word| word.chars().any(char::is_alphabetic));
        names.extend(words.map(|word| (word, is_pinned)));
    }
    names.sort_unstable_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1)));
    names.dedup_by_key(|(word, _)| *word);
    for (word, is_pinned) in names {
        lexicon.add(word, Sense::Name, is_pinned);
    }
}
