story: a correction never takes away what is promised

given item "gạo" in kg, step 1, stock 10
given rule: holds 10 minutes
given a live session with "gạo" as G1 at 25.000

20:00:00  Lan  taps G1 4               → held 4 until 20:10:00, number 1
20:00:01  Minh taps G1 3               → held 3 until 20:10:01, number 2
20:01:00  host confirms Minh           → confirmed G1 3, total 75.000
20:02:00  host sets G1 to 6            → not possible, stock_below_committed 7
20:02:01  host takes 4 from G1         → not possible, stock_below_committed 7
20:02:02  host sets G1 to 7.5          → not possible, bad_terms: stock is a whole number of steps
20:02:03  host adds 1000000 to G1      → not possible, stock_too_large
20:02:04  host sets G1 to 7            → left 0 at 25.000, version 2

then G1: free 0, held 4, sold 3, waiting 0
and the session balances
