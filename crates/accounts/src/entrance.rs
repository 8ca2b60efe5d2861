//! In by a link: an owner opens a shop, somebody joins one, somebody serves the installation.
//!
//! ```text
//! link ─▶ what it opens ─▶ room? ─▶ the link is used up ─▶ person, shop, role ─▶ sign-in
//! ```

use crate::accounts::{Accounts, NewShop};
use crate::error::AccountsError;
use crate::name::{NameError, parse_name};
use crate::one_time::Opens;
use crate::people::{Known, NewSignIn, SignedIn};
use crate::person::{Duty, Person, PersonError, PersonId, digest, folded, parse};
use crate::role::Role;
use crate::sign_in::CameFrom;
use domain::limits::{PEOPLE_PER_SHOP_MAX, SHOPS_PER_PERSON_MAX};
use domain::{ShopId, Timestamp};

/// Why somebody did not come in by a link.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The link is used, too old or none.
    #[error("the link was used or is too old: ask for another")]
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
    /// Makes the person whom a link lets in, and the shop that it opens under this name. What is
    /// refused does not use the link up. A new shop is for the caller to announce. Takes tens of
    /// milliseconds.
    ///
    /// # Errors
    /// See [`SetUpError`].
    pub fn set_up(
        &self,
        link: &str,
        shop_name: &str,
        (name, password): (&str, &str),
        (from, now): (CameFrom, Timestamp),
    ) -> Result<(Option<NewShop>, NewSignIn), SetUpError> {
        let opens = self.look_at_entrance(link, shop_name, now)?;
        let name = parse(name, password)?;
        self.check_free(name, opens)?;
        let kept = digest(password);
        // Others may have come in meanwhile; from here on nobody does.
        let _alone = self.entrance();
        self.check_free(name, opens)?;
        self.links().take(link, now).ok_or(SetUpError::Link)?;
        let duty = match opens {
            // Whoever sets the installation up runs it.
            Opens::SetUp(_) if !self.has_people() => Duty::Operator,
            Opens::Serve(duty) => duty,
            Opens::SetUp(_)
            | Opens::SetUpHelped(_)
            | Opens::Join(..)
            | Opens::HandOver(_)
            | Opens::Show(_) => Duty::None,
        };
        let person = self.add_person(name, kept, duty)?;
        let (new, at) = self.admit(opens, shop_name, person.id, now)?;
        Ok((new, self.put_sign_in(person, at, (from, now), true)?))
    }

    /// Lets somebody who is signed in through a link that makes people: as who they are already.
    ///
    /// # Errors
    /// See [`SetUpError`].
    pub fn join(
        &self,
        link: &str,
        shop_name: &str,
        who: &SignedIn,
        now: Timestamp,
    ) -> Result<Option<NewShop>, SetUpError> {
        let opens = self.look_at_entrance(link, shop_name, now)?;
        let _alone = self.entrance();
        self.check_room(opens, Some(who.person.id))?;
        self.links().take(link, now).ok_or(SetUpError::Link)?;
        if let Opens::Serve(duty) = opens {
            self.set_duty(who.person.id, duty)?;
        }
        let (new, at) = self.admit(opens, shop_name, who.person.id, now)?;
        if let Some(shop) = at {
            self.move_device(who.sign_in, shop)?;
        }
        Ok(new)
    }

    /// A link that makes people, with all that its opening needs.
    fn look_at_entrance(
        &self,
        link: &str,
        shop_name: &str,
        now: Timestamp,
    ) -> Result<Opens, SetUpError> {
        let opens = self.links().look(link, now).filter(|opens| opens.makes_people());
        let opens = opens.ok_or(SetUpError::Link)?;
        if opens.opens_a_new_shop() {
            parse_name(shop_name).map_err(SetUpError::Shop)?;
        }
        Ok(opens)
    }

    /// Whether somebody new may have this name, and there is room for them.
    fn check_free(&self, name: &str, opens: Opens) -> Result<(), SetUpError> {
        if self.person_named(name).is_some() {
            return Err(PersonError::NameTaken.into());
        }
        self.check_room(opens, None)
    }

    /// Whether there is room for somebody more where a link leads.
    fn check_room(&self, opens: Opens, known: Option<PersonId>) -> Result<(), SetUpError> {
        let people = self.people();
        let full = |shop: ShopId| {
            people.members.keys().filter(|(of, _)| *of == shop).count() >= PEOPLE_PER_SHOP_MAX
        };
        let to = match opens {
            Opens::SetUp(Some(shop)) | Opens::Join(shop, _) => Some(shop),
            Opens::SetUp(None)
            | Opens::SetUpHelped(_)
            | Opens::Serve(_)
            | Opens::HandOver(_)
            | Opens::Show(_) => None,
        };
        let here = |shop| known.is_some_and(|known| people.role(shop, known).is_some());
        let many =
            known.is_some_and(|known| people.shops_of(known).count() >= SHOPS_PER_PERSON_MAX);
        match to {
            Some(shop) if here(shop) => Err(PersonError::AlreadyHere.into()),
            Some(shop) if full(shop) => Err(PersonError::TooMany.into()),
            _ if many => Err(PersonError::TooManyShops.into()),
            _ => Ok(()),
        }
    }

    /// Somebody goes through: which shop is new, and whose console opens to them.
    fn admit(
        &self,
        opens: Opens,
        shop_name: &str,
        person: PersonId,
        now: Timestamp,
    ) -> Result<(Option<NewShop>, Option<ShopId>), AccountsError> {
        let new = opens.opens_a_new_shop().then(|| self.add_shop(shop_name)).transpose()?;
        let (shop, role) = match opens {
            Opens::SetUp(known) => (known.or(new.as_ref().map(|new| new.shop)), Role::Owner),
            Opens::SetUpHelped(helper) => {
                let shop = new.as_ref().map(|new| new.shop);
                if let Some(shop) = shop.filter(|_| helper != person) {
                    self.put_member(shop, helper, Role::Helper, now)?;
                }
                (shop, Role::Owner)
            }
            Opens::Join(shop, role) => (Some(shop), role),
            Opens::Serve(_) | Opens::HandOver(_) | Opens::Show(_) => (None, Role::Watcher),
        };
        if let Some(shop) = shop {
            self.put_member(shop, person, role, now)?;
        }
        // Who only helps somewhere opens its console when the owner says so.
        Ok((new, shop.filter(|_| role != Role::Helper)))
    }

    fn add_person(&self, name: &str, kept: String, duty: Duty) -> Result<Person, AccountsError> {
        let id = self.store().add_person((name, &folded(name)), &kept, duty)?;
        let person = Person { id, name: name.into(), duty };
        let known = Known { person: person.clone(), password: kept, second: None };
        self.people_mut().persons.insert(id, known);
        Ok(person)
    }
}
