//! The chain: each event's hash covers its frame, its place, its time and everything before it.

use domain::{Hash, Position, Timestamp};
use sha2::{Digest, Sha256};

/// `SHA-256(prev ‖ epoch ‖ seq ‖ at_ms ‖ frame)`, the numbers as unsigned 64-bit big-endian.
pub(crate) fn hash(prev: Hash, position: Position, at: Timestamp, frame: &[u8]) -> Hash {
    let mut sha = Sha256::new();
    sha.update(prev.0);
    sha.update(position.epoch.0.to_be_bytes());
    sha.update(position.seq.0.to_be_bytes());
    sha.update(at.0.to_be_bytes());
    sha.update(frame);
    Hash(sha.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Epoch, Seq};

    #[test]
    fn the_hash_is_that_of_the_bytes_one_after_the_other() {
        let position = Position { epoch: Epoch(1), seq: Seq(2) };
        let mut bytes = vec![0; 32];
        for number in [1u64, 2, 3] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes.extend_from_slice(b"frame");
        let plain = Hash(Sha256::digest(&bytes).into());
        assert_eq!(hash(Hash::GENESIS, position, Timestamp(3), b"frame"), plain);
        // As `hashlib.sha256(bytes).hexdigest()` of another language says.
        let known = "5797c7cd47599bcb519e9fe4a9d0cf18045fe44b3e6df4f7e1d0bde20c94cfcb";
        assert_eq!(plain.to_string(), known);
    }
}
