story: a late comment is shown to the host, a late tap is refused, a price counts from now on

given item "hồng" in kg, step 1, stock 9
given item "nho" in kg, step 1, stock 9
given rule: holds 10 minutes
given rule: the same code adds
given a live session with "hồng" as H1 at 70.000; "nho" as N1 at 90.000

20:00:00  Lan  types H1 1                          → held 1 until 20:10:00, number 1
20:01:00  host pins H1                             → left 8 at 70.000, pinned, version 2
20:01:01  host pins N1                             → left 9 at 90.000, pinned, version 2
20:01:02  host prices H1 at 60.000 on version 1    → not possible, stale at version 2
20:01:03  host prices H1 at 60.000 on version 2    → left 8 at 60.000, version 3
20:02:00  Lan  types H1 2                          → held 2 until 20:12:00, number 2
20:03:00  host closes H1                           → left 6 at 60.000, closed, version 4
20:03:01  Minh types H1 1                          → review: offer_closed
20:03:02  Minh taps H1 1                           → refused: offer_closed, number 3
20:03:03  Minh taps N1 1, H1 1                     → refused: offer_closed, number 4
20:04:00  host opens H1                            → left 6 at 60.000, version 5
20:04:01  Minh types H1 1                          → held 1 until 20:14:01, number 5

then Lan: held H1 1 + H1 2 until 20:12:00, total 190.000
and the session balances
