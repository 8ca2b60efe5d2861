INSERT INTO cells (
  shop, item, cell, variant, stock_milli
)
SELECT
  $1, value->>'item', value->>'cell', value->'variant', value->>'stock_milli'
FROM json_each($2)
