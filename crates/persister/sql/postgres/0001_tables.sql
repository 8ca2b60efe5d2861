-- The read model: derived from the journal, may be deleted and made again. Every primary key begins
-- with the shop. Quantities are thousandths (_milli), times milliseconds since 1970 (_ms), amounts
-- minor units of the session's currency. Buyers are random references, keys are digests, both in
-- hexadecimal.

-- How far each shop has come: moved by compare-and-set, in the transaction that brings the rows.
CREATE TABLE watermarks (
  shop BIGINT PRIMARY KEY,
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  head TEXT NOT NULL,
  at_ms BIGINT NOT NULL
);

CREATE TABLE sessions (
  shop BIGINT NOT NULL,
  session BIGINT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at_ms BIGINT NOT NULL,
  currency TEXT NOT NULL,
  hold_plus_ms BIGINT,
  delivery_fee BIGINT,
  delivery_free_from BIGINT,
  opened_epoch BIGINT NOT NULL,
  opened_seq BIGINT NOT NULL,
  opened_at_ms BIGINT NOT NULL,
  PRIMARY KEY (shop, session)
);

CREATE TABLE items (
  shop BIGINT NOT NULL,
  item BIGINT NOT NULL,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  step_milli BIGINT NOT NULL,
  axes JSONB NOT NULL,
  PRIMARY KEY (shop, item)
);

-- One stock figure of an item: all there is, held and sold included.
CREATE TABLE cells (
  shop BIGINT NOT NULL,
  item BIGINT NOT NULL,
  cell BIGINT NOT NULL,
  variant JSONB NOT NULL,
  stock_milli BIGINT NOT NULL,
  PRIMARY KEY (shop, item, cell)
);

CREATE TABLE offers (
  shop BIGINT NOT NULL,
  session BIGINT NOT NULL,
  code TEXT NOT NULL,
  item BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  price BIGINT NOT NULL,
  limit_milli BIGINT,
  open BOOLEAN NOT NULL,
  pinned BOOLEAN NOT NULL,
  PRIMARY KEY (shop, session, code)
);

-- Every keyed act of a buyer with what came of it: one row per key. `entry` tells comments noted in
-- one event apart.
CREATE TABLE claims (
  shop BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  entry BIGINT NOT NULL,
  epoch BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  session BIGINT NOT NULL,
  key TEXT NOT NULL,
  buyer TEXT,
  origin TEXT,
  rule BIGINT NOT NULL,
  number BIGINT,
  result TEXT NOT NULL,
  reason TEXT,
  order_no BIGINT,
  review BIGINT,
  hold_until_ms BIGINT,
  receipt TEXT NOT NULL,
  lines JSONB NOT NULL,
  PRIMARY KEY (shop, seq, entry)
);
CREATE UNIQUE INDEX claims_by_key ON claims (shop, key);

-- `epoch` and `seq` are the position of the last event that changed the order.
CREATE TABLE orders (
  shop BIGINT NOT NULL,
  session BIGINT NOT NULL,
  order_no BIGINT NOT NULL,
  buyer TEXT NOT NULL,
  state TEXT NOT NULL,
  currency TEXT NOT NULL,
  hold_until_ms BIGINT,
  epoch BIGINT NOT NULL,
  seq BIGINT NOT NULL,
  since_ms BIGINT NOT NULL,
  PRIMARY KEY (shop, session, order_no)
);

CREATE TABLE order_lines (
  shop BIGINT NOT NULL,
  session BIGINT NOT NULL,
  order_no BIGINT NOT NULL,
  line BIGINT NOT NULL,
  code TEXT NOT NULL,
  item BIGINT NOT NULL,
  cell BIGINT NOT NULL,
  variant JSONB NOT NULL,
  held_milli BIGINT NOT NULL,
  waitlisted_milli BIGINT NOT NULL,
  price BIGINT NOT NULL,
  PRIMARY KEY (shop, session, order_no, line)
);

-- Where the stock is. Nothing is oversold: no row has free_milli below zero.
CREATE VIEW cell_stock AS
SELECT c.shop, c.item, c.cell, c.stock_milli,
  CAST(coalesce(sum(l.held_milli) FILTER (WHERE o.state = 'held'), 0) AS BIGINT) AS held_milli,
  CAST(coalesce(sum(l.held_milli) FILTER (WHERE o.state IN ('confirmed', 'paid')), 0) AS BIGINT)
    AS sold_milli,
  CAST(c.stock_milli - coalesce(sum(l.held_milli), 0) AS BIGINT) AS free_milli
FROM cells c
LEFT JOIN order_lines l ON l.shop = c.shop AND l.item = c.item AND l.cell = c.cell
LEFT JOIN orders o ON o.shop = l.shop AND o.session = l.session AND o.order_no = l.order_no
GROUP BY c.shop, c.item, c.cell, c.stock_milli;
