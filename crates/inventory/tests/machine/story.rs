//! The language of stories: a line is read into what is given, what somebody does, or what must be
//! seen.

use crate::made::{axes, code, milli, terms};
use domain::code::Code;
use domain::command::{OrderAct, Origin, Want};
use domain::id::ItemId;
use domain::money::Money;
use domain::offer::{OfferChange, OfferTerms, Stock, StockChange, Variant};
use domain::quantity::Quantity;
use domain::rules::{Delivery, Doubt, Hold, Repeat, Rules};
use domain::session::SessionState;
use domain::time::Millis;
use std::collections::BTreeMap;

/// What somebody does.
#[derive(Debug)]
pub(crate) enum Deed {
    Claim(Origin, String, Vec<Want>),
    Release(Origin, String, Vec<Code>),
    ExtendOwn(String),
    Act(String, OrderAct),
    Change(Code, OfferChange, Option<u32>),
    State(SessionState),
    Down(Millis),
    Pass,
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
            (other, _) => panic!("an offer has no {other}"),
        }
    }
    made
}

/// The text between the quotes, and what follows.
pub(crate) fn quoted(text: &str) -> (String, &str) {
    let rest = text.trim().strip_prefix('"').expect("a name in quotes");
    let (name, rest) = rest.split_once('"').expect("a closing quote");
    (name.into(), rest.trim_start_matches(',').trim())
}

/// `holds 10 minutes`, `no waitlist`, `the same comment adds`…
pub(crate) fn rule(text: &str, rules: &mut Rules) {
    let repeat = |word: &str| match word {
        "adds" => Repeat::Add,
        "is asked" => Repeat::Ask,
        "is ignored" => Repeat::Ignore,
        other => panic!("a repetition does not {other}"),
    };
    let doubt = |word: &str| match word {
        "counts" => Doubt::Accept,
        "is shown" => Doubt::Review,
        "is ignored" => Doubt::Ignore,
        other => panic!("a doubt does not {other}"),
    };
    let take = |start: &str| text.strip_prefix(start);
    if let Some(plus) = take("holds until the end plus ") {
        rules.hold = Hold::UntilEnd { plus: span(plus) };
    } else if let Some(time) = take("holds ") {
        rules.hold = Hold::For(span(time));
    } else if text == "no waitlist" {
        rules.waitlist = false;
    } else if let Some(fee) = take("delivery ") {
        let (fee, free) = fee.split_once(", free from ").expect("when it is free");
        let free_from = Some(money(free).amount);
        rules.delivery = Some(Delivery { fee: money(fee).amount, free_from });
    } else if let Some(word) = take("the same comment ") {
        rules.repeat_comment = repeat(word);
    } else if let Some(word) = take("the same code ") {
        rules.repeat_code = repeat(word);
    } else if let Some(word) = take("cancelling by comment ") {
        rules.buyer_cancel = doubt(word);
    } else if let Some(word) = take("a late comment ") {
        rules.reading.late_order = doubt(word);
    } else {
        panic!("no such rule: {text}");
    }
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
        return host(what);
    }
    let who = who.to_string();
    let codes = |text: &str| match text {
        "everything" => vec![],
        _ => text.split(", ").map(code).collect(),
    };
    if let Some(text) = what.strip_prefix("types ") {
        return match text.strip_prefix("hủy ") {
            Some(text) => Deed::Release(Origin::Comment, who, codes(text)),
            None => Deed::Claim(Origin::Comment, who, wants(text)),
        };
    }
    if let Some(text) = what.strip_prefix("taps ") {
        return Deed::Claim(Origin::Tap, who, wants(text));
    }
    if let Some(text) = what.strip_prefix("gives back ") {
        return Deed::Release(Origin::Tap, who, codes(text));
    }
    assert_eq!(what, "asks for more time", "a buyer's deed");
    Deed::ExtendOwn(who)
}

fn host(what: &str) -> Deed {
    let words: Vec<&str> = what.split(' ').collect();
    match words[..] {
        ["goes", "live"] => Deed::State(SessionState::Live),
        ["pauses"] => Deed::State(SessionState::Paused),
        ["ends"] => Deed::State(SessionState::Ended),
        ["confirms", who] => Deed::Act(who.into(), OrderAct::Confirm),
        ["cancels", who] => Deed::Act(who.into(), OrderAct::Cancel),
        ["is", "paid", "by", who] => Deed::Act(who.into(), OrderAct::MarkPaid),
        ["gives", who, count, unit, "more"] => {
            let more = span(&format!("{count} {unit}"));
            Deed::Act(who.into(), OrderAct::Extend(more))
        }
        ["orders", .., "for", who] => {
            let (lines, _) = what.rsplit_once(" for ").expect("for whom");
            Deed::Claim(Origin::Host, who.into(), wants(&lines["orders ".len()..]))
        }
        _ => patch(&words),
    }
}

fn patch(words: &[&str]) -> Deed {
    let mut change = OfferChange::default();
    let (of, said, seen) = match *words {
        ["adds", n, "to", of, ref said @ ..] => {
            change.stock = Some(StockChange::Add(quantity(n)));
            (of, said.first(), None)
        }
        ["takes", n, "from", of, ref said @ ..] => {
            change.stock = Some(StockChange::Remove(quantity(n)));
            (of, said.first(), None)
        }
        ["sets", of, ref said @ .., "to", n] => {
            change.stock = Some(StockChange::Set(quantity(n)));
            (of, said.first(), None)
        }
        ["prices", of, "at", price, ref on @ ..] => {
            change.price = Some(money(price));
            (of, None, on.last().map(|n| n.parse().expect("a version")))
        }
        ["opens", of] | ["closes", of] => {
            change.open = Some(words[0] == "opens");
            (of, None, None)
        }
        ["pins", of] => {
            change.pinned = Some(true);
            (of, None, None)
        }
        _ => panic!("a host does not {words:?}"),
    };
    let variant = |text: &&str| Variant(text.split('/').map(|v| Some((*v).into())).collect());
    change.variant = said.map(variant);
    Deed::Change(code(of), change, seen)
}
