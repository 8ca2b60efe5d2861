//! Whether a claim was within its session's rules: filled or waiting, limits, hoarding, deadline.
//!
//! A claim is judged by the moment in which it was said, which the ledger does not tell: it is
//! within the rules if it is within those in force or within some that were, all of them together.

use super::deadlines::Promise;
use super::orders::{Line, Standing};
use super::terms::{OfferTerms, Terms};
use super::{Shop, contradiction};
use crate::violation::{Broken, RuleBroken};
use domain::Timestamp;
use proto::store;

/// A claim, and what its buyer had before it.
pub(super) struct Asked<'a> {
    pub(super) claimed: &'a store::Claimed,
    pub(super) at: Timestamp,
    /// Until when the open order was promised.
    pub(super) promise: Promise,
    /// Held orders of the same network.
    pub(super) others: u32,
    /// True if it begins an order.
    pub(super) begins: bool,
}

impl Asked<'_> {
    /// What a person made of a card is within the shop's say.
    fn is_of_card(&self) -> bool {
        self.claimed.review.is_some()
    }
}

impl Shop {
    /// The deadline that the claim's order has now.
    ///
    /// # Errors
    /// Where no rules that may have been in force allow the claim: what the present ones say.
    pub(super) fn judge(&mut self, asked: &Asked<'_>) -> Result<Option<Timestamp>, Broken> {
        self.judge_offers(asked)?;
        let claimed = asked.claimed;
        let Some(session) = self.sessions.get(&claimed.session) else {
            return contradiction("a claim without a session");
        };
        let order = self.book.get(claimed.order)?;
        let told = claimed.hold_until_ms.map(Timestamp);
        let held = claimed.lines.iter().filter(|line| line.held_milli > 0);
        let ready_at = held.filter_map(|line| session.offers.get(&line.code)?.ready_at).max();
        let holds = order.has_something();
        let mut first = None;
        for rules in session.rules.in_question() {
            let due = asked.promise.after(rules.hold, session, ready_at, asked.at);
            let due = due.filter(|_| holds);
            match self.is_within(asked, rules) {
                Ok(()) if told == due => return Ok(due),
                Ok(()) => drop(first.get_or_insert(Ok(due))),
                Err(broken) => drop(first.get_or_insert(Err(broken))),
            }
        }
        match first {
            Some(Ok(due)) => Ok(due),
            Some(Err(broken)) => Err(broken.into()),
            None => contradiction("a session without rules"),
        }
    }

    fn is_within(&self, asked: &Asked<'_>, rules: &Terms) -> Result<(), RuleBroken> {
        let claimed = asked.claimed;
        let (session, number) = (claimed.session, claimed.number);
        for line in &claimed.lines {
            let waits = line.waitlisted_milli > 0;
            if waits && !rules.waitlist {
                return Err(RuleBroken::NoWaitlist { session, number });
            }
            if waits && rules.waits_whole && line.held_milli > 0 {
                return Err(RuleBroken::FilledInPart { session, number });
            }
        }
        if asked.is_of_card() {
            return Ok(());
        }
        let has = self.milli_of(claimed, |_| true);
        if let Some(limit) = rules.limit.filter(|limit| has > u128::from(*limit)) {
            return Err(RuleBroken::OverLimit { session, number, limit, code: None });
        }
        if claimed.origin == "host" {
            return Ok(());
        }
        let many = |most: u32, found: usize| found > usize::try_from(most).unwrap_or(usize::MAX);
        let limits = &rules.hoarding;
        if limits.holds_per_buyer.is_some_and(|most| many(most, self.open_lines(&claimed.buyer))) {
            return Err(RuleBroken::TooManyHolds { session, number });
        }
        let is_new = asked.begins && !claimed.network.is_empty();
        if is_new && limits.orders_per_network.is_some_and(|most| asked.others >= most) {
            return Err(RuleBroken::TooManyOrders { session, number });
        }
        if self.buyers.is_cooling(&claimed.buyer, limits, asked.at) {
            return Err(RuleBroken::CoolingDown { session, number });
        }
        Ok(())
    }

    /// Each line's offer was open, and its own limit is kept.
    fn judge_offers(&self, asked: &Asked<'_>) -> Result<(), Broken> {
        let claimed = asked.claimed;
        let (session, number) = (claimed.session, claimed.number);
        let Some(known) = self.sessions.get(&session).filter(|_| !asked.is_of_card()) else {
            return Ok(());
        };
        let mut rules = known.rules.in_question();
        let is_comment = claimed.origin == "comment";
        let takes_late = is_comment && rules.any(|rules| rules.takes_late);
        for line in &claimed.lines {
            let Some(offer) = known.offers.get(&line.code) else {
                return contradiction(format!("session {session} offers nothing as {}", line.code));
            };
            let code = line.code.clone();
            let has = self.milli_of(claimed, |code| code == line.code);
            let allows =
                |terms: &OfferTerms| terms.limit.is_none_or(|most| has <= u128::from(most));
            let in_question = || offer.terms.in_question();
            if !takes_late && !in_question().any(|terms| terms.open) {
                return Err(RuleBroken::OfferClosed { session, number, code }.into());
            }
            if !in_question().any(allows) {
                let limit = offer.terms.now().limit.unwrap_or_default();
                return Err(
                    RuleBroken::OverLimit { session, number, limit, code: Some(code) }.into()
                );
            }
        }
        Ok(())
    }

    /// What the claim's buyer has and waits for in the session under some codes, in thousandths.
    fn milli_of(&self, claimed: &store::Claimed, counts: impl Fn(&str) -> bool) -> u128 {
        let own = self.book.of(&claimed.buyer).map(|(_, order)| order);
        let own = own.filter(|order| order.session == claimed.session);
        let lines = own.flat_map(|order| &order.lines).filter(|line| counts(&line.thing.code));
        lines.map(|line| u128::from(line.has.milli()) + u128::from(line.waits.milli())).sum()
    }

    /// The buyer's open unpaid lines over all sessions.
    fn open_lines(&self, buyer: &[u8]) -> usize {
        let held = self.book.of(buyer).filter(|(_, order)| order.standing == Standing::Held);
        let lines = held.flat_map(|(_, order)| &order.lines);
        lines.filter(|line: &&Line| !line.is_empty()).count()
    }
}
