//! The phrasebook: a table of comments with what each should be read as, that a host can review.
//!
//! Tab-separated, one row a line; lines that begin with `#` are remarks, `#@` defines a product of
//! a catalogue: name, code, name of the goods, aliases, axes, unit, step, packs, most per buyer. A
//! remark `# NAME: … setting KEY=VALUE` before a catalogue's first product changes a setting of
//! reading for it.

use crate::codebook::Codebook;
use crate::reading::{Author, Circumstances};
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;
use domain::offer::{OfferTerms, Pack, Stock};
use domain::rules::{Doubt, Reading as Settings};
use domain::session::SessionState;
use domain::{
    Code, Currency, ItemId, Money, OfferState, Position, Quantity, Rules, SessionId, SessionView,
    ShopId,
};

/// Catalogues and rows, as written.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Phrasebook {
    /// In the order in which they were defined.
    pub catalogues: Vec<Catalogue>,
    /// In the order of the file.
    pub rows: Vec<Row>,
}

/// Goods on sale, with the settings of reading.
#[derive(Clone, PartialEq, Debug)]
pub struct Catalogue {
    /// Its name.
    pub name: String,
    /// As a live session with nothing pinned.
    pub view: SessionView,
}

/// One comment and what it should be read as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The row's name.
    pub id: String,
    /// The comment, escapes resolved.
    pub text: String,
    /// The place of its catalogue among [`Phrasebook::catalogues`].
    pub catalogue: usize,
    /// The pinned offer.
    pub pinned: Option<Code>,
    /// What it should be read as.
    pub expect: Expect,
    /// The lines to reserve or to cancel, as written.
    pub lines: String,
    /// The phone numbers, as written.
    pub phones: String,
    /// Other right answers; they reserve nothing.
    pub alternatives: Vec<Expect>,
    /// Circumstances outside the text that reading knows.
    pub circumstances: Circumstances,
    /// Circumstances that only the shop's state knows.
    pub context: Context,
}

/// What the shop's state knows about a row's comment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Context {
    /// The buyer's open lines: their codes with the amounts as written.
    pub open: Vec<(Code, String)>,
    /// Offers that closed before the comment.
    pub closed: Vec<Code>,
    /// True if the same buyer sent the same text before, or the platform delivers it again.
    pub is_repeated: bool,
}

/// What a comment is read as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expect {
    /// Lines are reserved.
    Order,
    /// A person decides.
    Review,
    /// An answer is wanted.
    Question,
    /// Open lines are given back.
    Cancel,
    /// Nothing to do.
    Noise,
}

/// Why a text is no phrasebook.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PhrasebookError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: &'static str,
}

impl fmt::Display for PhrasebookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the phrasebook: {}", self.line, self.problem)
    }
}

impl core::error::Error for PhrasebookError {}

impl Expect {
    /// The word in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "ORDER",
            Self::Review => "REVIEW",
            Self::Question => "QUESTION",
            Self::Cancel => "CANCEL",
            Self::Noise => "NOISE",
        }
    }

    fn parse(word: &str) -> Option<Self> {
        let all = [Self::Order, Self::Review, Self::Question, Self::Cancel, Self::Noise];
        all.into_iter().find(|expect| expect.as_str() == word)
    }
}

impl Phrasebook {
    /// The codes in force when that row's comment was written.
    pub fn codebook(&self, row: &Row) -> Codebook {
        let mut view = self.catalogues[row.catalogue].view.clone();
        view.pinned = row.pinned;
        for offer in &mut view.offers {
            offer.pinned = row.pinned == Some(offer.terms.code);
            offer.open = !row.context.closed.contains(&offer.terms.code);
        }
        Codebook::new(1, &view)
    }
}

/// Reads a phrasebook.
///
/// # Errors
/// The first line that is wrong, and why.
pub fn parse_phrasebook(text: &str) -> Result<Phrasebook, PhrasebookError> {
    let mut book = Phrasebook::default();
    let mut remarks: Vec<(&str, &str)> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let wrong = |problem| PhrasebookError { line: at + 1, problem };
        if let Some(product) = line.strip_prefix("#@") {
            if !product.starts_with("catalogue\t") {
                take_product(&mut book, &remarks, product).map_err(wrong)?;
            }
        } else if let Some(remark) = line.strip_prefix("# ") {
            remarks.extend(remark.split_once(": "));
        } else if !line.starts_with('#') && !line.is_empty() && !line.starts_with("id\t") {
            let row = row(&book, line).map_err(wrong)?;
            book.rows.push(row);
        }
    }
    Ok(book)
}

fn take_product(
    book: &mut Phrasebook,
    remarks: &[(&str, &str)],
    line: &str,
) -> Result<(), &'static str> {
    let (name, product) = line.split_once('\t').ok_or("a product has nine columns")?;
    let known = book.catalogues.iter().position(|catalogue| catalogue.name == name);
    let at = match known {
        Some(at) => at,
        None => {
            let remark = remarks.iter().find(|(about, _)| *about == name);
            let settings = settings(remark.map_or("", |(_, remark)| remark))?;
            book.catalogues.push(catalogue(name, settings));
            book.catalogues.len() - 1
        }
    };
    let offers = &mut book.catalogues[at].view.offers;
    let terms = terms(product)?;
    let item = ItemId(offers.len() as u32 + 1);
    offers.push(OfferState {
        item,
        version: 1,
        left: Quantity::MAX,
        left_by_cell: Vec::new(),
        open: true,
        pinned: false,
        terms: Arc::new(terms),
    });
    Ok(())
}

fn catalogue(name: &str, reading: Settings) -> Catalogue {
    let rules = Rules { reading, ..Rules::default() };
    Catalogue {
        name: name.to_string(),
        view: SessionView {
            shop: ShopId::from_random(1),
            session: SessionId(1),
            title: name.into(),
            state: SessionState::Live,
            rules: Arc::new(rules),
            currency: Currency::VND,
            offers: Vec::new(),
            pinned: None,
            position: Position::default(),
        },
    }
}

/// Code, name, aliases, axes, unit, step, packs, most per buyer.
fn terms(product: &str) -> Result<OfferTerms, &'static str> {
    let columns: Vec<&str> = product.split('\t').collect();
    let [code, name, aliases, axes, unit, step, packs, most] = columns[..] else {
        return Err("a product has nine columns");
    };
    let list = |text: &str, mark: char| -> Vec<Arc<str>> {
        let parts = text.split(mark).map(str::trim).filter(|part| !part.is_empty());
        parts.map(Arc::from).collect()
    };
    let axes = axes.split('/').map(|axis| list(axis, ',')).filter(|axis| !axis.is_empty());
    let packs = packs.split('|').filter(|pack| !pack.is_empty()).map(|pack| {
        let (name, amount) = pack.split_once('=').ok_or("a pack is NAME=AMOUNT")?;
        let quantity = number(amount).ok_or("a pack's amount is no number")?;
        Ok(Pack { name: name.into(), quantity })
    });
    let limit_per_buyer = match most {
        "" => None,
        most => Some(number(most).ok_or("the most per buyer is no number")?),
    };
    Ok(OfferTerms {
        code: Code::parse(code).ok_or("a product's code is no code")?,
        name: name.into(),
        price: Money::vnd(10_000),
        unit: unit.into(),
        step: number(step).filter(|step| !step.is_zero()).ok_or("the step is no number")?,
        axes: axes.collect(),
        prices: Vec::new(),
        packs: packs.collect::<Result<_, &'static str>>()?,
        aliases: list(aliases, '|'),
        limit_per_buyer,
        ready_at: None,
        item: None,
        stock: Stock::Pool(Quantity::MAX),
    })
}

/// A decimal, whatever unit is glued to it.
fn number(text: &str) -> Option<Quantity> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    Quantity::parse(&text[..end.unwrap_or(text.len())])
}

fn settings(remark: &str) -> Result<Settings, &'static str> {
    let mut settings = Settings::default();
    for said in remark.split("setting ").skip(1) {
        let said = said.split([' ', ';', ',', ')']).next().unwrap_or("");
        let (name, value) = said.split_once('=').ok_or("a setting is KEY=VALUE")?;
        set(&mut settings, name, value).ok_or("a setting or its value is unknown")?;
    }
    Ok(settings)
}

/// Changes one setting; `None` if there is no such setting or it cannot have that value.
fn set(settings: &mut Settings, name: &str, value: &str) -> Option<()> {
    let doubt = match value {
        "accept" | "order" | "on" | "hold_and_ask" | "add" => Some(Doubt::Accept),
        "review" | "ask" => Some(Doubt::Review),
        "ignore" | "off" => Some(Doubt::Ignore),
        _ => None,
    };
    let field = match name {
        "spaced_code" => &mut settings.spaced_code,
        "bare_number" => &mut settings.bare_number,
        "verb_plus_question" => &mut settings.verb_plus_question,
        "over_limit" => &mut settings.over_limit,
        "repeat_in_comment" => &mut settings.repeat_in_comment,
        "missing_variant" => &mut settings.missing_variant,
        "phone_only_single" => &mut settings.phone_only_single,
        "edited" => &mut settings.edited,
        "late_order" => &mut settings.late_order,
        "bare_code_qty" => {
            settings.bare_code_qty = Quantity::parse(value)?;
            return Some(());
        }
        "cancel_by_minus" => {
            settings.cancel_by_minus = doubt? == Doubt::Accept;
            return Some(());
        }
        "ignore_leading_zeros" => {
            settings.ignore_leading_zeros = doubt? == Doubt::Accept;
            return Some(());
        }
        "chuc" => {
            settings.chuc = value.parse().ok()?;
            return Some(());
        }
        "code_prefix" => {
            settings.code_prefix = Some(Code::parse(value)?);
            return Some(());
        }
        _ => return None,
    };
    *field = doubt?;
    Some(())
}

fn row(book: &Phrasebook, line: &str) -> Result<Row, &'static str> {
    let columns: Vec<&str> = line.split('\t').collect();
    let [id, text, catalogue, pinned, expect, lines, phones, note] = columns[..] else {
        return Err("a row has eight columns");
    };
    let at = book.catalogues.iter().position(|known| known.name == catalogue);
    let mut row = Row {
        id: id.to_string(),
        text: unescape(text),
        catalogue: at.ok_or("the row's catalogue is not defined before it")?,
        pinned: None,
        expect: Expect::parse(expect)
            .ok_or("ORDER, REVIEW, QUESTION, CANCEL or NOISE is expected")?,
        lines: lines.to_string(),
        phones: phones.to_string(),
        alternatives: Vec::new(),
        circumstances: Circumstances::default(),
        context: Context::default(),
    };
    if !pinned.is_empty() {
        row.pinned = Some(Code::parse(pinned).ok_or("the pinned offer is no code")?);
    }
    let facts = note.split(" -- ").next().unwrap_or("").split("; ");
    for (key, value) in facts.filter_map(|fact| fact.trim().split_once('=')) {
        take_fact(&mut row, key.trim_start_matches("ctx:"), value)?;
    }
    Ok(row)
}

/// One `key=value` of a row's note; those that nobody needs to judge by are passed over.
fn take_fact(row: &mut Row, key: &str, value: &str) -> Result<(), &'static str> {
    match key {
        "alt" => {
            let words = value.split(',').map(|word| Expect::parse(word).ok_or("alt is unknown"));
            row.alternatives = words.collect::<Result<_, _>>()?;
        }
        "open" => {
            for line in value.split(',') {
                let (code, amount) = line.split_once('*').ok_or("an open line is CODE*AMOUNT")?;
                let code = code.split('[').next().unwrap_or(code);
                let code = Code::parse(code).ok_or("an open line's code is no code")?;
                row.context.open.push((code, amount.to_string()));
            }
        }
        "closed" => {
            let codes = value.split(',').map(|code| Code::parse(code).ok_or("closed is no code"));
            row.context.closed = codes.collect::<Result<_, _>>()?;
        }
        "repeat_of" | "same_message_id_as" => row.context.is_repeated = true,
        "edited_from" => row.circumstances.edited = true,
        "source" => row.circumstances.author = Author::Staff,
        "author" if value == "moderator" => row.circumstances.author = Author::Moderator,
        "author" => row.circumstances.author = Author::Shop,
        _ => {}
    }
    Ok(())
}

fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('t') => plain.push('\t'),
                Some('n') => plain.push('\n'),
                Some(other) => plain.push(other),
                None => plain.push('\\'),
            },
            other => plain.push(other),
        }
    }
    plain
}
