story: nobody's orders run out because the shop was down

given item "tiêu" in kg, step 1, stock 2
given rule: holds 1 minute
given rule: who moves up has 2 minutes
given rule: after 1 orders that ran out, wait 10 minutes
given a live session with "tiêu" as T1 at 90.000

20:00:00  Lan  taps T1 2                         → held 2 until 20:01:00, number 1
20:00:01  Minh taps T1 1                         → waits for 1 as 1st, number 2
20:10:30  the shop was down for 10 minutes       → deadlines move
20:10:59  Lan  taps T1 1                         → waits for 1 as 2nd until 20:11:59, number 3
20:11:59  time passes                            → Lan's hold ends; Minh gets 1 until 20:13:59
20:12:00  Lan  taps T1 1                         → refused: cooling_down, number 4

and the session balances
