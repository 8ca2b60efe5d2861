//! Files of every earlier format, as the programs of their time wrote them, are brought up and lose
//! nothing. What stands here is never changed, only added to.

use accounts::{Accounts, CameFrom, Duty, Opens, Role, SignInTry};
use domain::{Salutation, SessionId, ShopId, Timestamp};
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::path::Path;

const NOW: Timestamp = Timestamp(1_795_431_905_123);
const TOKEN: &str = "chot_host_0123456789012345678901234567890123456789012";
const CARRIED: &str = "0123456789012345678901234567890123456789012";
const PASSWORD: &str = "bí đỏ ngọt lắm";
const SHOP: u64 = 7_919;

/// What each format added.
const FORMATS: [&str; 4] = [
    "CREATE TABLE secret (one INTEGER PRIMARY KEY CHECK (one = 1),
         bytes BLOB NOT NULL CHECK (length(bytes) = 32)) STRICT;
     CREATE TABLE shop (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
     CREATE TABLE token (id INTEGER PRIMARY KEY,
         shop INTEGER NOT NULL REFERENCES shop (id),
         role TEXT NOT NULL CHECK (role IN ('host', 'source')),
         digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32)) STRICT;",
    "CREATE TABLE person (id INTEGER PRIMARY KEY,
         shop INTEGER NOT NULL REFERENCES shop (id), name TEXT NOT NULL,
         folded TEXT NOT NULL UNIQUE, password TEXT NOT NULL) STRICT;
     CREATE TABLE practice (real INTEGER PRIMARY KEY REFERENCES shop (id),
         shop INTEGER NOT NULL UNIQUE REFERENCES shop (id)) STRICT;
     CREATE TABLE sign_in (digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
         person INTEGER NOT NULL REFERENCES person (id), made_ms INTEGER NOT NULL,
         seen_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;",
    "CREATE TABLE photo (id INTEGER PRIMARY KEY, shop INTEGER NOT NULL REFERENCES shop (id),
         digest BLOB NOT NULL CHECK (length(digest) = 32), bytes BLOB NOT NULL,
         UNIQUE (digest, shop)) STRICT;
     CREATE TABLE shown (shop INTEGER NOT NULL REFERENCES shop (id), session INTEGER NOT NULL,
         code TEXT NOT NULL, photo BLOB NOT NULL CHECK (length(photo) = 32),
         thumb BLOB NOT NULL CHECK (length(thumb) = 32),
         PRIMARY KEY (shop, session, code)) STRICT, WITHOUT ROWID;",
    "ALTER TABLE shop ADD COLUMN salutation TEXT NOT NULL DEFAULT 'bạn'
         CHECK (salutation IN ('bạn', 'anh chị', 'cô bác'));",
];

/// A file as a program of that format left it: a shop with its token and, from the second on, two
/// people, the first of them signed in.
fn written(dir: &Path, format: usize) {
    let file = Connection::open(dir.join("accounts.db")).expect("opens");
    for step in &FORMATS[..format] {
        file.execute_batch(step).expect("as it was");
    }
    file.execute("INSERT INTO secret VALUES (1, ?1)", [[7_u8; 32]]).expect("written");
    file.execute("INSERT INTO shop (id, name) VALUES (?1, 'Mận Bắc Hà')", [SHOP.cast_signed()])
        .expect("written");
    let digest = |text: &str| <[u8; 32]>::from(Sha256::digest(text));
    let token = "INSERT INTO token (shop, role, digest) VALUES (?1, 'host', ?2)";
    file.execute(token, (SHOP.cast_signed(), digest(TOKEN))).expect("written");
    if format >= 2 {
        let person = "INSERT INTO person (shop, name, folded, password) VALUES (?1, ?2, ?3, ?4)";
        for (name, folded) in [("Đào", "đào"), ("Lan", "lan")] {
            let values = (SHOP.cast_signed(), name, folded, kept_password());
            file.execute(person, values).expect("written");
        }
        let sign_in = "INSERT INTO sign_in VALUES (?1, 1, ?2, ?2)";
        file.execute(sign_in, (digest(CARRIED), NOW.0.cast_signed())).expect("written");
    }
    file.pragma_update(None, "application_id", 0x4368_4163).expect("written");
    file.pragma_update(None, "user_version", format.cast_signed() as i64).expect("written");
}

/// What this installation keeps of the password, taken from a file of its own.
fn kept_password() -> String {
    let dir = tempfile::tempdir().expect("a folder");
    let accounts = Accounts::open(dir.path()).expect("opens");
    let link = accounts.offer(Opens::SetUp(None), NOW);
    let from = (CameFrom::default(), NOW);
    accounts.set_up(&link, "Bí", ("Mai", PASSWORD), from).expect("set up");
    drop(accounts);
    let file = Connection::open(dir.path().join("accounts.db")).expect("opens");
    file.query_row("SELECT password FROM person", (), |row| row.get(0)).expect("read")
}

#[test]
fn a_file_of_every_earlier_format_is_brought_up_and_loses_nothing() {
    for format in 1..=FORMATS.len() {
        let dir = tempfile::tempdir().expect("a folder");
        written(dir.path(), format);
        let shop = ShopId::from_random(SHOP);
        for _ in 0..2 {
            let accounts = Accounts::open(dir.path()).expect("is brought up");
            let program = accounts.authenticate(TOKEN).expect("known");
            assert_eq!((program.shop, program.role), (shop, Role::Owner), "format {format}");
            assert_eq!(accounts.shop_name(shop).as_deref(), Some("Mận Bắc Hà"));
            assert_eq!(accounts.salutation(shop), Salutation::Ban);
            assert!(accounts.photos_of(shop, SessionId(1)).is_empty());
            assert_eq!(accounts.has_people(), format >= 2);
            if format < 2 {
                continue;
            }
            let here = accounts.signed_in(CARRIED, NOW).expect("still signed in");
            let at = here.at.expect("a shop");
            assert_eq!((at.shop, at.role, here.person.duty), (shop, Role::Owner, Duty::Operator));
            let from = (CameFrom::default(), NOW);
            let second = accounts.sign_in("lan", PASSWORD, "", from).expect("works");
            let SignInTry::In(second) = second else { panic!("{second:?}") };
            assert_eq!((second.at, second.person.duty), (Some(shop), Duty::None));
        }
    }
}
