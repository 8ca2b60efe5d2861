COPY claims (
  shop, seq, entry, epoch, at_ms, session, key, buyer, origin, rule, number, result, reason,
  order_no, review, hold_until_ms, receipt, lines
) FROM STDIN (FORMAT binary)
