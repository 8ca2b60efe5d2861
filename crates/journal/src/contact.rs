//! Contacts in the vault: where a buyer's orders go, one sealed row of a buyer, in no frame and no
//! chain.

use crate::error::JournalError;
use crate::seal::Sealed;
use crate::vault::Vault;
use domain::contact::{Address, ContactName, PhoneNumber, Purpose};
use domain::{BuyerRef, Consent, Contact, ShopId, Timestamp};
use prost::Message;
use proto::store;

/// A contact as only its buyer's key opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedContact {
    pub(crate) shop: ShopId,
    pub(crate) buyer: BuyerRef,
    /// Nonce, then ciphertext.
    pub(crate) bytes: Vec<u8>,
}

/// Says whose, never what.
impl std::fmt::Debug for SealedContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedContact({} of {})", self.buyer, self.shop)
    }
}

impl SealedContact {
    /// What it weighs in a round, in bytes.
    pub fn weight(&self) -> usize {
        self.bytes.len()
    }
}

impl Vault {
    /// Seals a contact for [`Journal::keep`](crate::Journal::keep); `None` if nobody has this
    /// reference. The buyer has a durable event, so their key is durable too.
    ///
    /// # Errors
    /// If the table cannot be read or the system gives no random bytes.
    pub fn seal_contact(
        &self,
        shop: ShopId,
        buyer: BuyerRef,
        contact: &Contact,
    ) -> Result<Option<SealedContact>, JournalError> {
        let Some(key) = self.key(shop, buyer)? else {
            return Ok(None);
        };
        let sealed = Sealed::bytes(&key, shop, buyer, written(contact))?;
        Ok(Some(SealedContact { shop, buyer, bytes: sealed.joined() }))
    }

    /// A buyer's contact, once it is durable; `None` if they gave none, were erased, or it was
    /// changed by anybody else.
    ///
    /// # Errors
    /// If the tables cannot be read.
    pub fn contact(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Contact>, JournalError> {
        let (Some(kept), Some(key)) = (self.rows().contact(shop, buyer)?, self.key(shop, buyer)?)
        else {
            return Ok(None);
        };
        let opened = Sealed::split(buyer, &kept).and_then(|sealed| sealed.open_bytes(&key, shop));
        Ok(opened.and_then(|plain| read(&plain)))
    }
}

fn written(contact: &Contact) -> Vec<u8> {
    let consent = store::Consent {
        purpose: contact.consent.purpose.as_str().into(),
        version: contact.consent.version,
        at_ms: contact.consent.at.0,
    };
    let contact = store::Contact {
        name: contact.name.as_str().into(),
        phone: contact.phone.as_str().into(),
        address: contact.address.as_str().into(),
        consent: Some(consent),
    };
    contact.encode_to_vec()
}

fn read(plain: &[u8]) -> Option<Contact> {
    let contact = store::Contact::decode(plain).ok()?;
    let consent = contact.consent?;
    Some(Contact {
        name: ContactName::parse(&contact.name).ok()?,
        phone: PhoneNumber::parse(&contact.phone).ok()?,
        address: Address::parse(&contact.address).ok()?,
        consent: Consent {
            purpose: Purpose::parse(&consent.purpose)?,
            version: consent.version,
            at: Timestamp(consent.at_ms),
        },
    })
}
