//! `accounts.db`: one SQLite file, write-ahead log, synced at every commit, readable by its owner
//! only.

use crate::accounts::{By, Principal};
use crate::album;
use crate::audit;
use crate::directory::Directory;
use crate::error::AccountsError;
use crate::overlay_store;
use crate::overlays::OverlayKeys;
use crate::people::People;
use crate::photos::Photos;
use crate::roll;
use crate::secret::Secret;
use crate::token::{TokenDigest, TokenId, TokenKind};
use domain::{Salutation, ShopId};
use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction};
use std::fs::{File, OpenOptions, create_dir_all};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file's name in the data folder.
const FILE_NAME: &str = "accounts.db";

/// "ChAc": says in the file's header whose it is.
const APPLICATION_ID: i64 = 0x4368_4163;

/// The format that this program writes; a file without a format is new.
const FORMAT: i64 = 5;

const SCHEMA: &str = "
CREATE TABLE secret (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    bytes BLOB NOT NULL CHECK (length(bytes) = 32)
) STRICT;
CREATE TABLE shop (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;
CREATE TABLE token (
    id INTEGER PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    role TEXT NOT NULL CHECK (role IN ('host', 'source')),
    digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32)
) STRICT;
";

/// What format 2 has besides.
const PEOPLE: &str = "
CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    shop INTEGER NOT NULL REFERENCES shop (id),
    name TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL
) STRICT;
CREATE TABLE practice (
    real INTEGER PRIMARY KEY REFERENCES shop (id),
    shop INTEGER NOT NULL UNIQUE REFERENCES shop (id)
) STRICT;
CREATE TABLE sign_in (
    digest BLOB PRIMARY KEY CHECK (length(digest) = 32),
    person INTEGER NOT NULL REFERENCES person (id),
    made_ms INTEGER NOT NULL,
    seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
";

/// What format 4 has besides.
const SALUTATION: &str = "
ALTER TABLE shop ADD COLUMN salutation TEXT NOT NULL DEFAULT 'bạn'
    CHECK (salutation IN ('bạn', 'anh chị', 'cô bác'));
";

/// What each format has besides the one before it, the first first.
const STEPS: [&[&str]; FORMAT as usize] = [
    &[SCHEMA],
    &[PEOPLE],
    &[album::SCHEMA],
    &[SALUTATION],
    &[roll::SCHEMA, audit::SCHEMA, overlay_store::SCHEMA],
];

/// The open file. One handle has it; a second one is refused as in use.
pub(crate) struct Store {
    path: PathBuf,
    connection: Connection,
}

/// Everything that stood in the file.
pub(crate) struct Kept {
    pub(crate) secret: Secret,
    pub(crate) directory: Directory,
    pub(crate) people: People,
    pub(crate) photos: Photos,
    pub(crate) overlay_keys: OverlayKeys,
}

impl Store {
    /// Opens the file in `dir`, makes both if they are missing, and reads everything.
    pub(crate) fn open(dir: &Path) -> Result<(Self, Kept), AccountsError> {
        let path = dir.join(FILE_NAME);
        create_private(dir, &path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&path, flags)
            .map_err(|source| database("open", &path, source))?;
        let mut store = Self { path, connection };
        store.lock().map_err(|e| store.error("lock", e))?;
        let found = store.check_header()?;
        store.set_up().map_err(|e| store.error("set up", e))?;
        if found < FORMAT {
            store.bring_up(found)?;
        }
        let kept = store.read()?;
        Ok((store, kept))
    }

    /// Adds a shop with its tokens, a practice shop with the one it practises for; durable when
    /// this returns. The tokens are numbered in the order given.
    pub(crate) fn add_shop(
        &mut self,
        shop: ShopId,
        name: &str,
        tokens: [(TokenKind, TokenDigest); 2],
        practises_for: Option<ShopId>,
    ) -> Result<[TokenId; 2], AccountsError> {
        let added = self.connection.transaction().and_then(|transaction| {
            let sql = "INSERT INTO shop (id, name) VALUES (?1, ?2)";
            transaction.execute(sql, (shop.get().cast_signed(), name))?;
            let ids = [
                insert_token(&transaction, shop, tokens[0])?,
                insert_token(&transaction, shop, tokens[1])?,
            ];
            if let Some(real) = practises_for {
                let sql = "INSERT INTO practice (real, shop) VALUES (?1, ?2)";
                transaction.execute(sql, [real, shop].map(|shop| shop.get().cast_signed()))?;
            }
            transaction.commit()?;
            Ok(ids)
        });
        added.map_err(|source| self.error("add a shop to", source))
    }

    /// Addresses a shop's buyers so from now on; durable when this returns.
    pub(crate) fn set_salutation(
        &self,
        shop: ShopId,
        salutation: Salutation,
    ) -> Result<(), AccountsError> {
        let sql = "UPDATE shop SET salutation = ?2 WHERE id = ?1";
        let values = (shop.get().cast_signed(), salutation.as_str());
        let written = self.connection.execute(sql, values);
        written.map(drop).map_err(|source| self.error("change a shop of", source))
    }

    /// For as long as this handle lives: the copy in memory stays true, because nobody else can
    /// write.
    fn lock(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(Duration::ZERO)?;
        self.connection.pragma_update(None, "locking_mode", "EXCLUSIVE")
    }

    /// The file's format, 0 for a new one. What this program does not know is refused before a byte
    /// of it changes.
    fn check_header(&self) -> Result<i64, AccountsError> {
        let found = self.pragma("user_version")?;
        let application = self.pragma("application_id")?;
        match (found, application) {
            (1..=FORMAT, APPLICATION_ID) => Ok(found),
            (0, 0) if self.is_empty()? => Ok(0),
            (_, APPLICATION_ID) if found > FORMAT => {
                Err(AccountsError::Newer { path: self.path.clone(), found, known: FORMAT })
            }
            _ => Err(self.not_ours("its header says that another program made it")),
        }
    }

    /// Every commit is synced, and what is deleted leaves no bytes in the file.
    fn set_up(&self) -> rusqlite::Result<()> {
        self.connection.pragma_update(None, "secure_delete", true)?;
        self.connection.pragma_update(None, "journal_mode", "WAL")?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        self.connection.pragma_update(None, "foreign_keys", true)
    }

    /// Brings a file of an earlier format up, a new one with the server's secret: all of it, or
    /// nothing.
    fn bring_up(&mut self, format: i64) -> Result<(), AccountsError> {
        let done = self.connection.transaction().and_then(|transaction| {
            let known = usize::try_from(format).expect("the header was checked");
            for step in STEPS[known..].iter().copied().flatten() {
                transaction.execute_batch(step)?;
            }
            if format == 0 {
                let secret = Secret::draw();
                let sql = "INSERT INTO secret (one, bytes) VALUES (1, ?1)";
                transaction.execute(sql, [secret.expose().as_slice()])?;
                transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            }
            transaction.pragma_update(None, "user_version", FORMAT)?;
            transaction.commit()
        });
        done.map_err(|source| self.error("bring up", source))
    }

    fn read(&self) -> Result<Kept, AccountsError> {
        let sql = "SELECT bytes FROM secret";
        let bytes: Vec<u8> = self
            .connection
            .query_row(sql, (), |row| row.get(0))
            .map_err(|source| self.error("read the secret of", source))?;
        let secret = Secret::from_kept(&bytes)
            .ok_or_else(|| self.not_ours("its secret has a wrong length"))?;
        let mut directory = Directory::default();
        self.read_shops(&mut directory)
            .map_err(|source| self.error("read the shops of", source))?;
        self.read_tokens(&secret, &mut directory)
            .map_err(|source| self.error("read the tokens of", source))?;
        let people =
            self.read_people().map_err(|source| self.error("read the people of", source))?;
        let photos =
            self.read_photos().map_err(|source| self.error("read the photos of", source))?;
        let overlay_keys = self
            .read_overlay_keys()
            .map_err(|source| self.error("read the overlays' keys of", source))?;
        Ok(Kept { secret, directory, people, photos, overlay_keys })
    }

    fn read_shops(&self, directory: &mut Directory) -> rusqlite::Result<()> {
        let mut query = self.connection.prepare("SELECT id, name, salutation FROM shop")?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let name: String = row.get(1)?;
            let salutation: String = row.get(2)?;
            let salutation = Salutation::parse(&salutation);
            let salutation = salutation.expect("the table's check allows these three words");
            directory.put_shop(shop_id(row.get(0)?), name.into());
            directory.put_salutation(shop_id(row.get(0)?), salutation);
        }
        let mut query = self.connection.prepare("SELECT real, shop FROM practice")?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            directory.put_practice(shop_id(row.get(0)?), shop_id(row.get(1)?));
        }
        Ok(())
    }

    fn read_tokens(&self, secret: &Secret, directory: &mut Directory) -> rusqlite::Result<()> {
        let sql = "SELECT id, shop, role, digest FROM token";
        let mut query = self.connection.prepare(sql)?;
        let mut rows = query.query(())?;
        while let Some(row) = rows.next()? {
            let kind: String = row.get(2)?;
            let kind = TokenKind::parse(&kind).expect("the table's check allows these two words");
            let digest: Vec<u8> = row.get(3)?;
            let digest = TokenDigest::from_kept(&digest).expect("the table's check is 32 bytes");
            let principal = Principal {
                shop: shop_id(row.get(1)?),
                role: kind.role(),
                by: By::Token(TokenId(row.get(0)?)),
                staff: digest.staff(secret),
            };
            directory.put_token(digest, principal);
        }
        Ok(())
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    fn is_empty(&self) -> Result<bool, AccountsError> {
        let sql = "SELECT count(*) = 0 FROM sqlite_schema";
        self.connection
            .query_row(sql, (), |row| row.get(0))
            .map_err(|source| self.error("read", source))
    }

    fn pragma(&self, name: &str) -> Result<i64, AccountsError> {
        self.connection
            .pragma_query_value(None, name, |row| row.get(0))
            .map_err(|source| self.error("read", source))
    }

    fn not_ours(&self, what: &'static str) -> AccountsError {
        let path = self.path.clone();
        AccountsError::NotOurs { path, what }
    }

    pub(crate) fn error(&self, doing: &'static str, source: rusqlite::Error) -> AccountsError {
        database(doing, &self.path, source)
    }
}

fn insert_token(
    transaction: &Transaction<'_>,
    shop: ShopId,
    (kind, digest): (TokenKind, TokenDigest),
) -> rusqlite::Result<TokenId> {
    let sql = "INSERT INTO token (shop, role, digest) VALUES (?1, ?2, ?3) RETURNING id";
    let values = (shop.get().cast_signed(), kind.as_str(), digest.as_bytes().as_slice());
    transaction.query_row(sql, values, |row| row.get(0).map(TokenId))
}

/// SQL's integers are signed; a shop's number is below 2⁵⁰.
pub(crate) fn shop_id(kept: i64) -> ShopId {
    ShopId::from_random(kept.cast_unsigned())
}

fn database(doing: &'static str, path: &Path, source: rusqlite::Error) -> AccountsError {
    let path = path.to_owned();
    match source.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => AccountsError::InUse { path },
        Some(ErrorCode::NotADatabase) => {
            AccountsError::NotOurs { path, what: "it is not an SQLite file" }
        }
        _ => AccountsError::Database { doing, path, source },
    }
}

/// Makes the folder and the file where they are missing, the file for its owner only; SQLite gives
/// the log beside it the same mode. A file with a wider mode (a copied backup) is narrowed.
fn create_private(dir: &Path, path: &Path) -> Result<(), AccountsError> {
    let failed = |doing, path: &Path| {
        let path = path.to_owned();
        move |source| AccountsError::File { doing, path, source }
    };
    create_dir_all(dir).map_err(failed("create", dir))?;
    let is_new = !path.exists();
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(failed("open", path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))
            .map_err(failed("protect", path))?;
    }
    if is_new {
        file.sync_all().map_err(failed("sync", path))?;
        #[cfg(unix)]
        File::open(dir).and_then(|dir| dir.sync_all()).map_err(failed("sync", dir))?;
    }
    Ok(())
}
