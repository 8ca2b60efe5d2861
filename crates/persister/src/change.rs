//! What happens rarely: sessions, offers, stock, and what moves many deadlines at once. One
//! statement each.

use crate::error::Fault;
use crate::fold;
use crate::link::Value;
use crate::row::{CellRow, clean};
use crate::sql::{self, Sql};
use crate::write::json;
use domain::event::Event;
use domain::offer::{Cell, OfferTerms, Stock};
use domain::rules::Hold;
use domain::{Fact, ItemId, SessionState, ShopId, Timestamp};

type Statement = (Sql, Vec<Value>);

/// A time as SQL has it: the end of time is its largest number.
pub(crate) fn sql_time(at: Timestamp) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX)
}

/// The statements that a fact makes beside its rows; empty for most.
pub(crate) fn statements(shop: ShopId, fact: &Fact) -> Result<Vec<Statement>, Fault> {
    let id = Value::from(shop.get());
    let statements = match &fact.event {
        Event::SessionOpened { .. } => vec![session_opened(id, fact)],
        Event::SessionStateChanged { session, state, .. } => {
            session_changed(id, session.0, *state, fact)
        }
        Event::SessionArchived { session } => {
            session_changed(id, session.0, SessionState::Archived, fact)
        }
        Event::OfferAdded { .. } => offer_added(id, fact)?,
        Event::OfferChanged { .. } => offer_changed(id, fact),
        Event::StockChanged { item, cell, stock, .. } => {
            let cell = u32::from(cell.0).into();
            vec![(sql::SET_STOCK, vec![id, item.0.into(), cell, stock.milli().into()])]
        }
        Event::Resumed { down } => {
            let [epoch, seq] = place(fact);
            vec![(sql::MOVE_DEADLINES, vec![id, down.0.into(), epoch, seq])]
        }
        Event::ClaimHeld(_)
        | Event::ClaimWaitlisted(_)
        | Event::ClaimRefused { .. }
        | Event::ClaimReviewed { .. }
        | Event::CommentsNoted { .. }
        | Event::ClaimReleased { .. }
        | Event::RequestRefused { .. }
        | Event::HoldExpired { .. }
        | Event::HoldExtended { .. }
        | Event::WaitlistPromoted { .. }
        | Event::OrderConfirmed { .. }
        | Event::OrderPaid { .. }
        | Event::OrderCancelled { .. } => vec![],
    };
    Ok(statements)
}

fn place(fact: &Fact) -> [Value; 2] {
    let position = fact.stamp.position;
    [position.epoch.0.into(), position.seq.0.into()]
}

fn session_opened(id: Value, fact: &Fact) -> Statement {
    let Event::SessionOpened { session, key: _, title, rules, currency } = &fact.event else {
        unreachable!("called for new sessions");
    };
    let plus = match rules.hold {
        Hold::UntilEnd { plus } => Value::from(plus.0),
        Hold::For(_) => Value::Int(None),
    };
    let [epoch, seq] = place(fact);
    let values = vec![
        id,
        session.0.into(),
        clean(title).into_owned().into(),
        sql_time(fact.stamp.at).into(),
        currency.as_str().into(),
        plus,
        Value::Int(rules.delivery.map(|delivery| delivery.fee)),
        Value::Int(rules.delivery.and_then(|delivery| delivery.free_from)),
        epoch,
        seq,
    ];
    (sql::PUT_SESSION, values)
}

fn session_changed(id: Value, session: u32, state: SessionState, fact: &Fact) -> Vec<Statement> {
    let at = Value::from(sql_time(fact.stamp.at));
    let changed = vec![id.clone(), session.into(), state.as_str().into(), at.clone()];
    let mut statements = vec![(sql::SET_SESSION_STATE, changed)];
    if fold::ends_batch(&fact.event) {
        let [epoch, seq] = place(fact);
        statements.push((sql::END_HOLDS, vec![id, session.into(), at, epoch, seq]));
    }
    statements
}

fn offer_added(id: Value, fact: &Fact) -> Result<Vec<Statement>, Fault> {
    let Event::OfferAdded { session, key: _, item, new_item, terms } = &fact.event else {
        unreachable!("called for new offers");
    };
    let [_, seq] = place(fact);
    let name = || Value::from(clean(&terms.name).into_owned());
    let unit = || Value::from(clean(&terms.unit).into_owned());
    let offer = vec![
        id.clone(),
        session.0.into(),
        terms.code.as_str().into(),
        item.0.into(),
        seq,
        name(),
        unit(),
        terms.price.amount.into(),
        Value::Int(terms.limit_per_buyer.map(|limit| limit.milli().cast_signed())),
    ];
    let mut statements = vec![(sql::PUT_OFFER, offer)];
    if *new_item {
        let axis = |axis: &Vec<_>| -> Vec<String> {
            axis.iter().map(|value: &std::sync::Arc<str>| clean(value).into_owned()).collect()
        };
        let axes = json(&terms.axes.iter().map(axis).collect::<Vec<_>>())?;
        let step = terms.step.milli().into();
        let about = vec![id.clone(), item.0.into(), name(), unit(), step, axes.into()];
        statements.push((sql::PUT_ITEM, about));
        statements.push((sql::PUT_CELLS, vec![id, json(&cells(*item, terms))?.into()]));
    }
    Ok(statements)
}

/// The stock figures that a new item begins with.
fn cells(item: ItemId, terms: &OfferTerms) -> Vec<CellRow> {
    let row = |cell: u16, stock_milli| CellRow {
        item: item.0,
        cell,
        variant: terms.variant_of(Cell(cell)),
        stock_milli,
    };
    match &terms.stock {
        Stock::Pool(stock) => {
            vec![CellRow { variant: domain::offer::Variant::default(), ..row(0, stock.milli()) }]
        }
        Stock::Cells(stocks) => {
            let stocks = (0..).zip(stocks);
            stocks.map(|(cell, stock)| row(cell, stock.milli())).collect()
        }
    }
}

fn offer_changed(id: Value, fact: &Fact) -> Vec<Statement> {
    let Event::OfferChanged { session, key: _, code, price, open, pinned, limit_per_buyer } =
        &fact.event
    else {
        unreachable!("called for changed offers");
    };
    let which = || vec![id.clone(), session.0.into(), code.as_str().into()];
    let mut changed = which();
    changed.extend([
        price.amount.into(),
        Value::Int(limit_per_buyer.map(|limit| limit.milli().cast_signed())),
        u32::from(*open).into(),
        u32::from(*pinned).into(),
    ]);
    let mut statements = vec![(sql::SET_OFFER, changed)];
    if *pinned {
        statements.push((sql::UNPIN_OTHERS, which()));
    }
    statements
}
