story: a paid order waits for less, and keeps its goods

given item "sò" in kg, step 1, stock 2
given rule: holds 10 minutes
given a live session with "sò" as S1 at 120.000

20:00:00  Lan  taps S1 5             → partial: held 2, waits for 3 as 1st until 20:10:00, number 1
20:01:00  host is paid by Lan        → paid S1 2 waits for 3 as 1st, total 240.000
20:02:00  Lan  gives back 1 of S1    → gave back 1 waiting
20:03:00  Lan  gives back S1         → gave back 2 waiting
20:04:00  Lan  gives back S1         → refused: nothing_open

then Lan: paid S1 2, total 240.000
and the session balances
