story: while a cancel can be undone, nobody confirms, is paid or gives more time

given item "na" in kg, step 1, stock 5
given rule: holds 10 minutes
given rule: a cancel can be undone for 10 seconds
given a live session with "na" as N1 at 65.000

20:00:00  Lan  taps N1 3                       → held 3 until 20:10:00, number 1
20:01:00  Lan  gives back 1 of N1              → will give back 1 until 20:10:00
20:01:01  host confirms Lan                    → not possible, being_cancelled
20:01:02  host is paid by Lan                  → not possible, being_cancelled
20:01:03  host gives Lan 5 minutes more        → not possible, being_cancelled
20:01:04  Lan  asks for more time              → refused: nothing_open
20:01:05  Lan  taps N1 1                       → held 1 until 20:11:05, number 2
20:01:10  host confirms Lan                    → Lan's cancel closes; confirmed N1 3, total 195.000

and the session balances
