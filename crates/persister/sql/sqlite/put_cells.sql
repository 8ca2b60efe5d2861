INSERT INTO cells (
  shop, item, cell, variant, stock_milli
)
SELECT
  $1, value->>'item', value->>'cell', value->'variant', value->>'stock_milli'
FROM jsonb_each($2)
