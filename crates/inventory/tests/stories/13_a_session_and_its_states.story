story: a session takes orders while it is live, and is forgotten two days after its end

given item "xoài" in kg, step 1, stock 9
given rule: holds until the end plus 12 hours
given a draft session with "xoài" as X1 at 40.000

19:59:00  Lan  types X1 1                     → refused: session_not_live, number 1
20:00:00  host goes live                      → live
20:00:01  Lan  types X1 1                     → held 1, number 2
20:00:02  host gives Lan 5 minutes more       → not possible, no_deadline
20:00:03  Lan  asks for more time             → refused: no_deadline
20:01:00  host pauses                         → paused
20:01:01  Minh types X1 1                     → refused: session_not_live, number 3
20:01:02  host prices X1 at 35.000            → left 8 at 35.000, version 2
20:02:00  host goes live                      → live
20:02:01  Minh types X1 2                     → held 2, number 4
20:02:02  Hoa  types X1 9                     → partial: held 6, waits for 3 as 1st, number 5
22:00:00  host ends                           → ended
22:00:01  Minh types X1 1                     → refused: session_ended, number 6
22:00:02  host goes live                      → not possible, session_state ended
22:00:03  host confirms Lan                   → confirmed X1 1, total 40.000
day 1 10:00:00  time passes                   → Minh's hold ends; Hoa's hold ends
day 1 11:00:00  host cancels Lan              → cancelled X1, total 0
then X1: free 9, held 0, sold 0, waiting 0
day 2 21:59:59  host adds 1 to X1             → left 10 at 35.000, version 3
day 2 22:00:00  time passes                   → the session is archived
day 2 22:00:01  host adds 1 to X1 with the same key  → not possible, session_archived

and the session balances
