story: a hold that ends takes its cancel along

given item "na" in kg, step 1, stock 3
given rule: holds 1 minute
given rule: a cancel can be undone for 30 seconds
given a live session with "na" as N1 at 65.000

20:00:00  Lan  taps N1 3                       → held 3 until 20:01:00, number 1
20:00:50  Lan  gives back 1 of N1              → will give back 1 until 20:01:00
20:01:00  time passes                          → Lan's hold ends
20:01:20  Lan  takes the cancel back           → refused: nothing_to_undo

then N1: free 3, held 0, sold 0, waiting 0
and the session balances
