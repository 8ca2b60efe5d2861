//! What a host does, in the words of a story.

use super::{Answer, Deed, money, quantity, span, swap};
use crate::made::code;
use domain::command::{CardAnswer, OrderAct, Origin};
use domain::offer::{OfferChange, StockChange, Variant};
use domain::session::SessionState;

/// What a host does.
pub(super) fn deed(what: &str) -> Deed {
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
            let (wants, back) = swap(&lines["orders ".len()..]);
            Deed::Claim(Origin::Host, who.into(), wants, back)
        }
        ["takes", "the", "cancel", "of", who, "back"] => Deed::Undo(who.into(), None),
        ["blocks", who] => Deed::Block(who.into(), true),
        ["sells", "to", who, "again"] => Deed::Block(who.into(), false),
        ["answers", ..] => answer(&what["answers ".len()..]),
        ["rules:", ..] => Deed::Rule(what["rules: ".len()..].into()),
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
        ["limits", of, "to", most] => {
            change.limit_per_buyer = Some(Some(quantity(most)));
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

/// `Lan with D1 1`, `all like Lan from now on with nothing`.
fn answer(text: &str) -> Deed {
    let (whom, with) = text.split_once(" with ").expect("an answer");
    let like = whom.strip_prefix("all like ");
    let whom_text = like.unwrap_or(whom);
    let always = whom_text.strip_suffix(" from now on");
    let answer = match with {
        "nothing" => CardAnswer::Ignore,
        _ => {
            let (wants, instead_of) = swap(with);
            CardAnswer::Lines { wants, instead_of }
        }
    };
    let answer = Answer { whole_group: like.is_some(), lasts: always.is_some(), answer };
    Deed::Answer(always.unwrap_or(whom_text).into(), answer)
}
