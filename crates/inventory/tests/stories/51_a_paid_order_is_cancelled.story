story: a paid order that the host cancels stays sold until the undo time closes

given item "na" in kg, step 1, stock 3
given rule: holds 10 minutes
given rule: a cancel can be undone for 10 seconds
given a live session with "na" as N1 at 65.000

20:00:00  Lan  taps N1 3                         → held 3 until 20:10:00, number 1
20:00:01  host is paid by Lan                    → paid N1 3, total 195.000
20:01:00  host cancels Lan                       → paid N1 3, undo until 20:01:10, total 195.000
20:01:01  host cancels Lan                       → not possible, being_cancelled
then N1: free 0, held 0, sold 3, waiting 0
20:01:02  host takes the cancel of Lan back      → paid N1 3, total 195.000
20:02:00  host cancels Lan                       → paid N1 3, undo until 20:02:10, total 195.000
20:02:05  Minh taps N1 1                         → waits for 1 as 1st, number 2
20:02:10  time passes                            → Lan's cancel closes; Minh gets 1 until 20:12:10

then Lan: cancelled N1, total 0
then N1: free 2, held 1, sold 0, waiting 0
and the session balances
