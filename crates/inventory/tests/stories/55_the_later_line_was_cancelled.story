story: a place in line that is cancelled and then served gives back its own price

given item "na" in kg, step 1, stock 5
given rule: holds 10 minutes
given rule: a cancel can be undone for 30 seconds
given a live session with "na" as N1 at 65.000

20:00:00  Lan  taps N1 5                       → held 5 until 20:10:00, number 1
20:00:10  host prices N1 at 60.000             → left 0 at 60.000, version 2
20:00:20  Lan  taps N1 3                       → waits for 3 as 1st until 20:10:20, number 2
20:01:00  Lan  gives back 3 of N1              → will give back 3 waiting until 20:10:20
20:01:10  host adds 3 to N1                    → left 3 at 60.000, version 3; Lan gets 3 until 20:11:10
20:01:30  time passes                          → Lan's cancel closes

then Lan: held N1 5 until 20:11:10, total 325.000
and the session balances
