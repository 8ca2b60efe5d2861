//! Codes that a host can say and a viewer can hear, and comments that show how to order with the
//! codes in force.

use crate::codebook::{Codebook, Offer};
use crate::read::read;
use crate::reading::{Circumstances, Meaning};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use domain::command::Want;
use domain::limits::OFFERS_PER_SESSION_MAX;
use domain::offer::{OfferTerms, Stock, Variant};
use domain::session::SessionState;
use domain::{
    Code, Currency, ItemId, Money, OfferState, Position, Quantity, Rules, SessionId, SessionView,
    ShopId,
};

/// The letters of new codes: `hát`, `e-rờ`, `vê`, no two alike to the ear, all consonants (the VNI
/// input method makes `á` of `a1`).
///
/// Left out: pronouns and sizes (a b c e m s l x); i, o, z, q, that look like 1, 0, 2, 9; d, t, p,
/// g, which rhyme with v and with each other (`đê`, `tê`, `pê`, `giê`); n, which is taken for m and
/// l; u and y, which are taken for ư and i; k, which is `không` and thousands (`2k5`); f, j, w,
/// which are a buying word, `gì` and a key of Telex.
const LETTERS: [char; 3] = ['H', 'R', 'V'];

/// The letters before two digits: `8h15` is a time.
const LETTERS_OF_TWO: [char; 2] = ['R', 'V'];

/// Numbers of new codes. Zero is a letter to the eye and `không` to the ear; two digits come after
/// all single ones, for `R12` may be meant as two of R1.
const NUMBERS: [u8; 9] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/// Most examples of one session.
const EXAMPLES_MAX: usize = 8;

/// Proposes up to `count` new codes, a letter and a digit each (then two), unlike those taken: none
/// of them differs from one in case, separators, zeros or look-alike letters, and each reads as an
/// order of itself. Fewer come back once all are taken.
pub fn propose_codes(taken: &[Code], count: usize) -> Vec<Code> {
    let count = count.min(OFFERS_PER_SESSION_MAX);
    let ones = LETTERS.iter().flat_map(|l| NUMBERS.iter().map(move |n| format!("{l}{n}")));
    let tens = LETTERS_OF_TWO.iter().flat_map(|l| {
        let pairs = NUMBERS.iter().flat_map(|n| NUMBERS.iter().map(move |m| (n, m)));
        pairs.map(move |(n, m)| format!("{l}{n}{m}"))
    });
    let known = codebook(taken);
    let free = |code: &Code| {
        let key = code.as_str().to_lowercase();
        known.codes.get(&key).is_none() && !known.codes.is_near(&key)
    };
    let codes = ones.chain(tens).filter_map(|code| Code::parse(&code)).filter(free);
    let candidates: Vec<Code> = codes.take(count).collect();
    let all: Vec<Code> = taken.iter().chain(&candidates).copied().collect();
    let book = codebook(&all);
    candidates.into_iter().filter(|code| orders_itself(&book, *code)).collect()
}

fn orders_itself(book: &Codebook, code: Code) -> bool {
    let spelt = [code.as_str().to_string(), code.as_str().to_lowercase()];
    spelt.iter().all(|text| match read(text, book, Circumstances::default()).meaning {
        Meaning::Claim(wants) => wants.len() == 1 && wants[0].code == code,
        Meaning::Cancel(_) | Meaning::Review { .. } | Meaning::Link(_) => false,
        Meaning::Question | Meaning::Chatter => false,
    })
}

/// A session whose offers have those codes and nothing else that matters.
fn codebook(codes: &[Code]) -> Codebook {
    let offers = codes.iter().enumerate().map(|(at, code)| OfferState {
        item: ItemId(at as u32 + 1),
        version: 1,
        left: Quantity::MAX,
        left_by_cell: Vec::new(),
        open: true,
        pinned: false,
        terms: Arc::new(OfferTerms {
            code: *code,
            name: "".into(),
            price: Money::vnd(0),
            prices: Vec::new(),
            unit: "cái".into(),
            step: Quantity::ONE,
            packs: Vec::new(),
            axes: Vec::new(),
            aliases: Vec::new(),
            limit_per_buyer: None,
            ready_at: None,
            item: None,
            stock: Stock::Pool(Quantity::MAX),
        }),
    });
    Codebook::new(
        1,
        &SessionView {
            shop: ShopId::from_random(1),
            session: SessionId(1),
            title: "".into(),
            state: SessionState::Live,
            rules: Arc::new(Rules::default()),
            currency: Currency::VND,
            offers: offers.collect(),
            pinned: None,
            position: Position::default(),
        },
    )
}

/// Comments for screens that show how to order, made of the codes in force: a code alone, with a
/// quantity, with its unit, with a variant; behind `mã` where codes are numbers. Each reads as the
/// order that it shows, under this session's own settings; one that would not is left out. At most
/// eight, in an order that does not change.
pub fn examples(codebook: &Codebook) -> Vec<String> {
    let mut shown: Vec<String> = Vec::new();
    let open = || codebook.offers.iter().filter(|offer| offer.open);
    let forms: [fn(&Offer, &str) -> Option<Example>; 4] = [alone, counted, measured, varied];
    for form in forms {
        let mut made = open().filter_map(|offer| {
            let example = form(offer, &said(codebook, offer))?;
            (!shown.contains(&example.text) && example.holds(codebook)).then_some(example.text)
        });
        let two = [made.next(), made.next()];
        drop(made);
        shown.extend(two.into_iter().flatten());
    }
    shown.truncate(EXAMPLES_MAX);
    shown
}

/// A comment with the one line that it orders; without a variant, any.
struct Example {
    text: String,
    code: Code,
    quantity: Option<Quantity>,
    variant: Option<Variant>,
}

impl Example {
    fn holds(&self, codebook: &Codebook) -> bool {
        let meant = |want: &Want| {
            let quantity = self.quantity.is_none_or(|quantity| want.quantity == quantity);
            let variant = self.variant.as_ref().is_none_or(|variant| want.variant == *variant);
            want.code == self.code && quantity && variant
        };
        match read(&self.text, codebook, Circumstances::default()).meaning {
            Meaning::Claim(wants) => wants.len() == 1 && meant(&wants[0]),
            Meaning::Cancel(_) | Meaning::Review { .. } | Meaning::Link(_) => false,
            Meaning::Question | Meaning::Chatter => false,
        }
    }
}

/// How a code is said in this session: with its prefix, or behind `mã`.
fn said(codebook: &Codebook, offer: &Offer) -> String {
    let code = offer.terms.code;
    let short = code.as_str().len() == 1 || code.as_str().bytes().all(|b| b.is_ascii_digit());
    match &codebook.settings().code_prefix {
        Some(prefix) => format!("{prefix}-{code}"),
        None if short => format!("mã {code}"),
        None => code.to_string(),
    }
}

fn alone(offer: &Offer, said: &str) -> Option<Example> {
    let (text, code) = (said.to_string(), offer.terms.code);
    Some(Example { text, code, quantity: None, variant: None })
}

/// Two where two may be had.
fn counted(offer: &Offer, said: &str) -> Option<Example> {
    let quantity = Quantity::from_units(2)?;
    let (text, code) = (format!("{said} x2"), offer.terms.code);
    Some(Example { text, code, quantity: Some(quantity), variant: None })
}

/// The least amount above one unit, in the offer's unit.
fn measured(offer: &Offer, said: &str) -> Option<Example> {
    let quantity = Quantity::ONE.plus(offer.terms.step)?;
    let (unit, code) = (&offer.terms.unit, offer.terms.code);
    let text = format!("{said} {quantity} {unit}");
    Some(Example { text, code, quantity: Some(quantity), variant: None })
}

/// The first value of each axis.
fn varied(offer: &Offer, said: &str) -> Option<Example> {
    let first = offer.terms.axes.iter().map(|axis| axis.first().cloned());
    let variant = Variant(first.collect());
    let values: Vec<&str> = variant.0.iter().flatten().map(|value| &**value).collect();
    let (text, code) = (format!("{said} {}", values.join(" ")), offer.terms.code);
    (!values.is_empty()).then_some(Example { text, code, quantity: None, variant: Some(variant) })
}
