//! One write: a batch of facts of one shop becomes rows, in one transaction with its watermark.
//!
//! ```text
//! BEGIN ─▶ watermark from→last ─▶ orders loaded ─▶ Fold ─▶ rows put ─▶ the rare rest ─▶ COMMIT
//!             └ 0 rows: Stale, ROLLBACK
//! ```
//!
//! Promises: rows that are new are inserted or copied as such, and rightly: the watermark, which
//! this transaction has moved and holds, says that none of these facts was written before; an order
//! is new if it was looked for and not found, or is above the highest stored of its session.

use crate::change;
use crate::claim::claims;
use crate::error::Fault;
use crate::fold::{self, Fold, Place};
use crate::link::{COPIED_MIN, Link, Row, Value, json};
use crate::order::Order;
use crate::row::{Hex, OrderLineRow, OrderRow};
use crate::sql;
use crate::stored;
use domain::{Fact, Hash, OrderId, ShopId, Stamp};
use std::collections::{BTreeMap, BTreeSet};

/// Writes the facts, which follow on `from` without a gap; all or nothing.
///
/// # Errors
/// [`Fault::Stale`] if the watermark is not `from`; [`Fault::Data`] if a row is refused; otherwise
/// [`Fault::Down`], after which it may or may not be written: the watermark tells.
pub(crate) async fn apply(
    link: &mut Link,
    shop: ShopId,
    from: Stamp,
    facts: &[Fact],
) -> Result<(), Fault> {
    link.script(sql::BEGIN_WRITE).await?;
    let done = write(link, shop, from, facts).await;
    end(link, done).await
}

/// Deletes everything of one shop, watermark first, so that a writer in between notices.
pub(crate) async fn forget(link: &mut Link, shop: ShopId) -> Result<(), Fault> {
    link.script(sql::BEGIN_WRITE).await?;
    let mut done = Ok(());
    for delete in sql::FORGET {
        if done.is_ok() {
            done = link.execute(*delete, vec![shop.get().into()]).await.map(drop);
        }
    }
    end(link, done).await
}

/// Commits what is done; undoes the rest, unless the connection is to be given up anyway.
async fn end(link: &mut Link, done: Result<(), Fault>) -> Result<(), Fault> {
    match done {
        Ok(()) => link.script(sql::COMMIT).await,
        Err(fault @ Fault::Down(_)) => Err(fault),
        Err(fault) => {
            link.script(sql::ROLLBACK).await?;
            Err(fault)
        }
    }
}

async fn write(link: &mut Link, shop: ShopId, from: Stamp, facts: &[Fact]) -> Result<(), Fault> {
    let last = facts.last().expect("a write has facts").stamp;
    if from == Stamp::default() {
        let begin = vec![shop.get().into(), Hash::GENESIS.to_string().into()];
        link.execute(sql::BEGIN_WATERMARK, begin).await?;
    }
    let moved = link.execute(sql::MOVE_WATERMARK, watermark(shop, last, from)).await?;
    if moved == 0 {
        return Err(Fault::Stale(shop));
    }
    let mut fold = load(link, shop, facts).await?;
    facts.iter().try_for_each(|fact| fold.take(fact))?;
    link.insert(sql::NEW_CLAIMS, shop, &claims(facts)).await?;
    put_orders(link, shop, &fold).await?;
    for fact in facts {
        for (sql, values) in change::statements(shop, fact)? {
            link.execute(sql, values).await?;
        }
    }
    Ok(())
}

fn watermark(shop: ShopId, to: Stamp, from: Stamp) -> Vec<Value> {
    vec![
        shop.get().into(),
        to.position.epoch.0.into(),
        to.position.seq.0.into(),
        to.hash.to_string().into(),
        to.at.0.into(),
        from.position.epoch.0.into(),
        from.position.seq.0.into(),
        from.hash.to_string().into(),
    ]
}

/// The orders that the facts name, as they are now. Of many, most are new: higher than any of their
/// session that is stored, which is asked once instead of looking for each. Few are looked for.
async fn load(link: &mut Link, shop: ShopId, facts: &[Fact]) -> Result<Fold, Fault> {
    let places = fold::touched(facts);
    let mut fold = Fold::default();
    for session in fold::settling(facts) {
        let terms = link.fetch(sql::SESSION_TERMS, vec![shop.get().into(), session.0.into()]);
        if let Some(row) = terms.await?.first() {
            fold.delivery.insert(session, stored::session_terms(row)?.delivery);
        }
    }
    let few = places.len() < COPIED_MIN;
    let mut last = BTreeMap::new();
    if !few {
        for session in places.iter().map(|place| place.0).collect::<BTreeSet<_>>() {
            let highest = link.fetch(sql::LAST_ORDER, vec![shop.get().into(), session.0.into()]);
            if let Some(row) = highest.await?.first() {
                last.insert(session, OrderId(row.number(0)?));
            }
        }
    }
    let is_under = |(session, order): &Place| last.get(session).is_some_and(|last| order <= last);
    let may_be_there = |place: &&Place| few || is_under(place);
    let asked = places.iter().filter(may_be_there);
    let asked: Vec<(u32, u32)> = asked.map(|(s, o)| (s.0, o.0)).collect();
    if asked.is_empty() {
        return Ok(fold);
    }
    let asked = json(&asked)?;
    let named = || vec![shop.get().into(), asked.clone().into()];
    for row in link.fetch(sql::FIND_ORDERS, named()).await? {
        let (place, order) = stored::order(&row)?;
        fold.stored.insert(place);
        fold.orders.insert(place, order);
    }
    for row in link.fetch(sql::FIND_ORDER_LINES, named()).await? {
        add_line(&mut fold, &row)?;
    }
    Ok(fold)
}

fn add_line(fold: &mut Fold, row: &Row) -> Result<(), Fault> {
    let place = stored::place(row)?;
    let gone = || Fault::Data("a line without its order".to_owned());
    let order = fold.orders.get_mut(&place).ok_or_else(gone)?;
    let (line, cancelling) = stored::line(row, order.currency)?;
    order.push(line, cancelling);
    Ok(())
}

async fn put_orders(link: &mut Link, shop: ShopId, fold: &Fold) -> Result<(), Fault> {
    let is_stored = |(place, _): &(&Place, &Order)| fold.stored.contains(*place);
    let (stored, new): (Vec<_>, Vec<_>) = fold.orders.iter().partition(is_stored);
    let rows = |orders: &[(_, _)]| orders.iter().copied().map(order_row).collect::<Vec<_>>();
    link.insert(sql::NEW_ORDERS, shop, &rows(&new)).await?;
    link.put(sql::PUT_ORDERS, shop, &rows(&stored)).await?;
    let lines = |orders: &[(_, _)]| orders.iter().copied().flat_map(line_rows).collect::<Vec<_>>();
    link.insert(sql::NEW_ORDER_LINES, shop, &lines(&new)).await?;
    link.put(sql::PUT_ORDER_LINES, shop, &lines(&stored)).await
}

fn order_row<'a>((place, order): (&Place, &'a Order)) -> OrderRow<'a> {
    OrderRow {
        session: place.0.0,
        order_no: place.1.0,
        buyer: Hex(&order.buyer.0),
        state: order.state.as_str(),
        currency: order.currency.as_str(),
        hold_until_ms: order.hold_until.map(change::sql_time),
        epoch: order.position.epoch.0,
        seq: order.position.seq.0,
        since_ms: order.since.0,
        undo_until_ms: order.undo_until.map(change::sql_time),
        delivery_fee: order.delivery_fee.map(|fee| fee.amount),
    }
}

fn line_rows<'a>((place, order): (&'a Place, &'a Order)) -> impl Iterator<Item = OrderLineRow<'a>> {
    let lines = order.lines.iter().zip(&order.cancelling).enumerate();
    lines.map(|(at, (line, cancelling))| {
        OrderLineRow::new((place.0.0, place.1.0), at, line, *cancelling)
    })
}
