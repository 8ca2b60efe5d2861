story: an order that is paid, or confirmed, wipes the slate clean

given item "tiêu" in kg, step 1, stock 20
given rule: holds 1 minute
given rule: after 2 orders that ran out, wait 10 minutes
given a live session with "tiêu" as T1 at 90.000

20:00:00  Lan  taps T1 1                         → held 1 until 20:01:00, number 1
20:01:00  Lan  taps T1 2                         → Lan's hold ends; held 2 until 20:02:00, number 2
20:01:30  host is paid by Lan                    → paid T1 2, total 180.000
20:02:00  Lan  taps T1 1                         → held 1 until 20:03:00, number 3
20:03:00  Lan  taps T1 1                         → Lan's hold ends; held 1 until 20:04:00, number 4
20:03:30  Lan  gives back T1                     → gave back 1
20:04:00  Lan  taps T1 1                         → held 1 until 20:05:00, number 5

and the session balances
