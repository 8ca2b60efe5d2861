story: one key has one answer, also for a refusal, and until the session is forgotten

given item "khoai" in kg, step 0.5, stock 1
given rule: holds 10 minutes
given a live session with "khoai" as K1 at 18.000

20:00:00  Lan  taps K1 1                       → held 1 until 20:10:00, number 1
20:00:01  Minh taps K1 0.3                     → refused: off_step, number 2
20:00:02  Hoa  taps K2 1                       → refused: unknown_code, number 3
20:00:03  Minh taps K1 0.3 with the same key   → the first answer again: refused: off_step, number 2
20:10:00  Lan  taps K1 1 with the same key     → Lan's hold ends; the first answer again: held 1 until 20:10:00, number 1
20:11:00  Lan  taps K1 0                       → refused: bad_quantity, number 4
20:12:00  host sets K1 to 3                    → left 3 at 18.000, version 2
20:12:01  host sets K1 to 3 with the same key  → the first answer again: left 3 at 18.000, version 2

then K1: free 3, held 0, sold 0, waiting 0
then Lan: expired K1, total 0
and the session balances
