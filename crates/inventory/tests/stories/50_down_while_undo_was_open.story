story: nobody loses an undo because the shop was down

given item "na" in kg, step 1, stock 3
given rule: holds 10 minutes
given rule: a cancel can be undone for 10 seconds
given a live session with "na" as N1 at 65.000

20:00:00  Lan  taps N1 3                       → held 3 until 20:10:00, number 1
20:01:00  Lan  gives back N1                   → will give back 3 until 20:10:00
20:31:00  the shop was down for 30 minutes     → deadlines move
20:31:09  Lan  takes the cancel back           → keeps it until 20:40:00
20:31:10  time passes

then Lan: held N1 3 until 20:40:00, total 195.000
and the session balances
