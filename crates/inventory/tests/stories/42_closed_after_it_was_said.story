story: an order that was said before the offer closed still counts

given item "ngô" in bắp, step 1, stock 9
given rule: holds 10 minutes
given a live session with "ngô" as N1 at 7.000

20:05:10  host closes N1                              → left 9 at 7.000, closed, version 2
20:05:12  Lan  types N1 1, said at 20:05:09           → held 1 until 20:15:12, number 1
20:05:13  Minh types N1 1                             → review: offer_closed
20:05:14  Hoa  types N1 1, said at 20:05:11           → review: offer_closed
20:06:00  host opens N1                               → left 8 at 7.000, version 3
20:06:01  Hoa  taps N1 1, said at 20:05:30            → refused: offer_closed, number 2
20:06:02  Hoa  taps N1 1, said at 20:06:00            → held 1 until 20:16:02, number 3

and the session balances
