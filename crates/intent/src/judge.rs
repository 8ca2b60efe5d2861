//! The judge: applies the rules in their order to what stands in a comment, and says which one
//! decided.
//!
//! ```text
//! cancel ─▶ question ─▶ negation, change ─▶ later, done before ─▶ unclear ─▶ lines ─▶ pinned
//!   7          6             7                   15             3 5 8 10 13   1 8 9 11 12   4 13
//! ```
//! The first that applies decides. Whatever may be no order comes before whatever makes one.

use crate::codebook::Codebook;
use crate::codes::OfferNo;
use crate::facts::Facts;
use crate::fold::Folded;
use crate::lines::draft;
use crate::pieces::{Piece, Role};
use crate::reading::{ABOUT_BYTES_MAX, Meaning};
use crate::spans::{Oddity, is_joiner};
use crate::wants::wants;
use alloc::vec::Vec;
use domain::command::{RuleNo, Want};
use domain::rules::Doubt;
use domain::{Code, Reason};

/// What was decided, and by which rule.
pub(crate) type Verdict = (Meaning, RuleNo);

/// One comment before the judge.
pub(crate) struct Case<'a> {
    pub(crate) text: &'a Folded,
    pub(crate) book: &'a Codebook,
    pub(crate) pieces: &'a [Piece],
    pub(crate) facts: Facts,
    /// True if the comment went on beyond what was looked at.
    pub(crate) is_cut: bool,
}

impl Case<'_> {
    /// Decides.
    pub(crate) fn verdict(&self) -> Verdict {
        let facts = &self.facts;
        if self.is_cut && (facts.has_goods() || facts.cancels) {
            return self.review(Reason::Doubtful, 10);
        }
        let suspect = self.suspects().find(|oddity| self.matters(*oddity));
        if facts.cancels || facts.passes || (facts.minus && facts.codes > 0) {
            return self.cancel();
        }
        if facts.asks
            && let Some(verdict) = self.question()
        {
            return verdict;
        }
        self.denied()
            .or_else(|| self.changed_mind())
            .or_else(|| self.not_now())
            .or_else(|| suspect.and_then(|oddity| self.unclear(oddity)))
            .unwrap_or_else(|| match facts.codes {
                0 => self.without_code(),
                _ => self.order(None),
            })
    }

    pub(crate) fn review(&self, reason: Reason, rule: u16) -> Verdict {
        let pinned = self.book.pinned.filter(|_| self.facts.amounts > 0);
        let suggestion = self.suggestion(pinned);
        (Meaning::Review { reason, suggestion, about: self.about() }, RuleNo(rule))
    }

    /// The first thing that was heard like a code and is none in force.
    fn about(&self) -> Option<Code> {
        let heard = |piece: &&Piece| match piece.role {
            Role::Suspect(oddity, _) => oddity.is_heard_as_code(),
            _ => false,
        };
        self.pieces.iter().filter(heard).find_map(|piece| {
            let word = &self.text.plain[piece.start..piece.end];
            let word = word.rsplit(' ').next().unwrap_or(word);
            code_alike(word).filter(|code| {
                let key = code.as_str().to_ascii_lowercase();
                self.book.codes.get(&key).is_none()
            })
        })
    }

    /// What a card may offer: the lines as far as they go, otherwise the code that may be meant.
    fn suggestion(&self, pinned: Option<OfferNo>) -> Vec<Want> {
        let named = self.facts.codes > 0;
        let pinned = pinned.filter(|_| !named);
        if named || pinned.is_some() {
            return self.lines(self.pieces, pinned).0;
        }
        let meant = |piece: &Piece| matches!(piece.role, Role::Suspect(_, Some(_)));
        if !self.pieces.iter().any(meant) {
            return Vec::new();
        }
        let mut pieces = Vec::with_capacity(self.pieces.len());
        pieces.extend(self.pieces.iter().map(|piece| match piece.role {
            Role::Suspect(_, Some(offer)) => Piece { role: Role::Code(offer), ..*piece },
            _ => *piece,
        }));
        self.lines(&pieces, None).0
    }

    fn lines(
        &self,
        pieces: &[Piece],
        pinned: Option<OfferNo>,
    ) -> (Vec<Want>, Option<(Reason, RuleNo)>) {
        let draft = draft(self.text, self.book, pieces, pinned);
        let adds = self.facts.adds || draft.adds;
        wants(self.text, self.book, &draft, adds)
    }

    /// Rule 7: a cancel is one only if nothing else is said.
    fn cancel(&self) -> Verdict {
        let facts = &self.facts;
        if facts.minus && !facts.cancels && !facts.passes && !self.book.settings().cancel_by_minus {
            return self.review(Reason::Doubtful, 7);
        }
        let order = facts.wants() || facts.amounts > 0 || facts.values || facts.swaps;
        let doubt = facts.asks || facts.denies || facts.doubts || facts.hedges || facts.done;
        let more = facts.unknown > 0 || facts.suspects > 0 || facts.goods > 0;
        if order || doubt || more {
            return self.review(Reason::Doubtful, 7);
        }
        let mut codes: Vec<Code> = Vec::new();
        for piece in self.pieces {
            if let Role::Code(offer) | Role::Alias(offer) = piece.role {
                let code = self.book.offer(offer).terms.code;
                if !codes.contains(&code) {
                    codes.push(code);
                }
            }
        }
        let pinned = self.book.pinned.filter(|_| facts.passes && codes.is_empty());
        codes.extend(pinned.map(|offer| self.book.offer(offer).terms.code));
        if facts.passes && codes.is_empty() {
            return self.review(Reason::Doubtful, 7);
        }
        (Meaning::Cancel(codes), RuleNo(7))
    }

    /// Rule 6: a question, unless a buying verb goes with it; `None` if the settings take it for an
    /// order.
    fn question(&self) -> Option<Verdict> {
        let facts = &self.facts;
        let question = (Meaning::Question, RuleNo(6));
        if facts.asks_who || !facts.wants() || !facts.has_goods() {
            return Some(question);
        }
        match self.book.settings().verb_plus_question {
            Doubt::Review => Some(self.review(Reason::Doubtful, 6)),
            Doubt::Ignore => Some(question),
            Doubt::Accept => None,
        }
    }

    /// Rule 7: negation beside a verb or a code makes no line.
    fn denied(&self) -> Option<Verdict> {
        let facts = &self.facts;
        if facts.denies {
            let more = facts.buys > 1 || facts.codes > 1 || facts.adds || facts.swaps;
            return Some(match more {
                true => self.review(Reason::Doubtful, 7),
                false => (Meaning::Chatter, RuleNo(7)),
            });
        }
        let matters = facts.doubts && facts.has_goods() && (facts.codes > 0 || facts.wants());
        matters.then(|| self.review(Reason::Doubtful, 7))
    }

    /// Rule 7: a wish to stop, a change.
    fn changed_mind(&self) -> Option<Verdict> {
        let facts = &self.facts;
        let goods = facts.has_goods() || facts.values;
        let known_only = facts.unknown == 0;
        if facts.stops && (goods || facts.wants() || known_only) {
            return Some(self.review(Reason::Doubtful, 7));
        }
        if facts.swaps && (goods || facts.wants()) {
            return Some(self.review(Reason::Doubtful, 7));
        }
        facts.swaps.then_some((Meaning::Question, RuleNo(7)))
    }

    /// Rule 15: later, on a condition, done before, all of it, by hand signs.
    fn not_now(&self) -> Option<Verdict> {
        let facts = &self.facts;
        let wanted = facts.wants() && (facts.has_goods() || facts.goods > 0 || facts.hedges);
        if (facts.hedges || facts.done) && (facts.codes > 0 || facts.suspects > 0 || wanted) {
            let verb_alone = facts.codes == 0 && facts.amounts == 0 && facts.suspects == 0;
            return Some(match verb_alone {
                true => (Meaning::Chatter, RuleNo(15)),
                false => self.review(Reason::Doubtful, 15),
            });
        }
        let all = facts.all && (facts.wants() || facts.codes > 0);
        let next = facts.next && (facts.wants() || facts.codes > 0);
        let pinned = self.book.pinned.is_some() && facts.wants();
        let hands = facts.hands && (facts.codes > 0 || pinned);
        (all || next || hands).then(|| self.review(Reason::Doubtful, 15))
    }

    fn suspects(&self) -> impl Iterator<Item = Oddity> {
        self.pieces.iter().filter_map(|piece| match piece.role {
            Role::Suspect(oddity, _) => Some(oddity),
            _ => None,
        })
    }

    /// Whether an unclear part is for a person, or just a word in somebody's chatter.
    fn matters(&self, oddity: Oddity) -> bool {
        let facts = &self.facts;
        let ordered = facts.wants() || facts.codes > 0;
        match oddity {
            Oddity::Glued | Oddity::Zeros | Oddity::Alike | Oddity::Unprefixed => true,
            Oddity::Spaced | Oddity::Phone => true,
            Oddity::Unknown => {
                ordered || facts.amounts > 0 || facts.unknown <= 1 || self.is_shaped()
            }
            Oddity::BareNumber => ordered || facts.unknown == 0,
            Oddity::Negative | Oddity::Ambiguous | Oddity::Foreign => ordered,
        }
    }

    /// True if some unclear part begins like a code of the shop.
    fn is_shaped(&self) -> bool {
        self.pieces.iter().any(|piece| {
            let word = &self.text.plain[piece.start..piece.end];
            matches!(piece.role, Role::Suspect(Oddity::Unknown, _))
                && self.book.codes.is_shaped_like(word)
        })
    }

    /// One unclear part sends the whole comment to a person (rule 10); `None` if the settings
    /// accept it.
    fn unclear(&self, oddity: Oddity) -> Option<Verdict> {
        let settings = self.book.settings();
        let (reason, rule) = match oddity {
            Oddity::Unknown => (Reason::UnknownCode, 10),
            Oddity::Glued | Oddity::Alike | Oddity::Ambiguous | Oddity::Unprefixed => {
                (Reason::Doubtful, 10)
            }
            Oddity::Zeros if settings.ignore_leading_zeros => return self.accepted(Oddity::Zeros),
            Oddity::Zeros => (Reason::Doubtful, 10),
            Oddity::Spaced => match settings.spaced_code {
                Doubt::Accept => return self.accepted(Oddity::Spaced),
                Doubt::Ignore => return Some((Meaning::Chatter, RuleNo(3))),
                Doubt::Review => (Reason::Doubtful, 3),
            },
            Oddity::BareNumber => (Reason::Doubtful, 5),
            Oddity::Foreign => (Reason::Doubtful, 8),
            Oddity::Negative => (Reason::BadQuantity, 8),
            Oddity::Phone => (Reason::Doubtful, 13),
        };
        Some(self.review(reason, rule))
    }

    /// The verdict if that oddity is as good as a code.
    fn accepted(&self, oddity: Oddity) -> Option<Verdict> {
        let mut pieces = Vec::with_capacity(self.pieces.len());
        pieces.extend(self.pieces.iter().map(|piece| match piece.role {
            Role::Suspect(found, Some(offer)) if found == oddity => {
                Piece { role: Role::Code(offer), ..*piece }
            }
            _ => *piece,
        }));
        let case = Case { pieces: &pieces, facts: Facts::new(&pieces), ..*self };
        Some(case.verdict())
    }

    /// Lines for the codes, or for the pinned offer where none is named.
    pub(crate) fn order(&self, pinned: Option<OfferNo>) -> Verdict {
        let facts = &self.facts;
        let clear = facts.wants() || facts.amounts > 0 || pinned.is_some();
        if !clear && facts.money {
            return (Meaning::Question, RuleNo(14));
        }
        if !clear && facts.unknown > 0 {
            return self.review(Reason::Doubtful, 15);
        }
        if !facts.wants() && self.says_unit_price() {
            return self.review(Reason::Doubtful, 14);
        }
        let (wants, trouble) = self.lines(self.pieces, pinned);
        match trouble {
            Some((Reason::OfferClosed, rule))
                if self.book.settings().late_order == Doubt::Ignore =>
            {
                (Meaning::Chatter, rule)
            }
            Some((reason, rule)) => {
                let (suggestion, about) = (wants, self.about());
                (Meaning::Review { reason, suggestion, about }, rule)
            }
            None if wants.is_empty() => self.review(Reason::Doubtful, 10),
            None => {
                let rule = self.rule_of_order(pinned);
                (Meaning::Claim(wants), rule)
            }
        }
    }

    /// `30k 1 ký`: money beside one of a unit is a price, unless somebody buys.
    fn says_unit_price(&self) -> bool {
        let mut parts = self.pieces.iter().map(|p| p.role).filter(|r| *r != Role::Comma);
        let one = |role: Role| match role {
            Role::Amount(amount) => amount.milli == Some(1_000) && amount.unit.is_some(),
            _ => false,
        };
        let mut before = parts.next();
        parts.any(|role| {
            let beside = before.replace(role);
            let pair = [beside, Some(role)];
            pair.contains(&Some(Role::Money)) && pair.into_iter().flatten().any(one)
        })
    }

    /// Which rule made an order: the most particular one.
    fn rule_of_order(&self, pinned: Option<OfferNo>) -> RuleNo {
        let has = |role: fn(&Role) -> bool| self.pieces.iter().any(|piece| role(&piece.role));
        RuleNo(if pinned.is_some() || has(|role| matches!(role, Role::Alias(_))) {
            4
        } else if self.facts.adds {
            9
        } else if has(|role| matches!(role, Role::Amount(amount) if amount.unit.is_some())) {
            12
        } else if self.book.is_numeric {
            5
        } else if self.facts.values {
            11
        } else {
            1
        })
    }
}

/// The one spelling of what looks like a code: at most eight letters and digits, beginning with a
/// letter, or at most three digits. Anything longer might be a phone, a price, a name.
fn code_alike(word: &str) -> Option<Code> {
    let mut spelling = [0u8; ABOUT_BYTES_MAX];
    let mut length = 0;
    for byte in word.bytes().filter(|byte| !is_joiner(*byte)) {
        if !byte.is_ascii_alphanumeric() {
            return None;
        }
        *spelling.get_mut(length)? = byte.to_ascii_uppercase();
        length += 1;
    }
    let spelling = &spelling[..length];
    let few_digits = length <= 3 && spelling.iter().all(u8::is_ascii_digit);
    let named = spelling.first().is_some_and(u8::is_ascii_alphabetic);
    (named || few_digits).then(|| Code::parse(core::str::from_utf8(spelling).ok()?))?
}
