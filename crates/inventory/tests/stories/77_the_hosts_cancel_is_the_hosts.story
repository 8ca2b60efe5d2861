story: what the host cancels its buyer cannot undo, what a buyer cancels the host can

given item "ổi" in kg, step 1, stock 6
given rule: holds 10 minutes
given rule: a cancel can be undone for 10 seconds
given a live session with "ổi" as G1 at 20.000

20:00:00  Lan  taps G1 3                         → held 3 until 20:10:00, number 1
20:00:01  Minh taps G1 2                         → held 2 until 20:10:01, number 2
20:01:00  host cancels Lan                       → held G1 3 until 20:10:00, undo until 20:01:10, total 60.000
20:01:01  Lan  takes the cancel back             → refused: nothing_to_undo
20:01:02  Minh gives back everything             → gave back 2 until 20:10:01, undo is open
20:01:03  host takes the cancel of Minh back     → held G1 2 until 20:10:01, total 40.000
20:01:10  time passes                            → Lan's cancel closes

then Lan: cancelled G1, total 0
then G1: free 4, held 2, sold 0, waiting 0
and the session balances
