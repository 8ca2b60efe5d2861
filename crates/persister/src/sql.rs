//! Every statement, in both dialects. Both take `$1`, `$2`, …; most texts are the same.

/// One statement as each database writes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sql {
    /// For SQLite.
    pub(crate) sqlite: &'static str,
    /// For Postgres.
    pub(crate) postgres: &'static str,
}

/// How rows come that are new.
#[derive(Clone, Copy, Debug)]
pub(crate) struct New {
    /// As JSON: few, or any number to SQLite.
    pub(crate) few: Sql,
    /// Many to Postgres: a binary copy.
    pub(crate) many: &'static str,
}

const fn same(text: &'static str) -> Sql {
    Sql { sqlite: text, postgres: text }
}

macro_rules! both {
    ($file:literal) => {
        Sql {
            sqlite: include_str!(concat!("../sql/sqlite/", $file)),
            postgres: include_str!(concat!("../sql/postgres/", $file)),
        }
    };
}

/// The tables, version by version: only ever appended to.
pub(crate) const MIGRATIONS: &[(&str, Sql)] =
    &[("tables", both!("0001_tables.sql")), ("further rules", both!("0002_further_rules.sql"))];

pub(crate) const BEGIN_WRITE: Sql = Sql { sqlite: "BEGIN IMMEDIATE", postgres: "BEGIN" };
pub(crate) const BEGIN_READ: Sql =
    Sql { sqlite: "BEGIN", postgres: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" };
pub(crate) const COMMIT: Sql = same("COMMIT");
pub(crate) const ROLLBACK: Sql = same("ROLLBACK");

/// One migration at a time; given back at the end of the transaction. SQLite has its write lock.
pub(crate) const LOCK_MIGRATIONS: Sql = Sql {
    sqlite: "SELECT 1",
    postgres: "SELECT 1 FROM (SELECT pg_advisory_xact_lock(7021788)) AS locked",
};
pub(crate) const MAKE_MIGRATIONS: Sql = same(
    "CREATE TABLE IF NOT EXISTS chot_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL)",
);
pub(crate) const LAST_MIGRATION: Sql =
    same("SELECT CAST(coalesce(max(version), 0) AS BIGINT) FROM chot_migrations");
pub(crate) const NOTE_MIGRATION: Sql =
    same("INSERT INTO chot_migrations (version, name) VALUES ($1, $2)");

pub(crate) const WATERMARKS: Sql = same("SELECT shop, epoch, seq, head, at_ms FROM watermarks");
pub(crate) const WATERMARK: Sql =
    same("SELECT shop, epoch, seq, head, at_ms FROM watermarks WHERE shop = $1");
pub(crate) const BEGIN_WATERMARK: Sql = same(
    "INSERT INTO watermarks (shop, epoch, seq, head, at_ms) VALUES ($1, 0, 0, $2, 0)
     ON CONFLICT DO NOTHING",
);
pub(crate) const MOVE_WATERMARK: Sql = same(
    "UPDATE watermarks SET epoch = $2, seq = $3, head = $4, at_ms = $5
     WHERE shop = $1 AND epoch = $6 AND seq = $7 AND head = $8",
);

/// Everything of one shop.
pub(crate) const FORGET: &[Sql] = &[
    same("DELETE FROM watermarks WHERE shop = $1"),
    same("DELETE FROM claims WHERE shop = $1"),
    same("DELETE FROM order_lines WHERE shop = $1"),
    same("DELETE FROM orders WHERE shop = $1"),
    same("DELETE FROM offers WHERE shop = $1"),
    same("DELETE FROM cells WHERE shop = $1"),
    same("DELETE FROM items WHERE shop = $1"),
    same("DELETE FROM sessions WHERE shop = $1"),
];

pub(crate) const FIND_ORDERS: Sql = both!("find_orders.sql");
pub(crate) const FIND_ORDER_LINES: Sql = both!("find_order_lines.sql");
/// The highest order of a session: those above it are not there yet.
pub(crate) const LAST_ORDER: Sql = same(
    "SELECT order_no FROM orders WHERE shop = $1 AND session = $2 ORDER BY order_no DESC LIMIT 1",
);
/// Rows that are new.
pub(crate) const NEW_CLAIMS: New =
    New { few: both!("new_claims.sql"), many: include_str!("../sql/postgres/copy_claims.sql") };
pub(crate) const NEW_ORDERS: New = New {
    few: Sql { sqlite: include_str!("../sql/sqlite/new_orders.sql"), ..PUT_ORDERS },
    many: include_str!("../sql/postgres/copy_orders.sql"),
};
pub(crate) const NEW_ORDER_LINES: New = New {
    few: Sql { sqlite: include_str!("../sql/sqlite/new_order_lines.sql"), ..PUT_ORDER_LINES },
    many: include_str!("../sql/postgres/copy_order_lines.sql"),
};
/// Rows that may be there already.
pub(crate) const PUT_ORDERS: Sql = both!("put_orders.sql");
pub(crate) const PUT_ORDER_LINES: Sql = both!("put_order_lines.sql");
pub(crate) const PUT_CELLS: Sql = both!("put_cells.sql");

pub(crate) const PUT_SESSION: Sql = same(
    "INSERT INTO sessions (shop, session, title, state, state_at_ms, currency, hold_plus_ms,
       delivery_fee, delivery_free_from, opened_epoch, opened_seq, opened_at_ms, hold_for_ms)
     VALUES ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $10, $4, $11)",
);
pub(crate) const SET_SESSION_STATE: Sql =
    same("UPDATE sessions SET state = $3, state_at_ms = $4 WHERE shop = $1 AND session = $2");
/// Holds without a deadline get one; what only waits has none.
pub(crate) const END_HOLDS: Sql = same(
    "UPDATE orders SET epoch = $4, seq = $5, hold_until_ms = (
       SELECT max(u.until_ms) FROM (
         SELECT $3 + coalesce(s.hold_plus_ms, s.hold_for_ms) AS until_ms FROM sessions s
         WHERE s.shop = $1 AND s.session = $2
         UNION ALL
         SELECT f.ready_at_ms FROM order_lines l JOIN offers f
         ON f.shop = l.shop AND f.session = l.session AND f.code = l.code
         WHERE l.shop = $1 AND l.session = $2 AND l.order_no = orders.order_no
         AND l.held_milli > 0) u)
     WHERE shop = $1 AND session = $2 AND state = 'held' AND hold_until_ms IS NULL
     AND EXISTS (SELECT 1 FROM order_lines l WHERE l.shop = $1 AND l.session = $2
       AND l.order_no = orders.order_no AND l.held_milli > 0)",
);
/// Every open deadline of the shop moves.
pub(crate) const MOVE_DEADLINES: Sql = same(
    "UPDATE orders SET hold_until_ms = hold_until_ms + $2, undo_until_ms = undo_until_ms + $2,
       epoch = $3, seq = $4
     WHERE shop = $1 AND (hold_until_ms IS NOT NULL OR undo_until_ms IS NOT NULL)
     AND session IN (SELECT session FROM sessions WHERE shop = $1 AND state <> 'archived')",
);
pub(crate) const SET_RULES: Sql = same(
    "UPDATE sessions SET hold_plus_ms = $3, hold_for_ms = $4, delivery_fee = $5,
       delivery_free_from = $6
     WHERE shop = $1 AND session = $2",
);
/// What an account ordered is the page's buyer's, in every session that is not archived.
pub(crate) const LINK_ORDERS: Sql = same(
    "UPDATE orders SET buyer = $3, epoch = $4, seq = $5
     WHERE shop = $1 AND buyer = $2
     AND session IN (SELECT session FROM sessions WHERE shop = $1 AND state <> 'archived')",
);
pub(crate) const LINK_CLAIMS: Sql = same(
    "UPDATE claims SET buyer = $3 WHERE shop = $1 AND buyer = $2
     AND session IN (SELECT session FROM sessions WHERE shop = $1 AND state <> 'archived')",
);
pub(crate) const ANSWER_CARDS: Sql = both!("answer_cards.sql");
pub(crate) const PUT_ITEM: Sql = Sql {
    sqlite: "INSERT INTO items (shop, item, name, unit, step_milli, axes)
             VALUES ($1, $2, $3, $4, $5, $6)",
    postgres: "INSERT INTO items (shop, item, name, unit, step_milli, axes)
               VALUES ($1, $2, $3, $4, $5, $6::jsonb)",
};
pub(crate) const SET_STOCK: Sql =
    same("UPDATE cells SET stock_milli = $4 WHERE shop = $1 AND item = $2 AND cell = $3");
pub(crate) const PUT_OFFER: Sql = same(
    "INSERT INTO offers (shop, session, code, item, seq, name, unit, price, limit_milli,
       open, pinned, ready_at_ms)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, true, false, $10)",
);
pub(crate) const SET_OFFER: Sql = same(
    "UPDATE offers SET price = $4, limit_milli = $5, open = ($6 = 1), pinned = ($7 = 1)
     WHERE shop = $1 AND session = $2 AND code = $3",
);
pub(crate) const UNPIN_OTHERS: Sql = same(
    "UPDATE offers SET pinned = false WHERE shop = $1 AND session = $2 AND code <> $3 AND pinned",
);

pub(crate) const SESSION_TERMS: Sql = same(
    "SELECT delivery_fee, delivery_free_from, opened_seq, currency FROM sessions
     WHERE shop = $1 AND session = $2",
);
pub(crate) const ORDERS_PAGE: Sql = same(
    "SELECT session, order_no, buyer, state, currency, hold_until_ms, epoch, seq, since_ms,
       undo_until_ms, delivery_fee
     FROM orders WHERE shop = $1 AND session = $2 AND order_no > $3 ORDER BY order_no LIMIT $4",
);
pub(crate) const ORDER_LINES_PAGE: Sql = same(
    "SELECT session, order_no, line, code, item, cell, CAST(variant AS TEXT), held_milli,
       waitlisted_milli, price, cancelling_milli
     FROM order_lines WHERE shop = $1 AND session = $2 AND order_no > $3 AND order_no <= $4
     ORDER BY order_no, line",
);
pub(crate) const CLAIMS_PAGE: Sql = same(
    "SELECT seq, entry, epoch, at_ms, key, buyer, number, result, reason, order_no,
       hold_until_ms, receipt, CAST(lines AS TEXT), review, answered_seq
     FROM claims WHERE shop = $1 AND session = $2 AND (seq, entry) > ($3, $4) AND seq >= $5
     ORDER BY seq, entry LIMIT $6",
);
pub(crate) const COUNT_RESULTS: Sql = same(
    "SELECT result, count(*) FROM claims WHERE shop = $1 AND session = $2 AND seq >= $3
     GROUP BY result ORDER BY result",
);
pub(crate) const COUNT_ORDERS: Sql = same(
    "SELECT state, count(*) FROM orders WHERE shop = $1 AND session = $2
     GROUP BY state ORDER BY state",
);
pub(crate) const COUNT_OVERSOLD: Sql =
    same("SELECT count(*) FROM cell_stock WHERE shop = $1 AND free_milli < 0");
