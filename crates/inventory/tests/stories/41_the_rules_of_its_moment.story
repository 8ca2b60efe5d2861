story: a comment is judged by the rules and the limit of its own moment

given item "khoai" in kg, step 1, stock 3
given rule: holds 10 minutes
given a live session with "khoai" as K1 at 18.000, limit 5

20:05:00  host rules: no waitlist                     → live
20:05:01  host limits K1 to 1                         → left 3 at 18.000, version 2
20:05:02  Lan  taps K1 2                              → refused: over_limit, number 1
20:05:03  Lan  taps K1 4, said at 20:04:59            → partial: held 3, waits for 1 as 1st until 20:15:03, number 2
20:05:04  Minh taps K1 1, said at 20:04:59            → waits for 1 as 2nd, number 3
20:05:05  Hoa  taps K1 1                              → refused: sold_out, number 4
20:05:05  Nga  taps K1 1, said at 20:05:00            → refused: sold_out, number 5
20:05:06  host rules: holds 30 minutes                → live
20:05:07  host adds 2 to K1                           → left 2 at 18.000, version 3; Lan gets 1 until 20:35:07; Minh gets 1 until 20:35:07

and the session balances
