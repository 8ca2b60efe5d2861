//! The server's secret and the keys that come from it.

use crate::random::random;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;
use subtle::ConstantTimeEq;

/// Length of a secret and of every key made from it, in bytes.
pub(crate) const SECRET_BYTES: usize = 32;

/// Whether two secrets are the same, in a time that does not depend on where they differ. Whatever
/// opens something is compared here, or checked by its library's own MAC or seal.
pub(crate) fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

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
    fn only_what_is_whole_and_equal_is_the_same() {
        let check = |one: &[u8], other: &[u8], expected| assert_eq!(same(one, other), expected);
        check(b"", b"", true);
        check(b"abc", b"abc", true);
        check(b"abc", b"abd", false);
        check(b"abc", b"ab", false);
    }

    /// Reads this crate's own sources: a comparison that a new kind of secret brings along must go
    /// through `same`, and neither a secret nor a digest may be compared by `==`.
    #[test]
    fn every_secret_is_compared_in_one_place() {
        let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
        let mut comparing = Vec::new();
        for source in sources.expect("sources") {
            let path = source.expect("a file").path();
            let text = std::fs::read_to_string(&path).expect("text");
            let text = text.split("#[cfg(test)]").next().unwrap_or_default();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if text.contains("ct_eq") {
                comparing.push(name.clone());
            }
            for kind in ["struct Secret(", "struct TokenDigest("] {
                let before = text.split(kind).next().filter(|before| before.len() < text.len());
                let derives = before.and_then(|before| before.rsplit("\n\n").next());
                let compares = derives.is_some_and(|derives| derives.contains("PartialEq"));
                assert!(!compares, "{name}: {kind} can be compared by ==");
            }
        }
        assert_eq!(comparing, ["secret.rs"]);
    }

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
