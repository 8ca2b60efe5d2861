//! The people of one shop, and the devices of one person: who is here, as what, and who goes.

use crate::accounts::Accounts;
use crate::assist::Assist;
use crate::error::AccountsError;
use crate::one_time::Opens;
use crate::person::{Duty, Person, PersonId, digest, is};
use crate::role::Role;
use crate::sign_in::{CameFrom, SignIn, SignInId};
use domain::limits::{PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN};
use domain::{ShopId, Timestamp};

/// Somebody of a shop.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Who.
    pub person: Person,
    /// As what.
    pub role: Role,
    /// Whether they help there now.
    pub assist: Assist,
    /// On which devices they are signed in.
    pub devices: Vec<Device>,
}

/// A device on which somebody is signed in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Device {
    /// Which.
    pub id: SignInId,
    /// Whose.
    pub person: PersonId,
    /// Since when.
    pub made: Timestamp,
    /// When it was last used, to the day.
    pub seen: Timestamp,
    /// From where it came.
    pub from: CameFrom,
}

/// Why somebody cannot be changed or let go.
#[derive(Debug, thiserror::Error)]
pub enum CrewError {
    /// Nobody of this shop.
    #[error("nobody of this shop has this number")]
    Unknown,
    /// A shop without an owner could never be managed again.
    #[error("the last owner stays: make somebody else an owner first")]
    LastOwner,
    /// The password is wrong.
    #[error("the password or the code is wrong")]
    Wrong,
    /// Too short or too long.
    #[error("a password has {PASSWORD_CHARS_MIN} to {PASSWORD_CHARS_MAX} characters")]
    Password,
    /// The file.
    #[error("{0}")]
    Accounts(#[from] AccountsError),
}

impl Accounts {
    /// Everybody of a shop, by number.
    pub fn people_of(&self, shop: ShopId, now: Timestamp) -> Vec<Member> {
        let people = self.people();
        let here = people.members.iter().filter(|((of, _), _)| *of == shop);
        let member = |((_, id), role): (&(ShopId, PersonId), &Role)| {
            let devices = people.sign_ins.iter().filter(|known| known.person == *id);
            Some(Member {
                person: people.persons.get(id)?.person.clone(),
                role: *role,
                assist: people.assists.at(shop, *id, now),
                devices: devices.filter(|known| known.is_open(now)).map(device).collect(),
            })
        };
        here.filter_map(member).collect()
    }

    /// The shops of a person with what they are there.
    pub fn shops_of(&self, person: PersonId) -> Vec<(ShopId, Role)> {
        self.people().shops_of(person).collect()
    }

    /// The devices of a person, the latest first.
    pub fn devices_of(&self, person: PersonId, now: Timestamp) -> Vec<Device> {
        let people = self.people();
        let own = people.sign_ins.iter().filter(|known| known.person == person);
        own.rev().filter(|known| known.is_open(now)).map(device).collect()
    }

    /// Makes somebody of a shop something else there. Takes effect at their next call; with an
    /// owner who is none any more go the shop's open invitations, which may be theirs.
    ///
    /// # Errors
    /// See [`CrewError`].
    pub fn set_role(
        &self,
        shop: ShopId,
        person: PersonId,
        role: Role,
        now: Timestamp,
    ) -> Result<(), CrewError> {
        let store = self.store();
        let known = self.people().role(shop, person).ok_or(CrewError::Unknown)?;
        if known == Role::Owner && role != Role::Owner {
            self.check_not_last(shop, person)?;
        }
        store.put_member(shop, person, role, now)?;
        let mut people = self.people_mut();
        people.members.insert((shop, person), role);
        people.assists.close(shop, person);
        if known == Role::Owner && role != Role::Owner {
            self.close_invites(shop);
        }
        Ok(())
    }

    /// Lets somebody of a shop go. Takes effect at their next call; with an owner go the shop's
    /// open invitations, which may be theirs.
    ///
    /// # Errors
    /// See [`CrewError`].
    pub fn let_go(&self, shop: ShopId, person: PersonId) -> Result<(), CrewError> {
        let store = self.store();
        let known = self.people().role(shop, person).ok_or(CrewError::Unknown)?;
        if known == Role::Owner {
            self.check_not_last(shop, person)?;
        }
        store.remove_member(shop, person)?;
        let mut people = self.people_mut();
        people.members.remove(&(shop, person));
        people.assists.close(shop, person);
        if known == Role::Owner {
            self.close_invites(shop);
        }
        Ok(())
    }

    /// Signs out a device of this person, or, for an owner, of anybody who belongs to their shop
    /// alone.
    ///
    /// # Errors
    /// [`CrewError::Unknown`] for every other device.
    pub fn sign_out_device(
        &self,
        id: SignInId,
        by: PersonId,
        owned: Option<ShopId>,
    ) -> Result<(), CrewError> {
        let digest = {
            let people = self.people();
            let device = people.sign_ins.iter().find(|known| known.id == id);
            let device = device.ok_or(CrewError::Unknown)?;
            let theirs = owned.is_some_and(|shop| {
                people.shops_of(device.person).all(|(of, _)| of == shop)
                    && people.role(shop, device.person).is_some()
            });
            if device.person != by && !theirs {
                return Err(CrewError::Unknown);
            }
            device.digest
        };
        self.store().remove_sign_in(&digest)?;
        self.people_mut().sign_ins.retain(|known| known.id != id);
        Ok(())
    }

    /// The device opens the console of this shop from now on.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn move_device(&self, id: SignInId, shop: ShopId) -> Result<(), AccountsError> {
        self.store().move_sign_in(id, shop)?;
        if let Some(known) = self.people_mut().device_mut(id) {
            known.at = Some(shop);
        }
        Ok(())
    }

    /// Somebody shows who they are once more: by the code where they set a second factor,
    /// otherwise by the password. Takes tens of milliseconds.
    ///
    /// # Errors
    /// [`CrewError::Wrong`].
    pub fn prove(
        &self,
        (id, person): (SignInId, PersonId),
        password: &str,
        code: &str,
        now: Timestamp,
    ) -> Result<(), CrewError> {
        let right = match self.check_second(person, code, now) {
            Some(right) => right,
            None => {
                let kept = self.people().persons.get(&person).map(|known| known.password.clone());
                is(password, kept.as_deref())
            }
        };
        if !right {
            return Err(CrewError::Wrong);
        }
        if let Some(known) = self.people_mut().device_mut(id) {
            known.proved = Some(now);
        }
        Ok(())
    }

    /// Changes a password; the person's other devices are signed out, and links that would sign in
    /// another one are closed. Takes tens of milliseconds.
    ///
    /// # Errors
    /// See [`CrewError`].
    pub fn set_password(
        &self,
        (id, person): (SignInId, PersonId),
        password: &str,
    ) -> Result<(), CrewError> {
        let bounds = PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX;
        if !bounds.contains(&password.chars().count()) {
            return Err(CrewError::Password);
        }
        let kept = digest(password);
        self.store().set_password(person, &kept, id)?;
        let mut people = self.people_mut();
        people.sign_ins.retain(|known| known.person != person || known.id == id);
        if let Some(known) = people.persons.get_mut(&person) {
            known.password = kept;
        }
        drop(people);
        self.links().close(|opens| opens == Opens::HandOver(person));
        Ok(())
    }

    pub(crate) fn set_duty(&self, person: PersonId, duty: Duty) -> Result<(), AccountsError> {
        let known = self.people().persons.get(&person).map(|known| known.person.duty);
        // Who runs the installation helps too.
        if known == Some(Duty::Operator) {
            return Ok(());
        }
        self.store().set_duty(person, duty)?;
        if let Some(known) = self.people_mut().persons.get_mut(&person) {
            known.person.duty = duty;
        }
        Ok(())
    }

    fn close_invites(&self, shop: ShopId) {
        self.links().close(|opens| matches!(opens, Opens::Join(to, _) if to == shop));
    }

    /// The store is held from before this until the change is made: two owners who let each other
    /// go at the same time are looked at one after the other.
    fn check_not_last(&self, shop: ShopId, person: PersonId) -> Result<(), CrewError> {
        let people = self.people();
        let mut owners = people
            .members
            .iter()
            .filter(|((of, id), role)| *of == shop && *id != person && **role == Role::Owner);
        owners.next().map(|_| ()).ok_or(CrewError::LastOwner)
    }
}

fn device(known: &SignIn) -> Device {
    Device {
        id: known.id,
        person: known.person,
        made: known.made,
        seen: known.seen,
        from: known.from.clone(),
    }
}
