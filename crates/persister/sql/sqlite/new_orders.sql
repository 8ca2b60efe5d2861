INSERT INTO orders (
  shop, session, order_no, buyer, state, currency, hold_until_ms, epoch, seq, since_ms,
  undo_until_ms, delivery_fee
)
SELECT
  $1, value->>'session', value->>'order_no', value->>'buyer', value->>'state',
  value->>'currency', value->>'hold_until_ms', value->>'epoch', value->>'seq',
  value->>'since_ms', value->>'undo_until_ms', value->>'delivery_fee'
FROM jsonb_each($2)
