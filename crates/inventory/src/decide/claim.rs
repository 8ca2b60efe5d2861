//! A claim: is it one, may it be, and what does it bring? What it brings is in `allot`.
//!
//! ```text
//! session live?       refused
//!   a repetition?     noted or a card, by the rule
//!   lines sound?      refused; late ones a card, by the rule
//!   code again?       a card, by the rule
//!   within limits?    refused, or a card
//!   stock and line    held, partial, waitlisted; without a waitlist refused
//! ```

use super::allot::Plan;
use super::next;
use super::review::{Card, noted};
use crate::item::Item;
use crate::order;
use crate::session::Session;
use crate::state::State;
use alloc::vec;
use alloc::vec::Vec;
use domain::command::{Command, Key, Origin, RuleNo, Want};
use domain::event::{Claimed, Event};
use domain::id::{BuyerRef, OrderId};
use domain::limits::LINES_PER_CLAIM_MAX;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::rules::{Doubt, Repeat};
use domain::session::SessionState;
use domain::snapshot::{OfferAtRest, OrderAtRest};
use domain::time::Timestamp;

/// Takes stock for a buyer, or a place in line, or says why not.
pub(super) fn claim(
    state: &State,
    key: Key,
    command: &Command,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let Command::Claim { session, buyer, origin, wants, rule } = command else {
        unreachable!("called for claims");
    };
    let asked = Asked {
        state,
        session: state.session(*session)?,
        key,
        buyer: *buyer,
        origin: *origin,
        wants,
        rule: *rule,
        now,
    };
    asked.decide()
}

/// A claim on its way to a decision.
pub(super) struct Asked<'a> {
    pub(super) state: &'a State,
    pub(super) session: &'a Session,
    pub(super) key: Key,
    pub(super) buyer: BuyerRef,
    pub(super) origin: Origin,
    pub(super) wants: &'a [Want],
    pub(super) rule: RuleNo,
    pub(super) now: Timestamp,
}

/// Why a claim takes nothing, and who is told.
pub(super) enum No {
    /// Its buyer.
    Refused(Reason),
    /// A person of the shop.
    Review(Reason),
    /// Nobody.
    Noted(Reason),
}

impl<'a> Asked<'a> {
    fn decide(&self) -> Result<Vec<Event>, Rejection> {
        // Where nothing is sold, every comment is told so, whatever it says.
        if self.wants.is_empty() && closed(self.session.rest.state).is_none() {
            return Err(Rejection::BadTerms("a claim has at least one line"));
        }
        let session = self.session.rest.session;
        let (key, buyer, rule) = (self.key, self.buyer, self.rule);
        let event = match self.verdict() {
            Ok(plan) => self.taken(plan)?,
            Err(No::Refused(reason)) => self.refused(reason)?,
            Err(No::Review(reason)) => {
                let card = Card { session, key, buyer, reason, rule, suggestion: self.wants };
                card.event(self.state)?
            }
            Err(No::Noted(reason)) => noted(session, key, reason, rule),
        };
        Ok(vec![event])
    }

    fn verdict(&self) -> Result<Plan, No> {
        closed(self.session.rest.state).map_or(Ok(()), |why| Err(No::Refused(why)))?;
        if self.wants.len() > LINES_PER_CLAIM_MAX {
            return Err(No::Refused(Reason::TooManyLines));
        }
        let open = self.state.open_order(self.session, self.buyer);
        let is_repeat = open.is_some_and(|open| self.is_repeat(open));
        if is_repeat {
            self.repeated(self.session.rest.rules.repeat_comment, Reason::Repeated)?;
        }
        for want in self.wants {
            self.check(want)?;
        }
        if !is_repeat && open.is_some_and(|open| self.is_code_repeat(open)) {
            self.repeated(self.session.rest.rules.repeat_code, Reason::RepeatedCode)?;
        }
        for want in self.wants {
            self.check_limit(want)?;
        }
        Plan::make(self, open)
    }

    /// The offer behind a sound line and its item.
    pub(super) fn sold(&self, want: &Want) -> Option<(&'a OfferAtRest, &'a Item)> {
        let offer = self.session.offer(&want.code)?;
        Some((offer, &self.state.items[&offer.item]))
    }

    fn check(&self, want: &Want) -> Result<(), No> {
        let Some((offer, item)) = self.sold(want) else {
            return Err(self.late(Reason::UnknownCode));
        };
        let late_counts = self.is_comment() && self.reading().late_order == Doubt::Accept;
        if !offer.open && !late_counts {
            return Err(self.late(Reason::OfferClosed));
        }
        if want.quantity.is_zero() {
            return Err(No::Refused(Reason::BadQuantity));
        }
        if !want.quantity.is_multiple_of(item.terms.step) {
            return Err(No::Refused(Reason::OffStep));
        }
        if item.cells_like(&want.variant).is_none() {
            return Err(No::Refused(Reason::UnknownVariant));
        }
        Ok(())
    }

    /// All that the buyer has and wants of one code, in the session, against the offer's limit.
    fn check_limit(&self, want: &Want) -> Result<(), No> {
        let offer = self.session.offer(&want.code).expect("checked before");
        let Some(limit) = offer.terms.limit_per_buyer else {
            return Ok(());
        };
        let wanted = self.wants.iter().filter(|other| other.code == want.code);
        let wanted: u64 = wanted.map(|other| other.quantity.milli()).sum();
        let has: u64 = self
            .state
            .orders_by(self.session, self.buyer)
            .flat_map(|order| &order.lines)
            .filter(|line| line.code == want.code)
            .map(|line| line.held.milli() + line.waitlisted.milli())
            .sum();
        if wanted + has <= limit.milli() {
            return Ok(());
        }
        let why = Reason::OverLimit;
        Err(match (self.origin, self.reading().over_limit) {
            (Origin::Comment, Doubt::Review) => No::Review(why),
            (Origin::Comment, Doubt::Ignore) => No::Noted(why),
            (Origin::Comment, Doubt::Accept) | (Origin::Tap | Origin::Host, _) => No::Refused(why),
        })
    }

    /// True if a comment asks for exactly what the buyer's latest claim asked for, line by line.
    fn is_repeat(&self, open: &OrderAtRest) -> bool {
        let asked = |want: &Want| -> u64 {
            let same = |o: &&Want| o.code == want.code && o.variant == want.variant;
            let wants = self.wants.iter().filter(same);
            wants.map(|other| other.quantity.milli()).sum()
        };
        let again = |want: &Want| {
            let before = order::latest(open, want.code, &want.variant);
            !want.adds && before > 0 && before == asked(want)
        };
        self.is_comment() && self.wants.iter().all(again)
    }

    /// True if a comment names a code again that the buyer has open, without saying that it adds.
    fn is_code_repeat(&self, open: &OrderAtRest) -> bool {
        let has = |want: &Want| {
            let mut lines = open.lines.iter().filter(|line| !order::is_empty(line));
            lines.any(|line| line.code == want.code)
        };
        self.is_comment() && self.wants.iter().any(|want| !want.adds && has(want))
    }

    fn repeated(&self, rule: Repeat, why: Reason) -> Result<(), No> {
        match rule {
            Repeat::Add => Ok(()),
            Repeat::Ask => Err(No::Review(why)),
            Repeat::Ignore => Err(No::Noted(why)),
        }
    }

    /// The no to a code that is not, or no longer, on sale.
    fn late(&self, why: Reason) -> No {
        match (self.origin, self.reading().late_order) {
            (Origin::Comment, Doubt::Review) => No::Review(why),
            (Origin::Comment, Doubt::Ignore) => No::Noted(why),
            (Origin::Comment, Doubt::Accept) | (Origin::Tap | Origin::Host, _) => No::Refused(why),
        }
    }

    fn is_comment(&self) -> bool {
        self.origin == Origin::Comment
    }

    fn reading(&self) -> &domain::rules::Reading {
        &self.session.rest.rules.reading
    }

    fn taken(&self, plan: Plan) -> Result<Event, Rejection> {
        let open = self.state.open_order(self.session, self.buyer);
        let holds = plan.holds() || open.is_some_and(order::holds_something);
        let before = open.and_then(|open| open.hold_until);
        let until = self.session.deadline(before, self.now);
        let order = match open {
            Some(open) => open.order,
            None => OrderId(next(self.state.last_order)?),
        };
        let any_held = plan.holds();
        let claimed = Claimed {
            session: self.session.rest.session,
            key: self.key.digest,
            body: self.key.body,
            buyer: self.buyer,
            origin: self.origin,
            rule: self.rule,
            number: next(self.session.rest.last_number)?,
            order,
            lines: plan.lines,
            hold_until: if holds { until } else { None },
        };
        Ok(if any_held { Event::ClaimHeld(claimed) } else { Event::ClaimWaitlisted(claimed) })
    }

    fn refused(&self, reason: Reason) -> Result<Event, Rejection> {
        Ok(Event::ClaimRefused {
            session: self.session.rest.session,
            key: self.key.digest,
            body: self.key.body,
            buyer: self.buyer,
            origin: self.origin,
            rule: self.rule,
            number: next(self.session.rest.last_number)?,
            reason,
            wants: self.wants.to_vec(),
        })
    }
}

/// Why a session takes no claims; none while it is live.
pub(super) fn closed(state: SessionState) -> Option<Reason> {
    match state {
        SessionState::Live => None,
        SessionState::Draft | SessionState::Paused => Some(Reason::SessionNotLive),
        SessionState::Ended => Some(Reason::SessionEnded),
        SessionState::Archived => Some(Reason::SessionArchived),
    }
}
