//! The people of an installation: they set it up, sign in, and hand over to another device.
//!
//! ```text
//! set-up link ─▶ shop, person ─┐
//! name, password ──────────────┼─▶ sign-in: what the device carries, its digest kept
//! hand-over link ──────────────┘
//! ```

use crate::accounts::{Accounts, By, NewShop, Principal};
use crate::error::AccountsError;
use crate::name::{NameError, parse_name};
use crate::one_time::Opens;
use crate::person::{Person, PersonError, PersonId, digest, folded, is, parse};
use crate::sign_in::SignIn;
use crate::token::{Role, TokenDigest};
use domain::limits::SIGN_INS_PER_PERSON_MAX;
use domain::{ShopId, StaffRef, Timestamp};
use hmac::Mac;
use std::collections::BTreeMap;

/// Everybody and all their devices, in memory.
#[derive(Debug, Default)]
pub(crate) struct People {
    pub(crate) persons: BTreeMap<PersonId, (Person, String)>,
    pub(crate) sign_ins: Vec<SignIn>,
}

/// A device that was just signed in.
pub struct NewSignIn {
    /// What the device carries from now on; a cookie's value.
    pub carried: String,
    /// Who is signed in.
    pub person: Person,
}

/// Who is signed in on a device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// What they may do.
    pub principal: Principal,
}

/// Why a set-up did not happen.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The link is used, too old or none.
    #[error("the link was used or is too old: start `chot serve` again for another")]
    Link,
    /// The person.
    #[error("{0}")]
    Person(#[from] PersonError),
    /// The shop's name is refused.
    #[error("{0}")]
    Shop(NameError),
    /// The file, or too many shops.
    #[error("{0}")]
    Accounts(AccountsError),
}

impl From<AccountsError> for SetUpError {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Name(error) => Self::Shop(error),
            error => Self::Accounts(error),
        }
    }
}

impl Accounts {
    /// True once somebody can sign in.
    pub fn has_people(&self) -> bool {
        !self.people().persons.is_empty()
    }

    /// A word that nobody knows, for a password that nobody types.
    pub fn draw_word(&self) -> String {
        crate::one_time::draw()
    }

    /// A link by which an owner is made, of a new shop or of this one.
    pub fn offer_set_up(&self, shop: Option<ShopId>, now: Timestamp) -> String {
        self.links().make(Opens::SetUp(shop), now)
    }

    /// A link by which another device of this person is signed in.
    pub fn offer_hand_over(&self, person: PersonId, now: Timestamp) -> String {
        self.links().make(Opens::HandOver(person), now)
    }

    /// A link by which anybody looks over this person's shoulder at a practice live, for as long as
    /// this process runs.
    pub fn offer_show(&self, person: PersonId, now: Timestamp) -> String {
        self.links().make(Opens::Show(person), now)
    }

    /// What a link would open; nothing is used up.
    pub fn look_at_link(&self, link: &str, now: Timestamp) -> Option<Opens> {
        self.links().look(link, now)
    }

    /// Makes an owner, and a shop of this name where the link names none. What is refused does not
    /// use the link up. The new shop is for the caller to announce. Takes tens of milliseconds.
    ///
    /// # Errors
    /// See [`SetUpError`].
    pub fn set_up(
        &self,
        link: &str,
        shop_name: &str,
        (name, password): (&str, &str),
        now: Timestamp,
    ) -> Result<(Option<NewShop>, NewSignIn), SetUpError> {
        let Some(Opens::SetUp(known)) = self.links().look(link, now) else {
            return Err(SetUpError::Link);
        };
        let name = parse(name, password)?;
        if self.person_named(name).is_some() {
            return Err(PersonError::NameTaken.into());
        }
        if known.is_none() {
            parse_name(shop_name).map_err(SetUpError::Shop)?;
        }
        let kept = digest(password);
        let Some(Opens::SetUp(_)) = self.links().take(link, now) else {
            return Err(SetUpError::Link);
        };
        let new = match known {
            Some(_) => None,
            None => Some(self.add_shop(shop_name)?),
        };
        let shop = known.or(new.as_ref().map(|new| new.shop)).expect("one of them is there");
        let person = self.add_person(shop, name, kept)?;
        Ok((new, self.put_sign_in(person, now)?))
    }

    /// Signs somebody in by name and password; none if one of them is wrong, which takes as long.
    /// Takes tens of milliseconds.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn sign_in(
        &self,
        name: &str,
        password: &str,
        now: Timestamp,
    ) -> Result<Option<NewSignIn>, AccountsError> {
        let found = self.person_named(name);
        let kept = found.as_ref().map(|(_, kept)| kept.as_str());
        if !is(password, kept) {
            return Ok(None);
        }
        found.map(|(person, _)| self.put_sign_in(person, now)).transpose()
    }

    /// Signs in the device that shows a link to hand over, or to a practice live.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn take_over(
        &self,
        link: &str,
        now: Timestamp,
    ) -> Result<Option<NewSignIn>, AccountsError> {
        let id = match self.links().look(link, now) {
            Some(Opens::HandOver(id) | Opens::Show(id)) => id,
            Some(Opens::SetUp(_)) | None => return Ok(None),
        };
        let person = self.people().persons.get(&id).map(|(person, _)| person.clone());
        match (person, self.links().take(link, now)) {
            (Some(person), Some(_)) => self.put_sign_in(person, now).map(Some),
            _ => Ok(None),
        }
    }

    /// Who is signed in on the device that carries this; none if it never was or no longer is.
    pub fn signed_in(&self, carried: &str, now: Timestamp) -> Option<SignedIn> {
        let digest = TokenDigest::of(carried);
        let people = self.people();
        let sign_in = people.sign_ins.iter().find(|known| known.digest.is(&digest))?;
        let (person, _) = people.persons.get(&sign_in.person).filter(|_| sign_in.is_open(now))?;
        let principal = Principal {
            shop: person.shop,
            role: Role::Host,
            by: By::Person(person.id),
            staff: self.staff(person.id),
        };
        Some(SignedIn { person: person.clone(), principal })
    }

    /// Notes that a device is still in use, at most once a day; then its sign-in lasts longer.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn note_use(&self, carried: &str, now: Timestamp) -> Result<(), AccountsError> {
        let digest = TokenDigest::of(carried);
        let of_device = |known: &&SignIn| known.digest.is(&digest) && known.is_open(now);
        let stale = self.people().sign_ins.iter().find(of_device).is_some_and(|s| s.is_stale(now));
        if !stale {
            return Ok(());
        }
        self.store().see(&digest, now)?;
        let mut people = self.people_mut();
        let known = people.sign_ins.iter_mut().find(|known| known.digest.is(&digest));
        if let Some(known) = known {
            known.seen = now;
        }
        Ok(())
    }

    /// Signs a device out.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn sign_out(&self, carried: &str) -> Result<(), AccountsError> {
        let digest = TokenDigest::of(carried);
        self.store().remove_sign_in(&digest)?;
        self.people_mut().sign_ins.retain(|known| !known.digest.is(&digest));
        Ok(())
    }

    fn person_named(&self, name: &str) -> Option<(Person, String)> {
        let wanted = folded(name);
        let people = self.people();
        people.persons.values().find(|(person, _)| folded(&person.name) == wanted).cloned()
    }

    fn add_person(&self, shop: ShopId, name: &str, kept: String) -> Result<Person, AccountsError> {
        let id = self.store().add_person(shop, (name, &folded(name)), &kept)?;
        let person = Person { id, shop, name: name.into() };
        self.people_mut().persons.insert(id, (person.clone(), kept));
        Ok(person)
    }

    fn put_sign_in(&self, person: Person, now: Timestamp) -> Result<NewSignIn, AccountsError> {
        let (sign_in, carried) = SignIn::draw(person.id, now);
        let store = self.store();
        let mut people = self.people_mut();
        people.sign_ins.retain(|known| known.is_open(now));
        let own = people.sign_ins.iter().filter(|known| known.person == person.id);
        if own.clone().count() >= SIGN_INS_PER_PERSON_MAX
            && let Some(oldest) = own.min_by_key(|known| known.seen).map(|known| known.digest)
        {
            store.remove_sign_in(&oldest)?;
            people.sign_ins.retain(|known| !known.digest.is(&oldest));
        }
        store.add_sign_in(&sign_in, now)?;
        people.sign_ins.push(sign_in);
        Ok(NewSignIn { carried, person })
    }

    /// Who decides, as the ledger may know them.
    fn staff(&self, person: PersonId) -> StaffRef {
        let tag = self.secret().mac("person").chain_update(person.0.to_be_bytes());
        let tag = tag.finalize().into_bytes();
        StaffRef(tag[..16].try_into().expect("an HMAC-SHA256 has 32 bytes"))
    }
}

/// Without what the device carries.
impl std::fmt::Debug for NewSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewSignIn({:?}, …)", self.person.id)
    }
}
