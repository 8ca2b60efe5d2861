story: a confirmed order has no deadline, and its waiting line keeps waiting

given item "mật ong" in chai, step 1, stock 3
given rule: holds 10 minutes
given a live session with "mật ong" as M1 at 150.000

20:00:00  Lan  taps M1 2            → held 2 until 20:10:00, number 1
20:00:01  Minh taps M1 3            → partial: held 1, waits for 2 as 1st until 20:10:01, number 2
20:01:00  host confirms Minh        → confirmed M1 1 waits for 2 as 1st, total 150.000
20:02:00  host confirms Minh        → not possible, order_state confirmed
20:03:00  host is paid by Minh      → paid M1 1 waits for 2 as 1st, total 150.000
20:10:00  time passes               → Lan's hold ends; Minh gets 2 in another order until 20:20:00
20:11:00  host confirms Minh        → confirmed M1 2, total 300.000

then M1: free 0, held 0, sold 3, waiting 0
then Minh: paid M1 1, total 150.000 / confirmed M1 2, total 300.000
then Lan: expired M1, total 0
and the session balances
