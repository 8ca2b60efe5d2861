story: who waits at two places and takes less leaves the later place

given item "mực" in kg, step 1, stock 1
given rule: holds 10 minutes
given a live session with "mực" as M1 at 200.000

20:00:00  Lan  taps M1 1             → held 1 until 20:10:00, number 1
20:00:01  Minh taps M1 2             → waits for 2 as 1st, number 2
20:00:02  Hoa  taps M1 1             → waits for 1 as 2nd, number 3
20:00:03  Minh taps M1 2             → waits for 2 as 3rd, number 4
20:01:00  Minh gives back 1 of M1    → gave back 1 waiting
20:02:00  host adds 4 to M1          → left 4 at 200.000, version 2; Minh gets 2 until 20:12:00; Hoa gets 1 until 20:12:00; Minh gets 1 until 20:12:00
20:03:00  host confirms Minh         → confirmed M1 3, total 600.000

then M1: free 0, held 2, sold 3, waiting 0
and the session balances
