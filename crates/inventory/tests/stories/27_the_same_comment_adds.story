story: the same comment again adds

given item "trứng" in chục, step 1, stock 20
given rule: holds 10 minutes
given rule: the same comment adds
given a live session with "trứng" as T1 at 35.000

20:00:00  Lan  types T1 2        → held 2 until 20:10:00, number 1
20:00:01  Lan  types T1 2        → held 2 until 20:10:01, number 2
20:00:02  Lan  types T1 2        → held 2 until 20:10:02, number 3

then Lan: held T1 6 until 20:10:02, total 210.000
and the session balances
