story: where a line is filled whole or waits whole, nobody gets half a basket

given item "dâu" in kg, step 0.5, stock 7
given rule: holds 10 minutes
given rule: a line is filled whole or waits whole
given a live session with "dâu" as D1 at 90.000

20:00:00  Lan  taps D1 4      → held 4 until 20:10:00, number 1
20:00:01  Minh taps D1 4      → waits for 4 as 1st, number 2
20:00:02  Hoa  taps D1 1      → waits for 1 as 2nd, number 3
20:01:00  host adds 1 to D1   → left 4 at 90.000, version 2; Minh gets 4 until 20:11:00

then D1: free 0, held 8, sold 0, waiting 1
and the session balances
