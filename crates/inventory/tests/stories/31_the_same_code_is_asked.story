story: the same code with another quantity is asked; "more" always adds

given item "trứng" in chục, step 1, stock 20
given rule: holds 10 minutes
given rule: the same code is asked
given a live session with "trứng" as T1 at 35.000

20:00:00  Lan  types T1 2        → held 2 until 20:10:00, number 1
20:00:01  Lan  types T1 3        → review: repeated_code
20:00:02  Minh types T1 3        → held 3 until 20:10:02, number 2

then Lan: held T1 2 until 20:10:00, total 70.000
then cards: Lan
and the session balances
