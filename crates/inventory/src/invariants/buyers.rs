//! What is always true of buyers and of what people answer.

use super::{Broken, hold};
use crate::apply::is_plain;
use alloc::collections::BTreeSet;
use domain::id::BuyerRef;
use domain::order::OrderState;
use domain::snapshot::Snapshot;

/// Whoever is linked with another buyer brought their own order along; everybody else has one.
pub(super) fn one_open_order(shop: &Snapshot) -> Result<(), Broken> {
    let owners: BTreeSet<BuyerRef> = shop.buyers.iter().filter_map(|known| known.owner).collect();
    let mut seen = BTreeSet::new();
    for order in shop.orders.iter().filter(|o| o.state == OrderState::Held) {
        let first = seen.insert((order.session, order.buyer));
        let may = first || owners.contains(&order.buyer);
        hold(may, "a buyer has one held order in a session", &order.order)?;
    }
    Ok(())
}

/// Nobody is remembered for nothing; accounts own nothing, and owners are nobody's accounts.
pub(super) fn remembered(shop: &Snapshot) -> Result<(), Broken> {
    let rising = shop.buyers.is_sorted_by(|a, b| a.buyer < b.buyer);
    hold(rising, "each buyer is remembered once", &"the shop")?;
    let find = |buyer: BuyerRef| {
        let at = shop.buyers.binary_search_by_key(&buyer, |known| known.buyer).ok()?;
        Some(&shop.buyers[at])
    };
    for known in &shop.buyers {
        hold(!is_plain(known), "a buyer is remembered for something", &known.buyer)?;
        let owner = known.owner.and_then(find);
        let is_owned = owner.is_some_and(|owner| owner.owner.is_some());
        hold(!is_owned, "who owns an account is no account", &known.buyer)?;
    }
    for order in &shop.orders {
        let is_account = find(order.buyer).is_some_and(|known| known.owner.is_some());
        hold(!is_account, "an account's orders are its owner's", &order.order)?;
    }
    Ok(())
}

/// Cards stand in the order of their comments, and no answer is given twice.
pub(super) fn cards(shop: &Snapshot) -> Result<(), Broken> {
    for session in &shop.sessions {
        let id = session.session;
        let rising = session.reviews.is_sorted_by(|a, b| a.review < b.review);
        hold(rising, "open cards stand in the order of their comments", &id)?;
        let readings = session.lessons.iter().enumerate();
        let twice = readings.clone().any(|(at, lesson)| {
            session.lessons[..at].iter().any(|before| before.reading == lesson.reading)
        });
        hold(!twice, "a reading has one answer", &id)?;
        let codes: BTreeSet<_> = session.links.iter().map(|link| link.link).collect();
        hold(codes.len() == session.links.len(), "a link code is one page's", &id)?;
    }
    Ok(())
}
