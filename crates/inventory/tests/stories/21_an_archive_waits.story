story: a session is not forgotten while somebody still holds something of it

given item "dứa" in quả, step 1, stock 2
given rule: holds until the end plus 20 hours
given a live session with "dứa" as D1 at 15.000

20:00:00  Lan  types D1 1                        → held 1, number 1
20:00:01  Minh types D1 2                        → partial: held 1, waits for 1 as 1st, number 2
20:30:00  host ends                              → ended
20:31:00  host confirms Minh                     → confirmed D1 1 waits for 1 as 1st, total 15.000
20:32:00  host gives Lan 24 hours more           → held D1 1 until day 2 16:30:00, total 15.000
20:33:00  host gives Lan 6 hours more            → held D1 1 until day 2 22:30:00, total 15.000
day 2 20:30:00  time passes
day 2 22:30:00  time passes                      → Lan's hold ends; Minh gets 1 in another order until day 3 18:30:00
day 3 18:29:59  host is paid by Minh             → paid D1 1, total 15.000; the session is archived

and the session balances
