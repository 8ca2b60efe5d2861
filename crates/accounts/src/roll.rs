//! The part of `accounts.db` that holds people, what they are where, and their sign-ins.

use crate::error::AccountsError;
use crate::people::{Known, People};
use crate::person::{Duty, Person, PersonId};
use crate::role::Role;
use crate::second::Second;
use crate::sign_in::{CameFrom, SignIn, SignInId};
use crate::store::{Store, shop_id};
use crate::token::TokenDigest;
use domain::{ShopId, Timestamp};
use rusqlite::Row;

/// What format 5 has besides: people belong to as many shops as let them in, and a sign-in says
/// from where it came.
pub(crate) const SCHEMA: &str = "
CREATE TABLE person_of_5 (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    second BLOB CHECK (length(second) = 20),
    duty TEXT NOT NULL CHECK (duty IN ('none', 'helper', 'operator'))
) STRICT;
INSERT INTO person_of_5 (id, name, folded, password, duty)
    SELECT id, name, folded, password,
        CASE WHEN id = (SELECT min(id) FROM person) THEN 'operator' ELSE 'none' END
    FROM person;
CREATE TABLE member (
    shop INTEGER NOT NULL REFERENCES shop (id),
    person INTEGER NOT NULL REFERENCES person_of_5 (id),
    role TEXT NOT NULL
        CHECK (role IN ('owner', 'host', 'clerk', 'packer', 'watcher', 'helper')),
    since_ms INTEGER NOT NULL,
    PRIMARY KEY (shop, person)
) STRICT, WITHOUT ROWID;
INSERT INTO member (shop, person, role, since_ms) SELECT shop, id, 'owner', 0 FROM person;
CREATE TABLE sign_in_of_5 (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
    person INTEGER NOT NULL REFERENCES person_of_5 (id),
    shop INTEGER REFERENCES shop (id),
    made_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL,
    device TEXT NOT NULL,
    address TEXT NOT NULL
) STRICT;
INSERT INTO sign_in_of_5 (digest, person, shop, made_ms, seen_ms, device, address)
    SELECT digest, person, shop, made_ms, seen_ms, '', ''
    FROM sign_in JOIN person ON person.id = sign_in.person;
DROP TABLE sign_in;
DROP TABLE person;
ALTER TABLE person_of_5 RENAME TO person;
ALTER TABLE sign_in_of_5 RENAME TO sign_in;
";

impl Store {
    /// Adds a person; durable when this returns.
    pub(crate) fn add_person(
        &self,
        (name, folded): (&str, &str),
        password: &str,
        duty: Duty,
    ) -> Result<PersonId, AccountsError> {
        let sql = "INSERT INTO person (name, folded, password, duty) VALUES (?1, ?2, ?3, ?4) \
                   RETURNING id";
        let values = (name, folded, password, duty.as_str());
        let added = self.connection().query_row(sql, values, |row| row.get(0).map(PersonId));
        added.map_err(|source| self.error("add a person to", source))
    }

    /// Says what somebody is for the installation.
    pub(crate) fn set_duty(&self, person: PersonId, duty: Duty) -> Result<(), AccountsError> {
        let sql = "UPDATE person SET duty = ?2 WHERE id = ?1";
        self.write("change a person of", sql, (person.0, duty.as_str()))
    }

    /// Says what somebody is in a shop.
    pub(crate) fn put_member(
        &self,
        shop: ShopId,
        person: PersonId,
        role: Role,
        now: Timestamp,
    ) -> Result<(), AccountsError> {
        let sql = "INSERT INTO member (shop, person, role, since_ms) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT (shop, person) DO UPDATE SET role = ?3";
        let values = (shop.get().cast_signed(), person.0, role.as_str(), kept_ms(now));
        self.write("add somebody to a shop of", sql, values)
    }

    /// Somebody no longer belongs to a shop; their devices open its console no more.
    pub(crate) fn remove_member(
        &self,
        shop: ShopId,
        person: PersonId,
    ) -> Result<(), AccountsError> {
        let sql = "DELETE FROM member WHERE shop = ?1 AND person = ?2";
        self.write("remove somebody from", sql, (shop.get().cast_signed(), person.0))
    }

    /// Sets or takes away a second factor.
    pub(crate) fn set_second(
        &self,
        person: PersonId,
        secret: Option<&[u8]>,
    ) -> Result<(), AccountsError> {
        let sql = "UPDATE person SET second = ?2 WHERE id = ?1";
        self.write("change a person of", sql, (person.0, secret))
    }

    /// Sets a password and forgets the person's sign-ins but this one: both, or neither.
    pub(crate) fn set_password(
        &self,
        person: PersonId,
        password: &str,
        stays: SignInId,
    ) -> Result<(), AccountsError> {
        let changed = self.connection().unchecked_transaction().and_then(|transaction| {
            let sql = "UPDATE person SET password = ?2 WHERE id = ?1";
            transaction.execute(sql, (person.0, password))?;
            let sql = "DELETE FROM sign_in WHERE person = ?1 AND id <> ?2";
            transaction.execute(sql, (person.0, stays.0))?;
            transaction.commit()
        });
        changed.map_err(|source| self.error("change a person of", source))
    }

    /// Adds a sign-in, under the next number.
    pub(crate) fn add_sign_in(&self, sign_in: &SignIn) -> Result<SignInId, AccountsError> {
        let sql = "INSERT INTO sign_in (digest, person, shop, made_ms, seen_ms, device, address) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id";
        let address = sign_in.from.address.map_or_else(String::new, |address| address.to_string());
        let values = (
            sign_in.digest.as_bytes().as_slice(),
            sign_in.person.0,
            sign_in.at.map(|shop| shop.get().cast_signed()),
            kept_ms(sign_in.made),
            kept_ms(sign_in.seen),
            &*sign_in.from.device,
            address,
        );
        let added = self.connection().query_row(sql, values, |row| row.get(0).map(SignInId));
        added.map_err(|source| self.error("add a sign-in to", source))
    }

    /// Notes that a sign-in was used.
    pub(crate) fn see(&self, digest: &TokenDigest, now: Timestamp) -> Result<(), AccountsError> {
        let sql = "UPDATE sign_in SET seen_ms = ?2 WHERE digest = ?1";
        self.write("note a use in", sql, (digest.as_bytes().as_slice(), kept_ms(now)))
    }

    /// A device opens another shop's console.
    pub(crate) fn move_sign_in(&self, id: SignInId, shop: ShopId) -> Result<(), AccountsError> {
        let sql = "UPDATE sign_in SET shop = ?2 WHERE id = ?1";
        self.write("move a sign-in of", sql, (id.0, shop.get().cast_signed()))
    }

    /// Forgets a sign-in, if it is there.
    pub(crate) fn remove_sign_in(&self, digest: &TokenDigest) -> Result<(), AccountsError> {
        let sql = "DELETE FROM sign_in WHERE digest = ?1";
        self.write("remove a sign-in from", sql, [digest.as_bytes().as_slice()])
    }

    pub(crate) fn read_people(&self) -> rusqlite::Result<People> {
        let mut people = People::default();
        let mut query =
            self.connection().prepare("SELECT id, name, duty, password, second FROM person")?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let known = known(row)?;
            people.persons.insert(known.person.id, known);
        }
        let mut query = self.connection().prepare("SELECT shop, person, role FROM member")?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let role: String = row.get(2)?;
            let role = Role::parse(&role).expect("the table's check allows these words");
            people.members.insert((shop_id(row.get(0)?), PersonId(row.get(1)?)), role);
        }
        let sql = "SELECT id, digest, person, shop, made_ms, seen_ms, device, address \
                   FROM sign_in ORDER BY id";
        let mut query = self.connection().prepare(sql)?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            people.sign_ins.push(sign_in(row)?);
        }
        Ok(people)
    }

    pub(crate) fn write(
        &self,
        doing: &'static str,
        sql: &str,
        values: impl rusqlite::Params,
    ) -> Result<(), AccountsError> {
        let written = self.connection().execute(sql, values);
        written.map(|_| ()).map_err(|source| self.error(doing, source))
    }
}

fn known(row: &Row<'_>) -> rusqlite::Result<Known> {
    let (name, duty) = (row.get::<_, String>(1)?, row.get::<_, String>(2)?);
    let duty = Duty::parse(&duty).expect("the table's check allows these words");
    let second: Option<Vec<u8>> = row.get(4)?;
    let second = second.map(|bytes| {
        Second::from_kept(&bytes).expect("the table's check is the length of a second factor")
    });
    let person = Person { id: PersonId(row.get(0)?), name: name.into(), duty };
    Ok(Known { person, password: row.get(3)?, second })
}

fn sign_in(row: &Row<'_>) -> rusqlite::Result<SignIn> {
    let digest: Vec<u8> = row.get(1)?;
    let (device, address) = (row.get::<_, String>(6)?, row.get::<_, String>(7)?);
    Ok(SignIn {
        id: SignInId(row.get(0)?),
        digest: TokenDigest::from_kept(&digest).expect("the table's check is 32 bytes"),
        person: PersonId(row.get(2)?),
        at: row.get::<_, Option<i64>>(3)?.map(shop_id),
        made: read_ms(row.get(4)?),
        seen: read_ms(row.get(5)?),
        from: CameFrom { device: device.into(), address: address.parse().ok() },
        proved: None,
    })
}

/// SQL's integers are signed; a time is far below.
pub(crate) fn kept_ms(at: Timestamp) -> i64 {
    at.0.cast_signed()
}

/// The same, read back.
pub(crate) fn read_ms(kept: i64) -> Timestamp {
    Timestamp(kept.cast_unsigned())
}
