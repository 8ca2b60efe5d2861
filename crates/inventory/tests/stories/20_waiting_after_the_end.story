story: after the end the line still moves, and who moves up has the same time as everybody

given item "lạc" in kg, step 1, stock 2
given rule: holds until the end plus 2 hours
given a live session with "lạc" as L1 at 40.000

21:00:00  Lan  types L1 2           → held 2, number 1
21:00:01  Minh types L1 1           → waits for 1 as 1st, number 2
21:00:02  Hoa  types L1 3           → waits for 3 as 2nd, number 3
22:00:00  host ends                 → ended
22:30:00  Lan  gives back L1        → gave back 2; Minh gets 1 until day 1 00:30:00; Hoa gets 1 until day 1 00:30:00
23:00:00  host adds 1 to L1         → left 1 at 40.000, version 2; Hoa gets 1 until day 1 01:00:00
day 1 00:30:00  time passes         → Minh's hold ends; Hoa gets 1 until day 1 02:30:00
day 1 00:31:00  host is paid by Hoa → paid L1 3, total 120.000
day 2 22:00:00  time passes         → the session is archived

and the session balances
