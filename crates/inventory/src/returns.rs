//! What goes back of an order: all of some lines, so much of them, or what a cancel will take when
//! its undo time closes.
//!
//! What waits goes before what is held, and nothing is given back twice: a part that is being
//! cancelled is not there for anybody else.

use alloc::vec::Vec;
use domain::code::Code;
use domain::event::ReturnedLine;
use domain::order::OrderLine;
use domain::quantity::Quantity;
use domain::snapshot::{CancelAtRest, OrderAtRest};

/// Which part of an order.
#[derive(Clone, Copy)]
pub(crate) enum Part<'a> {
    /// All of it, what is being cancelled included: the order is over.
    Everything,
    /// The lines of these codes, all if none is named.
    Codes(&'a [Code]),
    /// The same, but what waits only; so much of each, if it is said how much.
    Waiting(&'a [Code], Option<Quantity>),
    /// So much of each of these codes.
    SoMuch(&'a [Code], Quantity),
}

/// The lines of that part that have something to give, in the order's own sequence.
pub(crate) fn returned(order: &OrderAtRest, part: Part<'_>) -> Vec<ReturnedLine> {
    let mut back: Vec<_> = order.lines.iter().zip(0..).map(|(l, at)| open(order, l, at)).collect();
    let named =
        |codes: &[Code], line: &ReturnedLine| codes.is_empty() || codes.contains(&line.code);
    match part {
        Part::Everything => {
            for (back, line) in back.iter_mut().zip(&order.lines) {
                (back.held, back.waitlisted) = (line.held, line.waitlisted);
            }
        }
        Part::Codes(codes) => back.retain(|line| named(codes, line)),
        Part::Waiting(codes, most) => {
            back.retain(|line| named(codes, line));
            back.iter_mut().for_each(|line| line.held = Quantity::ZERO);
            cut(&mut back, most.unwrap_or(Quantity::MAX));
        }
        Part::SoMuch(codes, most) => {
            back.retain(|line| named(codes, line));
            cut(&mut back, most);
        }
    }
    back.retain(|line| !line.held.is_zero() || !line.waitlisted.is_zero());
    back
}

/// What a cancel gives back of what is still there.
pub(crate) fn closing(order: &OrderAtRest, cancel: &CancelAtRest) -> Vec<ReturnedLine> {
    let lines = cancel.lines.iter().map(|(at, most)| {
        let line = &order.lines[usize::from(*at)];
        let waitlisted = line.waitlisted.min(*most);
        let held = line.held.min(less(*most, waitlisted));
        back(line, held, waitlisted)
    });
    lines.filter(|line| !line.held.is_zero() || !line.waitlisted.is_zero()).collect()
}

/// What a cancel of those lines will take, by the lines' numbers.
pub(crate) fn recorded(order: &OrderAtRest, lines: &[ReturnedLine]) -> Vec<(u16, Quantity)> {
    let both = |back: &ReturnedLine| back.held.plus(back.waitlisted).unwrap_or(Quantity::MAX);
    let places = places(order, lines, |_| true).into_iter();
    places.zip(lines).map(|(at, back)| (at, both(back))).collect()
}

/// Which lines of the order those are, among those that can be meant. They come in the order's own
/// sequence; of two lines that differ in price alone it is the one that has so much to give.
pub(crate) fn places(
    order: &OrderAtRest,
    lines: &[ReturnedLine],
    can_be_meant: impl Fn(u16) -> bool,
) -> Vec<u16> {
    let mut rest = order.lines.iter().zip(0..);
    let places = lines.iter().map(|back| {
        let found = rest.find(|(line, at)| {
            can_be_meant(*at) && gives(line, open_amounts(order, line, *at), back)
        });
        found.expect("only what an order has goes back").1
    });
    places.collect()
}

/// True if that line, so much of which is open, has what goes back.
fn gives(line: &OrderLine, open: (Quantity, Quantity), back: &ReturnedLine) -> bool {
    line.code == back.code
        && line.item == back.item
        && line.cell == back.cell
        && line.variant == back.variant
        && open.0 >= back.held
        && open.1 >= back.waitlisted
}

/// What of a line nobody is cancelling.
fn open(order: &OrderAtRest, line: &OrderLine, at: u16) -> ReturnedLine {
    let (held, waitlisted) = open_amounts(order, line, at);
    back(line, held, waitlisted)
}

/// True if there is something of the line that nobody is cancelling.
pub(crate) fn is_open(order: &OrderAtRest, line: &OrderLine, at: u16) -> bool {
    open_amounts(order, line, at) != (Quantity::ZERO, Quantity::ZERO)
}

/// What of a line is held and what waits, without what is being cancelled.
fn open_amounts(order: &OrderAtRest, line: &OrderLine, at: u16) -> (Quantity, Quantity) {
    let cancelled = order.cancel.iter().flat_map(|cancel| &cancel.lines);
    let cancelled = cancelled.filter(|(cancelled, _)| *cancelled == at);
    let gone = cancelled.fold(Quantity::ZERO, |_, (_, gone)| *gone);
    let waits = line.waitlisted.min(gone);
    (less(line.held, less(gone, waits)), less(line.waitlisted, waits))
}

/// Leaves so much of each code, what waits first.
fn cut(back: &mut [ReturnedLine], most: Quantity) {
    for at in 0..back.len() {
        let code = back[at].code;
        if back[..at].iter().any(|before| before.code == code) {
            continue;
        }
        let mut left = most;
        let mut take = |quantity: &mut Quantity| {
            *quantity = (*quantity).min(left);
            left = less(left, *quantity);
        };
        for line in back.iter_mut().filter(|line| line.code == code) {
            take(&mut line.waitlisted);
        }
        for line in back.iter_mut().filter(|line| line.code == code) {
            take(&mut line.held);
        }
    }
}

fn back(line: &OrderLine, held: Quantity, waitlisted: Quantity) -> ReturnedLine {
    ReturnedLine {
        code: line.code,
        item: line.item,
        cell: line.cell,
        variant: line.variant.clone(),
        held,
        waitlisted,
    }
}

fn less(a: Quantity, b: Quantity) -> Quantity {
    a.minus(b).unwrap_or(Quantity::ZERO)
}
