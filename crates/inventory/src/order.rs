//! An order's own arithmetic: lines merge, and what it all costs. What goes back is in `returns`.

use alloc::vec::Vec;
use domain::code::Code;
use domain::event::ClaimedLine;
use domain::id::{BuyerRef, Network, OrderId, SessionId};
use domain::money::Money;
use domain::offer::Variant;
use domain::order::{OrderLine, OrderState};
use domain::position::Stamp;
use domain::quantity::Quantity;
use domain::snapshot::{OrderAtRest, SessionAtRest};

/// A new order without lines.
pub(crate) fn begin(
    order: OrderId,
    session: SessionId,
    buyer: BuyerRef,
    network: Option<Network>,
    at: Stamp,
) -> OrderAtRest {
    OrderAtRest {
        order,
        session,
        buyer,
        state: OrderState::Held,
        lines: Vec::new(),
        latest: Vec::new(),
        hold_until: None,
        extensions: 0,
        position: at.position,
        since: at.at,
        delivery_fee: None,
        network,
        cancel: None,
        claims: Vec::new(),
    }
}

/// True if the two are one line: the same code, cell, variant and price.
pub(crate) fn is_same_line(line: &OrderLine, claimed: &ClaimedLine) -> bool {
    line.item == claimed.item
        && line.cell == claimed.cell
        && line.price == claimed.price
        && line.code == claimed.code
        && line.variant == claimed.variant
}

/// True if nothing is held and nothing waits. Such lines stay in their place, so that places in
/// line keep pointing at the right one.
pub(crate) fn is_empty(line: &OrderLine) -> bool {
    line.held.is_zero() && line.waitlisted.is_zero()
}

/// True if the order holds some stock.
pub(crate) fn holds_something(order: &OrderAtRest) -> bool {
    order.lines.iter().any(|line| !line.held.is_zero())
}

/// Puts a claimed line into the order; the number of the line it became or joined.
pub(crate) fn merge(order: &mut OrderAtRest, claimed: &ClaimedLine) -> usize {
    let found = order.lines.iter().position(|line| is_same_line(line, claimed));
    let at = found.unwrap_or_else(|| {
        order.lines.push(OrderLine {
            code: claimed.code,
            item: claimed.item,
            cell: claimed.cell,
            variant: claimed.variant.clone(),
            held: Quantity::ZERO,
            waitlisted: Quantity::ZERO,
            price: claimed.price,
        });
        order.latest.push(Quantity::ZERO);
        order.lines.len() - 1
    });
    let line = &mut order.lines[at];
    let whole = "decided to be within the limit";
    line.held = line.held.plus(claimed.held).expect(whole);
    line.waitlisted = line.waitlisted.plus(claimed.waitlisted).expect(whole);
    at
}

/// What the buyer's latest claim of that code and variant asked for, in thousandths; 0 if nothing
/// of it is open.
pub(crate) fn latest(order: &OrderAtRest, code: Code, variant: &Variant) -> u64 {
    order
        .lines
        .iter()
        .zip(&order.latest)
        .filter(|(line, _)| line.code == code && line.variant == *variant)
        .map(|(_, latest)| latest.milli())
        .sum()
}

/// Forgets what was asked before for the codes and variants of a new claim.
pub(crate) fn forget_latest(order: &mut OrderAtRest, lines: &[ClaimedLine]) {
    for (line, latest) in order.lines.iter().zip(&mut order.latest) {
        let is_new = |new: &ClaimedLine| new.code == line.code && new.variant == line.variant;
        if lines.iter().any(is_new) {
            *latest = Quantity::ZERO;
        }
    }
}

/// What the held lines cost; stays at the largest amount on overflow.
pub(crate) fn goods(order: &OrderAtRest, session: &SessionAtRest) -> Money {
    let none = Money::zero(session.currency);
    order.lines.iter().fold(none, |sum, line| {
        let cost = line.price.times(line.held);
        cost.and_then(|cost| sum.plus(cost)).unwrap_or(Money { amount: i64::MAX, ..sum })
    })
}

/// What delivery adds: as charged once settled, whatever the rules became since, otherwise by the
/// rule; none where the session charges nothing.
pub(crate) fn delivery_fee(order: &OrderAtRest, session: &SessionAtRest) -> Option<Money> {
    if order.state.is_sold() {
        return order.delivery_fee;
    }
    let rule = session.rules.delivery?;
    let goods = goods(order, session).amount;
    let free = !holds_something(order) || rule.free_from.is_some_and(|from| goods >= from);
    let amount = if free { 0 } else { rule.fee };
    Some(Money { amount, currency: session.currency })
}
