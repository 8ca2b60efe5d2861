//! What is read back: rows to the nouns of `domain`, and the answers of a [`crate::Reader`].

use crate::error::Fault;
use crate::fold::Place;
use crate::link::Row;
use crate::order::Order;
use domain::offer::{Cell, Variant};
use domain::order::{OrderLine, OrderLineView, OrderState, OrderView};
use domain::rules::Delivery;
use domain::{
    BuyerRef, Code, Currency, Epoch, Hash, ItemId, Money, OrderId, Position, Quantity, ReviewId,
    Seq, SessionId, ShopId, Stamp, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A page of a session's orders, all at one position.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredOrders {
    /// By number. Places in line are not kept here: `position_in_line` is always none.
    pub orders: Vec<OrderView>,
    /// Ask again after this one; none at the end.
    pub next: Option<OrderId>,
    /// The shop's watermark: everything up to here is in it, nothing later.
    pub as_of: Position,
}

/// A keyed act as it was written down, for exports and audits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StoredClaim {
    /// Its event, and the receipt as the hash there.
    pub stamp: Stamp,
    /// Which of the comments noted in one event; 0 otherwise.
    pub entry: u32,
    /// The digest of its key, in hexadecimal.
    pub key: String,
    /// Whose; none for comments that were only noted, and a buyer's extension.
    pub buyer: Option<BuyerRef>,
    /// Its place in the session, where it has one.
    pub number: Option<u32>,
    /// What came of it, as in answers: `held`, `partial`, …
    pub result: String,
    /// Why, as in answers.
    pub reason: Option<String>,
    /// The card that a person looks at (result `review`), or made this order of (any other): then
    /// the key is the card's.
    pub review: Option<ReviewId>,
    /// The event by which a person answered the card; none while it is open.
    pub answered: Option<Seq>,
    /// The order that it went into or came out of.
    pub order: Option<OrderId>,
    /// The order's deadline at that moment.
    pub hold_until: Option<Timestamp>,
    /// JSON: `[{"code","variant"?,"held_milli"?,"waitlisted_milli"?,"wanted_milli"?,…}]`.
    pub lines: String,
}

/// What a session came to, counted by the database.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Counts {
    /// Keyed acts by result.
    pub results: BTreeMap<String, u64>,
    /// Orders by state.
    pub orders: BTreeMap<String, u64>,
    /// Stock figures of the shop from which more is promised than there is; always 0.
    pub oversold: u64,
    /// The shop's watermark.
    pub as_of: Position,
}

/// What a session's orders have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct SessionTerms {
    pub(crate) delivery: Option<Delivery>,
    pub(crate) opened: Seq,
}

pub(crate) fn session_terms(row: &Row) -> Result<SessionTerms, Fault> {
    let fee = row.maybe_int(0)?;
    let free_from = row.maybe_int(1)?;
    Ok(SessionTerms {
        delivery: fee.map(|fee| Delivery { fee, free_from }),
        opened: Seq(row.number(2)?),
    })
}

/// Columns: shop, epoch, seq, head, at_ms.
pub(crate) fn watermark(row: &Row) -> Result<(ShopId, Stamp), Fault> {
    let stamp = Stamp {
        position: position(row, 1)?,
        at: Timestamp(row.number(4)?),
        hash: row.text(3, Hash::parse)?,
    };
    Ok((ShopId::from_random(row.number(0)?), stamp))
}

fn position(row: &Row, at: usize) -> Result<Position, Fault> {
    Ok(Position { epoch: Epoch(row.number(at)?), seq: Seq(row.number(at + 1)?) })
}

/// The first two columns: session, order_no.
pub(crate) fn place(row: &Row) -> Result<Place, Fault> {
    Ok((SessionId(row.number(0)?), OrderId(row.number(1)?)))
}

/// Columns as in `find_orders.sql`; the lines come separately.
pub(crate) fn order(row: &Row) -> Result<(Place, Order), Fault> {
    let currency = row.text(4, Currency::parse)?;
    let order = Order {
        buyer: row.text(2, BuyerRef::parse)?,
        state: row.text(3, order_state)?,
        currency,
        hold_until: row.maybe_number(5)?.map(Timestamp),
        position: position(row, 6)?,
        since: Timestamp(row.number(8)?),
        undo_until: row.maybe_number(9)?.map(Timestamp),
        delivery_fee: row.maybe_int(10)?.map(|amount| Money { amount, currency }),
        lines: Vec::new(),
        cancelling: Vec::new(),
    };
    Ok((place(row)?, order))
}

/// Columns as in `find_order_lines.sql`: the line, and what of it is being cancelled.
pub(crate) fn line(row: &Row, currency: Currency) -> Result<(OrderLine, Quantity), Fault> {
    let quantity = |at| {
        let milli = row.number(at)?;
        let unlikely = || Fault::Data("a stored quantity is beyond the limit".to_owned());
        Quantity::from_milli(milli).ok_or_else(unlikely)
    };
    let line = OrderLine {
        code: row.text(3, Code::parse)?,
        item: ItemId(row.number(4)?),
        cell: Cell(row.number(5)?),
        variant: row.text(6, variant)?,
        held: quantity(7)?,
        waitlisted: quantity(8)?,
        price: Money { amount: row.number(9)?, currency },
    };
    Ok((line, quantity(10)?))
}

pub(crate) fn claim(row: &Row) -> Result<StoredClaim, Fault> {
    let own = |text: &str| Some(text.to_owned());
    let buyer = match row.maybe_text(5)? {
        None => None,
        Some(_) => Some(row.text(5, BuyerRef::parse)?),
    };
    Ok(StoredClaim {
        stamp: Stamp {
            position: Position { epoch: Epoch(row.number(2)?), seq: Seq(row.number(0)?) },
            at: Timestamp(row.number(3)?),
            hash: row.text(11, Hash::parse)?,
        },
        entry: row.number(1)?,
        key: row.text(4, own)?,
        buyer,
        number: row.maybe_number(6)?,
        result: row.text(7, own)?,
        reason: row.maybe_text(8)?.map(str::to_owned),
        order: row.maybe_number(9)?.map(OrderId),
        hold_until: row.maybe_number(10)?.map(Timestamp),
        review: row.maybe_number(13)?.map(ReviewId),
        answered: row.maybe_number(14)?.map(Seq),
        lines: row.text(12, own)?,
    })
}

fn order_state(word: &str) -> Option<OrderState> {
    let all = [
        OrderState::Held,
        OrderState::Confirmed,
        OrderState::Paid,
        OrderState::Cancelled,
        OrderState::Expired,
    ];
    all.into_iter().find(|state| state.as_str() == word)
}

fn variant(text: &str) -> Option<Variant> {
    let said: Vec<Option<String>> = serde_json::from_str(text).ok()?;
    Some(Variant(said.into_iter().map(|said| said.map(Arc::from)).collect()))
}

/// An order as its host sees it.
pub(crate) fn view(place: Place, order: Order, delivery: Option<Delivery>) -> OrderView {
    let goods = order.goods();
    let delivery_fee = order.fee(delivery);
    let closed = matches!(order.state, OrderState::Cancelled | OrderState::Expired);
    let shown = |line: &OrderLine| closed || !(line.held.is_zero() && line.waitlisted.is_zero());
    let fee = delivery_fee.map_or(0, |fee| fee.amount);
    OrderView {
        order: place.1,
        session: place.0,
        buyer: order.buyer,
        state: order.state,
        lines: order
            .lines
            .into_iter()
            .filter(shown)
            .map(|line| OrderLineView { line, position_in_line: None })
            .collect(),
        delivery_fee,
        total: Money { amount: goods.amount.saturating_add(fee), ..goods },
        hold_until: order.hold_until,
        undo_until: order.undo_until,
        position: order.position,
    }
}
