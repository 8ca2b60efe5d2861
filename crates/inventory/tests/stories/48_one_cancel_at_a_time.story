story: a second cancel closes the first

given item "bơ" in kg, step 1, stock 5
given item "na" in kg, step 1, stock 5
given rule: holds 10 minutes
given rule: a cancel can be undone for 10 seconds
given a live session with "bơ" as B1 at 55.000; "na" as N1 at 65.000

20:00:00  Lan  taps B1 2, N1 3                 → B1 held 2 + N1 held 3 until 20:10:00, number 1
20:01:00  Lan  gives back B1                   → will give back 2 until 20:10:00
20:01:05  Lan  gives back 1 of N1              → will give back 1 until 20:10:00
then Lan: held N1 3 until 20:10:00, undo until 20:01:15, total 195.000
then B1: free 5, held 0, sold 0, waiting 0
20:01:10  Lan  takes the cancel back           → keeps it until 20:10:00
20:01:20  Lan  gives back 2 of N1              → will give back 2 until 20:10:00
20:01:30  time passes                          → Lan's cancel closes

then Lan: held N1 1 until 20:10:00, total 65.000
and the session balances
