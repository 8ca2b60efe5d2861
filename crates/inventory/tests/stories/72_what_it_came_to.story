story: what a session came to, to the unit and to the đồng

given item "chè" in gói, step 1, stock 20
given item "mật" in lít, step 0.25, stock 3
given rule: holds 10 minutes
given rule: delivery 25.000, free from 300.000
given a live session with "chè" as C1 at 90.000; "mật" as M1 at 133.333

20:00:00  Lan  taps C1 1, M1 0.75        → C1 held 1 + M1 held 0.75 until 20:10:00, number 1
20:00:01  Minh taps C1 4                 → held 4 until 20:10:01, number 2
20:00:02  Hoa  taps M1 2.25              → held 2.25 until 20:10:02, number 3
20:00:03  Nga  taps M1 1                 → waits for 1 as 1st, number 4
20:00:04  Tú   taps M1 0.1               → refused: off_step, number 5
20:01:00  host confirms Lan              → confirmed C1 1 + M1 0.75, total 215.000
20:01:01  host is paid by Minh           → paid C1 4, total 360.000
20:02:00  Hoa  gives back M1             → gave back 2.25; Nga gets 1 until 20:12:00
20:12:00  time passes                    → Nga's hold ends
20:12:01  Tú   taps M1 0.25              → held 0.25 until 20:22:01, number 6

then M1: free 2, held 0.25, sold 0.75, waiting 0
then the session: 6 claims, 1 held, 1 confirmed, 1 paid, 1 cancelled, 1 expired, goods 583.333, delivery 50.000, total 633.333
and the session balances
