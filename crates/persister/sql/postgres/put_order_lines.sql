INSERT INTO order_lines (
  shop, session, order_no, line, code, item, cell, variant, held_milli, waitlisted_milli, price,
  cancelling_milli
)
SELECT
  $1, r.session, r.order_no, r.line, r.code, r.item, r.cell, r.variant, r.held_milli,
  r.waitlisted_milli, r.price, r.cancelling_milli
FROM json_to_recordset($2::json) AS r(
  session bigint, order_no bigint, line bigint, code text, item bigint, cell bigint, variant
  jsonb, held_milli bigint, waitlisted_milli bigint, price bigint,
  cancelling_milli bigint
)
ON CONFLICT (shop, session, order_no, line) DO UPDATE SET
  held_milli = excluded.held_milli, waitlisted_milli = excluded.waitlisted_milli,
  cancelling_milli = excluded.cancelling_milli
