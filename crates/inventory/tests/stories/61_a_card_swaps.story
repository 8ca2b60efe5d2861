story: a card may be answered with a swap, all or nothing

given item "tôm" in kg, step 1, stock 2
given item "mực" in kg, step 1, stock 1
given rule: holds 10 minutes
given a live session with "tôm" as T1 at 250.000; "mực" as M1 at 200.000

20:00:00  Lan  taps T1 2                                 → held 2 until 20:10:00, number 1
20:00:01  Lan  types maybe M1 1                          → review: doubtful
20:00:02  Minh types maybe M1 1                          → review: doubtful
20:01:00  host answers Lan with M1 1 instead of T1       → answered 1; Lan is served: M1 1 until 20:11:00, number 2
20:01:01  host answers Minh with M1 1 instead of T1      → answered 1; Minh is refused: nothing_open, number 3
20:01:02  host answers Minh from now on with M1 1 instead of T1 → not possible, unknown_review

then T1: free 2, held 0, sold 0, waiting 0
then Lan: held M1 1 until 20:11:00, total 200.000
and the session balances
