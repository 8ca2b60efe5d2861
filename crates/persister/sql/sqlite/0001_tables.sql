-- The read model: derived from the journal, may be deleted and made again. Every primary key begins
-- with the shop. Quantities are thousandths (_milli), times milliseconds since 1970 (_ms), amounts
-- minor units of the session's currency. Buyers are random references, keys are digests, both in
-- hexadecimal.

-- How far each shop has come: moved by compare-and-set, in the transaction that brings the rows.
CREATE TABLE watermarks (
  shop INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  head TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE sessions (
  shop INTEGER NOT NULL,
  session INTEGER NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at_ms INTEGER NOT NULL,
  currency TEXT NOT NULL,
  hold_plus_ms INTEGER,
  delivery_fee INTEGER,
  delivery_free_from INTEGER,
  opened_epoch INTEGER NOT NULL,
  opened_seq INTEGER NOT NULL,
  opened_at_ms INTEGER NOT NULL,
  PRIMARY KEY (shop, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE items (
  shop INTEGER NOT NULL,
  item INTEGER NOT NULL,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  step_milli INTEGER NOT NULL,
  axes TEXT NOT NULL,
  PRIMARY KEY (shop, item)
) STRICT, WITHOUT ROWID;

-- One stock figure of an item: all there is, held and sold included.
CREATE TABLE cells (
  shop INTEGER NOT NULL,
  item INTEGER NOT NULL,
  cell INTEGER NOT NULL,
  variant TEXT NOT NULL,
  stock_milli INTEGER NOT NULL,
  PRIMARY KEY (shop, item, cell)
) STRICT, WITHOUT ROWID;

CREATE TABLE offers (
  shop INTEGER NOT NULL,
  session INTEGER NOT NULL,
  code TEXT NOT NULL,
  item INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  price INTEGER NOT NULL,
  limit_milli INTEGER,
  open INTEGER NOT NULL,
  pinned INTEGER NOT NULL,
  PRIMARY KEY (shop, session, code)
) STRICT, WITHOUT ROWID;

-- Every keyed act of a buyer with what came of it: one row per key. `entry` tells comments noted in
-- one event apart.
CREATE TABLE claims (
  shop INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  entry INTEGER NOT NULL,
  epoch INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  session INTEGER NOT NULL,
  key TEXT NOT NULL,
  buyer TEXT,
  origin TEXT,
  rule INTEGER NOT NULL,
  number INTEGER,
  result TEXT NOT NULL,
  reason TEXT,
  order_no INTEGER,
  review INTEGER,
  hold_until_ms INTEGER,
  receipt TEXT NOT NULL,
  lines TEXT NOT NULL,
  PRIMARY KEY (shop, seq, entry)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX claims_by_key ON claims (shop, key);

-- `epoch` and `seq` are the position of the last event that changed the order.
CREATE TABLE orders (
  shop INTEGER NOT NULL,
  session INTEGER NOT NULL,
  order_no INTEGER NOT NULL,
  buyer TEXT NOT NULL,
  state TEXT NOT NULL,
  currency TEXT NOT NULL,
  hold_until_ms INTEGER,
  epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (shop, session, order_no)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_lines (
  shop INTEGER NOT NULL,
  session INTEGER NOT NULL,
  order_no INTEGER NOT NULL,
  line INTEGER NOT NULL,
  code TEXT NOT NULL,
  item INTEGER NOT NULL,
  cell INTEGER NOT NULL,
  variant TEXT NOT NULL,
  held_milli INTEGER NOT NULL,
  waitlisted_milli INTEGER NOT NULL,
  price INTEGER NOT NULL,
  PRIMARY KEY (shop, session, order_no, line)
) STRICT, WITHOUT ROWID;

-- Where the stock is. Nothing is oversold: no row has free_milli below zero.
CREATE VIEW cell_stock AS
SELECT c.shop, c.item, c.cell, c.stock_milli,
  CAST(coalesce(sum(l.held_milli) FILTER (WHERE o.state = 'held'), 0) AS INTEGER) AS held_milli,
  CAST(coalesce(sum(l.held_milli) FILTER (WHERE o.state IN ('confirmed', 'paid')), 0) AS INTEGER)
    AS sold_milli,
  CAST(c.stock_milli - coalesce(sum(l.held_milli), 0) AS INTEGER) AS free_milli
FROM cells c
LEFT JOIN order_lines l ON l.shop = c.shop AND l.item = c.item AND l.cell = c.cell
LEFT JOIN orders o ON o.shop = l.shop AND o.session = l.session AND o.order_no = l.order_no
GROUP BY c.shop, c.item, c.cell, c.stock_milli;
