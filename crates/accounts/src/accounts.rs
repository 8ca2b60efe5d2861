//! The handle: everything that the doors ask about who somebody is.

use crate::buyer::{read_buyer_token, write_buyer_token};
use crate::directory::Directory;
use crate::error::{AccountsError, TicketError};
use crate::name::parse_name;
use crate::network::network_of;
use crate::one_time::Links;
use crate::overlays::OverlayKeys;
use crate::people::People;
use crate::person::PersonId;
use crate::photo_cache::Cache;
use crate::photos::Photos;
use crate::random::random;
use crate::role::Role;
use crate::secret::Secret;
use crate::store::Store;
use crate::ticket::Tickets;
use crate::token::{TokenDigest, TokenId, TokenKind, draw_token};
use domain::limits::SHOPS_MAX;
use domain::{BuyerRef, LinkCode, Network, Salutation, SessionId, ShopId, StaffRef, Timestamp};
use std::fmt;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Who is who. Cheap to clone; every call may come from any thread.
///
/// Who somebody is is answered from memory, within microseconds; whatever adds or removes something
/// waits for the disk. The file is given up when the last clone goes.
#[derive(Clone)]
pub struct Accounts(Arc<Inner>);

struct Inner {
    secret: Secret,
    tickets: Tickets,
    /// Taken by whoever comes in by a link, before all others: what was free is still free when it
    /// is taken.
    entrance: Mutex<()>,
    /// Taken before `directory` is written, so that additions come one after the other.
    store: Mutex<Store>,
    directory: RwLock<Directory>,
    people: RwLock<People>,
    photos: RwLock<Photos>,
    overlay_keys: RwLock<OverlayKeys>,
    cache: Mutex<Cache>,
    links: Links,
}

/// A shop that was just added. Its tokens are shown this once: what is kept is their digests.
pub struct NewShop {
    /// Its id.
    pub shop: ShopId,
    /// `chot_host_…`: may do everything in this shop.
    pub host_token: String,
    /// `chot_source_…`: may only bring comments.
    pub source_token: String,
}

/// By what somebody is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum By {
    /// A machine's token.
    Token(TokenId),
    /// A person's sign-in.
    Person(PersonId),
}

/// Whoever calls, and what they may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Principal {
    /// In which shop.
    pub shop: ShopId,
    /// What may be done there.
    pub role: Role,
    /// By what.
    pub by: By,
    /// Who decides with it, as the ledger knows them.
    pub staff: StaffRef,
}

/// A ticket that was just made.
pub struct NewTicket {
    /// What the socket's first frame carries, once, within [`domain::limits::TICKET_MS_MAX`].
    pub ticket: String,
    /// Who its bearer is.
    pub buyer: BuyerRef,
    /// Sent back with the next request for a ticket it makes the same buyer again. For years.
    pub buyer_token: String,
}

/// Who has come with a ticket.
#[derive(Clone, PartialEq, Eq)]
pub struct Viewer {
    /// To which shop.
    pub shop: ShopId,
    /// To which session.
    pub session: SessionId,
    /// As which buyer.
    pub buyer: BuyerRef,
    /// Under which name: trimmed, one line, at most [`domain::limits::NAME_BYTES_MAX`] bytes.
    pub name: String,
}

impl Accounts {
    /// Opens `accounts.db` in `dir` and reads it into memory. Missing, it is made, with a new
    /// server secret.
    ///
    /// # Errors
    /// A file of a newer `chot`, of another program, in use, or that cannot be read or made.
    pub fn open(dir: &Path) -> Result<Self, AccountsError> {
        let (store, kept) = Store::open(dir)?;
        let tickets = Tickets::of_this_process(&kept.secret);
        Ok(Self(Arc::new(Inner {
            secret: kept.secret,
            tickets,
            entrance: Mutex::default(),
            store: Mutex::new(store),
            directory: RwLock::new(kept.directory),
            people: RwLock::new(kept.people),
            photos: RwLock::new(kept.photos),
            overlay_keys: RwLock::new(kept.overlay_keys),
            cache: Mutex::default(),
            links: Links::default(),
        })))
    }

    /// Adds a shop. When this returns it is durable, and its tokens are known to
    /// [`Accounts::authenticate`].
    ///
    /// # Errors
    /// A refused name, [`SHOPS_MAX`] reached, or the file cannot be written; then nothing was
    /// added.
    pub fn add_shop(&self, name: &str) -> Result<NewShop, AccountsError> {
        self.add(name, None)
    }

    /// Where a shop practises: a shop of its own, made when it is first asked for, with a lane and
    /// a ledger that have nothing to do with the real ones. True if it is new.
    ///
    /// # Errors
    /// As for [`Accounts::add_shop`].
    pub fn practice_shop(&self, real: ShopId) -> Result<(ShopId, bool), AccountsError> {
        if let Some(known) = self.practice_of(real) {
            return Ok((known, false));
        }
        let name = self.shop_name(real).unwrap_or_default();
        let marked = format!("{name} (tập dượt)");
        let name = if parse_name(&marked).is_ok() { &marked } else { &*name };
        match self.add(name, Some(real)) {
            Ok(new) => Ok((new.shop, true)),
            // Somebody else may have asked at the same time, and been first.
            Err(error) => self.practice_of(real).map(|known| (known, false)).ok_or(error),
        }
    }

    /// Where this shop practises, if it ever did.
    pub fn practice_of(&self, real: ShopId) -> Option<ShopId> {
        self.directory().practice_of(real)
    }

    /// For which shop this one practises; none for a real one.
    pub fn practises_for(&self, shop: ShopId) -> Option<ShopId> {
        self.directory().practises_for(shop)
    }

    /// True if nothing that is sold there is real.
    pub fn is_practice(&self, shop: ShopId) -> bool {
        self.practises_for(shop).is_some()
    }

    fn add(&self, name: &str, practises_for: Option<ShopId>) -> Result<NewShop, AccountsError> {
        let name = parse_name(name)?;
        let mut store = self.store();
        let shop = self.draw_shop_id()?;
        let [host_token, source_token] = [TokenKind::Host, TokenKind::Source].map(draw_token);
        let host = (TokenKind::Host, TokenDigest::of(&host_token));
        let source = (TokenKind::Source, TokenDigest::of(&source_token));
        let ids = store.add_shop(shop, name, [host, source], practises_for)?;

        let mut directory = self.0.directory.write().expect("nothing panics with it held");
        directory.put_shop(shop, name.into());
        practises_for.into_iter().for_each(|real| directory.put_practice(real, shop));
        for ((kind, digest), token) in [host, source].into_iter().zip(ids) {
            let staff = digest.staff(&self.0.secret);
            let (role, by) = (kind.role(), By::Token(token));
            directory.put_token(digest, Principal { shop, role, by, staff });
        }
        Ok(NewShop { shop, host_token, source_token })
    }

    /// All shops with their names, by number.
    pub fn shops(&self) -> Vec<(ShopId, Arc<str>)> {
        let directory = self.directory();
        let shops = directory.shops();
        shops.map(|(shop, name)| (shop, Arc::clone(name))).collect()
    }

    /// The shop's name; `None` if there is no such shop.
    pub fn shop_name(&self, shop: ShopId) -> Option<Arc<str>> {
        self.directory().shop_name(shop).cloned()
    }

    /// How the shop addresses its buyers, where it practises too.
    pub fn salutation(&self, shop: ShopId) -> Salutation {
        self.directory().salutation(shop)
    }

    /// Addresses the shop's buyers so from now on.
    ///
    /// # Errors
    /// If the file cannot be written; then nothing has changed.
    pub fn set_salutation(
        &self,
        shop: ShopId,
        salutation: Salutation,
    ) -> Result<(), AccountsError> {
        let store = self.store();
        store.set_salutation(shop, salutation)?;
        let mut directory = self.0.directory.write().expect("nothing panics with it held");
        directory.put_salutation(shop, salutation);
        Ok(())
    }

    /// Whose token that is; `None` for everything that is no token of any shop. How long it takes
    /// says nothing about how near a wrong token is.
    pub fn authenticate(&self, bearer: &str) -> Option<Principal> {
        self.directory().authenticate(bearer)
    }

    /// Makes a ticket for one socket of `session` (whose existence the caller has checked): for the
    /// buyer of `buyer_token`, or for somebody new.
    ///
    /// # Errors
    /// A refused name or a buyer token that was not made for this shop.
    pub fn mint_ticket(
        &self,
        shop: ShopId,
        session: SessionId,
        name: &str,
        buyer_token: Option<&str>,
        now: Timestamp,
    ) -> Result<NewTicket, TicketError> {
        let name = parse_name(name)?.to_owned();
        let buyer = match buyer_token {
            Some(token) => {
                read_buyer_token(&self.0.secret, shop, token).ok_or(TicketError::BadBuyerToken)?
            }
            None => BuyerRef(random()),
        };
        let viewer = Viewer { shop, session, buyer, name };
        Ok(NewTicket {
            ticket: self.0.tickets.mint(&viewer, now),
            buyer,
            buyer_token: write_buyer_token(&self.0.secret, shop, buyer),
        })
    }

    /// Takes a ticket, once. That its session is the one of the socket's address is the caller's to
    /// check.
    ///
    /// # Errors
    /// Altered, too old, used, of another process; or [`TicketError::Busy`], then it may be shown
    /// again.
    pub fn redeem_ticket(&self, ticket: &str, now: Timestamp) -> Result<Viewer, TicketError> {
        self.0.tickets.redeem(ticket, now)
    }

    /// Whose buyer token that is in this shop; `None` unless this server made it for this shop.
    pub fn buyer_of(&self, shop: ShopId, buyer_token: &str) -> Option<BuyerRef> {
        read_buyer_token(&self.0.secret, shop, buyer_token)
    }

    /// From which network an address is, as it may be remembered; `None` for the machine's own.
    pub fn network(&self, address: IpAddr) -> Option<Network> {
        network_of(&self.0.secret, address)
    }

    /// A link code by chance, each as likely as any other.
    pub fn draw_link_code(&self) -> LinkCode {
        loop {
            let number = u16::from_be_bytes(random());
            // What is left over above six whole turns would make some codes likelier.
            if number < 6 * LinkCode::COUNT {
                return LinkCode::new(number % LinkCode::COUNT).expect("below the count");
            }
        }
    }

    /// An id that no shop has yet.
    fn draw_shop_id(&self) -> Result<ShopId, AccountsError> {
        let directory = self.directory();
        if directory.shops().len() >= SHOPS_MAX {
            return Err(AccountsError::TooManyShops);
        }
        loop {
            let shop = ShopId::from_random(u64::from_be_bytes(random()));
            if directory.shop_name(shop).is_none() {
                return Ok(shop);
            }
        }
    }

    pub(crate) fn secret(&self) -> &Secret {
        &self.0.secret
    }

    pub(crate) fn entrance(&self) -> MutexGuard<'_, ()> {
        self.0.entrance.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn links(&self) -> &Links {
        &self.0.links
    }

    /// Taken before `people`, `photos` or the overlays' keys are written.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.0.store.lock().expect("nothing panics with it held")
    }

    pub(crate) fn people(&self) -> RwLockReadGuard<'_, People> {
        self.0.people.read().expect("nothing panics with it held")
    }

    pub(crate) fn people_mut(&self) -> RwLockWriteGuard<'_, People> {
        self.0.people.write().expect("nothing panics with it held")
    }

    pub(crate) fn photos(&self) -> RwLockReadGuard<'_, Photos> {
        self.0.photos.read().expect("nothing panics with it held")
    }

    pub(crate) fn photos_mut(&self) -> RwLockWriteGuard<'_, Photos> {
        self.0.photos.write().expect("nothing panics with it held")
    }

    pub(crate) fn overlay_key_list(&self) -> RwLockReadGuard<'_, OverlayKeys> {
        self.0.overlay_keys.read().expect("nothing panics with it held")
    }

    pub(crate) fn overlay_key_list_mut(&self) -> RwLockWriteGuard<'_, OverlayKeys> {
        self.0.overlay_keys.write().expect("nothing panics with it held")
    }

    pub(crate) fn cache(&self) -> MutexGuard<'_, Cache> {
        self.0.cache.lock().expect("nothing panics with it held")
    }

    fn directory(&self) -> RwLockReadGuard<'_, Directory> {
        let directory = &self.0.directory;
        directory.read().expect("nothing panics with it held")
    }
}

/// Says only what it is.
impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accounts(…)")
    }
}

/// Without the tokens.
impl fmt::Debug for NewShop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewShop({}, …)", self.shop)
    }
}

/// Without ticket and token.
impl fmt::Debug for NewTicket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NewTicket({}, …)", self.buyer)
    }
}

/// Without the name.
impl fmt::Debug for Viewer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let session = self.session.public(self.shop);
        write!(f, "Viewer({} in {session}, …)", self.buyer)
    }
}
