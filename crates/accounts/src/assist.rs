//! Assisting: a helper asks, the owner says yes, and for an hour the helper works in the shop.
//!
//! In memory only: a restart ends it, and it may be asked for again.

use crate::accounts::Accounts;
use crate::crew::CrewError;
use crate::person::PersonId;
use crate::role::Role;
use domain::limits::{ASSIST_ASKED_MS_MAX, ASSIST_MS_MAX};
use domain::{ShopId, Timestamp};
use std::collections::BTreeMap;

/// How far a helper has come with a shop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Assist {
    /// They only count it.
    No,
    /// They asked; the question stands until then.
    Asked(Timestamp),
    /// The owner said yes; they may work there until then.
    Open(Timestamp),
}

/// Who asked and who may, in all shops.
#[derive(Debug, Default)]
pub(crate) struct Assists(BTreeMap<(ShopId, PersonId), Assist>);

impl Assists {
    /// How far it is now.
    pub(crate) fn at(&self, shop: ShopId, person: PersonId, now: Timestamp) -> Assist {
        match self.0.get(&(shop, person)) {
            Some(assist @ (Assist::Asked(until) | Assist::Open(until))) if now < *until => *assist,
            Some(_) | None => Assist::No,
        }
    }

    /// Whether they may work there now.
    pub(crate) fn is_open(&self, shop: ShopId, person: PersonId, now: Timestamp) -> bool {
        matches!(self.at(shop, person, now), Assist::Open(_))
    }

    /// Ends it, however far it was.
    pub(crate) fn close(&mut self, shop: ShopId, person: PersonId) {
        self.0.remove(&(shop, person));
    }
}

impl Accounts {
    /// A helper asks the owner. Asked again, the question stands as long as it did.
    ///
    /// # Errors
    /// [`CrewError::Unknown`] where they do not help.
    pub fn ask_to_assist(
        &self,
        shop: ShopId,
        helper: PersonId,
        now: Timestamp,
    ) -> Result<Assist, CrewError> {
        let mut people = self.people_mut();
        if people.role(shop, helper) != Some(Role::Helper) {
            return Err(CrewError::Unknown);
        }
        match people.assists.at(shop, helper, now) {
            open @ Assist::Open(_) => Ok(open),
            asked @ Assist::Asked(_) => Ok(asked),
            Assist::No => {
                let asked = Assist::Asked(Timestamp(now.0.saturating_add(ASSIST_ASKED_MS_MAX)));
                people.assists.0.insert((shop, helper), asked);
                Ok(asked)
            }
        }
    }

    /// The owner says yes to a question that stands.
    ///
    /// # Errors
    /// [`CrewError::Unknown`] if none does.
    pub fn allow_assist(
        &self,
        shop: ShopId,
        helper: PersonId,
        now: Timestamp,
    ) -> Result<Assist, CrewError> {
        let mut people = self.people_mut();
        match people.assists.at(shop, helper, now) {
            Assist::No => Err(CrewError::Unknown),
            open @ Assist::Open(_) => Ok(open),
            Assist::Asked(_) => {
                let open = Assist::Open(Timestamp(now.0.saturating_add(ASSIST_MS_MAX)));
                people.assists.0.insert((shop, helper), open);
                Ok(open)
            }
        }
    }

    /// Either of them ends it, or the owner says no.
    pub fn end_assist(&self, shop: ShopId, helper: PersonId) {
        self.people_mut().assists.close(shop, helper);
    }

    /// How far a helper has come with a shop.
    pub fn assist(&self, shop: ShopId, helper: PersonId, now: Timestamp) -> Assist {
        self.people().assists.at(shop, helper, now)
    }
}
