//! The twin's doubtful comments, and what people make of them.

use super::{Asked, Card, Reading, Told, Twin, plain};
use domain::command::{Origin, Want};
use domain::outcome::OutcomeKind;
use domain::reason::Reason;
use domain::session::SessionState;

impl Twin {
    /// A comment that was read as doubtful.
    pub(crate) fn review(&mut self, a: &Asked, reading: Reading, now: u64) -> Told {
        let why = match self.sessions[a.session].state {
            SessionState::Live => None,
            SessionState::Ended => Some(Reason::SessionEnded),
            _ => Some(Reason::SessionNotLive),
        };
        let blocked = [a.buyer, self.person(a.buyer)].iter().any(|b| self.blocked.contains(b));
        if let Some(why) = why.or(blocked.then_some(Reason::Blocked)) {
            self.sessions[a.session].number += 1;
            let number = Some(self.sessions[a.session].number);
            return (OutcomeKind::Refused, Some(why), number, vec![], None, None);
        }
        self.doubtful(a, reading, now, false)
    }

    pub(super) fn doubtful(&mut self, a: &Asked, doubt: Reading, now: u64, taught: bool) -> Told {
        let mut lessons =
            self.lessons.iter().filter(|l| !taught && l.0 == a.session && l.1 == doubt);
        match lessons.next_back().map(|lesson| lesson.2.clone()) {
            Some(None) => plain(OutcomeKind::Noted, Reason::Chatter),
            Some(Some(wants)) => {
                let taught = Asked { wants, back: vec![], ..a.clone() };
                self.claim_as(&taught, now, false, true)
            }
            None => {
                self.cards_shown += 1;
                let why = doubt.0;
                self.cards.push(Card {
                    number: self.cards_shown,
                    session: a.session,
                    buyer: self.person(a.buyer),
                    network: a.network,
                    at: now,
                    reading: doubt,
                });
                plain(OutcomeKind::Review, why)
            }
        }
    }

    /// Which cards that answers; none if it cannot be.
    pub(crate) fn resolve(
        &mut self,
        s: usize,
        number: usize,
        group: bool,
        answer: Option<(&[Want], &[String])>,
        lasts: bool,
    ) -> Option<Vec<usize>> {
        let open = self.cards.iter().find(|c| c.session == s && c.number == number)?.clone();
        if let Some((wants, back)) = answer {
            let sound = |want: &Want| {
                let offer = self.offer(s, want.code.as_str())?;
                let step = self.items[offer.item].step;
                let milli = want.quantity.milli();
                let cells = self.cells(offer.item, &Self::said(want));
                (milli > 0 && milli.is_multiple_of(step) && !cells.is_empty()).then_some(())
            };
            let known = back.iter().all(|code| self.offer(s, code).is_some());
            let possible = wants.iter().all(|want| sound(want).is_some()) && known;
            if !possible || (lasts && !back.is_empty()) {
                return None;
            }
        }
        let fits =
            |c: &Card| c.session == s && (c.number == number || group && c.reading == open.reading);
        let (answered, rest) = self.cards.drain(..).partition(fits);
        self.cards = rest;
        let numbers = answered.iter().map(|c: &Card| c.number).collect();
        if lasts {
            self.lessons.push((s, open.reading, answer.map(|(wants, _)| wants.to_vec())));
        }
        if let Some((wants, back)) = answer {
            let queued = answered.into_iter().map(|c| (c, wants.to_vec(), back.to_vec()));
            self.answered.extend(queued);
        }
        Some(numbers)
    }

    /// Claims the first answered card of the first session that has one.
    pub(super) fn serve(&mut self, now: u64) -> bool {
        let Some(session) = self.answered.iter().map(|(card, ..)| card.session).min() else {
            return false;
        };
        let first = self.answered.iter().position(|(card, ..)| card.session == session);
        let (card, wants, back) = self.answered.remove(first.expect("just found"));
        let asked = Asked {
            session,
            buyer: card.buyer,
            by: Origin::Host,
            rule: card.reading.1,
            wants,
            back,
            // Ten minutes back it is known what was in force.
            said_at: (now < card.at + 600_000).then_some(card.at),
            network: card.network,
        };
        self.claim_as(&asked, now, true, false);
        true
    }
}
