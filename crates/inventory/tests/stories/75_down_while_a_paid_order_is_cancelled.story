story: the host, too, has their whole undo time, also where nothing else is held

given item "na" in kg, step 1, stock 3
given rule: holds 10 minutes
given rule: a cancel can be undone for 10 seconds
given a live session with "na" as N1 at 65.000

20:00:00  Lan  taps N1 3                       → held 3 until 20:10:00, number 1
20:00:01  host is paid by Lan                  → paid N1 3, total 195.000
20:01:00  host cancels Lan                     → paid N1 3, undo until 20:01:10, total 195.000
20:31:00  the shop was down for 30 minutes     → deadlines move
20:31:09  host takes the cancel of Lan back    → paid N1 3, total 195.000

then N1: free 0, held 0, sold 3, waiting 0
and the session balances
