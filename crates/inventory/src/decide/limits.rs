//! How much one buyer may have, and what keeps a few from taking everything without ever paying.
//!
//! ```text
//! of an offer, of the session    a comment over it is a card, a tap is refused
//! open unpaid lines, orders      too_many_holds
//! orders that ran out in a row   cooling_down
//! ```
//! Staff orders are counted against the offer's and the session's limits only.

use super::allot::Plan;
use super::claim::{Asked, No};
use crate::order;
use domain::command::{Origin, Want};
use domain::order::OrderState;
use domain::quantity::Quantity;
use domain::reason::Reason;
use domain::rules::Doubt;

impl Asked<'_> {
    /// All that the buyer has and wants, against the limits of the offers and of the session.
    pub(super) fn check_limits(&self) -> Result<(), No> {
        for want in self.wants() {
            let offer = self.session.offer(&want.code).expect("checked before");
            let limit = self.in_force(offer).limit_per_buyer;
            self.check_limit(limit, |code| code == want.code)?;
        }
        self.check_limit(self.rules().limit_per_buyer, |_| true)
    }

    fn check_limit(
        &self,
        limit: Option<Quantity>,
        counts: impl Fn(domain::Code) -> bool,
    ) -> Result<(), No> {
        let Some(limit) = limit else {
            return Ok(());
        };
        let wanted = self.wants().iter().filter(|want| counts(want.code));
        let wanted: u64 = wanted.map(|want: &Want| want.quantity.milli()).sum();
        let has: u64 = self
            .state
            .orders_by(self.session, self.buyer)
            .flat_map(|order| &order.lines)
            .filter(|line| counts(line.code))
            .map(|line| line.held.milli() + line.waitlisted.milli())
            .sum();
        let back = self.returned.iter().filter(|line| counts(line.code));
        let back: u64 = back.map(|line| line.held.milli() + line.waitlisted.milli()).sum();
        if wanted + has - back <= limit.milli() {
            return Ok(());
        }
        let why = Reason::OverLimit;
        Err(match (self.claim.origin, self.rules().reading.over_limit) {
            (Origin::Comment, Doubt::Review) => No::Review(why),
            (Origin::Comment, Doubt::Ignore) => No::Noted(why),
            (Origin::Comment, Doubt::Accept) | (Origin::Tap | Origin::Host, _) => No::Refused(why),
        })
    }

    /// A buyer whose orders ran out again and again waits a while.
    pub(super) fn check_cooldown(&self) -> Result<(), No> {
        let rule = self.rules().hoarding;
        let (Some(most), Some(known)) = (rule.expiries, self.state.buyers.get(&self.buyer)) else {
            return Ok(());
        };
        let cooling = known.expiries >= most && self.now < known.expired_at.plus(rule.cooldown);
        if cooling && self.claim.origin != Origin::Host {
            return Err(No::Refused(Reason::CoolingDown));
        }
        Ok(())
    }

    /// Open unpaid lines of the buyer, and open orders of anonymous buyers from their network, over
    /// the whole shop.
    pub(super) fn check_hoarding(&self, plan: &Plan) -> Result<(), No> {
        let rule = self.rules().hoarding;
        if self.claim.origin == Origin::Host {
            return Ok(());
        }
        if let Some(most) = rule.holds_per_buyer {
            let has = self.lines_elsewhere() + plan.lines_after(self.open, &self.returned);
            if has > usize::try_from(most).unwrap_or(usize::MAX) {
                return Err(No::Refused(Reason::TooManyHolds));
            }
        }
        if let (Some(most), Some(network), None) =
            (rule.orders_per_network, self.claim.network, self.open)
            && self.state.agenda.networks.get(&network).copied().unwrap_or(0) >= most
        {
            return Err(No::Refused(Reason::TooManyHolds));
        }
        Ok(())
    }

    /// Open unpaid lines of the buyer in all orders but the one that this goes into: who linked
    /// accounts may have several in one session.
    fn lines_elsewhere(&self) -> usize {
        let this = self.open.map(|open| open.order);
        let sessions = self.state.sessions.values();
        sessions
            .flat_map(|session| self.state.orders_by(session, self.buyer))
            .filter(|order| order.state == OrderState::Held && Some(order.order) != this)
            .flat_map(|order| &order.lines)
            .filter(|line| !order::is_empty(line))
            .count()
    }
}
