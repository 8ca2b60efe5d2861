story: who needs little does not overtake who waits for more

given item "bí" in quả, step 1, stock 3
given rule: holds 10 minutes
given a live session with "bí" as B1 at 20.000

20:00:00  Lan  taps B1 2            → held 2 until 20:10:00, number 1
20:00:01  Minh taps B1 5            → partial: held 1, waits for 4 as 1st until 20:10:01, number 2
20:00:02  Hoa  taps B1 1            → waits for 1 as 2nd, number 3
20:01:00  Lan  gives back B1        → gave back 2; Minh gets 2 until 20:11:00
20:02:00  host adds 1 to B1         → left 1 at 20.000, version 2; Minh gets 1 until 20:12:00
20:02:30  host adds 3 to B1         → left 3 at 20.000, version 3; Minh gets 1 until 20:12:30; Hoa gets 1 until 20:12:30
20:03:00  Nga  taps B1 1            → held 1 until 20:13:00, number 4

then B1: free 0, held 7, sold 0, waiting 0
then Lan: cancelled B1, total 0
and the session balances
