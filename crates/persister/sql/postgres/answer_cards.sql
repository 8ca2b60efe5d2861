UPDATE claims SET answered_seq = $3
WHERE shop = $1 AND result = 'review' AND review IN (
  SELECT t.value::bigint FROM json_array_elements_text($2::json) t
)
