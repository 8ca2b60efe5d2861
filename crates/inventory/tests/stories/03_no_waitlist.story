story: without a waitlist it is all or nothing, for the whole claim

given item "cam" in kg, step 0.5, stock 3
given item "quýt" in kg, step 0.5, stock 1
given rule: holds 10 minutes
given rule: no waitlist
given a live session with "cam" as C1 at 30.000; "quýt" as Q1 at 40.000

20:00:00  Lan  taps C1 2            → held 2 until 20:10:00, number 1
20:00:01  Minh taps C1 1.5          → refused: sold_out, number 2
20:00:02  Minh taps C1 1, Q1 2      → refused: sold_out, number 3
20:00:03  Minh taps C1 0.5, Q1 1    → C1 held 0.5 + Q1 held 1 until 20:10:03, number 4
20:00:04  Hoa  taps C1 0.5, C1 0.5  → refused: sold_out, number 5

then C1: free 0.5, held 2.5, sold 0, waiting 0
then Q1: free 0, held 1, sold 0, waiting 0
and the session balances
