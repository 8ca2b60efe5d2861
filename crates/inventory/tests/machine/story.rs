//! The language of stories: a line is read into what is given, what somebody does, or what must be
//! seen.

mod host;
mod rule;

pub(crate) use self::rule::rule;
use crate::made::{axes, code, milli, terms};
use domain::code::Code;
use domain::command::{CardAnswer, OrderAct, Origin, Want};
use domain::id::ItemId;
use domain::link::LinkCode;
use domain::money::Money;
use domain::offer::{OfferChange, OfferTerms, Stock, Variant};
use domain::quantity::Quantity;
use domain::session::SessionState;
use domain::time::{Millis, Timestamp};
use std::collections::BTreeMap;

/// What somebody does.
#[derive(Debug)]
pub(crate) enum Deed {
    /// A claim of so much, where some goes back for it.
    Claim(Origin, String, Vec<Want>, Vec<Code>),
    /// A doubtful comment, with what was heard as a code.
    Doubt(String, Vec<Want>, Option<Code>),
    /// An answer to a buyer's latest card.
    Answer(String, Answer),
    Release(Origin, String, Vec<Code>, Option<Quantity>),
    /// Whose cancel, and who takes it back; none: the host.
    Undo(String, Option<String>),
    ExtendOwn(String),
    Act(String, OrderAct),
    Change(Code, OfferChange, Option<u32>),
    Rule(String),
    Block(String, bool),
    ShowLink(String),
    TypeLink(String, LinkCode),
    State(SessionState),
    Down(Millis),
    Pass,
}

/// What a person says to a card.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) whole_group: bool,
    pub(crate) lasts: bool,
    pub(crate) answer: CardAnswer,
}

pub(crate) fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap_or_else(|| panic!("no quantity: {text:?}"))
}

fn money(text: &str) -> Money {
    Money::vnd(text.replace('.', "").parse().unwrap_or_else(|_| panic!("no money: {text:?}")))
}

/// `10 minutes`.
fn span(text: &str) -> Millis {
    let (count, unit) = text.split_once(' ').expect("a count and a unit");
    let unit = match unit.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        other => panic!("no unit of time: {other}"),
    };
    Millis::from_secs(count.parse::<u64>().expect("a count") * unit)
}

/// `"cà chua" in kg, step 0.5, stock 2`, or with `variants đỏ,xanh/S,M` and a figure each.
pub(crate) fn item(text: &str) -> (String, OfferTerms) {
    let (name, rest) = quoted(text);
    let mut made = terms("X", Quantity::ONE, Quantity::ZERO);
    made.name = name.as_str().into();
    for part in rest.split(", ") {
        let (word, value) = part.trim().split_once(' ').expect("a word and a value");
        match word {
            "in" => made.unit = value.into(),
            "step" => made.step = quantity(value),
            "variants" => made.axes = axes(value),
            "stock" => {
                let figures: Vec<_> = value.split(' ').map(quantity).collect();
                made.stock = match figures[..] {
                    [pool] => Stock::Pool(pool),
                    _ => Stock::Cells(figures),
                };
            }
            other => panic!("an item has no {other}"),
        }
    }
    (name, made)
}

/// `"cà chua" as D1 at 45.000, limit 2`.
pub(crate) fn offer(
    text: &str,
    items: &BTreeMap<String, (OfferTerms, Option<ItemId>)>,
) -> OfferTerms {
    let (name, rest) = quoted(text);
    let (made, id) = &items[&name];
    let rest = rest.strip_prefix("as ").expect("a code");
    let mut parts = rest.split(", ");
    let (text, price) = parts.next().expect("a code").split_once(" at ").expect("a price");
    let mut made = made.clone();
    (made.code, made.price, made.item) = (code(text), money(price), *id);
    for part in parts {
        match part.split_once(' ').expect("a word and a value") {
            ("limit", most) => made.limit_per_buyer = Some(quantity(most)),
            ("ready", at) => made.ready_at = Some(moment(at)),
            (other, _) => panic!("an offer has no {other}"),
        }
    }
    made
}

/// `20:05:00`, from the second day on `day 2 20:05:00`.
pub(crate) fn moment(text: &str) -> Timestamp {
    time(&format!("{text} .")).unwrap_or_else(|| panic!("no time: {text:?}")).0
}

/// The time that a line begins with, and the rest of it.
pub(crate) fn time(text: &str) -> Option<(Timestamp, &str)> {
    let (day, text) = match text.strip_prefix("day ") {
        Some(text) => text.split_once(' ')?,
        None => ("0", text),
    };
    let (clock, rest) = text.split_once(' ')?;
    let mut parts = clock.split(':').map(|part| part.parse::<u64>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let days = day.parse::<u64>().ok()?;
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second;
    Some((Timestamp(seconds * 1_000), rest.trim()))
}

/// The text between the quotes, and what follows.
pub(crate) fn quoted(text: &str) -> (String, &str) {
    let rest = text.trim().strip_prefix('"').expect("a name in quotes");
    let (name, rest) = rest.split_once('"').expect("a closing quote");
    (name.into(), rest.trim_start_matches(',').trim())
}

/// `D1 1.5, A1 đỏ/? 1`; `more D1 1` comes on top.
fn wants(text: &str) -> Vec<Want> {
    let want = |text: &str| {
        let more = text.strip_prefix("more ");
        let words: Vec<&str> = more.unwrap_or(text).split(' ').collect();
        let (said, amount) = match words[..] {
            [_, amount] => (vec![], amount),
            [_, said, amount] => (said.split('/').collect(), amount),
            _ => panic!("a want is a code, perhaps a variant, and a quantity: {text:?}"),
        };
        let value = |word: &&str| (*word != "?").then(|| (*word).into());
        Want {
            code: code(words[0]),
            variant: Variant(said.iter().map(value).collect()),
            quantity: amount.parse().map_or_else(|_| quantity(amount), |n: u64| milli(n * 1_000)),
            adds: more.is_some(),
        }
    };
    text.split(", ").map(want).collect()
}

/// `D2 1`, perhaps `D2 1 instead of D1`.
fn swap(text: &str) -> (Vec<Want>, Vec<Code>) {
    match text.split_once(" instead of ") {
        Some((text, codes)) => (wants(text), codes.split(", ").map(code).collect()),
        None => (wants(text), vec![]),
    }
}

/// Who does what.
pub(crate) fn deed(text: &str) -> Deed {
    if text == "time passes" {
        return Deed::Pass;
    }
    if let Some(down) = text.strip_prefix("the shop was down for ") {
        return Deed::Down(span(down));
    }
    let (who, what) = text.split_once(' ').expect("who does what");
    if who == "host" {
        return host::deed(what);
    }
    let name = who.to_string();
    let take = |start: &str| what.strip_prefix(start);
    if let Some(text) = take("types maybe ") {
        let (text, about) = match text.split_once(", heard as ") {
            Some((text, heard)) => (text, Some(code(heard))),
            None => (text, None),
        };
        return Deed::Doubt(name, wants(text), about);
    }
    if let Some(text) = take("types #") {
        let link = text.parse().ok().and_then(LinkCode::new);
        return Deed::TypeLink(name, link.expect("four digits"));
    }
    if let Some(text) = take("types hủy ") {
        return Deed::Release(Origin::Comment, name, codes(text), None);
    }
    if let Some((amount, of)) = take("types bớt ").and_then(|text| text.split_once(' ')) {
        return Deed::Release(Origin::Comment, name, vec![code(of)], Some(quantity(amount)));
    }
    if let Some(text) = take("types ") {
        let (wants, back) = swap(text);
        return Deed::Claim(Origin::Comment, name, wants, back);
    }
    if let Some(text) = take("taps ") {
        let (wants, back) = swap(text);
        return Deed::Claim(Origin::Tap, name, wants, back);
    }
    if let Some(text) = take("gives back ") {
        return match text.split_once(" of ") {
            Some((amount, of)) => {
                Deed::Release(Origin::Tap, name, codes(of), Some(quantity(amount)))
            }
            None => Deed::Release(Origin::Tap, name, codes(text), None),
        };
    }
    match what {
        "takes the cancel back" => Deed::Undo(name.clone(), Some(name)),
        "asks for a link code" => Deed::ShowLink(name),
        "asks for more time" => Deed::ExtendOwn(name),
        _ => {
            let whose = take("takes the cancel of ").and_then(|text| text.strip_suffix(" back"));
            Deed::Undo(whose.expect("a buyer's deed").into(), Some(name))
        }
    }
}

fn codes(text: &str) -> Vec<Code> {
    match text {
        "everything" => vec![],
        _ => text.split(", ").map(code).collect(),
    }
}
