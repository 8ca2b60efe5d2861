//! A claim: is it one, may it be, and what does it bring? What it brings is in `allot`, how much
//! one buyer may have in `limits`.
//!
//! ```text
//! session live?       refused
//!   sold to?          blocked, cooling down: refused
//!   a repetition?     noted or a card, by the rule
//!   lines sound?      refused; late ones a card, by the rule
//!   code again?       a card, by the rule
//!   within limits?    refused, or a card
//!   stock and line    held, partial, waitlisted; without a waitlist refused
//! ```
//! A claim that a person made of a card is within the shop's say: stock and blocks are all that
//! holds it up.

use super::allot::Plan;
use super::next;
use super::review::{doubtful, noted};
use crate::item::Item;
use crate::order;
use crate::past::InForce;
use crate::returns::{self, Part};
use crate::session::{Promise, Session};
use crate::state::State;
use alloc::vec;
use alloc::vec::Vec;
use domain::command::{Claim, Key, Origin, Want};
use domain::event::{Claimed, Event, ReturnedLine};
use domain::id::{BuyerRef, OrderId, ReviewId};
use domain::limits::LINES_PER_CLAIM_MAX;
use domain::reason::Reason;
use domain::rejection::Rejection;
use domain::rules::{Doubt, Repeat, Rules};
use domain::session::SessionState;
use domain::snapshot::{CardReading, OfferAtRest, OrderAtRest};
use domain::time::Timestamp;

/// Takes stock for a buyer, or a place in line, or says why not.
pub(super) fn claim(
    state: &State,
    key: Key,
    claim: &Claim,
    now: Timestamp,
) -> Result<Vec<Event>, Rejection> {
    let event = Asked::new(state, key, claim, None, now)?.decide()?;
    Ok(vec![event])
}

/// A claim on its way to a decision.
pub(super) struct Asked<'a> {
    pub(super) state: &'a State,
    pub(super) session: &'a Session,
    pub(super) key: Key,
    pub(super) claim: &'a Claim,
    /// The person behind the claim's buyer.
    pub(super) buyer: BuyerRef,
    /// The order that it would go into.
    pub(super) open: Option<&'a OrderAtRest>,
    /// The card that a person made this claim of.
    pub(super) review: Option<ReviewId>,
    /// True if a person's earlier answer to its reading made this claim.
    pub(super) taught: bool,
    /// What goes back in the same moment.
    pub(super) returned: Vec<ReturnedLine>,
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
    pub(super) fn new(
        state: &'a State,
        key: Key,
        claim: &'a Claim,
        review: Option<ReviewId>,
        now: Timestamp,
    ) -> Result<Self, Rejection> {
        let session = state.session(claim.session)?;
        let buyer = state.person(claim.buyer);
        let open = state.open_order(session, buyer);
        let returned = match (claim.instead_of.is_empty(), open) {
            (false, Some(open)) => returns::returned(open, Part::Codes(&claim.instead_of)),
            (true, _) | (false, None) => Vec::new(),
        };
        let taught = false;
        Ok(Self { state, session, key, claim, buyer, open, review, taught, returned, now })
    }

    /// The one fact that comes of it.
    pub(super) fn decide(&self) -> Result<Event, Rejection> {
        // Where nothing is sold, every comment is told so, whatever it says.
        if self.wants().is_empty() && closed(self.session.rest.state).is_none() {
            return Err(Rejection::BadTerms("a claim has at least one line"));
        }
        let session = self.session.rest.session;
        let rule = self.claim.rule;
        match self.verdict() {
            Ok(plan) => self.taken(plan),
            Err(No::Refused(reason)) => self.refused(reason),
            Err(No::Review(reason)) => {
                let suggestion = self.wants().to_vec();
                doubtful(self, CardReading { reason, rule, suggestion, about: None })
            }
            Err(No::Noted(reason)) => Ok(noted(session, self.key, reason, rule)),
        }
    }

    fn verdict(&self) -> Result<Plan, No> {
        self.check_sold_to()?;
        if self.wants().len() > LINES_PER_CLAIM_MAX {
            return Err(No::Refused(Reason::TooManyLines));
        }
        if !self.claim.instead_of.is_empty() && self.returned.is_empty() {
            return Err(No::Refused(Reason::NothingOpen));
        }
        let is_repeat = self.open.is_some_and(|open| self.is_repeat(open));
        if is_repeat {
            self.repeated(self.rules().repeat_comment, Reason::Repeated)?;
        }
        for want in self.wants() {
            self.check(want)?;
        }
        if !is_repeat && self.open.is_some_and(|open| self.is_code_repeat(open)) {
            self.repeated(self.rules().repeat_code, Reason::RepeatedCode)?;
        }
        if self.review.is_some() {
            return Plan::make(self);
        }
        self.check_limits()?;
        let plan = Plan::make(self)?;
        self.check_hoarding(&plan)?;
        Ok(plan)
    }

    /// Whether the shop sells at all now, and to this buyer.
    fn check_sold_to(&self) -> Result<(), No> {
        let state = self.session.rest.state;
        let is_over = matches!(state, SessionState::Paused | SessionState::Ended);
        match closed(state) {
            Some(_) if is_over && self.review.is_some() => {}
            Some(why) => return Err(No::Refused(why)),
            None => {}
        }
        if self.state.is_blocked(self.claim.buyer) || self.state.is_blocked(self.buyer) {
            return Err(No::Refused(Reason::Blocked));
        }
        if self.review.is_some() { Ok(()) } else { self.check_cooldown() }
    }

    pub(super) fn wants(&self) -> &'a [Want] {
        &self.claim.wants
    }

    /// The rules at the claim's own moment.
    pub(super) fn rules(&self) -> &'a Rules {
        self.session.rules_at(self.claim.said_at)
    }

    /// An offer at the claim's own moment.
    pub(super) fn in_force(&self, offer: &OfferAtRest) -> InForce {
        self.session.in_force(offer, self.claim.said_at)
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
        let late_counts = self.is_comment() && self.rules().reading.late_order == Doubt::Accept;
        if !self.in_force(offer).open && !late_counts && self.review.is_none() {
            return Err(self.late(Reason::OfferClosed));
        }
        sound(want, item).map_or(Ok(()), |why| Err(No::Refused(why)))
    }

    /// True if a comment asks for exactly what the buyer's latest claim asked for, line by line.
    fn is_repeat(&self, open: &OrderAtRest) -> bool {
        let asked = |want: &Want| -> u64 {
            let same = |o: &&Want| o.code == want.code && o.variant == want.variant;
            let wants = self.wants().iter().filter(same);
            wants.map(|other| other.quantity.milli()).sum()
        };
        let again = |want: &Want| {
            let before = order::latest(open, want.code, &want.variant);
            !want.adds && before > 0 && before == asked(want) && self.has_open(open, want)
        };
        self.is_comment() && self.wants().iter().all(again)
    }

    /// True if a comment names a code again that the buyer has open, without saying that it adds.
    fn is_code_repeat(&self, open: &OrderAtRest) -> bool {
        let again = |want: &Want| !want.adds && self.has_open(open, want);
        self.is_comment() && self.wants().iter().any(again)
    }

    /// True if the buyer has something of that code which nobody cancels and which does not go back
    /// for this claim.
    fn has_open(&self, open: &OrderAtRest, want: &Want) -> bool {
        let stays = !self.claim.instead_of.contains(&want.code);
        let mut lines = open.lines.iter().zip(0..);
        stays && lines.any(|(line, at)| line.code == want.code && returns::is_open(open, line, at))
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
        match (self.claim.origin, self.rules().reading.late_order) {
            (Origin::Comment, Doubt::Review) => No::Review(why),
            (Origin::Comment, Doubt::Ignore) => No::Noted(why),
            (Origin::Comment, Doubt::Accept) | (Origin::Tap | Origin::Host, _) => No::Refused(why),
        }
    }

    fn is_comment(&self) -> bool {
        self.claim.origin == Origin::Comment
    }

    fn taken(&self, plan: Plan) -> Result<Event, Rejection> {
        let open = self.open;
        let holds = plan.holds() || open.is_some_and(order::holds_something);
        let held = plan.lines.iter().filter(|line| !line.held.is_zero());
        let ready_at = held.filter_map(|line| self.session.ready_at(&line.code)).max();
        let hold = self.rules().hold;
        let until = self.session.deadline(Promise::of(open), hold, ready_at, self.now);
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
            origin: self.claim.origin,
            rule: self.claim.rule,
            number: next(self.session.rest.last_number)?,
            order,
            lines: plan.lines,
            hold_until: if holds { until } else { None },
            returned: self.returned.clone(),
            review: self.review,
            network: self.claim.network,
        };
        Ok(if any_held { Event::ClaimHeld(claimed) } else { Event::ClaimWaitlisted(claimed) })
    }

    pub(super) fn refused(&self, reason: Reason) -> Result<Event, Rejection> {
        Ok(Event::ClaimRefused {
            session: self.session.rest.session,
            key: self.key.digest,
            body: self.key.body,
            buyer: self.buyer,
            origin: self.claim.origin,
            rule: self.claim.rule,
            number: next(self.session.rest.last_number)?,
            reason,
            wants: self.wants().to_vec(),
            review: self.review,
        })
    }
}

/// Why a line cannot be had of an item at all; none if it can.
pub(super) fn sound(want: &Want, item: &Item) -> Option<Reason> {
    if want.quantity.is_zero() {
        Some(Reason::BadQuantity)
    } else if !want.quantity.is_multiple_of(item.terms.step) {
        Some(Reason::OffStep)
    } else if item.cells_like(&want.variant).is_none() {
        Some(Reason::UnknownVariant)
    } else {
        None
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
