//! Sessions and offers: where claims may come from.

use super::stock::Place;
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
    /// How long after the end its open holds run; none where each hold has its own span.
    pub(super) hold_after_end: Option<Millis>,
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

/// What was counted under one code.
#[derive(Clone, Default)]
pub(crate) struct OfferTally {
    /// The item behind it.
    pub(crate) item: u32,
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

impl Session {
    /// As the rules say; where they say nothing, holds run until the end and twelve hours.
    pub(super) fn new(rules: Option<&store::Rules>) -> Self {
        let own_span = rules.is_some_and(|rules| rules.hold_ms.is_some());
        let after_end = rules.and_then(|rules| rules.hold_after_end_ms);
        Self {
            phase: Phase::Draft,
            last_number: 0,
            first_number: 0,
            offers: BTreeMap::new(),
            hold_after_end: (!own_span).then(|| Millis(after_end.unwrap_or(43_200_000))),
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
        if let (Phase::Ended(_), Some(after)) = (next, session.hold_after_end) {
            self.end_holds(changed.session, at.plus(after));
        }
        Ok(())
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
        let offer = OfferTally { item: added.item, ..OfferTally::default() };
        let offers = &mut self.session(added.session)?.offers;
        match offers.insert(terms.code.clone(), offer) {
            None => Ok(()),
            Some(_) => contradiction(format!("{} was on sale before", terms.code)),
        }
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
        self.forget_orders(number);
        if let Some(mut session) = self.sessions.remove(&number) {
            session.phase = Phase::Archived;
            self.archived.insert(number, session);
        }
        Ok(())
    }
}
