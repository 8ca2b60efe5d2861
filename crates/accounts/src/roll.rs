//! The part of `accounts.db` that holds people and their sign-ins.

use crate::error::AccountsError;
use crate::people::People;
use crate::person::{Person, PersonId};
use crate::sign_in::SignIn;
use crate::store::{Store, shop_id};
use crate::token::TokenDigest;
use domain::{ShopId, Timestamp};

impl Store {
    /// Adds a person; durable when this returns.
    pub(crate) fn add_person(
        &self,
        shop: ShopId,
        (name, folded): (&str, &str),
        password: &str,
    ) -> Result<PersonId, AccountsError> {
        let sql = "INSERT INTO person (shop, name, folded, password) VALUES (?1, ?2, ?3, ?4) \
                   RETURNING id";
        let values = (shop.get().cast_signed(), name, folded, password);
        let added = self.connection().query_row(sql, values, |row| row.get(0).map(PersonId));
        added.map_err(|source| self.error("add a person to", source))
    }

    /// Adds a sign-in.
    pub(crate) fn add_sign_in(
        &self,
        sign_in: &SignIn,
        now: Timestamp,
    ) -> Result<(), AccountsError> {
        let sql = "INSERT INTO sign_in (digest, person, made_ms, seen_ms) VALUES (?1, ?2, ?3, ?3)";
        let values = (sign_in.digest.as_bytes().as_slice(), sign_in.person.0, kept_ms(now));
        self.write("add a sign-in to", sql, values)
    }

    /// Notes that a sign-in was used.
    pub(crate) fn see(&self, digest: &TokenDigest, now: Timestamp) -> Result<(), AccountsError> {
        let sql = "UPDATE sign_in SET seen_ms = ?2 WHERE digest = ?1";
        self.write("note a use in", sql, (digest.as_bytes().as_slice(), kept_ms(now)))
    }

    /// Forgets a sign-in, if it is there.
    pub(crate) fn remove_sign_in(&self, digest: &TokenDigest) -> Result<(), AccountsError> {
        let sql = "DELETE FROM sign_in WHERE digest = ?1";
        self.write("remove a sign-in from", sql, [digest.as_bytes().as_slice()])
    }

    pub(crate) fn read_people(&self) -> rusqlite::Result<People> {
        let mut people = People::default();
        let mut query = self.connection().prepare("SELECT id, shop, name, password FROM person")?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let (id, name) = (PersonId(row.get(0)?), row.get::<_, String>(2)?);
            let person = Person { id, shop: shop_id(row.get(1)?), name: name.into() };
            people.persons.insert(id, (person, row.get(3)?));
        }
        let mut query = self.connection().prepare("SELECT digest, person, seen_ms FROM sign_in")?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let digest: Vec<u8> = row.get(0)?;
            let digest = TokenDigest::from_kept(&digest).expect("the table's check is 32 bytes");
            let seen = Timestamp(row.get::<_, i64>(2)?.cast_unsigned());
            people.sign_ins.push(SignIn { digest, person: PersonId(row.get(1)?), seen });
        }
        Ok(people)
    }

    fn write(
        &self,
        doing: &'static str,
        sql: &str,
        values: impl rusqlite::Params,
    ) -> Result<(), AccountsError> {
        let written = self.connection().execute(sql, values);
        written.map(|_| ()).map_err(|source| self.error(doing, source))
    }
}

/// SQL's integers are signed; a time is far below.
fn kept_ms(at: Timestamp) -> i64 {
    at.0.cast_signed()
}
