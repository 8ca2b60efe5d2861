//! The rules of a session, in the words of a story.

use super::{money, quantity, span};
use domain::rules::{Delivery, Doubt, Hold, Repeat, Rules};

/// `holds 10 minutes`, `no waitlist`, `the same comment adds`…
pub(crate) fn rule(text: &str, rules: &mut Rules) {
    let take = |start: &str| text.strip_prefix(start);
    if let Some(plus) = take("holds until the end plus ") {
        rules.hold = Hold::UntilEnd { plus: span(plus) };
    } else if let Some(time) = take("holds ") {
        rules.hold = Hold::For(span(time));
    } else if text == "no waitlist" {
        rules.waitlist = false;
    } else if text == "a line is filled whole or waits whole" {
        rules.partial_fill = false;
    } else if let Some(time) = take("who moves up has ") {
        rules.promotion_hold = Some(span(time));
    } else if let Some(most) = take("at most ") {
        most_of(most, rules);
    } else if let Some(time) = take("a cancel can be undone for ") {
        rules.cancel_undo = span(time);
    } else if let Some(times) = take("after ") {
        let (count, wait) = times.split_once(" orders that ran out, wait ").expect("how often");
        rules.hoarding.expiries = Some(count.parse().expect("a count"));
        rules.hoarding.cooldown = span(wait);
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
    } else if let Some(word) = take("too much by comment ") {
        rules.reading.over_limit = doubt(word);
    } else {
        panic!("no such rule: {text}");
    }
}

/// `at most 5 of everything per buyer`, `at most 3 open lines per buyer`, `at most 2 open orders
/// per network`.
fn most_of(text: &str, rules: &mut Rules) {
    let (count, of) = text.split_once(' ').expect("how much of what");
    let number = || Some(count.parse().expect("a count"));
    match of {
        "of everything per buyer" => rules.limit_per_buyer = Some(quantity(count)),
        "open lines per buyer" => rules.hoarding.holds_per_buyer = number(),
        "open orders per network" => rules.hoarding.orders_per_network = number(),
        other => panic!("nothing is limited: {other}"),
    }
}

fn repeat(word: &str) -> Repeat {
    match word {
        "adds" => Repeat::Add,
        "is asked" => Repeat::Ask,
        "is ignored" => Repeat::Ignore,
        other => panic!("a repetition does not {other}"),
    }
}

fn doubt(word: &str) -> Doubt {
    match word {
        "counts" => Doubt::Accept,
        "is shown" => Doubt::Review,
        "is ignored" => Doubt::Ignore,
        other => panic!("a doubt does not {other}"),
    }
}
