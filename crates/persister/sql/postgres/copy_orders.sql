COPY orders (
  shop, session, order_no, buyer, state, currency, hold_until_ms, epoch, seq, since_ms,
  undo_until_ms, delivery_fee
) FROM STDIN (FORMAT binary)
