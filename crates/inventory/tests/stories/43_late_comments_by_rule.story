story: a late comment is ignored, or counts, where the shop says so

given item "ngô" in bắp, step 1, stock 9
given rule: holds 10 minutes
given rule: a late comment is ignored
given a live session with "ngô" as N1 at 7.000

20:05:00  host closes N1                       → left 9 at 7.000, closed, version 2
20:05:01  Lan  types N1 1                      → noted: offer_closed
20:05:02  host rules: a late comment counts    → live
20:05:03  Lan  types N1 1                      → held 1 until 20:15:03, number 1
20:05:04  Minh taps N1 1                       → refused: offer_closed, number 2

and the session balances
