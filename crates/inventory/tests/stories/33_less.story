story: a buyer takes less: what waits goes first, then what is held, never more than there is

given item "cam" in kg, step 0.5, stock 3
given rule: holds 10 minutes
given a live session with "cam" as C1 at 30.000

20:00:00  Lan  taps C1 5             → partial: held 3, waits for 2 as 1st until 20:10:00, number 1
20:00:01  Minh taps C1 1             → waits for 1 as 2nd, number 2
20:01:00  Lan  types bớt 1.5 C1      → gave back 1.5 waiting until 20:10:00
20:02:00  Lan  types bớt 0.3 C1      → refused: off_step
20:02:01  Lan  types bớt 0 C1        → refused: bad_quantity
20:03:00  Lan  gives back 1 of C1    → gave back 0.5, 0.5 waiting until 20:10:00; Minh gets 0.5 until 20:13:00
20:04:00  Lan  gives back 9 of C1    → gave back 2.5; Minh gets 0.5 until 20:14:00
20:05:00  Lan  gives back 1 of C1    → refused: nothing_open

then Lan: cancelled C1, total 0
then C1: free 2, held 1, sold 0, waiting 0
and the session balances
