//! What was in force at a comment's own moment: prices, openness, limits and rules change while
//! comments are on their way.
//!
//! ```text
//! 20:05:00 45.000 ──▶ 20:05:10 40.000 ──▶ now
//!      └ said 20:05:08, came 20:05:12: 45.000
//! ```

use crate::session::Session;
use domain::code::Code;
use domain::limits::{CODEBOOK_MS_MAX, PAST_TERMS_MAX};
use domain::money::Money;
use domain::quantity::Quantity;
use domain::rules::Rules;
use domain::snapshot::{OfferAtRest, PastTerms, PastWhat};
use domain::time::{Millis, Timestamp};

/// Of an offer, what a host may change while it is on sale.
#[derive(Clone, Copy)]
pub(crate) struct InForce {
    pub(crate) price: Money,
    pub(crate) open: bool,
    pub(crate) limit_per_buyer: Option<Quantity>,
}

impl Session {
    /// The rules at that moment; the present ones if it is not known.
    pub(crate) fn rules_at(&self, said_at: Option<Timestamp>) -> &Rules {
        let past = said_at.and_then(|said_at| {
            self.rest.past.iter().find_map(|past| match &past.what {
                PastWhat::Rules(rules) if past.until > said_at => Some(&**rules),
                PastWhat::Rules(_) | PastWhat::Offer { .. } => None,
            })
        });
        past.unwrap_or(&self.rest.rules)
    }

    /// An offer at that moment; as it is now if that is not known.
    pub(crate) fn in_force(&self, offer: &OfferAtRest, said_at: Option<Timestamp>) -> InForce {
        let wanted = offer.terms.code;
        let past = said_at.and_then(|said_at| {
            self.rest.past.iter().find_map(|past| match past.what {
                PastWhat::Offer { code, price, open, limit_per_buyer }
                    if code == wanted && past.until > said_at =>
                {
                    Some(InForce { price, open, limit_per_buyer })
                }
                PastWhat::Offer { .. } | PastWhat::Rules(_) => None,
            })
        });
        past.unwrap_or(InForce {
            price: offer.terms.price,
            open: offer.open,
            limit_per_buyer: offer.terms.limit_per_buyer,
        })
    }

    /// Keeps an offer as it was until now.
    pub(crate) fn keep_offer(&mut self, code: Code, now: Timestamp) {
        let offer = self.offer(&code).expect("a changed offer is one of the session's");
        let InForce { price, open, limit_per_buyer } = self.in_force(offer, None);
        self.keep(PastWhat::Offer { code, price, open, limit_per_buyer }, now);
    }

    /// Keeps the rules as they were until now.
    pub(crate) fn keep_rules(&mut self, now: Timestamp) {
        let rules = self.rest.rules.clone();
        self.keep(PastWhat::Rules(rules), now);
    }

    fn keep(&mut self, what: PastWhat, now: Timestamp) {
        let past = &mut self.rest.past;
        past.retain(|past| past.until.plus(Millis(CODEBOOK_MS_MAX)) > now);
        if past.len() >= PAST_TERMS_MAX {
            past.remove(0);
        }
        past.push(PastTerms { until: now, what });
    }
}
