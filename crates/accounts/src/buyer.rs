//! Buyer tokens: long-lived, kept nowhere. `base64url(buyer ‖ HMAC-SHA256(secret, "buyer" ‖ shop ‖
//! buyer))`.

use crate::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{BuyerRef, ShopId};
use hmac::{Hmac, Mac};
use sha2::Sha256;

const REF_BYTES: usize = 16;
const TAG_BYTES: usize = 32;
const TOKEN_BYTES: usize = REF_BYTES + TAG_BYTES;

/// Characters of a written buyer token.
const TOKEN_CHARS: usize = TOKEN_BYTES.div_ceil(3) * 4;

/// The token that makes its bearer this buyer of this shop again.
pub(crate) fn write_buyer_token(secret: &Secret, shop: ShopId, buyer: BuyerRef) -> String {
    let mut bytes = [0; TOKEN_BYTES];
    bytes[..REF_BYTES].copy_from_slice(&buyer.0);
    bytes[REF_BYTES..].copy_from_slice(&tag(secret, shop, buyer).finalize().into_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Who bears this token in this shop; `None` unless this server made it for this shop.
pub(crate) fn read_buyer_token(secret: &Secret, shop: ShopId, token: &str) -> Option<BuyerRef> {
    if token.len() != TOKEN_CHARS {
        return None;
    }
    let mut bytes = [0; TOKEN_BYTES];
    let length = URL_SAFE_NO_PAD.decode_slice(token, &mut bytes).ok()?;
    assert_eq!(length, TOKEN_BYTES, "so many characters are so many bytes");
    let (buyer, tag_seen) = bytes.split_first_chunk::<REF_BYTES>()?;
    let buyer = BuyerRef(*buyer);
    tag(secret, shop, buyer).verify_slice(tag_seen).ok()?;
    Some(buyer)
}

/// What binds a buyer to a shop.
fn tag(secret: &Secret, shop: ShopId, buyer: BuyerRef) -> Hmac<Sha256> {
    secret.mac("buyer").chain_update(shop.get().to_be_bytes()).chain_update(buyer.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOP: ShopId = ShopId::from_random(7);
    const BUYER: BuyerRef = BuyerRef([0x5a; 16]);

    fn secret(byte: u8) -> Secret {
        Secret::from_kept(&[byte; 32]).expect("32 bytes")
    }

    #[test]
    fn a_buyer_token_is_that_buyer_in_that_shop_under_that_secret_only() {
        let token = write_buyer_token(&secret(1), SHOP, BUYER);
        assert_eq!(token.len(), TOKEN_CHARS);
        let read = |byte, shop| read_buyer_token(&secret(byte), shop, &token);
        assert_eq!(read(1, SHOP), Some(BUYER));
        assert_eq!(read(1, ShopId::from_random(8)), None);
        assert_eq!(read(2, SHOP), None);
    }

    #[test]
    fn a_token_with_any_character_changed_is_nobody() {
        let token = write_buyer_token(&secret(1), SHOP, BUYER);
        for at in 0..token.len() {
            let other = if &token[at..=at] == "A" { "B" } else { "A" };
            let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            assert_eq!(read_buyer_token(&secret(1), SHOP, &changed), None, "{at}");
        }
        for wrong in ["", "A", &token[1..], &format!("{token}A"), &"é".repeat(32)] {
            assert_eq!(read_buyer_token(&secret(1), SHOP, wrong), None, "{wrong}");
        }
    }
}
