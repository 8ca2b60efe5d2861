UPDATE claims SET answered_seq = $3
WHERE shop = $1 AND result = 'review' AND review IN (SELECT value FROM json_each($2))
