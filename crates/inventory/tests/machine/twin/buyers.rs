//! Who is who in the twin's shop.

use super::{Told, Twin, plain};
use domain::outcome::OutcomeKind;
use domain::reason::Reason;
use domain::rules::Rules;

const TEN_MINUTES: u64 = 600_000;

impl Twin {
    pub(crate) fn person(&self, buyer: u8) -> u8 {
        let owner = self.owners.iter().find(|(account, _)| *account == buyer);
        owner.map_or(buyer, |(_, owner)| *owner)
    }

    pub(super) fn is_cooling(&self, buyer: u8, rules: &Rules, now: u64) -> bool {
        let times: Vec<u64> =
            self.ran_out.iter().filter(|r| r.0 == buyer).map(|(_, at)| *at).collect();
        let many = rules.hoarding.expiries.is_some_and(|most| times.len() >= most as usize);
        many && times.last().is_some_and(|last| now < last + rules.hoarding.cooldown.0)
    }

    pub(crate) fn block(&mut self, buyer: u8, blocked: bool) {
        self.blocked.retain(|b| *b != buyer);
        if blocked {
            self.blocked.push(buyer);
        }
    }

    /// The code that the page shows, and until when.
    pub(crate) fn show_link(&mut self, s: usize, buyer: u8, from: u16, now: u64) -> (u16, u64) {
        let buyer = self.person(buyer);
        let mut code = from;
        while self.links.iter().any(|l| (l.0, l.1) == (s, code) && l.3 > now) {
            code = (code + 1) % 10_000;
        }
        self.links.retain(|l| l.0 != s || (l.2 != buyer && l.3 > now));
        self.links.push((s, code, buyer, now + TEN_MINUTES));
        (code, now + TEN_MINUTES)
    }

    pub(crate) fn type_link(&mut self, s: usize, account: u8, code: u16, now: u64) -> Told {
        let shown = self.links.iter().position(|l| (l.0, l.1) == (s, code) && l.3 > now);
        let Some(shown) = shown else {
            return plain(OutcomeKind::Noted, Reason::UnknownLink);
        };
        let (account, to) = (self.person(account), self.person(self.links[shown].2));
        if account != to {
            self.links.remove(shown);
            for s in 0..self.sessions.len() {
                let live = !self.is_archived(s);
                let own = self.orders.iter_mut().filter(|o| o.session == s && o.buyer == account);
                own.filter(|_| live).for_each(|o| o.buyer = to);
            }
            let answered = self.answered.iter_mut().map(|(card, ..)| card);
            let cards = self.cards.iter_mut().chain(answered);
            cards.filter(|c| c.buyer == account).for_each(|c| c.buyer = to);
            self.ran_out.iter_mut().filter(|r| r.0 == account).for_each(|r| r.0 = to);
            self.owners.iter_mut().filter(|o| o.1 == account).for_each(|o| o.1 = to);
            self.owners.push((account, to));
        }
        plain(OutcomeKind::Noted, Reason::Linked)
    }
}
