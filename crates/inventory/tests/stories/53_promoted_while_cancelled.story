story: who moves up while a cancel is open gives back only what was cancelled

given item "na" in kg, step 1, stock 2
given rule: holds 10 minutes
given rule: a cancel can be undone for 10 seconds
given a live session with "na" as N1 at 65.000

20:00:00  Lan  taps N1 4                       → partial: held 2, waits for 2 as 1st until 20:10:00, number 1
20:01:00  Lan  gives back 1 of N1              → will give back 1 waiting until 20:10:00
20:01:05  host adds 2 to N1                    → left 2 at 65.000, version 2; Lan gets 2 until 20:11:05
20:01:10  time passes                          → Lan's cancel closes

then Lan: held N1 3 until 20:11:05, total 195.000
then N1: free 1, held 3, sold 0, waiting 0
and the session balances
