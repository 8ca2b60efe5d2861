story: everything a buyer orders in a session is one order with one deadline

given item "gạo" in kg, step 1, stock 20
given item "đỗ" in kg, step 1, stock 20
given rule: holds 10 minutes
given rule: the same code adds
given a live session with "gạo" as G1 at 25.000; "đỗ" as D1 at 40.000

20:00:00  Lan  types G1 2            → held 2 until 20:10:00, number 1
20:03:00  Lan  types D1 1            → held 1 until 20:13:00, number 2
20:05:00  Lan  types G1 3            → held 3 until 20:15:00, number 3
20:06:00  host orders D1 1 for Lan   → held 1 until 20:16:00, number 4
20:15:59  time passes
then Lan: held G1 5 + D1 2 until 20:16:00, total 205.000
20:16:00  time passes                → Lan's hold ends

then Lan: expired G1 + D1, total 0
and the session balances
