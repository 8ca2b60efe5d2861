SELECT
  o.session, o.order_no, o.line, o.code, o.item, o.cell, CAST(o.variant AS TEXT), o.held_milli,
  o.waitlisted_milli, o.price, o.cancelling_milli
FROM json_each($2) t CROSS JOIN order_lines o
ON o.shop = $1 AND o.session = t.value ->> 0 AND o.order_no = t.value ->> 1
ORDER BY o.session, o.order_no, o.line
