story: nobody loses a hold because the shop was down

given item "sắn" in kg, step 1, stock 3
given rule: holds 10 minutes
given a live session with "sắn" as S1 at 12.000

20:00:00  Lan  taps S1 2                             → held 2 until 20:10:00, number 1
20:05:00  Minh taps S1 2                             → partial: held 1, waits for 1 as 1st until 20:15:00, number 2
20:30:00  the shop was down for 24 minutes           → deadlines move
20:33:59  time passes
20:34:00  time passes                                → Lan's hold ends; Minh gets 1 until 20:44:00

then S1: free 1, held 2, sold 0, waiting 0
and the session balances
