//! Where no code was named: the pinned offer, a phone alone, or nothing (rules 4, 13, 15).

use crate::judge::{Case, Verdict};
use crate::pieces::Role;
use crate::reading::Meaning;
use crate::sense::Sense;
use domain::Reason;
use domain::command::RuleNo;
use domain::rules::Doubt;

impl Case<'_> {
    /// Rules 4, 13, 15: no code was named.
    pub(crate) fn without_code(&self) -> Verdict {
        let facts = &self.facts;
        let strange = facts.unknown + facts.goods;
        let counted = facts.said_amounts > 0;
        let meant = facts.wants() || facts.persons;
        if counted || facts.claims || (facts.amounts > 0 && meant) {
            let around = strange > 1 || facts.done || facts.money;
            let chatter = around && !facts.wants() && self.book.pinned.is_none();
            return match self.book.pinned {
                _ if chatter => (Meaning::Chatter, RuleNo(4)),
                Some(offer) if strange == 0 && self.means_pinned() => self.order(Some(offer)),
                _ => self.review(Reason::Doubtful, 4),
            };
        }
        if facts.phones > 0 {
            return self.phone_alone();
        }
        let goods = facts.goods > 0 || facts.pinned_goods || facts.values || facts.amounts > 0;
        let for_pinned = facts.values || facts.amounts > 0;
        if goods && facts.wants() || for_pinned && self.book.pinned.is_some() && strange == 0 {
            return self.review(Reason::Doubtful, 4);
        }
        (Meaning::Chatter, RuleNo(15))
    }

    /// Rule 4: with a buying verb an amount means the pinned offer; without one only if nothing
    /// else is said. `nhà mình 2 tầng` and `chị 2 ơi` are about something else.
    fn means_pinned(&self) -> bool {
        let facts = &self.facts;
        if facts.wants() {
            return true;
        }
        if facts.done || facts.hedges || facts.money {
            return false;
        }
        let lexicon = &self.book.lexicon;
        let mut after_number = false;
        self.pieces.iter().all(|piece| {
            let number = core::mem::replace(
                &mut after_number,
                matches!(piece.role, Role::Amount(amount) if amount.is_bare()),
            );
            let word = &self.text.plain[piece.start..piece.end];
            let called = number && word == "oi";
            let found = lexicon.exactly(self.text, piece.start, piece.end, true);
            let said = |senses| found.is_some_and(|found| found.senses.any(senses));
            let polite = said(&[Sense::Polite, Sense::ValueLabel, Sense::Stop, Sense::Give]);
            !called && (facts.said_amounts > 0 || piece.role != Role::Known || polite)
        })
    }

    /// Rule 13: a phone alone is an order where one product is on sale.
    fn phone_alone(&self) -> Verdict {
        let facts = &self.facts;
        let alone = facts.phones == 1 && facts.unknown + facts.goods == 0 && !facts.values;
        match (self.book.only_open(), self.book.settings().phone_only_single) {
            (Some(offer), Doubt::Accept) if alone => {
                let (meaning, rule) = self.order(Some(offer));
                match meaning {
                    Meaning::Claim(_) => (meaning, RuleNo(13)),
                    other => (other, rule),
                }
            }
            (Some(_), Doubt::Ignore) => (Meaning::Chatter, RuleNo(13)),
            _ => self.review(Reason::Doubtful, 13),
        }
    }
}
