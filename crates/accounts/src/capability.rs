//! What opens one order's page: part of its address, made from the server's secret, kept nowhere.

use crate::accounts::Accounts;
use crate::buyer::write_buyer_token;
use crate::random::random;
use crate::secret::same;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{BuyerRef, OrderId, ShopId};
use hmac::Mac;

/// Bytes of a capability: nobody guesses 128 bits.
const CAPABILITY_BYTES: usize = 16;

impl Accounts {
    /// What stands behind the order's id in the address of its page.
    pub fn order_capability(&self, shop: ShopId, order: OrderId) -> String {
        let tag = self.secret().mac("order").chain_update(shop.get().to_be_bytes());
        let tag = tag.chain_update(order.0.to_be_bytes()).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(&tag[..CAPABILITY_BYTES])
    }

    /// Whether this opens that order's page.
    pub fn opens_order(&self, shop: ShopId, order: OrderId, capability: &str) -> bool {
        let expected = self.order_capability(shop, order);
        same(expected.as_bytes(), capability.as_bytes())
    }

    /// A token for somebody new, whose name is not known yet.
    pub fn new_buyer_token(&self, shop: ShopId) -> String {
        write_buyer_token(self.secret(), shop, BuyerRef(random()))
    }
}
