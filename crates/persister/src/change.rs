//! What happens rarely: sessions, offers, stock, and what moves many deadlines at once. One
//! statement each.

use crate::error::Fault;
use crate::fold;
use crate::link::{Value, json};
use crate::row::{CellRow, clean};
use crate::sql::{self, Sql};
use domain::event::Event;
use domain::offer::{Cell, OfferTerms, Stock};
use domain::rules::{Hold, Rules};
use domain::{BuyerRef, Fact, ItemId, SessionState, ShopId, Timestamp};

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
        Event::RulesChanged { session, rules, .. } => {
            let [plus, span, fee, free_from] = terms(rules);
            let values = vec![id, session.0.into(), plus, span, fee, free_from];
            vec![(sql::SET_RULES, values)]
        }
        Event::ReviewResolved { reviews, .. } => {
            let [_, seq] = place(fact);
            let cards: Vec<_> = reviews.iter().map(|review| review.0).collect();
            vec![(sql::ANSWER_CARDS, vec![id, json(&cards)?.into(), seq])]
        }
        Event::BuyersLinked { account, to, .. } => buyers_linked(id, *account, *to, fact),
        Event::ClaimHeld(_)
        | Event::ClaimWaitlisted(_)
        | Event::ClaimRefused { .. }
        | Event::ClaimReviewed { .. }
        | Event::CommentsNoted { .. }
        | Event::ClaimReleased { .. }
        | Event::CancelBegun { .. }
        | Event::CancelUndone { .. }
        | Event::CancelClosed { .. }
        | Event::RequestRefused { .. }
        | Event::HoldExpired { .. }
        | Event::HoldExtended { .. }
        | Event::WaitlistPromoted { .. }
        | Event::OrderConfirmed { .. }
        | Event::OrderPaid { .. }
        | Event::OrderCancelled { .. }
        | Event::BuyerBlocked { .. }
        | Event::LinkOffered { .. }
        | Event::BuyerErased { .. } => vec![],
    };
    Ok(statements)
}

fn place(fact: &Fact) -> [Value; 2] {
    let position = fact.stamp.position;
    [position.epoch.0.into(), position.seq.0.into()]
}

/// What of the rules is kept: how long holds last, until the end and so long after or so long from
/// the latest line, and what delivery costs.
fn terms(rules: &Rules) -> [Value; 4] {
    let (plus, span) = match rules.hold {
        Hold::UntilEnd { plus } => (Value::from(plus.0), Value::Int(None)),
        Hold::For(span) => (Value::Int(None), Value::from(span.0)),
    };
    let fee = rules.delivery.map(|delivery| delivery.fee);
    let free_from = rules.delivery.and_then(|delivery| delivery.free_from);
    [plus, span, Value::Int(fee), Value::Int(free_from)]
}

/// What the account ordered is the other's now, its keyed acts too.
fn buyers_linked(id: Value, account: BuyerRef, to: BuyerRef, fact: &Fact) -> Vec<Statement> {
    let [epoch, seq] = place(fact);
    let who = vec![id, account.to_string().into(), to.to_string().into()];
    let orders = who.iter().cloned().chain([epoch, seq]).collect();
    vec![(sql::LINK_ORDERS, orders), (sql::LINK_CLAIMS, who)]
}

fn session_opened(id: Value, fact: &Fact) -> Statement {
    let Event::SessionOpened { session, key: _, title, rules, currency } = &fact.event else {
        unreachable!("called for new sessions");
    };
    let [plus, span, fee, free_from] = terms(rules);
    let [epoch, seq] = place(fact);
    let values = vec![
        id,
        session.0.into(),
        clean(title).into_owned().into(),
        sql_time(fact.stamp.at).into(),
        currency.as_str().into(),
        plus,
        fee,
        free_from,
        epoch,
        seq,
        span,
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
        Value::Int(terms.ready_at.map(sql_time)),
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
