story: so many open unpaid orders from one network, and names are not asked

given item "tiêu" in kg, step 1, stock 20
given rule: holds 10 minutes
given rule: at most 2 open orders per network
given a live session with "tiêu" as T1 at 90.000

20:00:00  X1 taps T1 1 from network 7            → held 1 until 20:10:00, number 1
20:00:01  X2 taps T1 1 from network 7            → held 1 until 20:10:01, number 2
20:00:02  X3 taps T1 1 from network 7            → refused: too_many_holds, number 3
20:00:03  X1 taps T1 1 from network 7            → held 1 until 20:10:03, number 4
20:00:04  X3 taps T1 1 from network 8            → held 1 until 20:10:04, number 5
20:00:05  Lan types T1 1                         → held 1 until 20:10:05, number 6
20:00:06  host is paid by X1                     → paid T1 2, total 180.000
20:00:07  X4 taps T1 1 from network 7            → held 1 until 20:10:07, number 7

and the session balances
