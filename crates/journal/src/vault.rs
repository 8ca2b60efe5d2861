//! The vault: who a buyer is. It alone knows which person stands behind a reference, and holds
//! their key.

use crate::error::JournalError;
use crate::seal::{PersonalWords, Sealed, random};
use crate::storage::{KeptBuyer, Rows};
use domain::limits::VAULT_BUYERS_MAX;
use domain::{BuyerRef, ShopId};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The platform of viewers who come by the shop's own page.
pub const OWN_PLATFORM: &str = "own";

/// Locks that lookups are spread over.
const SHARDS: usize = 64;

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
}

/// A digest of shop, platform and platform id.
type Identity = [u8; 16];

struct Person {
    shop: ShopId,
    buyer: BuyerRef,
    key: [u8; 32],
    state: Mutex<PersonState>,
}

struct PersonState {
    name: Name,
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
        };
        for kept in kept {
            let identity = identity(kept.shop, &kept.platform, &kept.platform_id);
            let person = Arc::new(Person::kept(kept));
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
        let person = match shard.get(&identity) {
            Some(person) => person.clone(),
            None => {
                let kept = match self.complete.load(Ordering::Relaxed) {
                    true => None,
                    false => self.rows.buyer(shop, platform, platform_id)?,
                };
                let person = Arc::new(match kept {
                    Some(kept) => Person::kept(kept),
                    None => Person::new(shop, platform, platform_id, given)?,
                });
                self.remember(&mut shard, identity, &person);
                person
            }
        };
        drop(shard);
        person.called(platform, platform_id, name)
    }

    fn person(&self, shop: ShopId, buyer: BuyerRef) -> Result<Option<Arc<Person>>, JournalError> {
        let found = self.people.lock(&(shop, buyer)).get(&(shop, buyer)).cloned();
        if found.is_some() || self.complete.load(Ordering::Relaxed) {
            return Ok(found);
        }
        let kept = self.rows.buyer_by_ref(shop, buyer)?;
        Ok(kept.map(|kept| Arc::new(Person::kept(kept))))
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
    fn kept(kept: KeptBuyer) -> Self {
        Self {
            shop: kept.shop,
            buyer: kept.buyer,
            key: kept.key,
            state: Mutex::new(PersonState { name: Name::Sealed(kept.name), pending: None }),
        }
    }

    fn new(
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
        let state = PersonState { name: Name::Open(None), pending: Some(Arc::new(pending)) };
        Ok(Self { shop, buyer, key, state: Mutex::new(state) })
    }

    /// Takes note of the name, and answers what the caller needs.
    fn called(&self, platform: &str, platform_id: &str, name: &str) -> Result<Buyer, JournalError> {
        let mut state = locked(&self.state);
        if !name.is_empty() && self.open_name(&mut state).as_deref() != Some(name) {
            let sealed = Sealed::bytes(&self.key, self.shop, self.buyer, name.as_bytes().to_vec())?;
            state.name = Name::Open(Some(name.into()));
            state.pending = Some(Arc::new(NewBuyer {
                shop: self.shop,
                platform: platform.into(),
                platform_id: platform_id.into(),
                buyer: self.buyer,
                key: self.key,
                name: sealed.joined(),
            }));
        }
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

type Shard<K> = HashMap<K, Arc<Person>>;

/// A map in parts, each behind its own lock, so that callers seldom meet.
struct Shards<K>(Vec<Mutex<Shard<K>>>);

/// Which part a key lies in.
trait Spread {
    fn byte(&self) -> u8;
}

impl Spread for Identity {
    fn byte(&self) -> u8 {
        self[0]
    }
}

impl Spread for (ShopId, BuyerRef) {
    fn byte(&self) -> u8 {
        self.1.0[0]
    }
}

impl<K: Spread + Eq + Hash> Shards<K> {
    fn new() -> Self {
        Self((0..SHARDS).map(|_| Mutex::default()).collect())
    }

    fn lock(&self, key: &K) -> std::sync::MutexGuard<'_, Shard<K>> {
        locked(&self.0[usize::from(key.byte()) % SHARDS])
    }
}

/// Forgets what the table has too, once a part is full; true if anything was forgotten. Pending
/// ones stay: the table does not have them yet.
fn make_room<K: Eq + Hash>(shard: &mut Shard<K>) -> bool {
    if shard.len() < VAULT_BUYERS_MAX / SHARDS {
        return false;
    }
    shard.retain(|_, person| locked(&person.state).pending.is_some());
    true
}

/// A panic elsewhere leaves these maps whole: each change is one insertion or one assignment.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn identity(shop: ShopId, platform: &str, platform_id: &str) -> Identity {
    let digest = Sha256::new()
        .chain_update(shop.get().to_be_bytes())
        .chain_update([u8::try_from(platform.len()).unwrap_or(u8::MAX)])
        .chain_update(platform)
        .chain_update(platform_id)
        .finalize();
    let mut identity = [0; 16];
    identity.copy_from_slice(&digest[..16]);
    identity
}
