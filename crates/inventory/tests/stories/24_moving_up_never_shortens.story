story: moving up never shortens what is held already

given item "gấc" in quả, step 1, stock 3
given item "sả" in bó, step 1, stock 9
given rule: holds 10 minutes
given rule: who moves up has 5 minutes
given a live session with "gấc" as G1 at 30.000; "sả" as S1 at 5.000

20:00:00  Lan  taps G1 3                   → held 3 until 20:10:00, number 1
20:00:30  Minh taps G1 1, S1 1             → partial: G1 waits for 1 as 1st + S1 held 1 until 20:10:30, number 2
20:00:31  Hoa  taps G1 2                   → waits for 2 as 2nd, number 3
20:01:00  Lan  gives back G1               → gave back 3; Minh gets 1 until 20:10:30; Hoa gets 2 until 20:06:00
20:06:00  time passes                      → Hoa's hold ends

then Minh: held G1 1 + S1 1 until 20:10:30, total 35.000
and the session balances
