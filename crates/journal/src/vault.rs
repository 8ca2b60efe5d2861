//! The vault: who a buyer is. It alone knows which person stands behind a reference, and holds
//! their key.

pub(crate) mod forget;
mod shards;

pub use self::forget::Quiet;

use self::forget::Erasing;
use self::shards::{Identity, Shard, Shards, identity, make_room};
use crate::error::JournalError;
use crate::seal::{PersonalWords, Sealed, random};
use crate::storage::{KeptBuyer, Rows};
use domain::limits::VAULT_BUYERS_MAX;
use domain::{BuyerRef, ShopId};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The platform of viewers who come by the shop's own page.
pub const OWN_PLATFORM: &str = "own";

/// A buyer for whom something is asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Buyer {
    /// As the ledger knows them.
    pub buyer: BuyerRef,
    /// What their words are sealed with.
    pub key: [u8; 32],
    /// Present until a batch that carried it is durable: every batch with an event of this buyer
    /// must [`introduce`](crate::Batch::introduce) it.
    pub new: Option<Arc<NewBuyer>>,
}

/// A row of the vault on its way to disk.
#[derive(Clone, PartialEq, Eq)]
pub struct NewBuyer {
    /// In which shop.
    pub shop: ShopId,
    /// From where.
    pub platform: String,
    /// The platform's own id.
    pub platform_id: String,
    /// As the ledger knows them.
    pub buyer: BuyerRef,
    /// What their words are sealed with.
    pub key: [u8; 32],
    /// Their latest name, sealed: nonce, then ciphertext; empty if they never gave one.
    pub name: Vec<u8>,
}

/// Says which buyer, never the person or the key.
impl std::fmt::Debug for NewBuyer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewBuyer({} of {})", self.buyer, self.shop)
    }
}

/// Who the buyers of all shops are: a bounded memory before the table. Any thread may ask.
pub struct Vault {
    rows: Arc<dyn Rows>,
    identities: Shards<Identity>,
    people: Shards<(ShopId, BuyerRef)>,
    /// True while every buyer there is stands in memory, so that a miss is a new one.
    complete: AtomicBool,
    erasing: Erasing,
    /// In days since 1970, by the batches that are written.
    today: AtomicU32,
}

struct Person {
    identity: Identity,
    shop: ShopId,
    buyer: BuyerRef,
    key: [u8; 32],
    state: Mutex<PersonState>,
}

struct PersonState {
    name: Name,
    /// On which day their row says that they were last heard of.
    seen_day: u32,
    pending: Option<Arc<NewBuyer>>,
}

enum Name {
    /// As it lies in the table; opened when first asked for.
    Sealed(Vec<u8>),
    Open(Option<Arc<str>>),
}

impl Vault {
    /// A vault before these rows, with as many buyers in memory as it may hold.
    ///
    /// # Errors
    /// If the rows cannot be read.
    pub fn new(rows: Arc<dyn Rows>) -> Result<Self, JournalError> {
        let kept = rows.buyers(VAULT_BUYERS_MAX / 2)?;
        let complete = kept.len() < VAULT_BUYERS_MAX / 2;
        let vault = Self {
            rows,
            identities: Shards::new(),
            people: Shards::new(),
            complete: AtomicBool::new(complete),
            erasing: Erasing::default(),
            today: AtomicU32::new(0),
        };
        for kept in kept {
            let identity = identity(kept.shop, &kept.platform, &kept.platform_id);
            let person = Arc::new(Person::kept(identity, kept));
            vault.remember(&mut vault.identities.lock(&identity), identity, &person);
        }
        Ok(vault)
    }

    /// The buyer behind a platform's id; made now if there is none. `name` is what they call
    /// themselves at this moment: empty says nothing.
    ///
    /// # Errors
    /// If the table cannot be read or the system gives no random bytes.
    pub fn buyer(
        &self,
        shop: ShopId,
        platform: &str,
        platform_id: &str,
        name: &str,
    ) -> Result<Buyer, JournalError> {
        self.find_or_make(shop, platform, platform_id, None, name)
    }

    /// A viewer of the shop's own page, whose reference their `buyer_token` gave.
    ///
    /// # Errors
    /// As [`Vault::buyer`].
    pub fn own(&self, shop: ShopId, buyer: BuyerRef, name: &str) -> Result<Buyer, JournalError> {
        self.find_or_make(shop, OWN_PLATFORM, &buyer.to_string(), Some(buyer), name)
    }

    /// What a buyer last called themselves.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn name(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Arc<str>>, JournalError> {
        Ok(self.person(shop, buyer)?.and_then(|person| person.name()))
    }

    /// Opens sealed words; `None` if their buyer was erased or they were changed.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub fn open(
        &self,
        shop: ShopId,
        sealed: &Sealed,
    ) -> Result<Option<PersonalWords>, JournalError> {
        let person = self.person(shop, sealed.buyer)?;
        Ok(person.and_then(|person| sealed.open(&person.key, shop)))
    }

    /// What a buyer's data is sealed with; `None` if there is no such buyer, or they were erased.
    pub(crate) fn key(
        &self,
        shop: ShopId,
        buyer: BuyerRef,
    ) -> Result<Option<[u8; 32]>, JournalError> {
        Ok(self.person(shop, buyer)?.map(|person| person.key))
    }

    pub(crate) fn rows(&self) -> &dyn Rows {
        &*self.rows
    }

    /// The writer says that these rows are durable; batches need not carry them any more.
    pub fn confirm(&self, buyers: &[Arc<NewBuyer>]) {
        for new in buyers {
            let identity = identity(new.shop, &new.platform, &new.platform_id);
            let found = self.identities.lock(&identity).get(&identity).cloned();
            if let Some(person) = found {
                let mut state = locked(&person.state);
                if state.pending.as_ref().is_some_and(|pending| Arc::ptr_eq(pending, new)) {
                    state.pending = None;
                }
            }
        }
    }

    fn find_or_make(
        &self,
        shop: ShopId,
        platform: &str,
        platform_id: &str,
        given: Option<BuyerRef>,
        name: &str,
    ) -> Result<Buyer, JournalError> {
        let identity = identity(shop, platform, platform_id);
        let mut shard = self.identities.lock(&identity);
        let known = shard.get(&identity).filter(|known| !self.is_erasing(shop, known.buyer));
        let person = match known {
            Some(person) => person.clone(),
            None => {
                let kept = match self.complete.load(Ordering::Relaxed) {
                    true => None,
                    false => self.rows.buyer(shop, platform, platform_id)?,
                };
                let person = match kept.filter(|kept| !self.is_erasing(shop, kept.buyer)) {
                    Some(kept) => Person::kept(identity, kept),
                    None => {
                        given.map_or(Ok(()), |given| self.may_be_given(shop, given))?;
                        Person::new(identity, shop, platform, platform_id, given)?
                    }
                };
                let person = Arc::new(person);
                self.remember(&mut shard, identity, &person);
                person
            }
        };
        drop(shard);
        person.called(platform, platform_id, name, self.today.load(Ordering::Relaxed))
    }

    fn person(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Arc<Person>>, JournalError> {
        if self.is_erasing(shop, buyer) {
            return Ok(None);
        }
        let found = self.people.lock(&(shop, buyer)).get(&(shop, buyer)).cloned();
        if found.is_some() || self.complete.load(Ordering::Relaxed) {
            return Ok(found);
        }
        let kept = self.rows.buyer_by_ref(shop, buyer)?;
        let identity_of = |kept: &KeptBuyer| identity(shop, &kept.platform, &kept.platform_id);
        Ok(kept.map(|kept| Arc::new(Person::kept(identity_of(&kept), kept))))
    }

    fn remember(&self, shard: &mut Shard<Identity>, identity: Identity, person: &Arc<Person>) {
        let mut forgot = make_room(shard);
        shard.insert(identity, person.clone());
        let by_ref = (person.shop, person.buyer);
        let mut people = self.people.lock(&by_ref);
        forgot |= make_room(&mut people);
        people.insert(by_ref, person.clone());
        if forgot {
            self.complete.store(false, Ordering::Relaxed);
        }
    }
}

impl Person {
    fn kept(identity: Identity, kept: KeptBuyer) -> Self {
        let name = Name::Sealed(kept.name);
        Self {
            identity,
            shop: kept.shop,
            buyer: kept.buyer,
            key: kept.key,
            state: Mutex::new(PersonState { name, seen_day: kept.seen_day, pending: None }),
        }
    }

    fn new(
        identity: Identity,
        shop: ShopId,
        platform: &str,
        platform_id: &str,
        given: Option<BuyerRef>,
    ) -> Result<Self, JournalError> {
        let buyer = match given {
            Some(buyer) => buyer,
            None => BuyerRef(random()?),
        };
        let key = random()?;
        let pending = NewBuyer {
            shop,
            platform: platform.into(),
            platform_id: platform_id.into(),
            buyer,
            key,
            name: Vec::new(),
        };
        // The batch that brings them says on which day it is.
        let (name, pending) = (Name::Open(None), Some(Arc::new(pending)));
        let state = PersonState { name, seen_day: 0, pending };
        Ok(Self { identity, shop, buyer, key, state: Mutex::new(state) })
    }

    /// Takes note of the name, and answers what the caller needs. Who is heard of on another day
    /// than their row says goes with the batch again.
    fn called(
        &self,
        platform: &str,
        platform_id: &str,
        name: &str,
        today: u32,
    ) -> Result<Buyer, JournalError> {
        let mut state = locked(&self.state);
        let row = |name| {
            let (platform, platform_id) = (platform.into(), platform_id.into());
            let (shop, buyer, key) = (self.shop, self.buyer, self.key);
            Some(Arc::new(NewBuyer { shop, platform, platform_id, buyer, key, name }))
        };
        if !name.is_empty() && self.open_name(&mut state).as_deref() != Some(name) {
            let sealed = Sealed::bytes(&self.key, self.shop, self.buyer, name.as_bytes().to_vec())?;
            state.name = Name::Open(Some(name.into()));
            state.pending = row(sealed.joined());
        } else if state.seen_day < today && state.pending.is_none() {
            state.pending = row(Vec::new());
        }
        state.seen_day = state.seen_day.max(today);
        Ok(Buyer { buyer: self.buyer, key: self.key, new: state.pending.clone() })
    }

    fn name(&self) -> Option<Arc<str>> {
        self.open_name(&mut locked(&self.state))
    }

    fn open_name(&self, state: &mut PersonState) -> Option<Arc<str>> {
        if let Name::Sealed(bytes) = &state.name {
            let opened = Sealed::split(self.buyer, bytes).and_then(|sealed| {
                String::from_utf8(sealed.open_bytes(&self.key, self.shop)?).ok()
            });
            state.name = Name::Open(opened.map(Arc::from));
        }
        match &state.name {
            Name::Open(name) => name.clone(),
            Name::Sealed(_) => unreachable!("opened above"),
        }
    }
}

/// A panic elsewhere leaves what is locked whole: each change is one insertion or one assignment.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
