//! Keys: 16 bytes of a digest over scope and key, so that no raw key is remembered.

use domain::command::Key;
use domain::{BuyerRef, KeyDigest, SessionId};
use sha2::{Digest, Sha256};

/// A digest over parts, each with its length in front, so that no two lists of parts run together.
fn digest(scope: &str, parts: &[&[u8]]) -> KeyDigest {
    let mut hash = Sha256::new();
    hash.update(scope.as_bytes());
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let hash = hash.finalize();
    KeyDigest(hash[..16].try_into().expect("a SHA-256 has 32 bytes"))
}

/// The key of a host's call: scope shop. `call_and_body` (method, path, raw body) tells another
/// call under the same key.
pub fn host_key(key: &str, call_and_body: &[&[u8]]) -> Key {
    let body = Some(digest("chot host call", call_and_body));
    Key { digest: digest("chot host key", &[key.as_bytes()]), body }
}

/// The id of something that a person pasted and that has none of its own: the same parts, the same
/// id.
pub fn pasted_id(parts: &[&str]) -> String {
    let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    digest("chot pasted", &parts).to_string()
}

/// A key that nobody can send again, for calls that came without one.
pub(crate) fn keyless(epoch: &[u8], number: &[u8]) -> Key {
    Key { digest: digest("chot without key", &[epoch, number]), body: None }
}

/// The key of a platform's comment: scope session.
pub(crate) fn comment_key(session: SessionId, key: &str) -> Key {
    let session = session.0.to_be_bytes();
    Key { digest: digest("chot comment", &[&session, key.as_bytes()]), body: None }
}

/// The key of a viewer's message: scope session and buyer.
pub(crate) fn viewer_key(session: SessionId, buyer: BuyerRef, key: &str) -> Key {
    let session = session.0.to_be_bytes();
    Key { digest: digest("chot viewer", &[&session, &buyer.0, key.as_bytes()]), body: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_words_in_another_scope_are_another_key() {
        let buyer = BuyerRef([1; 16]);
        let keys = [
            host_key("k", &[]).digest,
            comment_key(SessionId(1), "k").digest,
            comment_key(SessionId(2), "k").digest,
            viewer_key(SessionId(1), buyer, "k").digest,
            viewer_key(SessionId(1), BuyerRef([2; 16]), "k").digest,
        ];
        let distinct: std::collections::BTreeSet<_> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len());
    }
}
