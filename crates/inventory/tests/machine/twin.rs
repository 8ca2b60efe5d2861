//! A naive twin: the same rules, told again as lists that are searched from the start every time.
//!
//! It keeps no stock figures: what is free is the stock less everything anybody took. It keeps no
//! orders' lines: an order is all takes and waits that carry its number. It forgets nothing that
//! was in force before.

mod buyers;
mod cancels;
mod cards;
mod claims;
mod upkeep;

use domain::command::{Origin, Want};
use domain::order::OrderState;
use domain::outcome::OutcomeKind;
use domain::reason::Reason;
use domain::rules::{Doubt, Rules};
use domain::session::SessionState;

/// What a line is: code, item, cell, variant as said (`-` where unsaid), price.
pub(crate) type What = (String, usize, usize, String, i64);

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Take {
    pub(crate) order: usize,
    pub(crate) what: What,
    pub(crate) amount: u64,
}

/// A part of a line: so much of what is held, so much of what waits.
pub(crate) type Part = (What, u64, u64);

#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) session: usize,
    pub(crate) buyer: u8,
    pub(crate) state: OrderState,
    pub(crate) until: Option<u64>,
    pub(crate) network: Option<u8>,
    extensions: u32,
    /// Every line that was ever in it, the first first.
    lines: Vec<What>,
    /// What the latest claims asked for.
    latest: Vec<(What, u64)>,
}

#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) code: String,
    pub(crate) item: usize,
    pub(crate) ready_at: Option<u64>,
    /// Until when it was so; the last entry is the present.
    pub(crate) terms: Vec<(u64, Terms)>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) price: i64,
    pub(crate) open: bool,
    pub(crate) limit: Option<u64>,
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) step: u64,
    /// What can be said, per cell; a pool has one cell and is said `-`.
    pub(crate) cells: Vec<(String, u64)>,
}

#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) state: SessionState,
    pub(crate) since: u64,
    /// Until when they counted; the last entry is the present.
    pub(crate) rules: Vec<(u64, Rules)>,
    pub(crate) offers: Vec<Offer>,
    pub(crate) number: u32,
}

/// Order, when it closes, how much of each line goes, and whether the host cancels.
pub(crate) type Cancel = (usize, u64, Vec<(What, u64)>, bool);

/// What a doubtful comment said: why, by which rule, what it may mean, what was heard.
pub(crate) type Reading = (Reason, u16, Vec<Want>, Option<String>);

#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) number: usize,
    pub(crate) session: usize,
    pub(crate) buyer: u8,
    pub(crate) network: Option<u8>,
    pub(crate) at: u64,
    pub(crate) reading: Reading,
}

/// A claim as somebody makes it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) session: usize,
    pub(crate) buyer: u8,
    pub(crate) by: Origin,
    pub(crate) rule: u16,
    pub(crate) wants: Vec<Want>,
    /// Codes that go back for it.
    pub(crate) back: Vec<String>,
    pub(crate) said_at: Option<u64>,
    pub(crate) network: Option<u8>,
}

/// What a buyer is told: kind, reason, number, lines (code, held, waiting, position), order,
/// deadline.
pub(crate) type Told = (
    OutcomeKind,
    Option<Reason>,
    Option<u32>,
    Vec<(String, u64, u64, Option<u32>)>,
    Option<usize>,
    Option<u64>,
);

/// The whole shop. Orders and cards are counted from 1, everything else from 0.
#[derive(Debug, Default)]
pub(crate) struct Twin {
    pub(crate) items: Vec<Item>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) orders: Vec<Order>,
    pub(crate) takes: Vec<Take>,
    pub(crate) waits: Vec<Take>,
    /// Those that can be undone.
    pub(crate) cancels: Vec<Cancel>,
    pub(crate) cards: Vec<Card>,
    cards_shown: usize,
    /// Cards that are to be claimed: what is wanted and what goes back.
    pub(crate) answered: Vec<(Card, Vec<Want>, Vec<String>)>,
    /// Session, reading, and the lines that it means; none: it is no order.
    lessons: Vec<(usize, Reading, Option<Vec<Want>>)>,
    pub(crate) blocked: Vec<u8>,
    /// Account and the person behind it.
    pub(crate) owners: Vec<(u8, u8)>,
    /// Session, code, page, until when.
    links: Vec<(usize, u16, u8, u64)>,
    /// Buyer, when an order ran out.
    ran_out: Vec<(u8, u64)>,
}

fn plain(kind: OutcomeKind, reason: Reason) -> Told {
    (kind, Some(reason), None, vec![], None, None)
}

fn doubt(comment: bool, rule: Doubt, why: Reason) -> Told {
    let kind = match rule {
        Doubt::Review if comment => OutcomeKind::Review,
        Doubt::Ignore if comment => OutcomeKind::Noted,
        _ => OutcomeKind::Refused,
    };
    plain(kind, why)
}

fn at<T>(history: &[(u64, T)], said_at: Option<u64>) -> &T {
    let then = history.iter().find(|(until, _)| said_at.is_some_and(|said| *until > said));
    &then.or(history.last()).expect("something counts").1
}

/// From now on it is so.
fn change<T>(history: &mut Vec<(u64, T)>, now: u64, next: T) {
    history.last_mut().expect("something counts").0 = now;
    history.push((u64::MAX, next));
}

impl Twin {
    pub(crate) fn free(&self, item: usize, cell: usize) -> u64 {
        let taken = self.takes.iter().filter(|t| (t.what.1, t.what.2) == (item, cell));
        self.items[item].cells[cell].1 - taken.map(|t| t.amount).sum::<u64>()
    }

    fn line(&self, item: usize, cell: usize) -> usize {
        let waits = self.waits.iter();
        waits.filter(|w| (w.what.1, w.what.2) == (item, cell)).count()
    }

    pub(crate) fn rules(&self, session: usize) -> &Rules {
        at(&self.sessions[session].rules, None)
    }

    pub(crate) fn offer(&self, session: usize, code: &str) -> Option<&Offer> {
        self.sessions[session].offers.iter().find(|o| o.code == code)
    }

    /// A buyer's orders in a session in a state, the latest first.
    fn orders_of(&self, session: usize, buyer: u8, fits: fn(OrderState) -> bool) -> Vec<usize> {
        let mut all: Vec<usize> = (1..=self.orders.len()).collect();
        all.reverse();
        all.retain(|o| {
            let order = &self.orders[o - 1];
            order.session == session && order.buyer == buyer && fits(order.state)
        });
        all
    }

    fn open_order(&self, session: usize, buyer: u8) -> Option<usize> {
        self.orders_of(session, buyer, |state| state == OrderState::Held).first().copied()
    }

    fn order_new(&mut self, session: usize, buyer: u8, network: Option<u8>) -> usize {
        self.orders.push(Order {
            session,
            buyer,
            state: OrderState::Held,
            until: None,
            network,
            extensions: 0,
            lines: vec![],
            latest: vec![],
        });
        self.orders.len()
    }

    /// What is held and what waits of a line.
    fn amounts(&self, order: usize, what: &What) -> (u64, u64) {
        let sum = |all: &[Take]| -> u64 {
            let own = all.iter().filter(|t| t.order == order && t.what == *what);
            own.map(|t| t.amount).sum()
        };
        (sum(&self.takes), sum(&self.waits))
    }

    fn holds(&self, order: usize) -> bool {
        self.takes.iter().any(|t| t.order == order && t.amount > 0)
    }

    fn waits_for(&self, order: usize) -> bool {
        self.waits.iter().any(|w| w.order == order)
    }

    fn is_archived(&self, session: usize) -> bool {
        self.sessions[session].state == SessionState::Archived
    }

    fn said(want: &Want) -> String {
        let values = want.variant.0.iter().map(|v| v.as_deref().unwrap_or("-"));
        values.collect::<Vec<_>>().join(" ")
    }

    /// The cells that a variant as said may mean.
    fn cells(&self, item: usize, said: &str) -> Vec<usize> {
        let item = &self.items[item];
        let fits = |name: &str| {
            let both = said.split(' ').zip(name.split(' '));
            said.is_empty() || name == "-" || both.clone().all(|(s, n)| s == "-" || s == n)
        };
        let known = |name: &String| fits(name);
        (0..item.cells.len()).filter(|c| known(&item.cells[*c].0)).collect()
    }
}
