INSERT INTO order_lines (
  shop, session, order_no, line, code, item, cell, variant, held_milli, waitlisted_milli, price,
  cancelling_milli
)
SELECT
  $1, value->>'session', value->>'order_no', value->>'line', value->>'code', value->>'item',
  value->>'cell', value->'variant', value->>'held_milli', value->>'waitlisted_milli',
  value->>'price', value->>'cancelling_milli'
FROM jsonb_each($2)
