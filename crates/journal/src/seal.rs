//! Sealed words: what a viewer said and who they are, each entry under its buyer's own key.
//!
//! Deleting that key makes every entry unreadable, wherever a copy lies.

use crate::codec::wire;
use crate::error::JournalError;
use domain::{BuyerRef, Seq, ShopId};
use prost::Message;
use proto::store;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use std::cell::RefCell;

/// The bytes of a nonce.
pub const NONCE_BYTES: usize = 24;

/// What must not stand in the chain, as it comes in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Words<'a> {
    /// The raw key, as its sender wrote it.
    pub key: &'a str,
    /// The buyer's name at that moment.
    pub name: &'a str,
    /// What was said.
    pub text: &'a str,
    /// Phone numbers found in it.
    pub phones: &'a [&'a str],
    /// Where it was said.
    pub platform: &'a str,
}

/// The same, read back.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PersonalWords {
    /// The raw key, as its sender wrote it.
    pub key: String,
    /// The buyer's name at that moment.
    pub name: String,
    /// What was said.
    pub text: String,
    /// Phone numbers found in it.
    pub phones: Vec<String>,
    /// Where it was said.
    pub platform: String,
}

/// Words of one buyer that only their key opens. Bound to shop and buyer, not to an event: it is
/// made on the caller's thread, before the event's number is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// Whose.
    pub buyer: BuyerRef,
    /// Random, used once.
    pub nonce: [u8; NONCE_BYTES],
    /// The sealed bytes with their tag.
    pub ciphertext: Vec<u8>,
}

impl Sealed {
    /// Seals words under the buyer's key.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub fn words(
        key: &[u8; 32],
        shop: ShopId,
        buyer: BuyerRef,
        words: &Words<'_>,
    ) -> Result<Self, JournalError> {
        let mut plain =
            Vec::with_capacity(words.text.len() + words.key.len() + words.name.len() + 64);
        wire::bytes(&mut plain, 1, words.key.as_bytes());
        wire::bytes(&mut plain, 2, words.name.as_bytes());
        wire::bytes(&mut plain, 3, words.text.as_bytes());
        for phone in words.phones {
            wire::some_bytes(&mut plain, 4, phone.as_bytes());
        }
        wire::bytes(&mut plain, 5, words.platform.as_bytes());
        Self::bytes(key, shop, buyer, plain)
    }

    /// Seals any bytes, in place.
    pub(crate) fn bytes(
        key: &[u8; 32],
        shop: ShopId,
        buyer: BuyerRef,
        mut plain: Vec<u8>,
    ) -> Result<Self, JournalError> {
        let nonce = random()?;
        let (key, short) = extended(key, &nonce);
        key.seal_in_place_append_tag(short, Aad::from(bound_to(shop, buyer)), &mut plain)
            .expect("a comment is shorter than 256 GiB");
        Ok(Self { buyer, nonce, ciphertext: plain })
    }

    /// Opens words; `None` if the key, the shop or the buyer is another, or a byte was changed.
    pub fn open(&self, key: &[u8; 32], shop: ShopId) -> Option<PersonalWords> {
        let plain = self.open_bytes(key, shop)?;
        let words = store::PersonalWords::decode(plain.as_slice()).ok()?;
        Some(PersonalWords {
            key: words.key,
            name: words.name,
            text: words.text,
            phones: words.phones,
            platform: words.platform,
        })
    }

    /// The entries of an encoded `store::SealedFrame` with their events; what cannot be read is
    /// left out.
    pub(crate) fn unfold(bytes: &[u8]) -> Vec<(Seq, Self)> {
        let frame = store::SealedFrame::decode(bytes).unwrap_or_default();
        let entry = |entry: store::SealedEntry| {
            let buyer = BuyerRef(entry.buyer.try_into().ok()?);
            let nonce = entry.nonce.try_into().ok()?;
            Some((Seq(entry.seq), Self { buyer, nonce, ciphertext: entry.ciphertext }))
        };
        frame.entries.into_iter().filter_map(entry).collect()
    }

    /// As one piece: nonce, then ciphertext.
    pub(crate) fn joined(&self) -> Vec<u8> {
        [&self.nonce[..], &self.ciphertext].concat()
    }

    /// Reads such a piece; `None` if it is too short to be one.
    pub(crate) fn split(buyer: BuyerRef, joined: &[u8]) -> Option<Self> {
        let (nonce, rest) = joined.split_first_chunk()?;
        Some(Self { buyer, nonce: *nonce, ciphertext: rest.to_vec() })
    }

    pub(crate) fn open_bytes(&self, key: &[u8; 32], shop: ShopId) -> Option<Vec<u8>> {
        let mut text = self.ciphertext.clone();
        let (key, short) = extended(key, &self.nonce);
        let plain = key.open_in_place(short, Aad::from(bound_to(shop, self.buyer)), &mut text);
        let len = plain.ok()?.len();
        text.truncate(len);
        Some(text)
    }
}

/// XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03 §2): a key of its own for the nonce's first 16
/// bytes, and for the last 8 the cipher that every machine has a fast version of.
fn extended(key: &[u8; 32], nonce: &[u8; NONCE_BYTES]) -> (LessSafeKey, Nonce) {
    let (first, last) = nonce.split_first_chunk::<16>().expect("24 bytes");
    let own = chacha20::hchacha::<chacha20::R20>(key.into(), first.into());
    let own = UnboundKey::new(&CHACHA20_POLY1305, &own).expect("32 bytes");
    let mut short = [0; 12];
    short[4..].copy_from_slice(last);
    (LessSafeKey::new(own), Nonce::assume_unique_for_key(short))
}

/// What an entry is bound to besides its key: shop ‖ buyer.
fn bound_to(shop: ShopId, buyer: BuyerRef) -> [u8; 24] {
    let mut bound = [0; 24];
    bound[..8].copy_from_slice(&shop.get().to_be_bytes());
    bound[8..].copy_from_slice(&buyer.0);
    bound
}

/// Random bytes drawn from the system by the page, for a comment must not cost a system call.
struct Pool {
    bytes: [u8; 4_096],
    used: usize,
}

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { bytes: [0; 4_096], used: 4_096 }) };
}

/// So many random bytes, each handed out once.
///
/// # Errors
/// If the system gives none.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], JournalError> {
    POOL.with_borrow_mut(|pool| {
        if pool.used + N > pool.bytes.len() {
            getrandom::fill(&mut pool.bytes).map_err(|e| JournalError::Random(e.to_string()))?;
            pool.used = 0;
        }
        let taken = &mut pool.bytes[pool.used..pool.used + N];
        let mut given = [0; N];
        given.copy_from_slice(taken);
        taken.fill(0);
        pool.used += N;
        Ok(given)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: ShopId = ShopId::from_random(7);
    const BUYER: BuyerRef = BuyerRef([3; 16]);

    fn sealed() -> Sealed {
        let words = Words {
            key: "tiktok:1",
            name: "Lan",
            text: "chốt 2 kí cam",
            phones: &["0912345678", ""],
            platform: "tiktok",
        };
        Sealed::words(&[9; 32], SHOP, BUYER, &words).expect("random bytes")
    }

    #[test]
    fn words_open_with_their_buyers_key() {
        let words = sealed().open(&[9; 32], SHOP).expect("opens");
        assert_eq!(words.text, "chốt 2 kí cam");
        assert_eq!(words.phones, ["0912345678", ""]);
        assert_eq!((words.name.as_str(), words.key.as_str()), ("Lan", "tiktok:1"));
    }

    #[test]
    fn another_key_shop_buyer_or_byte_opens_nothing() {
        let sealed = sealed();
        assert_eq!(sealed.open(&[8; 32], SHOP), None);
        assert_eq!(sealed.open(&[9; 32], ShopId::from_random(8)), None);
        let other = Sealed { buyer: BuyerRef([4; 16]), ..sealed.clone() };
        assert_eq!(other.open(&[9; 32], SHOP), None);
        let mut changed = sealed;
        changed.ciphertext[0] ^= 1;
        assert_eq!(changed.open(&[9; 32], SHOP), None);
    }

    /// Journals hold what another implementation of the same cipher sealed.
    #[test]
    fn what_is_sealed_is_xchacha20_poly1305() {
        use chacha20poly1305::aead::AeadInOut;
        use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
        for len in [0, 1, 63, 64, 65, 1_000] {
            let plain = vec![5; len];
            let sealed = Sealed::bytes(&[9; 32], SHOP, BUYER, plain.clone()).expect("random bytes");
            let mut opened = sealed.ciphertext.clone();
            XChaCha20Poly1305::new(&[9; 32].into())
                .decrypt_in_place(&sealed.nonce.into(), &bound_to(SHOP, BUYER), &mut opened)
                .expect("the same cipher");
            assert_eq!(opened, plain);
            assert_eq!(sealed.open_bytes(&[9; 32], SHOP), Some(plain));
        }
    }

    #[test]
    fn no_nonce_is_given_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..1_000 {
            assert!(seen.insert(random::<NONCE_BYTES>().expect("random bytes")));
        }
    }
}
