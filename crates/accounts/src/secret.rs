//! The server's secret and the keys that come from it.

use crate::random::random;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// Length of a secret and of every key made from it, in bytes.
pub(crate) const SECRET_BYTES: usize = 32;

/// 32 bytes that nobody may see: no `Display`, and `Debug` says only that it is one.
pub(crate) struct Secret([u8; SECRET_BYTES]);

impl Secret {
    /// A new one.
    pub(crate) fn draw() -> Self {
        Self(random())
    }

    /// Takes what was kept; `None` if its length is wrong.
    pub(crate) fn from_kept(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// What is kept, and what a cipher is keyed with.
    pub(crate) fn expose(&self) -> &[u8; SECRET_BYTES] {
        &self.0
    }

    /// An HMAC-SHA256 under this secret, begun with `purpose`: no two purposes share a tag, because
    /// everything after a purpose has one fixed length and the totals differ.
    pub(crate) fn mac(&self, purpose: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac
    }

    /// A key for `purpose` and `context`; as long as the secret.
    pub(crate) fn derive(&self, purpose: &str, context: &Secret) -> Secret {
        let tag = self.mac(purpose).chain_update(context.0).finalize();
        Self(tag.into_bytes().into())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        assert_eq!(format!("{:?}", Secret([0xab; SECRET_BYTES])), "Secret(…)");
    }

    #[test]
    fn another_purpose_or_another_context_is_another_key() {
        let secret = Secret([1; SECRET_BYTES]);
        let derive = |purpose, context| {
            let key = secret.derive(purpose, &Secret([context; SECRET_BYTES]));
            *key.expose()
        };
        assert_eq!(derive("ticket", 1), derive("ticket", 1));
        assert_ne!(derive("ticket", 1), derive("ticket", 2));
        assert_ne!(derive("ticket", 1), derive("cookie", 1));
    }
}
