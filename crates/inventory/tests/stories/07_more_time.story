story: a buyer gets more time once, a host gives it as often as they like

given item "lê" in kg, step 1, stock 5
given rule: holds 10 minutes
given a live session with "lê" as L1 at 60.000

20:00:00  Lan  taps L1 1                 → held 1 until 20:10:00, number 1
20:09:00  Lan  asks for more time        → more time until 20:20:00
20:10:00  Lan  asks for more time        → refused: extended_already
20:11:00  host gives Lan 30 minutes more → held L1 1 until 20:50:00, total 60.000
20:12:00  Lan  taps L1 1                 → held 1 until 20:50:00, number 2
20:13:00  host gives Lan 25 hours more   → not possible, hold_too_long
20:14:00  host confirms Lan              → confirmed L1 2, total 120.000
20:15:00  Lan  asks for more time        → refused: nothing_open
20:16:00  host gives Lan 5 minutes more  → not possible, order_state confirmed

then Lan: confirmed L1 2, total 120.000
and the session balances
