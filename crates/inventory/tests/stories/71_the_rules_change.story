story: new rules count from now on; deadlines that were promised stay

given item "tiêu" in kg, step 1, stock 20
given rule: holds until the end plus 2 hours
given a live session with "tiêu" as T1 at 90.000

20:00:00  Lan  taps T1 1                         → held 1, number 1
20:01:00  host rules: holds 10 minutes           → live
20:01:01  Minh taps T1 1                         → held 1 until 20:11:01, number 2
20:01:02  Lan  taps T1 1                         → held 1, number 3
20:02:00  host rules: holds 25 hours             → not possible, hold_too_long
20:02:01  host rules: a cancel can be undone for 5 minutes → not possible, undo_too_long
20:11:01  time passes                            → Minh's hold ends
21:00:00  host ends                              → ended
then Lan: held T1 2 until 21:10:00, total 180.000
21:01:00  host rules: no waitlist                → not possible, session_state ended
21:10:00  time passes                            → Lan's hold ends

and the session balances
