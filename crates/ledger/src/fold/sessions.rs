//! Sessions and offers: where claims may come from.

use super::buyers::Link;
use super::cards::Cards;
use super::stock::Place;
use super::terms::{InForce, OfferTerms, Terms};
use super::{Shop, contradiction, quantity};
use crate::violation::Broken;
use domain::limits::ARCHIVE_AFTER_MS;
use domain::{Millis, Quantity, Timestamp};
use proto::store;
use std::collections::BTreeMap;

/// One session.
pub(crate) struct Session {
    /// Where it stands.
    pub(crate) phase: Phase,
    /// The last claim's number.
    pub(crate) last_number: u32,
    /// The last claim's number before the file begins.
    pub(crate) first_number: u32,
    /// By code.
    pub(crate) offers: BTreeMap<String, OfferTally>,
    /// Its rules, and those before.
    pub(super) rules: InForce<Terms>,
    /// Comments that wait for a person, or for their turn.
    pub(super) cards: Cards,
    /// Codes that pages show.
    pub(super) links: Vec<Link>,
}

/// Where a session stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Being prepared.
    Draft,
    /// Taking orders.
    Live,
    /// Not taking orders for a while.
    Paused,
    /// Over since then.
    Ended(Timestamp),
    /// Its keys are forgotten.
    Archived,
}

/// What is on sale under one code, and what was counted there.
pub(crate) struct OfferTally {
    /// The item behind it.
    pub(crate) item: u32,
    /// The day of the harvest, of a pre-order.
    pub(super) ready_at: Option<Timestamp>,
    /// Openness and limit, and those before.
    pub(super) terms: InForce<OfferTerms>,
    /// Claims that got stock or a place in line.
    pub(crate) claims: u64,
    /// Thousandths that claims got at once.
    pub(crate) held: u128,
    /// Thousandths that went to the first in line.
    pub(crate) promoted: u128,
    /// Thousandths that went back to free stock.
    pub(crate) returned: u128,
}

impl Phase {
    /// The stable word.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::Ended(_) => "ended",
            Self::Archived => "archived",
        }
    }

    /// Reads the word; an ended session has ended `since` then.
    pub(super) fn parse(word: &str, since: Timestamp) -> Result<Self, Broken> {
        match word {
            "draft" => Ok(Self::Draft),
            "live" => Ok(Self::Live),
            "paused" => Ok(Self::Paused),
            "ended" => Ok(Self::Ended(since)),
            _ => contradiction(format!("a session cannot be \"{word}\"")),
        }
    }
}

impl OfferTally {
    pub(super) fn new(item: u32, terms: &store::Terms, open: bool) -> Self {
        let limit = terms.limit_per_buyer_milli;
        Self {
            item,
            ready_at: terms.ready_at_ms.map(Timestamp),
            terms: InForce::new(OfferTerms { open, limit }),
            claims: 0,
            held: 0,
            promoted: 0,
            returned: 0,
        }
    }
}

impl Session {
    pub(super) fn new(rules: Option<&store::Rules>) -> Self {
        Self {
            phase: Phase::Draft,
            last_number: 0,
            first_number: 0,
            offers: BTreeMap::new(),
            rules: InForce::new(Terms::of(rules)),
            cards: Cards::default(),
            links: Vec::new(),
        }
    }
}

impl Shop {
    /// A session that is not archived.
    pub(super) fn session(&mut self, session: u32) -> Result<&mut Session, Broken> {
        match self.sessions.get_mut(&session) {
            Some(known) => Ok(known),
            None => contradiction(format!("there is no open session {session}")),
        }
    }

    /// An offer of a session.
    pub(super) fn offer(&mut self, session: u32, code: &str) -> Result<&mut OfferTally, Broken> {
        match self.session(session)?.offers.get_mut(code) {
            Some(known) => Ok(known),
            None => contradiction(format!("session {session} offers nothing as {code}")),
        }
    }

    pub(super) fn open_session(&mut self, opened: &store::SessionOpened) -> Result<(), Broken> {
        let number = opened.session;
        if self.sessions.contains_key(&number) || self.archived.contains_key(&number) {
            return contradiction(format!("session {number} was opened before"));
        }
        self.sessions.insert(number, Session::new(opened.rules.as_ref()));
        self.host_key(number, &opened.key)
    }

    pub(super) fn change_state(
        &mut self,
        changed: &store::SessionStateChanged,
        at: Timestamp,
    ) -> Result<(), Broken> {
        self.host_key(changed.session, &changed.key)?;
        let session = self.session(changed.session)?;
        let next = Phase::parse(&changed.state, at)?;
        match (session.phase, next) {
            (Phase::Draft | Phase::Paused, Phase::Live)
            | (Phase::Live, Phase::Paused)
            | (Phase::Draft | Phase::Live | Phase::Paused, Phase::Ended(_)) => {}
            (now, next) => {
                let (now, next) = (now.word(), next.word());
                return contradiction(format!("a session cannot go from {now} to {next}"));
            }
        }
        session.phase = next;
        match next {
            Phase::Ended(_) => self.end_holds(changed.session, at),
            Phase::Draft | Phase::Live | Phase::Paused | Phase::Archived => Ok(()),
        }
    }

    /// The rules are these from now on; deadlines that were given stay.
    pub(super) fn change_rules(
        &mut self,
        changed: &store::RulesChanged,
        at: Timestamp,
    ) -> Result<(), Broken> {
        self.host_key(changed.session, &changed.key)?;
        let session = self.session(changed.session)?;
        match (session.phase, &changed.rules) {
            (Phase::Draft | Phase::Live | Phase::Paused, Some(rules)) => {
                session.rules.change(Terms::of(Some(rules)), at);
                Ok(())
            }
            (Phase::Draft | Phase::Live | Phase::Paused, None) => contradiction("no rules"),
            (Phase::Ended(_) | Phase::Archived, _) => {
                contradiction("the rules of a session that has ended are changed")
            }
        }
    }

    pub(super) fn add_offer(&mut self, added: &store::OfferAdded) -> Result<(), Broken> {
        self.host_key(added.session, &added.key)?;
        let Some(terms) = &added.terms else {
            return contradiction("an offer without terms");
        };
        if added.new_item {
            let cells = terms.stock_milli.iter().map(|&milli| quantity(milli));
            self.shelf.put(added.item, cells.collect::<Result<_, _>>()?)?;
        } else if !self.shelf.has(added.item) {
            return contradiction(format!("the shop has no item {}", added.item));
        }
        let offer = OfferTally::new(added.item, terms, true);
        let offers = &mut self.session(added.session)?.offers;
        match offers.insert(terms.code.clone(), offer) {
            None => Ok(()),
            Some(_) => contradiction(format!("{} was on sale before", terms.code)),
        }
    }

    pub(super) fn change_offer(
        &mut self,
        changed: &store::OfferChanged,
        at: Timestamp,
    ) -> Result<(), Broken> {
        self.host_key(changed.session, &changed.key)?;
        let (open, limit) = (changed.open, changed.limit_per_buyer_milli);
        let offer = self.offer(changed.session, &changed.code)?;
        offer.terms.change(OfferTerms { open, limit }, at);
        Ok(())
    }

    /// Promise 1, for a host's correction: never below what is promised and sold.
    pub(super) fn change_stock(&mut self, changed: &store::StockChanged) -> Result<(), Broken> {
        self.host_key(changed.session, &changed.key)?;
        let place = Place { item: changed.item, cell: changed.cell };
        if self.offer(changed.session, &changed.code)?.item != place.item {
            return contradiction(format!("{} is not item {}", changed.code, place.item));
        }
        let stock: Quantity = quantity(changed.stock_milli)?;
        self.shelf.at(place)?.restock(place, stock)
    }

    /// Forgets a session's keys, its orders and its places in line.
    pub(super) fn archive(&mut self, number: u32, at: Timestamp) -> Result<(), Broken> {
        match self.session(number)?.phase {
            Phase::Ended(since) if at >= since.plus(Millis(ARCHIVE_AFTER_MS)) => {}
            Phase::Ended(_) | Phase::Draft | Phase::Live | Phase::Paused | Phase::Archived => {
                return Err(Broken::ArchivedEarly { session: number });
            }
        }
        self.keys.retain(|_, session| *session != number);
        self.forget_orders(number)?;
        self.buyers.forget_expiries(at);
        if let Some(mut session) = self.sessions.remove(&number) {
            session.phase = Phase::Archived;
            session.cards = Cards::default();
            session.links = Vec::new();
            self.archived.insert(number, session);
        }
        Ok(())
    }
}
