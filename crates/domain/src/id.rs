//! Ids: who and what is meant. Each is a newtype, so that a session is never passed for an order.
//!
//! Inside a shop ids are small counters given by the shop's own state machine; outside they are
//! written with their shop in front (`7k3m9qa2x4-s1`), so that any node can tell from an id alone
//! which lane decides.

use alloc::string::String;
use core::fmt;

/// Crockford's base 32 in lower case: no i, l, o, u, nothing to mishear over a phone.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Number of characters in a written shop id.
pub const SHOP_CHARS: usize = 10;

/// A seller, the unit of single writing: 50 random bits, written as ten characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ShopId(u64);

impl ShopId {
    /// Keeps the low 50 bits of `random`.
    pub const fn from_random(random: u64) -> Self {
        Self(random & ((1 << 50) - 1))
    }

    /// The number behind the name; below 2⁵⁰, so it fits a signed SQL integer and a JSON number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Reads ten characters of [`fmt::Display`]'s form; `None` if it is anything else.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != SHOP_CHARS {
            return None;
        }
        text.bytes().try_fold(0u64, |id, byte| Some(id << 5 | digit(byte)?)).map(Self)
    }
}

impl fmt::Display for ShopId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..SHOP_CHARS).rev() {
            let digit = (self.0 >> (5 * place)) & 31;
            f.write_str(letter(digit as usize))?;
        }
        Ok(())
    }
}

fn letter(digit: usize) -> &'static str {
    core::str::from_utf8(&ALPHABET[digit..=digit]).expect("the alphabet is ASCII")
}

fn digit(byte: u8) -> Option<u64> {
    ALPHABET.iter().position(|&letter| letter == byte).map(|at| at as u64)
}

macro_rules! counter_id {
    ($name:ident, $letter:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);

        impl $name {
            /// The public form: the shop, a dash, the kind's letter, the number.
            pub fn public(self, shop: ShopId) -> String {
                alloc::format!(concat!("{}-", $letter, "{}"), shop, self.0)
            }

            /// Reads the public form; `None` if it is anything else.
            pub fn parse_public(text: &str) -> Option<(ShopId, Self)> {
                let (shop, rest) = text.split_once('-')?;
                let number = rest.strip_prefix($letter)?;
                if !number.bytes().all(|b| b.is_ascii_digit()) || number.starts_with('0') {
                    return None;
                }
                Some((ShopId::parse(shop)?, Self(number.parse().ok()?)))
            }
        }
    };
}

counter_id!(SessionId, "s", "One live broadcast of a shop, counted from 1.");
counter_id!(ItemId, "i", "What a shop has, counted from 1.");
counter_id!(OrderId, "o", "A buyer's lines in one session, counted from 1 over the whole shop.");
counter_id!(ReviewId, "r", "A comment that a person must look at, counted from 1 over the shop.");

/// A buyer as the ledger knows them: 128 random bits. Who that is stands in the vault only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BuyerRef(pub [u8; 16]);

impl BuyerRef {
    /// Reads the 32 hexadecimal characters of [`fmt::Display`]'s form; `None` if it is anything
    /// else.
    pub fn parse(text: &str) -> Option<Self> {
        parse_hex(text).map(Self)
    }
}

impl fmt::Display for BuyerRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

/// A person of the shop who decided something: 128 bits that stand for their token or sign-in. Who
/// that is stands in the accounts only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StaffRef(pub [u8; 16]);

impl fmt::Display for StaffRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

/// Where an anonymous buyer came from: a keyed digest of the network's prefix (24 bits of an IPv4
/// address, 48 of an IPv6 one). The address cannot be read from it, nor guessed without the key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Network(pub [u8; 8]);

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

/// An idempotency key as it is remembered: 16 bytes of a digest over the scope (session, kind of
/// principal, buyer or source) and the key. The raw key is never kept outside the sealed frames.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct KeyDigest(pub [u8; 16]);

impl fmt::Display for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

/// Lower-case hexadecimal.
pub(crate) fn write_hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

/// Reads exactly `N` bytes of lower-case hexadecimal.
pub(crate) fn parse_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != 2 * N || text.bytes().any(|b| b.is_ascii_uppercase()) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        let high = char::from(pair[0]).to_digit(16)?;
        let low = char::from(pair[1]).to_digit(16)?;
        *byte = (high << 4 | low) as u8;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_public_id_reads_back_as_itself_and_nothing_else_does() {
        let shop = ShopId::from_random(u64::MAX / 3);
        let text = OrderId(17).public(shop);
        assert_eq!(OrderId::parse_public(&text), Some((shop, OrderId(17))));
        for wrong in ["", "-o17", "7k3m9qa2x4-o017", "7k3m9qa2x4-s17", "7k3m9qa2x4-o+1", "o17"] {
            assert_eq!(OrderId::parse_public(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_buyer_reads_back_as_itself() {
        let buyer = BuyerRef([0xa5; 16]);
        assert_eq!(BuyerRef::parse(&buyer.to_string()), Some(buyer));
        assert_eq!(BuyerRef::parse("A5"), None);
    }
}
