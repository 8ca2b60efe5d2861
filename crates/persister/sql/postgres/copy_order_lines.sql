COPY order_lines (
  shop, session, order_no, line, code, item, cell, variant, held_milli, waitlisted_milli, price,
  cancelling_milli
) FROM STDIN (FORMAT binary)
