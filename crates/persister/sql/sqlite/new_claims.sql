INSERT INTO claims (
  shop, seq, entry, epoch, at_ms, session, key, buyer, origin, rule, number, result, reason,
  order_no, review, hold_until_ms, receipt, lines
)
SELECT
  $1, value->>'seq', value->>'entry', value->>'epoch', value->>'at_ms', value->>'session',
  value->>'key', value->>'buyer', value->>'origin', value->>'rule', value->>'number',
  value->>'result', value->>'reason', value->>'order_no', value->>'review',
  value->>'hold_until_ms', value->>'receipt', value->'lines'
FROM jsonb_each($2)
