//! Sign-ins: who is signed in on which device. Kept as the SHA-256 of what the device carries.

use crate::person::PersonId;
use crate::random::random;
use crate::token::TokenDigest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::limits::{NOTED_BYTES_MAX, PROOF_MS_MAX, SIGN_IN_MS_MAX, SIGN_IN_SEEN_MS};
use domain::{ShopId, Timestamp};
use std::net::IpAddr;
use std::sync::Arc;

/// Which sign-in, counted from 1 over the installation: what a page may name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SignInId(pub u32);

/// From where somebody comes: what the list of devices and the audit log say.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct CameFrom {
    /// What the device calls itself, shortened; empty if it does not say.
    pub device: Arc<str>,
    /// Its address on the network.
    pub address: Option<IpAddr>,
}

/// One device of one person.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    pub(crate) id: SignInId,
    pub(crate) digest: TokenDigest,
    pub(crate) person: PersonId,
    /// The shop whose console it opens.
    pub(crate) at: Option<ShopId>,
    pub(crate) made: Timestamp,
    pub(crate) seen: Timestamp,
    pub(crate) from: CameFrom,
    /// When its person last showed who they are. In memory only: a restart asks again.
    pub(crate) proved: Option<Timestamp>,
}

impl CameFrom {
    /// Of a device with this name, which is cut where it is too long and loses what is no text.
    pub fn new(device: &str, address: Option<IpAddr>) -> Self {
        let mut short = String::new();
        for c in device.chars().filter(|c| !c.is_control()) {
            if short.len() + c.len_utf8() > NOTED_BYTES_MAX {
                break;
            }
            short.push(c);
        }
        Self { device: short.into(), address }
    }
}

/// What a new device carries, and what is kept of it.
pub(crate) fn draw() -> (TokenDigest, String) {
    let carried = URL_SAFE_NO_PAD.encode(random::<32>());
    (TokenDigest::of(&carried), carried)
}

impl SignIn {
    /// True if it was used lately enough.
    pub(crate) fn is_open(&self, now: Timestamp) -> bool {
        now.0.saturating_sub(self.seen.0) < SIGN_IN_MS_MAX
    }

    /// True if a use now is to be written down.
    pub(crate) fn is_stale(&self, now: Timestamp) -> bool {
        now.0.saturating_sub(self.seen.0) >= SIGN_IN_SEEN_MS
    }

    /// Until when its person need not show again who they are.
    pub(crate) fn proved_until(&self, now: Timestamp) -> Option<Timestamp> {
        let until = Timestamp(self.proved?.0.saturating_add(PROOF_MS_MAX));
        (now < until).then_some(until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign_in(at: Timestamp) -> SignIn {
        let (digest, carried) = draw();
        assert!(digest.is(&TokenDigest::of(&carried)));
        SignIn {
            id: SignInId(1),
            digest,
            person: PersonId(1),
            at: None,
            made: at,
            seen: at,
            from: CameFrom::default(),
            proved: Some(at),
        }
    }

    #[test]
    fn a_sign_in_that_is_not_used_ends() {
        let sign_in = sign_in(Timestamp(1_000));
        assert!(sign_in.is_open(Timestamp(1_000 + SIGN_IN_MS_MAX - 1)));
        assert!(!sign_in.is_open(Timestamp(1_000 + SIGN_IN_MS_MAX)));
        assert!(!sign_in.is_stale(Timestamp(999 + SIGN_IN_SEEN_MS)));
        assert!(sign_in.is_stale(Timestamp(1_000 + SIGN_IN_SEEN_MS)));
    }

    #[test]
    fn what_was_shown_stands_for_minutes() {
        let sign_in = sign_in(Timestamp(1_000));
        let until = Timestamp(1_000 + PROOF_MS_MAX);
        assert_eq!(sign_in.proved_until(Timestamp(1_000)), Some(until));
        assert_eq!(sign_in.proved_until(until), None);
    }

    #[test]
    fn a_device_calls_itself_something_short_on_one_line() {
        let check =
            |device: &str, kept: &str| assert_eq!(&*CameFrom::new(device, None).device, kept);
        check("Mozilla/5.0\r\n(Linux; Android 14)", "Mozilla/5.0(Linux; Android 14)");
        check(&"ơ".repeat(NOTED_BYTES_MAX), &"ơ".repeat(NOTED_BYTES_MAX / 2));
        check("", "");
    }
}
