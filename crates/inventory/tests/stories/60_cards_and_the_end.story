story: a card can be answered after the end; stock and blocks are all that holds it up

given item "ốc" in kg, step 1, stock 2
given rule: holds 10 minutes
given rule: no waitlist
given a live session with "ốc" as O1 at 80.000, limit 1

20:00:00  Lan  types maybe O1 2              → review: doubtful
20:00:01  Minh types maybe O1 1              → review: doubtful
20:00:02  Hoa  types maybe O1 1              → review: doubtful
20:00:03  host closes O1                     → left 2 at 80.000, closed, version 2
20:01:00  host ends                          → ended
20:01:01  host blocks Hoa                    → blocked
20:01:02  Nga  types maybe O1 1              → refused: session_ended, number 1
20:02:00  host answers Hoa with O1 1         → answered 1; Hoa is refused: blocked, number 2
20:02:01  host answers Lan with O1 0.5       → not possible, bad_terms: a quantity is whole steps, more than 0
20:02:02  host answers Lan with X9 1         → not possible, unknown_code
20:02:03  host answers Lan with O1 2         → answered 1; Lan is served: O1 2 until 20:12:03, number 3
20:02:04  host answers Minh with O1 1        → answered 1; Minh is refused: sold_out, number 4

then Lan: held O1 2 until 20:12:03, total 160.000
and the session balances
