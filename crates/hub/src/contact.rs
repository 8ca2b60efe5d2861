//! Where a buyer's orders go: beside the lanes, for no ledger and no screen of a session holds it.

use crate::error::HubError;
use crate::hub::{Hub, vault_failed};
use crate::shell::Afterwork;
use domain::{BuyerRef, Contact, ShopId};
use journal::Appended;
use std::sync::atomic::Ordering;
use tokio::sync::oneshot;

impl Hub {
    /// A buyer's contact, durable; none if they gave none.
    ///
    /// # Errors
    /// If the vault cannot be read.
    pub fn contact(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Contact>, HubError> {
        self.inner.journal.vault().contact(shop, buyer).map_err(vault_failed)
    }

    /// A person's contact: their own, or the latest that they gave as an account which is theirs
    /// since.
    ///
    /// # Errors
    /// If the vault cannot be read, or the shop is not served.
    pub async fn contact_of_person(
        &self,
        shop: ShopId,
        person: BuyerRef,
    ) -> Result<Option<Contact>, HubError> {
        if let Some(own) = self.contact(shop, person)? {
            return Ok(Some(own));
        }
        let accounts = self.read(shop, move |state| state.accounts_of(person).collect::<Vec<_>>());
        let mut latest: Option<Contact> = None;
        for account in accounts.await? {
            let given = self.contact(shop, account)?;
            latest = latest.into_iter().chain(given).max_by_key(|contact| contact.consent.at);
        }
        Ok(latest)
    }

    /// Keeps the contact of a buyer who has an order, in place of an earlier one; it is durable
    /// when this returns.
    ///
    /// # Errors
    /// `disk_low`, `busy`, `unknown_buyer`; others see [`HubError`]. Nothing is kept then that the
    /// buyer may rely on.
    pub async fn keep_contact(
        &self,
        shop: ShopId,
        buyer: BuyerRef,
        contact: &Contact,
    ) -> Result<(), HubError> {
        if self.inner.disk_low.load(Ordering::Acquire) {
            return Err(HubError::DiskLow);
        }
        let journal = &self.inner.journal;
        let sealed = journal.vault().seal_contact(shop, buyer, contact).map_err(vault_failed)?;
        let sealed = sealed.ok_or(HubError::UnknownBuyer)?;
        let (tell, told) = oneshot::channel();
        // A caller that has gone away does not want to know.
        if !journal.keep(sealed, move |appended| drop(tell.send(appended))) {
            let retry_after_ms = self.come_again_ms(self.pressure(shop));
            return Err(HubError::Busy { retry_after_ms });
        }
        match told.await {
            Ok(Appended::Synced) => Ok(()),
            Ok(Appended::Failed(why) | Appended::Unknown(why)) => Err(self.not_kept(&why)),
            Err(_) => Err(HubError::Internal),
        }
    }

    /// A journal that was closed is no loss; one that stopped is everybody's.
    fn not_kept(&self, why: &str) -> HubError {
        if self.inner.stopping.load(Ordering::Acquire) {
            return HubError::Stopping;
        }
        self.inner.beside.journal_lost(why);
        HubError::Internal
    }
}
