//! Forgetting a buyer: at their wish, or because nothing was heard of them for long.
//!
//! ```text
//! erase ─▶ lane: is anything under way? ─▶ buyer_erased + the vault's rows, one sync ─▶ answer
//!                                                    └─▶ the files are wiped, at the latest when
//!                                                        the process starts again
//! ```

use crate::ask::{Ask, Erase, Erased};
use crate::error::HubError;
use crate::hub::{Hub, vault_failed};
use domain::limits::{SCRUB_RETRY_MS, SCRUB_TRIES_MAX};
use domain::{BuyerRef, ShopId, Timestamp};
use journal::{Appended, Quiet};
use std::time::Duration;
use tokio::sync::oneshot;

impl Hub {
    /// Forgets who a buyer is, with all their accounts. It is durable when this returns, and unless
    /// somebody reads the journal all the while, no byte is left in the data folder. Somebody who
    /// was erased before gets the same answer, and true.
    ///
    /// # Errors
    /// `unknown_buyer`; `open_orders` while something is held for them; others see [`HubError`].
    pub async fn erase(&self, shop: ShopId, buyer: BuyerRef) -> Result<(Erased, bool), HubError> {
        let erased = self.forget(shop, buyer).await?;
        if !self.scrub().await {
            tracing::warn!(%shop, "somebody reads the journal: what was erased is wiped later");
        }
        Ok(erased)
    }

    /// True if that reference was erased: whoever brings it is somebody new.
    ///
    /// # Errors
    /// If the vault cannot be read.
    pub fn is_erased(&self, shop: ShopId, buyer: BuyerRef) -> Result<bool, HubError> {
        self.inner.journal.vault().is_gone(shop, buyer).map_err(vault_failed)
    }

    /// As [`Hub::is_erased`], as an error.
    pub(crate) fn not_erased(&self, shop: ShopId, buyer: BuyerRef) -> Result<(), HubError> {
        match self.is_erased(shop, buyer)? {
            true => Err(HubError::BuyerErased),
            false => Ok(()),
        }
    }

    /// At most `limit` buyers of all shops of whom nothing was heard since before that moment's
    /// day, after a row of the vault. Blocking.
    ///
    /// # Errors
    /// If the vault cannot be read.
    pub fn quiet(
        &self,
        since: Timestamp,
        after: i64,
        limit: usize,
    ) -> Result<Vec<Quiet>, HubError> {
        self.inner.journal.vault().quiet(since, after, limit).map_err(vault_failed)
    }

    /// Forgets a buyer if nothing was heard since before that moment's day of any account of
    /// theirs; true if so. The files are still to be wiped: [`Hub::scrub`].
    ///
    /// # Errors
    /// As [`Hub::erase`].
    pub async fn forget_if_quiet(
        &self,
        shop: ShopId,
        buyer: BuyerRef,
        since: Timestamp,
    ) -> Result<bool, HubError> {
        let Some(known) = self.dossier(shop, buyer).await? else {
            return Ok(false);
        };
        if known.heard_of(since) {
            return Ok(false);
        }
        self.forget(shop, known.person).await.map(|_| true)
    }

    /// Wipes what is left of erased buyers in the files; false if somebody reads the journal all
    /// the while.
    pub async fn scrub(&self) -> bool {
        for _ in 0..SCRUB_TRIES_MAX {
            let (tell, told) = oneshot::channel();
            self.inner.journal.scrub(move |appended| drop(tell.send(appended)));
            if let Ok(Appended::Synced) = told.await {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(SCRUB_RETRY_MS)).await;
        }
        false
    }

    async fn forget(&self, shop: ShopId, buyer: BuyerRef) -> Result<(Erased, bool), HubError> {
        if let Some(before) = self.erased_before(shop, buyer)? {
            return Ok((before, true));
        }
        if !self.inner.journal.vault().knows(shop, buyer).map_err(vault_failed)? {
            return Err(HubError::UnknownBuyer);
        }
        let (tell, told) = oneshot::channel();
        // A caller that has gone away does not want to know.
        let reply = Box::new(move |erased| drop(tell.send(erased)));
        self.offer(shop, Ask::Erase(Erase { buyer, reply }), 1)?;
        match told.await.map_err(|_| self.gone())? {
            // Somebody else was faster.
            Err(HubError::UnknownBuyer) => {
                let before = self.erased_before(shop, buyer)?.ok_or(HubError::UnknownBuyer)?;
                Ok((before, true))
            }
            erased => Ok((erased?, false)),
        }
    }

    fn erased_before(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Erased>, HubError> {
        let erased = self.inner.journal.vault().erased(shop, buyer).map_err(vault_failed)?;
        Ok(erased.map(|gone| Erased { accounts: gone.accounts, position: gone.position }))
    }
}
