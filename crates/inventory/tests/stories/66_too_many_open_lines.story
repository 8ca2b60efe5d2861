story: so many open unpaid lines for one buyer, over all sessions of the shop

given item "tiêu" in kg, step 1, stock 20
given item "điều" in kg, step 1, stock 20
given rule: holds 10 minutes
given rule: at most 2 open lines per buyer
given a live session with "tiêu" as T1 at 90.000; "điều" as D1 at 80.000
given a live session with "tiêu" as TIEU at 90.000

20:00:00  Lan  taps T1 1                         → held 1 until 20:10:00, number 1
20:00:01  Lan  taps TIEU 1 in session 2          → held 1 until 20:10:01, number 1
20:00:02  Lan  taps D1 1                         → refused: too_many_holds, number 2
20:00:03  Lan  taps T1 1                         → held 1 until 20:10:03, number 3
20:00:04  Lan  taps D1 2 instead of T1           → held 2 until 20:10:04, number 4
20:00:05  host is paid by Lan in session 2       → paid TIEU 1, total 90.000
20:00:06  Lan  taps T1 1, T1 2                   → T1 held 1 + T1 held 2 until 20:10:06, number 5
20:00:07  Minh taps T1 1, D1 1                   → T1 held 1 + D1 held 1 until 20:10:07, number 6

and the session balances
