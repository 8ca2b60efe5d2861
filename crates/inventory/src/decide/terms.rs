//! May this be sold? Terms are checked whole before anything is on sale.

use crate::state::State;
use alloc::sync::Arc;
use alloc::vec::Vec;
use domain::command::Key;
use domain::event::Event;
use domain::id::{ItemId, SessionId};
use domain::limits::{
    ALIASES_MAX, AXES_MAX, AXIS_VALUES_MAX, CELLS_PER_ITEM_MAX, NAME_BYTES_MAX, PRICE_MAX,
    READY_MS_MAX, WORD_BYTES_MAX,
};
use domain::money::{Currency, Money};
use domain::offer::{OfferTerms, Stock};
use domain::quantity::Quantity;
use domain::rejection::Rejection;
use domain::time::{Millis, Timestamp};

/// Terms under examination, in a session that sells in one currency.
pub(super) struct Terms<'a> {
    pub(super) terms: &'a OfferTerms,
    pub(super) currency: Currency,
}

/// Sound terms and the item they are for.
pub(super) struct Made {
    terms: Arc<OfferTerms>,
    item: ItemId,
    /// The last item's number after this offer.
    pub(super) last_item: u32,
}

impl Made {
    pub(super) fn event(self, session: SessionId, key: Option<Key>) -> Event {
        Event::OfferAdded {
            session,
            key,
            item: self.item,
            new_item: self.terms.item.is_none(),
            terms: self.terms,
        }
    }
}

impl Terms<'_> {
    /// Checks everything: against the limits, against the session's `others`, against the item
    /// there is.
    pub(super) fn check<'a>(
        &self,
        state: &State,
        others: impl Iterator<Item = &'a OfferTerms>,
        last_item: u32,
        now: Timestamp,
    ) -> Result<Made, Rejection> {
        self.check_words()?;
        self.check_names(others)?;
        self.check_step()?;
        self.check_axes()?;
        self.check_prices()?;
        self.check_limit(self.terms.limit_per_buyer)?;
        self.check_ready_at(now)?;
        let (item, last_item) = match self.terms.item {
            Some(item) => {
                self.check_item(state, item)?;
                (item, last_item)
            }
            None => {
                self.check_stock()?;
                let item = super::next(last_item)?;
                (ItemId(item), item)
            }
        };
        Ok(Made { terms: Arc::new(self.terms.clone()), item, last_item })
    }

    /// A price of one unit: zero for a gift, never negative, in the session's currency.
    pub(super) fn check_price(&self, price: Money) -> Result<(), Rejection> {
        if price.currency != self.currency {
            return bad("a price is in the session's currency");
        }
        if price.amount < 0 {
            return bad("a price is not negative");
        }
        if price.amount > PRICE_MAX {
            return Err(Rejection::Limit("price_too_large"));
        }
        Ok(())
    }

    /// The most that one buyer may have: something.
    pub(super) fn check_limit(&self, limit: Option<Quantity>) -> Result<(), Rejection> {
        if limit.is_some_and(Quantity::is_zero) {
            return bad("a limit per buyer is more than 0");
        }
        Ok(())
    }

    /// A harvest is ahead, and within the season.
    fn check_ready_at(&self, now: Timestamp) -> Result<(), Rejection> {
        match self.terms.ready_at {
            Some(ready_at) if ready_at <= now => bad("a pre-order is ready later than now"),
            Some(ready_at) if ready_at > now.plus(Millis(READY_MS_MAX)) => {
                Err(Rejection::Limit("ready_too_late"))
            }
            Some(_) | None => Ok(()),
        }
    }

    fn check_words(&self) -> Result<(), Rejection> {
        let terms = self.terms;
        if terms.aliases.len() > ALIASES_MAX || terms.packs.len() > ALIASES_MAX {
            return Err(Rejection::Limit("too_many_names"));
        }
        let packs = terms.packs.iter().map(|pack| &pack.name);
        let values = terms.axes.iter().flatten();
        let mut words = terms.aliases.iter().chain(packs).chain(values);
        let too_long = |word: &Arc<str>| word.len() > WORD_BYTES_MAX;
        let unit_too_long = too_long(&terms.unit);
        if words.any(too_long) || unit_too_long || terms.name.len() > NAME_BYTES_MAX {
            return Err(Rejection::Limit("name_too_long"));
        }
        Ok(())
    }

    fn check_names<'a>(
        &self,
        others: impl Iterator<Item = &'a OfferTerms>,
    ) -> Result<(), Rejection> {
        let terms = self.terms;
        for other in others {
            if other.code.is_like(&terms.code) {
                return Err(Rejection::CodeTaken);
            }
            if has_alias(other, terms) || has_alias(terms, other) {
                return bad("an alias is not the code of another offer");
            }
        }
        Ok(())
    }

    fn check_step(&self) -> Result<(), Rejection> {
        let step = self.terms.step;
        if step.is_zero() {
            return bad("a step is more than 0");
        }
        let sound = |quantity: Quantity| !quantity.is_zero() && quantity.is_multiple_of(step);
        if !self.terms.packs.iter().all(|pack| sound(pack.quantity)) {
            return bad("a pack is a whole number of steps");
        }
        Ok(())
    }

    fn check_axes(&self) -> Result<(), Rejection> {
        let axes = &self.terms.axes;
        let too_many = axes.len() > AXES_MAX || axes.iter().any(|a| a.len() > AXIS_VALUES_MAX);
        if too_many || cells(axes) > CELLS_PER_ITEM_MAX {
            return Err(Rejection::Limit("too_many_variants"));
        }
        for axis in axes {
            if axis.is_empty() || axis.iter().any(|value| value.is_empty()) {
                return bad("every variant axis has values that can be said");
            }
            let twice = |(at, value): (usize, &Arc<str>)| axis[..at].contains(value);
            if axis.iter().enumerate().any(twice) {
                return bad("a variant axis has each value once");
            }
        }
        Ok(())
    }

    fn check_prices(&self) -> Result<(), Rejection> {
        let terms = self.terms;
        self.check_price(terms.price)?;
        if terms.prices.len() > CELLS_PER_ITEM_MAX {
            return Err(Rejection::Limit("too_many_variants"));
        }
        for rule in &terms.prices {
            self.check_price(rule.price)?;
            let said = rule.variant.0.iter().enumerate();
            let mut named = said.filter_map(|(axis, value)| Some((axis, value.as_ref()?)));
            let known = |(axis, value): (usize, &Arc<str>)| {
                terms.axes.get(axis).is_some_and(|axis| axis.contains(value))
            };
            if !named.all(known) {
                return bad("a price is for a variant that the offer has");
            }
        }
        Ok(())
    }

    fn check_stock(&self) -> Result<(), Rejection> {
        let figures = match &self.terms.stock {
            Stock::Pool(stock) => core::slice::from_ref(stock),
            Stock::Cells(stocks) => stocks,
        };
        let by_cell = matches!(self.terms.stock, Stock::Cells(_));
        if by_cell && figures.len() != cells(&self.terms.axes) {
            return bad("stock by variant has one figure for every combination");
        }
        if !figures.iter().all(|q| q.is_multiple_of(self.terms.step)) {
            return bad("stock is a whole number of steps");
        }
        let mut figures = figures.iter();
        figures
            .try_fold(Quantity::ZERO, |sum, stock| sum.plus(*stock))
            .ok_or(Rejection::Limit("stock_too_large"))?;
        Ok(())
    }

    fn check_item(&self, state: &State, item: ItemId) -> Result<(), Rejection> {
        let made = state.items.get(&item).ok_or(Rejection::UnknownItem)?;
        let (made, terms) = (&made.terms, self.terms);
        if made.unit != terms.unit || made.step != terms.step || made.axes != terms.axes {
            return bad("an offer of an existing item has its unit, step and variants");
        }
        Ok(())
    }
}

/// How many combinations there are; stays at the largest number on overflow.
fn cells(axes: &[Vec<Arc<str>>]) -> usize {
    let lengths = axes.iter().map(Vec::len);
    lengths.fold(1, usize::saturating_mul)
}

fn has_alias(a: &OfferTerms, b: &OfferTerms) -> bool {
    let lower = |text: &str| text.to_lowercase();
    let mut aliases = a.aliases.iter();
    !a.aliases.is_empty() && {
        let code = lower(b.code.as_str());
        aliases.any(|alias| lower(alias) == code)
    }
}

fn bad<T>(words: &'static str) -> Result<T, Rejection> {
    Err(Rejection::BadTerms(words))
}
