//! The peer: plain binary `COPY` of the rows that our flush left in its tables, in the same
//! transactions, the bytes made before the clock runs.

use crate::postgres::Postgres;
use domain::limits::PERSIST_BATCH_EVENTS_MAX;
use persister::{ReadModel, Target};
use sqlx::{ConnectOptions, Executor, PgConnection, postgres::PgConnectOptions};
use std::process::Command;
use std::time::Instant;

/// The three tables, their columns, and the order in which the rows came.
const TABLES: [(&str, &str, &str); 3] = [
    (
        "claims",
        "shop, seq, entry, epoch, at_ms, session, key, buyer, origin, rule, number, result, \
         reason, order_no, review, hold_until_ms, receipt, lines",
        "seq, entry",
    ),
    (
        "orders",
        "shop, session, order_no, buyer, state, currency, hold_until_ms, epoch, seq, since_ms, \
         undo_until_ms, delivery_fee",
        "order_no",
    ),
    (
        "order_lines",
        "shop, session, order_no, line, code, item, cell, variant, held_milli, waitlisted_milli, \
         price, cancelling_milli",
        "order_no, line",
    ),
];
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
const TRAILER: &[u8] = b"\xff\xff";
/// So much is sent at once, as our own copy does.
const PART_BYTES: usize = 64 * 1024;

/// The rows, as bytes of one `COPY` per table and transaction.
pub(crate) struct Plain {
    /// Over all tables.
    pub(crate) rows: usize,
    tables: Vec<Vec<Vec<u8>>>,
}

impl Plain {
    /// Reads them out of a database that our flush filled.
    pub(crate) fn of(server: &Postgres, database: &str) -> Self {
        let mut rows = 0;
        let tables = TABLES.map(|(table, columns, order)| {
            let select = format!("SELECT {columns} FROM {table} ORDER BY {order}");
            let copy = format!("COPY ({select}) TO STDOUT (FORMAT binary)");
            let bytes = psql(server, database, &["-c", &copy]);
            let tuples = tuples(&bytes);
            rows += tuples.len();
            let batches = tuples.chunks(PERSIST_BATCH_EVENTS_MAX);
            batches.map(|batch| [HEADER, &batch.concat(), TRAILER].concat()).collect()
        });
        Self { rows, tables: tables.into() }
    }

    /// How many transactions they come in.
    pub(crate) fn transactions(&self) -> usize {
        self.tables[0].len()
    }

    /// Writes everything; rows per second.
    pub(crate) async fn run(&self, url: &str) -> f64 {
        make_tables(url).await;
        let options: PgConnectOptions = url.parse().expect("an address");
        let options = options.options([("synchronous_commit", "off")]);
        let mut link = options.connect().await.expect("it answers");
        let began = Instant::now();
        for batch in 0..self.transactions() {
            link.execute("BEGIN").await.expect("begun");
            for ((table, columns, _), bytes) in TABLES.iter().zip(&self.tables) {
                copy(&mut link, table, columns, &bytes[batch]).await;
            }
            link.execute("COMMIT").await.expect("done");
        }
        self.rows as f64 / began.elapsed().as_secs_f64()
    }

    /// The same transactions by the server alone, from files: what its own tool reaches.
    pub(crate) async fn by_its_own_tool(&self, server: &Postgres, url: &str) -> f64 {
        make_tables(url).await;
        let folder = server.shared_folder();
        let mut script = String::from("SET synchronous_commit = off;\n");
        for batch in 0..self.transactions() {
            script += "BEGIN;\n";
            for ((table, columns, _), bytes) in TABLES.iter().zip(&self.tables) {
                let file = folder.join(format!("{table}-{batch}"));
                std::fs::write(&file, &bytes[batch]).expect("a file");
                let file = file.display();
                script += &format!("COPY {table} ({columns}) FROM '{file}' (FORMAT binary);\n");
            }
            script += "COMMIT;\n";
        }
        let file = folder.join("copy.sql");
        std::fs::write(&file, script).expect("a file");
        let began = Instant::now();
        psql(server, url, &["-q", "-f", file.to_str().expect("UTF-8")]);
        self.rows as f64 / began.elapsed().as_secs_f64()
    }

    /// Both databases hold the same rows, or the comparison means nothing.
    pub(crate) fn check_same(&self, server: &Postgres, mine: &str, theirs: &str) {
        for (table, columns, _) in TABLES {
            let sums = format!(
                "SELECT count(*), sum(hashtextextended(t::text, 0)) \
                 FROM (SELECT {columns} FROM {table}) t"
            );
            let sum = |database| psql(server, database, &["-At", "-c", &sums]);
            assert_eq!(sum(mine), sum(theirs), "{table} is the same on both sides");
        }
    }
}

async fn make_tables(url: &str) {
    let target = Target::postgres(url).expect("an address");
    drop(ReadModel::connect(&target).await.expect("it makes the tables"));
}

async fn copy(link: &mut PgConnection, table: &str, columns: &str, bytes: &[u8]) {
    let statement = format!("COPY {table} ({columns}) FROM STDIN (FORMAT binary)");
    let mut copy = link.copy_in_raw(&statement).await.expect("it takes rows");
    for part in bytes.chunks(PART_BYTES) {
        copy.send(part).await.expect("sent");
    }
    copy.finish().await.expect("stored");
}

/// The rows of a binary copy, each with its count of fields.
fn tuples(bytes: &[u8]) -> Vec<&[u8]> {
    let mut rest = bytes.strip_prefix(HEADER).expect("a binary copy");
    let mut tuples = Vec::new();
    loop {
        let fields = i16::from_be_bytes([rest[0], rest[1]]);
        if fields < 0 {
            return tuples;
        }
        let mut end = 2;
        for _ in 0..fields {
            let length = rest[end..end + 4].try_into().expect("four bytes");
            end += 4 + usize::try_from(i32::from_be_bytes(length)).unwrap_or(0);
        }
        tuples.push(&rest[..end]);
        rest = &rest[end..];
    }
}

fn psql(server: &Postgres, database: &str, asked: &[&str]) -> Vec<u8> {
    let mut command = Command::new(server.program("psql"));
    command.args(["-X", "-v", "ON_ERROR_STOP=1", "-d", database]).args(asked);
    let said = command.output().expect("psql is installed with the server");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    said.stdout
}
