//! A session's rules and an offer's terms, as far as a reader of the ledger needs them, and those
//! before: a comment is judged by its own moment.

use domain::limits::{CODEBOOK_MS_MAX, PAST_TERMS_MAX};
use domain::rules::{Hoarding, Hold};
use domain::{Millis, Timestamp};
use proto::store;

/// How long stock is promised.
#[derive(Clone, Copy)]
pub(super) enum Span {
    /// Until the session's end and this long after.
    UntilEnd(Millis),
    /// So long from the latest line.
    For(Millis),
}

/// What of a session's rules can be proved.
pub(crate) struct Terms {
    pub(super) hold: Span,
    pub(super) promotion_hold: Option<Millis>,
    pub(super) waitlist: bool,
    pub(super) waits_whole: bool,
    /// Of everything together, in thousandths.
    pub(super) limit: Option<u64>,
    pub(super) cancel_undo: Millis,
    pub(super) hoarding: Hoarding,
    /// Whether comments about a closed offer count.
    pub(super) takes_late: bool,
}

/// What of an offer's terms a host may change.
pub(crate) struct OfferTerms {
    pub(super) open: bool,
    /// In thousandths.
    pub(super) limit: Option<u64>,
}

/// What is in force, and what was before, each until when.
pub(crate) struct InForce<T> {
    now: T,
    past: Vec<(Timestamp, T)>,
}

impl Terms {
    /// As the rules say; where they say nothing, as the defaults do.
    pub(super) fn of(rules: Option<&store::Rules>) -> Self {
        let fallback = domain::Rules::default();
        let hold = match fallback.hold {
            Hold::UntilEnd { plus } => Span::UntilEnd(plus),
            Hold::For(span) => Span::For(span),
        };
        let Some(rules) = rules else {
            return Self {
                hold,
                promotion_hold: None,
                waitlist: fallback.waitlist,
                waits_whole: !fallback.partial_fill,
                limit: None,
                cancel_undo: fallback.cancel_undo,
                hoarding: fallback.hoarding,
                takes_late: false,
            };
        };
        let hold = match (rules.hold_ms, rules.hold_after_end_ms) {
            (Some(span), _) => Span::For(Millis(span)),
            (None, Some(plus)) => Span::UntilEnd(Millis(plus)),
            (None, None) => hold,
        };
        let hoarding = rules.hoarding.as_ref().map_or(fallback.hoarding, |limits| Hoarding {
            holds_per_buyer: limits.holds_per_buyer,
            orders_per_network: limits.orders_per_network,
            expiries: limits.expiries,
            cooldown: Millis(limits.cooldown_ms),
        });
        Self {
            hold,
            promotion_hold: rules.promotion_hold_ms.map(Millis),
            waitlist: rules.waitlist,
            waits_whole: rules.waits_whole,
            limit: rules.limit_per_buyer_milli,
            cancel_undo: Millis(rules.cancel_undo_ms),
            hoarding,
            takes_late: rules.reading.as_ref().is_some_and(|read| read.late_order == "accept"),
        }
    }
}

impl<T> InForce<T> {
    pub(super) fn new(now: T) -> Self {
        Self { now, past: Vec::new() }
    }

    /// What is in force now.
    pub(super) fn now(&self) -> &T {
        &self.now
    }

    /// By what a claim may have been judged: what is in force and what was before, for the ledger
    /// does not tell when it was said.
    pub(super) fn in_question(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.now).chain(self.past.iter().rev().map(|(_, past)| past))
    }

    /// Something else is in force from `at` on.
    pub(super) fn change(&mut self, next: T, at: Timestamp) {
        let before = std::mem::replace(&mut self.now, next);
        self.past.retain(|(until, _)| until.plus(Millis(CODEBOOK_MS_MAX)) > at);
        if self.past.len() >= PAST_TERMS_MAX {
            self.past.remove(0);
        }
        self.past.push((at, before));
    }

    /// What was in force until then, as a checkpoint tells it.
    pub(super) fn restore(&mut self, until: Timestamp, before: T) {
        self.past.push((until, before));
    }
}
