INSERT INTO cells (
  shop, item, cell, variant, stock_milli
)
SELECT
  $1, r.item, r.cell, r.variant, r.stock_milli
FROM json_to_recordset($2::json) AS r(
  item bigint, cell bigint, variant jsonb, stock_milli bigint
)
