//! What the host put on sale or changed.

use crate::item::Item;
use crate::session::Session;
use crate::state::State;
use alloc::boxed::Box;
use alloc::sync::Arc;
use domain::code::Code;
use domain::command::Key;
use domain::event::Event;
use domain::id::SessionId;
use domain::outcome::AnswerBody;
use domain::snapshot::OfferAtRest;

impl State {
    pub(super) fn offer_added(&mut self, event: &Event) {
        let Event::OfferAdded { session, key, item, new_item, terms } = event else {
            unreachable!("called for new offers");
        };
        if *new_item {
            assert_eq!(item.0, self.last_item + 1, "items are counted");
            self.last_item = item.0;
            self.items.insert(*item, Item::new(terms));
        }
        assert!(self.items.contains_key(item), "an offer has an item");
        let inside = self.session_mut(*session);
        let at = u16::try_from(inside.rest.offers.len()).expect("offers are limited");
        let before = inside.by_code.insert(terms.code, at);
        assert!(before.is_none(), "a code names one offer");
        inside.rest.offers.push(OfferAtRest {
            terms: terms.clone(),
            item: *item,
            open: true,
            changes: 0,
        });
        self.remember_offer(*session, *key, terms.code);
    }

    pub(super) fn offer_changed(&mut self, event: &Event) {
        let Event::OfferChanged { session, key, code, price, open, pinned, limit_per_buyer } =
            event
        else {
            unreachable!("called for changed offers");
        };
        let now = self.stamp.at;
        let inside = self.session_mut(*session);
        inside.keep_offer(*code, now);
        let at = inside.by_code[code];
        let offer = &mut inside.rest.offers[usize::from(at)];
        let terms = Arc::make_mut(&mut offer.terms);
        terms.price = *price;
        terms.limit_per_buyer = *limit_per_buyer;
        offer.open = *open;
        offer.changes = offer.changes.saturating_add(1);
        let was_pinned = inside.rest.pinned == Some(at);
        if *pinned || was_pinned {
            inside.rest.pinned = pinned.then_some(at);
        }
        self.remember_offer(*session, *key, *code);
    }

    pub(super) fn stock_changed(&mut self, event: &Event) {
        let Event::StockChanged { session, key, code, item, cell, stock } = event else {
            unreachable!("called for changed stock");
        };
        let stocked = self.items.get_mut(item).expect("stock is of an item");
        let figure = &mut stocked.cells[usize::from(cell.0)];
        assert!(*stock >= figure.committed(), "what is promised is there");
        figure.stock = *stock;
        stocked.changes = stocked.changes.saturating_add(1);
        self.refresh(*item, *cell);
        self.remember_offer(*session, *key, *code);
    }

    /// The session that a fact names.
    pub(super) fn session_mut(&mut self, id: SessionId) -> &mut Session {
        let session = self.sessions.get_mut(&id);
        session.expect("facts name sessions there are")
    }

    fn remember_offer(&mut self, session: SessionId, key: Option<Key>, code: Code) {
        if let Some(key) = key {
            let inside = &self.sessions[&session];
            let state = self.offer_state(inside, inside.by_code[&code]);
            self.remember(key, session, AnswerBody::Offer(Box::new(state)));
        }
    }
}
