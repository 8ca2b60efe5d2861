//! The ways in which Postgres is made to sell one hot offer, for our driver and for `pgbench`.

use crate::peers::drive::Client;
use crate::peers::stencil::{BUYERS, buyer_of};
use sqlx::postgres::PgConnection;
use sqlx::{Executor as _, query, query_scalar};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Pieces in stock: more than a round sells, also in batches.
const STOCK: u64 = 100_000_000;
/// The same where every piece is a row of its own.
const UNITS: u64 = 400_000;
/// Parts into which the stock may be split; they are equal.
const BUCKETS: u64 = 16;
const _: () = assert!(STOCK.is_multiple_of(BUCKETS), "no piece is left over");
/// A prime far from both ends: claims after each other probe far from each other.
const PROBE_STEP: u64 = 154_079;

const ORDERS: &str = "CREATE TABLE orders (key text PRIMARY KEY, buyer text NOT NULL, \
                      quantity int NOT NULL, at timestamptz NOT NULL DEFAULT now())";
const BUCKET: &str = "CREATE TABLE stock (bucket int PRIMARY KEY, \
                      remaining bigint NOT NULL CHECK (remaining >= 0))";
const UNIT: &str = "CREATE TABLE unit (id bigint PRIMARY KEY)";

const CTE: &str = "WITH taken AS (UPDATE stock SET remaining = remaining - 1 \
     WHERE bucket = 0 AND remaining >= 1 RETURNING 1) \
     INSERT INTO orders (key, buyer, quantity) SELECT $1, $2, 1 FROM taken \
     ON CONFLICT (key) DO NOTHING";
const TAKE: &str = "UPDATE stock SET remaining = remaining - 1 WHERE bucket = 0 AND remaining >= 1";
const RECORD: &str = "INSERT INTO orders (key, buyer, quantity) VALUES ($1, $2, 1)";
const LOCK: &str = "SELECT pg_advisory_xact_lock(1)";
const FROM_BUCKET: &str = "WITH taken AS (UPDATE stock SET remaining = remaining - 1 \
     WHERE bucket = $3 AND remaining >= 1 RETURNING 1) \
     INSERT INTO orders (key, buyer, quantity) SELECT $1, $2, 1 FROM taken \
     ON CONFLICT (key) DO NOTHING";
const FROM_UNITS: &str = "WITH one AS (SELECT id FROM unit WHERE id >= $3 ORDER BY id LIMIT 1 \
     FOR UPDATE SKIP LOCKED), taken AS (DELETE FROM unit USING one WHERE unit.id = one.id \
     RETURNING 1) INSERT INTO orders (key, buyer, quantity) SELECT $1, $2, 1 FROM taken \
     ON CONFLICT (key) DO NOTHING";
/// One commit for all: who comes first of the batch is sold to while there is any left.
const BATCH: &str = "WITH open AS (SELECT remaining FROM stock WHERE bucket = 0 FOR UPDATE), \
     asked AS (SELECT key, buyer, row_number() OVER () AS turn \
     FROM unnest($1::text[], $2::text[]) AS asked (key, buyer)), \
     sold AS (INSERT INTO orders (key, buyer, quantity) SELECT key, buyer, 1 FROM asked, open \
     WHERE turn <= remaining ON CONFLICT (key) DO NOTHING RETURNING 1) \
     UPDATE stock SET remaining = remaining - (SELECT count(*) FROM sold) WHERE bucket = 0 \
     RETURNING (SELECT count(*) FROM sold)";

/// How claims are sold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// One statement takes from the stock and records the order.
    Cte,
    /// Two statements in a transaction.
    Transaction,
    /// The same behind an advisory lock, so that nobody waits for a row.
    Advisory,
    /// The stock split over rows, of which one is taken from.
    Buckets,
    /// A row per piece; one that nobody else is looking at is taken.
    SkipLocked,
    /// The application gathers so many and sells them with one statement.
    Batched(usize),
}

impl Way {
    /// A few words.
    pub(crate) fn label(self) -> String {
        let said = match self {
            Self::Cte => "one CTE per claim",
            Self::Transaction => "UPDATE and INSERT in a transaction",
            Self::Advisory => "UPDATE and INSERT behind an advisory lock",
            Self::Buckets => "one CTE per claim, stock in 16 buckets",
            Self::SkipLocked => "one CTE per claim, a row per piece, SKIP LOCKED, random probe",
            Self::Batched(batch) => return format!("{batch} claims per statement and commit"),
        };
        said.to_owned()
    }

    /// Claims per statement.
    pub(crate) fn batch(self) -> usize {
        match self {
            Self::Batched(batch) => batch,
            Self::Cte | Self::Transaction | Self::Advisory | Self::Buckets | Self::SkipLocked => 1,
        }
    }

    /// What makes the stock.
    pub(crate) fn set_up(self) -> [&'static str; 3] {
        let (table, stock) = match self {
            Self::Cte | Self::Transaction | Self::Advisory | Self::Batched(_) => {
                (BUCKET, "INSERT INTO stock VALUES (0, 100000000)")
            }
            Self::Buckets => {
                (BUCKET, "INSERT INTO stock SELECT n, 100000000 / 16 FROM generate_series(0, 15) n")
            }
            Self::SkipLocked => {
                (UNIT, "INSERT INTO unit SELECT n FROM generate_series(1, 400000) n")
            }
        };
        [ORDERS, table, stock]
    }

    /// Pieces in stock before the first claim.
    pub(crate) const fn stock(self) -> u64 {
        match self {
            Self::Cte | Self::Transaction | Self::Advisory | Self::Buckets | Self::Batched(_) => {
                STOCK
            }
            Self::SkipLocked => UNITS,
        }
    }

    /// What says how much is left.
    pub(crate) fn left(self) -> &'static str {
        match self {
            Self::SkipLocked => "SELECT count(*) FROM unit",
            Self::Cte | Self::Transaction | Self::Advisory | Self::Buckets | Self::Batched(_) => {
                "SELECT sum(remaining)::bigint FROM stock"
            }
        }
    }

    /// The same for `pgbench`, which draws its keys.
    pub(crate) fn script(self) -> String {
        let (key, buyer) = ("'pgbench:' || :key", "'buyer-' || :buyer");
        let said = |statement: &str| {
            statement.replace("$1", key).replace("$2", buyer).replace("$3", ":probe")
        };
        let body = match self {
            Self::Cte => said(CTE),
            Self::Transaction => format!("BEGIN;\n{TAKE};\n{};\nCOMMIT", said(RECORD)),
            Self::Advisory => format!("BEGIN;\n{LOCK};\n{TAKE};\n{};\nCOMMIT", said(RECORD)),
            Self::Buckets => said(FROM_BUCKET),
            Self::SkipLocked => said(FROM_UNITS),
            Self::Batched(batch) => {
                let drawn = format!(
                    "(SELECT {key} || '-' || n, 'buyer-' || n FROM generate_series(1, {batch}) n)"
                );
                BATCH.replace("unnest($1::text[], $2::text[])", &drawn)
            }
        };
        let probes = match self {
            Self::Buckets => BUCKETS - 1,
            // Where few are left behind the probe, it would come out with nothing.
            Self::SkipLocked => UNITS / 2,
            Self::Cte | Self::Transaction | Self::Advisory | Self::Batched(_) => 1,
        };
        format!(
            "\\set key random(1, 1000000000000000)\n\\set buyer random(1, {BUYERS})\n\
             \\set probe random(0, {probes})\n{body};\n"
        )
    }
}

/// One connection that claims.
pub(crate) struct Buyer {
    pub(crate) connection: PgConnection,
    pub(crate) way: Way,
    pub(crate) numbered: Arc<AtomicU64>,
}

fn key_of(number: u64) -> String {
    format!("tiktok:{number:012}")
}

fn name_of(number: u64) -> String {
    format!("buyer-{:05}", buyer_of(number))
}

impl Client for Buyer {
    async fn claim(&mut self) -> anyhow::Result<u64> {
        let claims = self.way.batch() as u64;
        let number = self.numbered.fetch_add(claims, Ordering::Relaxed);
        let sold = match self.way {
            Way::Cte => self.record(CTE, number).await?,
            Way::Transaction => self.transaction(None, number).await?,
            Way::Advisory => self.transaction(Some(LOCK), number).await?,
            Way::Buckets => self.probe(FROM_BUCKET, number, BUCKETS, 1).await?,
            Way::SkipLocked => self.probe(FROM_UNITS, number, UNITS, UNITS / 4).await?,
            Way::Batched(_) => self.batch(number, claims).await?,
        };
        anyhow::ensure!(sold == claims, "{sold} sold of {claims}: {:?}", self.way);
        Ok(sold)
    }
}

impl Buyer {
    /// A statement of a key and a buyer; how many orders it made.
    async fn record(&mut self, statement: &'static str, number: u64) -> anyhow::Result<u64> {
        let asked = query(statement).bind(key_of(number)).bind(name_of(number));
        Ok(asked.execute(&mut self.connection).await?.rows_affected())
    }

    async fn transaction(
        &mut self,
        lock: Option<&'static str>,
        number: u64,
    ) -> anyhow::Result<u64> {
        self.connection.execute("BEGIN").await?;
        if let Some(lock) = lock {
            query(lock).execute(&mut self.connection).await?;
        }
        let taken = query(TAKE).execute(&mut self.connection).await?.rows_affected();
        let sold = if taken == 1 { self.record(RECORD, number).await? } else { 0 };
        self.connection.execute("COMMIT").await?;
        Ok(sold)
    }

    /// Looks into one of so many `places`, and `step` further as long as there is nothing.
    async fn probe(
        &mut self,
        statement: &'static str,
        number: u64,
        places: u64,
        step: u64,
    ) -> anyhow::Result<u64> {
        let first = number * PROBE_STEP;
        for place in (0..places).step_by(step as usize).map(|more| (first + more) % places) {
            let asked = query(statement).bind(key_of(number)).bind(name_of(number));
            let asked = asked.bind(i64::try_from(place)?);
            if asked.execute(&mut self.connection).await?.rows_affected() == 1 {
                return Ok(1);
            }
        }
        Ok(0)
    }

    async fn batch(&mut self, first: u64, claims: u64) -> anyhow::Result<u64> {
        let keys: Vec<String> = (first..first + claims).map(key_of).collect();
        let names: Vec<String> = (first..first + claims).map(name_of).collect();
        let asked = query_scalar::<_, i64>(BATCH).bind(keys).bind(names);
        Ok(u64::try_from(asked.fetch_one(&mut self.connection).await?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_there_is_what_is_counted_on() {
        let check = |way: Way| {
            let says = way.set_up().concat();
            assert!(says.contains(&way.stock().to_string()), "{way:?}: {says}");
            let script = way.script();
            assert!(!script.contains('$'), "{way:?}: {script}");
        };
        let ways = [Way::Cte, Way::Transaction, Way::Advisory, Way::Buckets, Way::SkipLocked];
        ways.into_iter().chain([Way::Batched(1_000)]).for_each(check);
        assert!(Way::Buckets.set_up().concat().contains(&format!("/ {BUCKETS}")));
    }
}
