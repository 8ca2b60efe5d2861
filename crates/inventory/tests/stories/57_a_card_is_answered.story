story: a person makes an order of a card, in its buyer's name

given item "tôm" in kg, step 0.5, stock 2
given rule: holds 10 minutes
given a live session with "tôm" as T1 at 250.000

20:00:00  Lan  types maybe T1 1              → review: doubtful
20:00:01  Minh types maybe T1 0.5            → review: doubtful
20:01:00  host answers Lan with T1 1.5       → answered 1; Lan is served: T1 1.5 until 20:11:00, number 1
20:01:01  host answers Lan with T1 1         → not possible, unknown_review
20:01:02  host answers Minh with nothing     → answered 1
20:01:03  host answers Minh with T1 1        → not possible, unknown_review
20:02:00  Lan  types maybe T1 1 with the same key  → the first answer again: review: doubtful

then Lan: held T1 1.5 until 20:11:00, total 375.000
then T1: free 0.5, held 1.5, sold 0, waiting 0
and the session balances
