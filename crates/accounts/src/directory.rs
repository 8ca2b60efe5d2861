//! The copy in memory: which shops there are, and whose token is this?

use crate::accounts::Principal;
use crate::token::TokenDigest;
use domain::{Salutation, ShopId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All shops and all tokens' digests.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    shops: BTreeMap<ShopId, Arc<str>>,
    /// How those shops address their buyers that chose a word.
    salutations: BTreeMap<ShopId, Salutation>,
    /// Practice shops by the shop they practise for.
    practices: BTreeMap<ShopId, ShopId>,
    tokens: BTreeMap<u64, Vec<KnownToken>>,
}

/// A token as it is remembered.
#[derive(Debug)]
struct KnownToken {
    digest: TokenDigest,
    principal: Principal,
}

impl Directory {
    /// Takes a shop that stands in the file.
    pub(crate) fn put_shop(&mut self, shop: ShopId, name: Arc<str>) {
        self.shops.insert(shop, name);
    }

    /// Takes how a shop addresses its buyers.
    pub(crate) fn put_salutation(&mut self, shop: ShopId, salutation: Salutation) {
        self.salutations.insert(shop, salutation);
    }

    /// Takes a practice shop that stands in the file.
    pub(crate) fn put_practice(&mut self, real: ShopId, shop: ShopId) {
        self.practices.insert(real, shop);
    }

    /// Where this shop practises.
    pub(crate) fn practice_of(&self, real: ShopId) -> Option<ShopId> {
        self.practices.get(&real).copied()
    }

    /// For which shop this one practises; none for a real one.
    pub(crate) fn practises_for(&self, shop: ShopId) -> Option<ShopId> {
        let mut practices = self.practices.iter();
        practices.find(|(_, practice)| **practice == shop).map(|(&real, _)| real)
    }

    /// Takes a token that stands in the file.
    pub(crate) fn put_token(&mut self, digest: TokenDigest, principal: Principal) {
        let known = KnownToken { digest, principal };
        self.tokens.entry(digest.place()).or_default().push(known);
    }

    /// By number.
    pub(crate) fn shops(&self) -> impl ExactSizeIterator<Item = (ShopId, &Arc<str>)> {
        self.shops.iter().map(|(&shop, name)| (shop, name))
    }

    /// The shop's name, if there is such a shop.
    pub(crate) fn shop_name(&self, shop: ShopId) -> Option<&Arc<str>> {
        self.shops.get(&shop)
    }

    /// How the shop addresses its buyers; where it practises, as where it sells.
    pub(crate) fn salutation(&self, shop: ShopId) -> Salutation {
        let real = self.practises_for(shop).unwrap_or(shop);
        self.salutations.get(&real).copied().unwrap_or_default()
    }

    /// Whose token that is. An unknown token costs the same hash, the same search and one
    /// comparison too.
    pub(crate) fn authenticate(&self, bearer: &str) -> Option<Principal> {
        let digest = TokenDigest::of(bearer);
        match self.tokens.get(&digest.place()) {
            Some(candidates) => candidates
                .iter()
                .find(|known| known.digest.is(&digest))
                .map(|known| known.principal),
            None => {
                let nobody = TokenDigest::of_nobody();
                assert!(!nobody.is(&digest), "no token is known to hash to zeros");
                None
            }
        }
    }
}
