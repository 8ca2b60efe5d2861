story: what a host cancels returns to the line, paid or not

given item "nấm" in kg, step 0.5, stock 4
given rule: holds 10 minutes
given a live session with "nấm" as N1 at 80.000

20:00:00  Lan  taps N1 2               → held 2 until 20:10:00, number 1
20:00:01  Minh taps N1 2               → held 2 until 20:10:01, number 2
20:00:02  Hoa  taps N1 1               → waits for 1 as 1st, number 3
20:00:03  Nga  taps N1 3               → waits for 3 as 2nd, number 4
20:01:00  host is paid by Lan          → paid N1 2, total 160.000
20:02:00  host cancels Hoa             → cancelled N1, total 0
20:03:00  host cancels Lan             → cancelled N1, total 0; Nga gets 2 until 20:13:00
20:04:00  host cancels Lan             → not possible, order_state cancelled
20:05:00  Lan  taps N1 0.5             → waits for 0.5 as 2nd, number 5

then N1: free 0, held 4, sold 0, waiting 1.5
then Lan: cancelled N1, total 0 / held N1 waits for 0.5 as 2nd, total 0
and the session balances
