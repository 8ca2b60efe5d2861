//! Sign-ins: who is signed in on which device. Kept as the SHA-256 of what the device carries.

use crate::person::PersonId;
use crate::random::random;
use crate::token::TokenDigest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Timestamp;
use domain::limits::{SIGN_IN_MS_MAX, SIGN_IN_SEEN_MS};

/// One device of one person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SignIn {
    pub(crate) digest: TokenDigest,
    pub(crate) person: PersonId,
    pub(crate) seen: Timestamp,
}

impl SignIn {
    /// A new one, and what the device carries.
    pub(crate) fn draw(person: PersonId, now: Timestamp) -> (Self, String) {
        let carried = URL_SAFE_NO_PAD.encode(random::<32>());
        let digest = TokenDigest::of(&carried);
        (Self { digest, person, seen: now }, carried)
    }

    /// True if it was used lately enough.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        now.0.saturating_sub(self.seen.0) < SIGN_IN_MS_MAX
    }

    /// True if a use now is to be written down.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        now.0.saturating_sub(self.seen.0) >= SIGN_IN_SEEN_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_that_is_not_used_ends() {
        let (sign_in, carried) = SignIn::draw(PersonId(1), Timestamp(1_000));
        assert!(sign_in.digest.is(&TokenDigest::of(&carried)));
        assert!(sign_in.is_open(Timestamp(1_000 + SIGN_IN_MS_MAX - 1)));
        assert!(!sign_in.is_open(Timestamp(1_000 + SIGN_IN_MS_MAX)));
        assert!(!sign_in.is_stale(Timestamp(999 + SIGN_IN_SEEN_MS)));
        assert!(sign_in.is_stale(Timestamp(1_000 + SIGN_IN_SEEN_MS)));
    }
}
