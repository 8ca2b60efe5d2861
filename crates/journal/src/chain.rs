//! The chain: each event's hash covers the one before, so that nothing can be changed or left out
//! unseen.

use domain::{Hash, Position, Timestamp};
use sha2::{Digest, Sha256};

/// `SHA-256(prev ‖ epoch ‖ seq ‖ at_ms ‖ frame)`, the three numbers as 64-bit big-endian.
pub fn chain(prev: Hash, position: Position, at: Timestamp, frame: &[u8]) -> Hash {
    let mut head = [0; 56];
    head[..32].copy_from_slice(&prev.0);
    head[32..40].copy_from_slice(&position.epoch.0.to_be_bytes());
    head[40..48].copy_from_slice(&position.seq.0.to_be_bytes());
    head[48..].copy_from_slice(&at.0.to_be_bytes());
    let digest = Sha256::new().chain_update(head).chain_update(frame);
    Hash(digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{Epoch, Seq};

    fn hash(epoch: u64, seq: u64, at: u64, frame: &[u8]) -> Hash {
        let position = Position { epoch: Epoch(epoch), seq: Seq(seq) };
        chain(Hash::GENESIS, position, Timestamp(at), frame)
    }

    #[test]
    fn the_hash_is_the_one_that_anybody_computes_from_the_published_form() {
        // printf of 32 zero bytes, 1, 2 and 3 as 64-bit big-endian, then "chốt", through sha256sum.
        let published = "2e4efdc4677c229e2884196fc53811c2cd668b6687ae41a2eaa92d5a4c7f62bc";
        assert_eq!(hash(1, 2, 3, "chốt".as_bytes()).to_string(), published);
    }

    #[test]
    fn every_part_changes_the_hash() {
        let parts = [
            hash(1, 1, 1, b"a"),
            hash(2, 1, 1, b"a"),
            hash(1, 2, 1, b"a"),
            hash(1, 1, 2, b"a"),
            hash(1, 1, 1, b"b"),
        ];
        for (at, one) in parts.iter().enumerate() {
            assert!(!parts[at + 1..].contains(one));
        }
    }
}
