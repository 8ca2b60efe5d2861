-- The sale's further rules: cancels that can be undone, cards that people answer, pre-orders, rules
-- that change.

-- Until when the cancel of some of it can be undone, and what of each line goes back then.
ALTER TABLE orders ADD COLUMN undo_until_ms INTEGER;
ALTER TABLE order_lines ADD COLUMN cancelling_milli INTEGER NOT NULL DEFAULT 0;
-- As charged when it was settled: later rules do not change it.
ALTER TABLE orders ADD COLUMN delivery_fee INTEGER;

-- Holds last so long where they do not run until the session's end.
ALTER TABLE sessions ADD COLUMN hold_for_ms INTEGER;
-- Of a pre-order: holds last at least until then.
ALTER TABLE offers ADD COLUMN ready_at_ms INTEGER;

-- The event by which a person answered the card; null while it is open. An order made of a card is
-- a row of its own under the card's key, with the same `review` and another `result`.
ALTER TABLE claims ADD COLUMN answered_seq INTEGER;
DROP INDEX claims_by_key;
CREATE UNIQUE INDEX claims_by_key ON claims (shop, key)
  WHERE review IS NULL OR result = 'review';
CREATE UNIQUE INDEX claims_by_card ON claims (shop, review, (result = 'review'))
  WHERE review IS NOT NULL;
