story: a buyer gives back one thing, then the rest, then there is nothing

given item "ổi" in kg, step 1, stock 5
given item "mận" in kg, step 1, stock 1
given rule: holds 10 minutes
given a live session with "ổi" as O1 at 20.000; "mận" as M1 at 35.000

20:00:00  Lan  types O1 2, M1 2          → partial: O1 held 2 + M1 held 1, waits for 1 as 1st until 20:10:00, number 1
20:01:00  Lan  types hủy M1              → gave back 1, 1 waiting until 20:10:00
20:02:00  Lan  types hủy M1              → refused: nothing_open
20:03:00  Lan  gives back everything     → gave back 2
20:04:00  Lan  gives back everything     → refused: nothing_open
20:05:00  Minh types hủy everything      → refused: nothing_open
20:06:00  Lan  types O1 2                → held 2 until 20:16:00, number 2

then O1: free 3, held 2, sold 0, waiting 0
then M1: free 1, held 0, sold 0, waiting 0
then Lan: cancelled O1 + M1, total 0 / held O1 2 until 20:16:00, total 40.000
and the session balances
