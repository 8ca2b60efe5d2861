story: two sessions sell one stock, in one line, each buyer in their own order

given item "dưa" in quả, step 1, stock 3
given rule: holds 10 minutes
given a live session with "dưa" as D1 at 30.000
given a live session with "dưa" as DUA at 28.000

20:00:00  Lan  taps D1 2                      → held 2 until 20:10:00, number 1
20:00:01  Minh taps DUA 2 in session 2        → partial: held 1, waits for 1 as 1st until 20:10:01, number 1
20:00:02  Hoa  taps D1 1                      → waits for 1 as 2nd, number 2
20:00:03  Lan  taps DUA 1 in session 2        → waits for 1 as 3rd, number 2
20:01:00  Lan  gives back everything          → gave back 2; Minh gets 1 until 20:11:00; Hoa gets 1 until 20:11:00
20:02:00  host confirms Hoa                   → confirmed D1 1, total 30.000
20:03:00  host adds 1 to DUA in session 2     → left 1 at 28.000, version 2; Lan gets 1 until 20:13:00

then D1: free 0, held 3, sold 1, waiting 0
then DUA in session 2: free 0, held 3, sold 1, waiting 0
then Lan in session 2: held DUA 1 until 20:13:00, total 28.000
then Lan: cancelled D1, total 0
and the session balances
