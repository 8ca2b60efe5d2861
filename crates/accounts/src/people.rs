//! The people of an installation: they sign in, hand over to another device, and are known again.
//!
//! ```text
//! name, password, code ──┬─▶ sign-in: what the device carries, its digest kept ─▶ person
//! hand-over link ────────┘                       person, shop, role ─▶ principal
//! ```

use crate::accounts::{Accounts, By, Principal};
use crate::assist::Assists;
use crate::error::AccountsError;
use crate::one_time::Opens;
use crate::person::{Person, PersonId, folded, is};
use crate::role::Role;
use crate::second::Second;
use crate::sign_in::{CameFrom, SignIn, SignInId, draw};
use crate::token::TokenDigest;
use domain::limits::{SIGN_IN_MS_MAX, SIGN_INS_PER_PERSON_MAX};
use domain::{ShopId, StaffRef, Timestamp};
use hmac::Mac;
use std::collections::BTreeMap;

/// Everybody, what they are where, and all their devices, in memory.
#[derive(Debug, Default)]
pub(crate) struct People {
    pub(crate) persons: BTreeMap<PersonId, Known>,
    pub(crate) members: BTreeMap<(ShopId, PersonId), Role>,
    pub(crate) assists: Assists,
    pub(crate) sign_ins: Vec<SignIn>,
}

/// Somebody, and how they show who they are.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) person: Person,
    pub(crate) password: String,
    pub(crate) second: Option<Second>,
}

/// A device that was just signed in.
pub struct NewSignIn {
    /// What the device carries from now on; a cookie's value.
    pub carried: String,
    /// Who is signed in.
    pub person: Person,
    /// The shop whose console it opens; none for a helper or an operator who has none.
    pub at: Option<ShopId>,
}

/// Who is signed in on a device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedIn {
    /// Who.
    pub person: Person,
    /// On which device.
    pub sign_in: SignInId,
    /// What they may do in the shop whose console the device opens; none if they belong to none.
    pub at: Option<Principal>,
    /// Until when they need not show again who they are; none if they have to.
    pub proved_until: Option<Timestamp>,
}

/// What a try to sign in came to.
#[derive(Debug)]
pub enum SignInTry {
    /// In.
    In(NewSignIn),
    /// Name or password is wrong; or the code is.
    Wrong,
    /// The password is right, and the person set a second factor: the code is asked for.
    CodeNeeded,
}

impl People {
    pub(crate) fn role(&self, shop: ShopId, person: PersonId) -> Option<Role> {
        self.members.get(&(shop, person)).copied()
    }

    /// The shops of a person with what they are there.
    pub(crate) fn shops_of(&self, person: PersonId) -> impl Iterator<Item = (ShopId, Role)> {
        let of_them = move |((shop, member), role): (&(ShopId, PersonId), &Role)| {
            (*member == person).then_some((*shop, *role))
        };
        self.members.iter().filter_map(of_them)
    }

    /// The shop whose console opens: where they may do most.
    fn first_shop(&self, person: PersonId) -> Option<ShopId> {
        let own = self.shops_of(person).filter(|(_, role)| *role != Role::Helper);
        own.min_by_key(|(shop, role)| (*role, *shop)).map(|(shop, _)| shop)
    }

    pub(crate) fn by_device(&self, carried: &str, now: Timestamp) -> Option<&SignIn> {
        let digest = TokenDigest::of(carried);
        self.sign_ins.iter().find(|known| known.digest.is(&digest) && known.is_open(now))
    }

    pub(crate) fn device_mut(&mut self, id: SignInId) -> Option<&mut SignIn> {
        self.sign_ins.iter_mut().find(|known| known.id == id)
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

    /// A link that opens this.
    pub fn offer(&self, opens: Opens, now: Timestamp) -> String {
        self.links().make(opens, now)
    }

    /// What a link would open; nothing is used up.
    pub fn look_at_link(&self, link: &str, now: Timestamp) -> Option<Opens> {
        self.links().look(link, now)
    }

    /// Signs somebody in by name and password, and by the code where they set a second factor.
    /// What is wrong takes as long as what is right. Takes tens of milliseconds.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn sign_in(
        &self,
        name: &str,
        password: &str,
        code: &str,
        (from, now): (CameFrom, Timestamp),
    ) -> Result<SignInTry, AccountsError> {
        let found = self.person_named(name);
        let kept = found.as_ref().map(|(_, kept)| kept.as_str());
        if !is(password, kept) {
            return Ok(SignInTry::Wrong);
        }
        let Some((person, _)) = found else {
            return Ok(SignInTry::Wrong);
        };
        match self.check_second(person.id, code, now) {
            None | Some(true) => {}
            Some(false) if code.trim().is_empty() => return Ok(SignInTry::CodeNeeded),
            Some(false) => return Ok(SignInTry::Wrong),
        }
        let at = self.people().first_shop(person.id);
        self.put_sign_in(person, at, (from, now), true).map(SignInTry::In)
    }

    /// Signs in the device that shows a link to hand over, or to a practice live.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn take_over(
        &self,
        link: &str,
        (from, now): (CameFrom, Timestamp),
    ) -> Result<Option<NewSignIn>, AccountsError> {
        let id = match self.links().look(link, now) {
            Some(Opens::HandOver(id) | Opens::Show(id)) => id,
            Some(Opens::SetUp(_) | Opens::SetUpHelped(_) | Opens::Join(..) | Opens::Serve(_))
            | None => return Ok(None),
        };
        let (person, at) = {
            let people = self.people();
            let known = people.persons.get(&id).map(|known| known.person.clone());
            (known, people.first_shop(id))
        };
        let (Some(person), Some(opens)) = (person, self.links().take(link, now)) else {
            return Ok(None);
        };
        let new = self.put_sign_in(person, at, (from, now), false)?;
        if matches!(opens, Opens::Show(_)) {
            self.never_ask(&new.carried, now);
        }
        Ok(Some(new))
    }

    /// Who is signed in on the device that carries this; none if it never was or no longer is.
    pub fn signed_in(&self, carried: &str, now: Timestamp) -> Option<SignedIn> {
        let people = self.people();
        let sign_in = people.by_device(carried, now)?;
        let known = people.persons.get(&sign_in.person)?;
        let at = sign_in.at.and_then(|shop| self.principal(&people, known.person.id, shop, now));
        Some(SignedIn {
            person: known.person.clone(),
            sign_in: sign_in.id,
            at,
            proved_until: sign_in.proved_until(now),
        })
    }

    /// What somebody may do in a shop, or where it practises; none if they do not belong there.
    pub fn principal_at(
        &self,
        person: PersonId,
        shop: ShopId,
        now: Timestamp,
    ) -> Option<Principal> {
        self.principal(&self.people(), person, shop, now)
    }

    fn principal(
        &self,
        people: &People,
        person: PersonId,
        shop: ShopId,
        now: Timestamp,
    ) -> Option<Principal> {
        let real = self.practises_for(shop);
        let given = people.role(real.unwrap_or(shop), person)?;
        let assists = people.assists.is_open(real.unwrap_or(shop), person, now);
        let role = match given {
            // Nothing that is sold there is real, and no buyer is somebody.
            Role::Helper if assists && real.is_some() => Role::Host,
            Role::Helper if assists => Role::Assistant,
            given => given,
        };
        Some(Principal { shop, role, by: By::Person(person), staff: self.staff(person) })
    }

    /// Notes that a device is still in use, at most once a day; then its sign-in lasts longer.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn note_use(&self, carried: &str, now: Timestamp) -> Result<(), AccountsError> {
        let stale = self.people().by_device(carried, now).is_some_and(|s| s.is_stale(now));
        if !stale {
            return Ok(());
        }
        let digest = TokenDigest::of(carried);
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

    pub(crate) fn put_member(
        &self,
        shop: ShopId,
        person: PersonId,
        role: Role,
        now: Timestamp,
    ) -> Result<(), AccountsError> {
        self.store().put_member(shop, person, role, now)?;
        self.people_mut().members.insert((shop, person), role);
        Ok(())
    }

    pub(crate) fn person_named(&self, name: &str) -> Option<(Person, String)> {
        let wanted = folded(name);
        let people = self.people();
        let known = people.persons.values().find(|known| folded(&known.person.name) == wanted)?;
        Some((known.person.clone(), known.password.clone()))
    }

    pub(crate) fn put_sign_in(
        &self,
        person: Person,
        at: Option<ShopId>,
        (from, now): (CameFrom, Timestamp),
        proved: bool,
    ) -> Result<NewSignIn, AccountsError> {
        let (digest, carried) = draw();
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
        let proved = proved.then_some(now);
        let id = SignInId(0);
        let mut sign_in =
            SignIn { id, digest, person: person.id, at, made: now, seen: now, from, proved };
        sign_in.id = store.add_sign_in(&sign_in)?;
        people.sign_ins.push(sign_in);
        Ok(NewSignIn { carried, person, at })
    }

    /// Nothing in a practice live is anybody's: whoever looks at it need not show who they are.
    /// As long as the device is signed in, for a time beyond the calendar can be told to nobody.
    fn never_ask(&self, carried: &str, now: Timestamp) {
        let digest = TokenDigest::of(carried);
        let mut people = self.people_mut();
        let known = people.sign_ins.iter_mut().find(|known| known.digest.is(&digest));
        if let Some(known) = known {
            known.proved = Some(Timestamp(now.0.saturating_add(SIGN_IN_MS_MAX)));
        }
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
