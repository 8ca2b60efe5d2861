SELECT
  o.session, o.order_no, o.buyer, o.state, o.currency, o.hold_until_ms, o.epoch, o.seq,
  o.since_ms, o.undo_until_ms, o.delivery_fee
FROM json_each($2) t CROSS JOIN orders o
ON o.shop = $1 AND o.session = t.value ->> 0 AND o.order_no = t.value ->> 1
