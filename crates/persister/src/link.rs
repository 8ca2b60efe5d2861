//! One connection to either database: run a statement, get its rows, know whose fault a failure is.

use crate::copy::{Copied, copy};
use crate::error::Fault;
use crate::sql::{New, Sql};
use crate::target::Target;
use domain::ShopId;
use domain::limits::PERSIST_STATEMENT_MS_MAX;
use serde::Serialize;
use sqlx::postgres::{PgConnectOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteRow, SqliteSynchronous};
use sqlx::{Column, ConnectOptions, Executor, PgConnection, Row as _, SqliteConnection, TypeInfo};
use sqlx::{ValueRef, query, raw_sql};
use std::path::Path;
use std::time::Duration;

/// Fewer rows are not worth the round trips of a copy.
pub(crate) const COPIED_MIN: usize = 32;

/// An open connection. Dropped, it is closed, and what it had begun is undone.
#[derive(Debug)]
pub(crate) enum Link {
    /// To a file.
    Sqlite(Box<SqliteConnection>),
    /// To a server.
    Postgres(Box<PgConnection>),
}

/// What goes into a statement and comes out of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Value {
    /// A whole number, or null.
    Int(Option<i64>),
    /// A text, or null.
    Text(Option<String>),
}

impl From<u64> for Value {
    /// Numbers beyond SQL's (the end of time) stay at its largest.
    fn from(number: u64) -> Self {
        Self::Int(Some(i64::try_from(number).unwrap_or(i64::MAX)))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(Some(number))
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(Some(number.into()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

macro_rules! bound {
    ($text:expr, $values:expr) => {{
        let mut statement = query($text);
        for value in $values {
            statement = match value {
                Value::Int(number) => statement.bind(number),
                Value::Text(text) => statement.bind(text),
            };
        }
        statement
    }};
}

impl Link {
    /// Opens one. A reader's SQLite connection does not make the file.
    pub(crate) async fn open(target: &Target, reads_only: bool) -> Result<Self, Fault> {
        match target {
            Target::Sqlite(path) => {
                let options = sqlite_options(path, reads_only);
                let link = options.connect().await.map_err(sqlite_fault)?;
                Ok(Self::Sqlite(Box::new(link)))
            }
            Target::Postgres(options) => {
                let options = postgres_options(options);
                let link = options.connect().await.map_err(postgres_fault)?;
                Ok(Self::Postgres(Box::new(link)))
            }
        }
    }

    /// Runs a statement; how many rows it touched.
    pub(crate) async fn execute(&mut self, sql: Sql, values: Vec<Value>) -> Result<u64, Fault> {
        match self {
            Self::Sqlite(link) => {
                let done = link.execute(bound!(sql.sqlite, values)).await;
                Ok(done.map_err(sqlite_fault)?.rows_affected())
            }
            Self::Postgres(link) => {
                let done = link.execute(bound!(sql.postgres, values)).await;
                Ok(done.map_err(postgres_fault)?.rows_affected())
            }
        }
    }

    /// Brings rows that are new.
    pub(crate) async fn insert<R: Copied + Serialize>(
        &mut self,
        New { few, many }: New,
        shop: ShopId,
        rows: &[R],
    ) -> Result<(), Fault> {
        match self {
            Self::Postgres(link) if rows.len() >= COPIED_MIN => {
                copy(link, many, shop, rows).await.map_err(postgres_fault)
            }
            Self::Postgres(_) | Self::Sqlite(_) => self.put(few, shop, rows).await,
        }
    }

    /// Brings rows as one JSON array, by a statement that takes the shop and them.
    pub(crate) async fn put(
        &mut self,
        sql: Sql,
        shop: ShopId,
        rows: &[impl Serialize],
    ) -> Result<(), Fault> {
        if rows.is_empty() {
            return Ok(());
        }
        self.execute(sql, vec![shop.get().into(), json(rows)?.into()]).await.map(drop)
    }

    /// Runs a script of several statements that take no values.
    pub(crate) async fn script(&mut self, sql: Sql) -> Result<(), Fault> {
        match self {
            Self::Sqlite(link) => {
                let done = link.execute(raw_sql(sql.sqlite)).await;
                done.map(drop).map_err(sqlite_fault)
            }
            Self::Postgres(link) => {
                let done = link.execute(raw_sql(sql.postgres)).await;
                done.map(drop).map_err(postgres_fault)
            }
        }
    }

    /// Runs a query; its rows.
    pub(crate) async fn fetch(&mut self, sql: Sql, values: Vec<Value>) -> Result<Vec<Row>, Fault> {
        match self {
            Self::Sqlite(link) => {
                let rows = link.fetch_all(bound!(sql.sqlite, values)).await;
                rows.map_err(sqlite_fault)?.iter().map(sqlite_row).collect()
            }
            Self::Postgres(link) => {
                let rows = link.fetch_all(bound!(sql.postgres, values)).await;
                rows.map_err(postgres_fault)?.iter().map(postgres_row).collect()
            }
        }
    }
}

/// The rows as one JSON array, as every `put_*.sql` takes them.
pub(crate) fn json(rows: &(impl Serialize + ?Sized)) -> Result<String, Fault> {
    serde_json::to_string(rows).map_err(|error| Fault::Data(error.to_string()))
}

/// 32 MiB (negative: KiB): keys fall anywhere into their index, which should stay at hand.
const SQLITE_CACHE: &str = "-32768";
/// Pages (8 MiB): a page that several batches touch is copied into the file once. More would hold
/// the journal's syncs up while they are written.
const SQLITE_CHECKPOINT: &str = "2048";

fn sqlite_options(path: &Path, reads_only: bool) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(!reads_only)
        .read_only(reads_only)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(Duration::from_millis(PERSIST_STATEMENT_MS_MAX))
        .pragma("secure_delete", "ON")
        .pragma("cache_size", SQLITE_CACHE)
        .pragma("wal_autocheckpoint", SQLITE_CHECKPOINT)
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging()
}

/// Commits need not wait for the server's disk: rows and watermark are lost together, and written
/// again.
fn postgres_options(options: &PgConnectOptions) -> PgConnectOptions {
    let limit = PERSIST_STATEMENT_MS_MAX.to_string();
    options
        .clone()
        .application_name("chot")
        .options([
            ("statement_timeout", limit.as_str()),
            ("lock_timeout", limit.as_str()),
            ("idle_in_transaction_session_timeout", limit.as_str()),
            ("synchronous_commit", "off"),
        ])
        .disable_statement_logging()
}

/// A row of an answer.
#[derive(Debug)]
pub(crate) struct Row(Vec<Value>);

impl Row {
    /// A column that is a whole number or null.
    pub(crate) fn maybe_int(&self, column: usize) -> Result<Option<i64>, Fault> {
        match &self.0[column] {
            Value::Int(number) => Ok(*number),
            Value::Text(None) => Ok(None),
            Value::Text(Some(_)) => Err(unreadable(column)),
        }
    }

    /// A column that is a number that is not negative.
    pub(crate) fn number<T: TryFrom<i64>>(&self, column: usize) -> Result<T, Fault> {
        let number = self.maybe_int(column)?;
        let number = number.and_then(|number| T::try_from(number).ok());
        number.ok_or_else(|| unreadable(column))
    }

    /// A column that is such a number or null.
    pub(crate) fn maybe_number<T: TryFrom<i64>>(&self, at: usize) -> Result<Option<T>, Fault> {
        match self.maybe_int(at)? {
            None => Ok(None),
            Some(_) => self.number(at).map(Some),
        }
    }

    /// A column that is a text or null.
    pub(crate) fn maybe_text(&self, column: usize) -> Result<Option<&str>, Fault> {
        match &self.0[column] {
            Value::Text(text) => Ok(text.as_deref()),
            Value::Int(None) => Ok(None),
            Value::Int(Some(_)) => Err(unreadable(column)),
        }
    }

    /// A column that is a text which `parse` understands.
    pub(crate) fn text<T>(
        &self,
        column: usize,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<T, Fault> {
        let text = self.maybe_text(column)?;
        text.and_then(parse).ok_or_else(|| unreadable(column))
    }
}

/// Somebody else wrote into the tables, or we are wrong.
fn unreadable(column: usize) -> Fault {
    Fault::Data(format!("the read model holds what cannot be there, in column {column}"))
}

fn sqlite_row(row: &SqliteRow) -> Result<Row, Fault> {
    let value = |column| {
        let raw = row.try_get_raw(column).map_err(sqlite_fault)?;
        let text = raw.type_info().name() == "TEXT";
        if text {
            row.try_get_unchecked(column).map(Value::Text).map_err(sqlite_fault)
        } else {
            row.try_get_unchecked(column).map(Value::Int).map_err(sqlite_fault)
        }
    };
    (0..row.len()).map(value).collect::<Result<_, _>>().map(Row)
}

fn postgres_row(row: &PgRow) -> Result<Row, Fault> {
    let value = |column: &sqlx::postgres::PgColumn| {
        let at = column.ordinal();
        match column.type_info().name() {
            "INT8" => row.try_get(at).map(Value::Int),
            "INT4" => row.try_get::<Option<i32>, _>(at).map(|n| Value::Int(n.map(i64::from))),
            _ => row.try_get(at).map(Value::Text),
        }
        .map_err(postgres_fault)
    };
    row.columns().iter().map(value).collect::<Result<_, _>>().map(Row)
}

/// Refused rows hold up their shop; everything else is the database's own trouble.
fn sqlite_fault(error: sqlx::Error) -> Fault {
    fault(error, |code| {
        let primary = code.parse::<u32>().map_or(0, |code| code & 0xff);
        // ERROR (overflow, malformed JSON), TOOBIG, CONSTRAINT, MISMATCH, RANGE.
        matches!(primary, 1 | 18 | 19 | 20 | 25)
    })
}

/// SQLSTATE classes in which the server, its schema or its rights are at fault, not the rows.
const AWAY: [&str; 15] =
    ["08", "25", "26", "28", "3D", "3F", "40", "42", "53", "55", "57", "58", "F0", "XX", "0A"];

fn postgres_fault(error: sqlx::Error) -> Fault {
    fault(error, |code| !AWAY.iter().any(|class| code.starts_with(class)))
}

fn fault(error: sqlx::Error, rows_are_at_fault: impl Fn(&str) -> bool) -> Fault {
    let said = error.to_string();
    match &error {
        sqlx::Error::Database(database) => match database.code() {
            Some(code) if rows_are_at_fault(&code) => Fault::Data(said),
            _ => Fault::Down(said),
        },
        sqlx::Error::Encode(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } => {
            Fault::Data(said)
        }
        _ => Fault::Down(said),
    }
}
