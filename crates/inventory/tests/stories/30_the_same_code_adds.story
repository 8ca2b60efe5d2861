story: the same code with another quantity adds; "more" always adds

given item "trứng" in chục, step 1, stock 20
given rule: holds 10 minutes
given rule: the same code adds
given a live session with "trứng" as T1 at 35.000

20:00:00  Lan  types T1 2        → held 2 until 20:10:00, number 1
20:00:01  Lan  types T1 3        → held 3 until 20:10:01, number 2

then Lan: held T1 5 until 20:10:01, total 175.000
and the session balances
