story: of two prices, the line that was cancelled is the one that goes

given item "na" in kg, step 1, stock 9
given item "bơ" in kg, step 1, stock 9
given rule: holds 10 minutes
given rule: the same code adds
given rule: a cancel can be undone for 30 seconds
given a live session with "na" as N1 at 65.000; "bơ" as B1 at 50.000

20:00:00  Lan  taps N1 2                       → held 2 until 20:10:00, number 1
20:00:10  host prices N1 at 60.000             → left 7 at 60.000, version 2
20:00:20  Lan  taps N1 2                       → held 2 until 20:10:20, number 2
20:01:00  Lan  gives back 2 of N1              → will give back 2 until 20:10:20
20:01:10  Lan  taps B1 1 instead of N1         → held 1 until 20:11:10, number 3
then Lan: held N1 2 + B1 1 until 20:11:10, undo until 20:01:30, total 180.000
20:01:30  time passes                          → Lan's cancel closes

then Lan: held B1 1 until 20:11:10, total 50.000
then N1: free 9, held 0, sold 0, waiting 0
and the session balances
