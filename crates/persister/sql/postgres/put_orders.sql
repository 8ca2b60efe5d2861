INSERT INTO orders (
  shop, session, order_no, buyer, state, currency, hold_until_ms, epoch, seq, since_ms,
  undo_until_ms, delivery_fee
)
SELECT
  $1, r.session, r.order_no, r.buyer, r.state, r.currency, r.hold_until_ms, r.epoch, r.seq,
  r.since_ms, r.undo_until_ms, r.delivery_fee
FROM json_to_recordset($2::json) AS r(
  session bigint, order_no bigint, buyer text, state text, currency text, hold_until_ms bigint,
  epoch bigint, seq bigint, since_ms bigint, undo_until_ms bigint, delivery_fee bigint
)
ON CONFLICT (shop, session, order_no) DO UPDATE SET
  state = excluded.state, hold_until_ms = excluded.hold_until_ms,
  epoch = excluded.epoch, seq = excluded.seq,
  undo_until_ms = excluded.undo_until_ms, delivery_fee = excluded.delivery_fee
