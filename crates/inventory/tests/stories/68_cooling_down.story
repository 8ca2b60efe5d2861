story: after orders that ran out again and again a buyer waits a while

given item "tiêu" in kg, step 1, stock 20
given rule: holds 1 minute
given rule: after 2 orders that ran out, wait 10 minutes
given a live session with "tiêu" as T1 at 90.000

20:00:00  Lan  taps T1 1                         → held 1 until 20:01:00, number 1
20:01:00  Lan  taps T1 1                         → Lan's hold ends; held 1 until 20:02:00, number 2
20:02:00  Lan  taps T1 1                         → Lan's hold ends; refused: cooling_down, number 3
20:02:01  Lan  types T1 1                        → refused: cooling_down, number 4
20:02:02  host orders T1 1 for Lan               → held 1 until 20:03:02, number 5
20:02:03  host cancels Lan                       → cancelled T1, total 0
20:11:59  Lan  taps T1 1                         → refused: cooling_down, number 6
20:12:00  Lan  taps T1 1                         → held 1 until 20:13:00, number 7
20:13:00  Lan  taps T1 1                         → Lan's hold ends; refused: cooling_down, number 8

and the session balances
