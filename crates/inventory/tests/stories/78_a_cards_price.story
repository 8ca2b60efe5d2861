story: a card that is answered soon pays the price of its comment, later the present one

given item "ổi" in kg, step 1, stock 6
given rule: holds 10 minutes
given a live session with "ổi" as G1 at 20.000

20:00:00  Lan  types maybe G1 1              → review: doubtful
20:00:01  Minh types maybe G1 1              → review: doubtful
20:01:00  host prices G1 at 25.000            → left 6 at 25.000, version 2
20:02:00  host answers Lan with G1 1         → answered 1; Lan is served: G1 1 until 20:12:00, number 1
20:11:00  host answers Minh with G1 1        → answered 1; Minh is served: G1 1 until 20:21:00, number 2

then Lan: held G1 1 until 20:12:00, total 20.000
then Minh: held G1 1 until 20:21:00, total 25.000
and the session balances
