SELECT
  o.session, o.order_no, o.line, o.code, o.item, o.cell, CAST(o.variant AS TEXT), o.held_milli,
  o.waitlisted_milli, o.price, o.cancelling_milli
FROM json_array_elements($2::json) t JOIN order_lines o
ON o.shop = $1 AND o.session = (t.value ->> 0)::bigint AND o.order_no = (t.value ->> 1)::bigint
ORDER BY o.session, o.order_no, o.line
