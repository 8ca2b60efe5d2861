INSERT INTO claims (
  shop, seq, entry, epoch, at_ms, session, key, buyer, origin, rule, number, result, reason,
  order_no, review, hold_until_ms, receipt, lines
)
SELECT
  $1, r.seq, r.entry, r.epoch, r.at_ms, r.session, r.key, r.buyer, r.origin, r.rule, r.number,
  r.result, r.reason, r.order_no, r.review, r.hold_until_ms, r.receipt, r.lines
FROM json_to_recordset($2::json) AS r(
  seq bigint, entry bigint, epoch bigint, at_ms bigint, session bigint, key text, buyer text,
  origin text, rule bigint, number bigint, result text, reason text, order_no bigint, review
  bigint, hold_until_ms bigint, receipt text, lines jsonb
)
