story: staff order for a buyer by name: into the buyer's one order, beside the hoarding limits

given item "gà" in con, step 1, stock 9
given rule: holds 10 minutes
given rule: at most 1 open lines per buyer
given a live session with "gà" as G1 at 150.000; "gà" as G2 at 140.000

20:00:00  Lan  types G1 1                    → held 1 until 20:10:00, number 1
20:00:01  Lan  types G2 1                    → refused: too_many_holds, number 2
20:00:02  host orders G2 2 for Lan           → held 2 until 20:10:02, number 3
20:00:03  host orders G1 1 for Bà_Tư         → held 1 until 20:10:03, number 4
20:00:04  host closes G2                     → left 7 at 140.000, closed, version 2
20:00:05  host orders G2 1 for Bà_Tư         → refused: offer_closed, number 5

then Lan: held G1 1 + G2 2 until 20:10:02, total 430.000
then Bà_Tư: held G1 1 until 20:10:03, total 150.000
and the session balances
