//! What goes on sale, and what a host changes about it.

use super::terms::Terms;
use crate::session::Session;
use crate::state::State;
use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use domain::code::Code;
use domain::command::Key;
use domain::event::Event;
use domain::id::SessionId;
use domain::limits::OFFERS_PER_SESSION_MAX;
use domain::offer::{Cell, OfferChange, OfferTerms, StockChange, Variant};
use domain::quantity::Quantity;
use domain::rejection::Rejection;
use domain::snapshot::OfferAtRest;
use domain::time::Timestamp;

/// One more offer.
pub(super) fn add(
    state: &State,
    key: Option<Key>,
    id: SessionId,
    terms: &OfferTerms,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let session = &state.session(id)?.rest;
    if session.offers.len() >= OFFERS_PER_SESSION_MAX {
        return Err(Rejection::Limit("too_many_offers"));
    }
    let others = session.offers.iter().map(|offer| &*offer.terms);
    let currency = session.currency;
    let made = Terms { terms, currency }.check(state, others, state.last_item, now)?;
    Ok(vec![made.event(id, key)])
}

/// Terms, stock or both; the last event carries the key.
pub(super) fn change(
    state: &State,
    key: Option<Key>,
    id: SessionId,
    code: &Code,
    change: &OfferChange,
    expected_version: Option<u32>,
) -> Result<Vec<Event>, Rejection> {
    let session = state.session(id)?;
    let at = *session.by_code.get(code).ok_or(Rejection::UnknownCode)?;
    let offer = &session.rest.offers[usize::from(at)];
    if expected_version.is_some_and(|expected| expected != state.version(offer)) {
        let current = state.offer_state(session, at);
        return Err(Rejection::Stale(Box::new(current)));
    }
    let stock = change
        .stock
        .map(|stock| new_stock(state, offer, stock, change.variant.as_ref()))
        .transpose()?;
    let terms_key = if stock.is_some() { None } else { key };
    let terms = new_terms(session, at, change, terms_key)?;
    let stock = stock.map(|(cell, stock)| Event::StockChanged {
        session: id,
        key,
        code: *code,
        item: offer.item,
        cell,
        stock,
    });
    let events: Vec<Event> = terms.into_iter().chain(stock).collect();
    if events.is_empty() {
        return Err(Rejection::BadTerms("nothing to change"));
    }
    Ok(events)
}

fn new_terms(
    session: &Session,
    at: u16,
    change: &OfferChange,
    key: Option<Key>,
) -> Result<Option<Event>, Rejection> {
    let offer = &session.rest.offers[usize::from(at)];
    let OfferChange { price, stock: _, variant: _, open, pinned, limit_per_buyer } = change;
    let unchanged = price.is_none() && open.is_none() && pinned.is_none();
    if unchanged && limit_per_buyer.is_none() {
        return Ok(None);
    }
    let terms = Terms { terms: &offer.terms, currency: session.rest.currency };
    let price = price.unwrap_or(offer.terms.price);
    terms.check_price(price)?;
    let limit_per_buyer = limit_per_buyer.unwrap_or(offer.terms.limit_per_buyer);
    terms.check_limit(limit_per_buyer)?;
    Ok(Some(Event::OfferChanged {
        session: session.rest.session,
        key,
        code: offer.terms.code,
        price,
        open: open.unwrap_or(offer.open),
        pinned: pinned.unwrap_or(session.rest.pinned == Some(at)),
        limit_per_buyer,
    }))
}

/// Which figure a correction is about, and what it will be.
fn new_stock(
    state: &State,
    offer: &OfferAtRest,
    change: StockChange,
    variant: Option<&Variant>,
) -> Result<(Cell, Quantity), Rejection> {
    let item = &state.items[&offer.item];
    let unsaid = Variant::default();
    let mut cells = item.cells_like(variant.unwrap_or(&unsaid)).ok_or(Rejection::UnknownVariant)?;
    let (Some(cell), None) = (cells.next(), cells.next()) else {
        return Err(Rejection::UnknownVariant);
    };
    let figure = &item.cells[usize::from(cell.0)];
    let committed = figure.committed();
    let too_large = Rejection::Limit("stock_too_large");
    let too_small = Rejection::StockBelowCommitted { committed };
    let stock = match change {
        StockChange::Add(more) => figure.stock.plus(more).ok_or(too_large.clone())?,
        StockChange::Remove(less) => figure.stock.minus(less).ok_or(too_small.clone())?,
        StockChange::Set(stock) => stock,
    };
    if stock < committed {
        return Err(too_small);
    }
    if !stock.is_multiple_of(item.terms.step) {
        return Err(Rejection::BadTerms("stock is a whole number of steps"));
    }
    let others = crate::item::minus(item.sum(|cell| cell.stock), figure.stock);
    others.plus(stock).ok_or(too_large)?;
    Ok((cell, stock))
}
