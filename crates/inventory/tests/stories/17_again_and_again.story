story: the same comment is no new order, another quantity is asked about, more is more

given item "táo" in kg, step 0.5, stock 20
given rule: holds 10 minutes
given a live session with "táo" as T1 at 50.000; "táo" as T2 at 45.000

20:00:00  Lan  types T1 2             → held 2 until 20:10:00, number 1
20:00:01  Lan  types T1 2             → noted: repeated
20:00:02  Lan  types T1 3             → review: repeated_code
20:00:03  Lan  types more T1 1        → held 1 until 20:10:03, number 2
20:00:04  Lan  types T1 2             → review: repeated_code
20:00:05  Lan  types T1 1             → noted: repeated
20:00:06  Lan  types T1 1, T2 1       → review: repeated_code
20:00:07  Lan  types T2 1             → held 1 until 20:10:07, number 3
20:00:08  Lan  types T1 1, T2 1       → noted: repeated
20:00:09  Lan  taps T1 1              → held 1 until 20:10:09, number 4
20:00:10  host confirms Lan           → confirmed T1 4 + T2 1, total 245.000
20:00:11  Lan  types T1 1             → held 1 until 20:10:11, number 5

and the session balances
