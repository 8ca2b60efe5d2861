story: delivery is charged once, large orders travel free, a settled fee stays

given item "chè" in gói, step 1, stock 9
given rule: holds 10 minutes
given rule: delivery 25.000, free from 300.000
given a live session with "chè" as C1 at 90.000

20:00:00  Lan  taps C1 1            → held 1 until 20:10:00, number 1
20:00:01  Minh taps C1 4            → held 4 until 20:10:01, number 2
20:00:02  Hoa  taps C1 3            → held 3 until 20:10:02, number 3
20:00:03  Nga  taps C1 2            → partial: held 1, waits for 1 as 1st until 20:10:03, number 4
20:00:04  Tú   taps C1 1            → waits for 1 as 2nd, number 5
20:01:00  host confirms Lan         → confirmed C1 1, total 115.000
20:01:01  host is paid by Minh      → paid C1 4, total 360.000

then Hoa: held C1 3 until 20:10:02, total 295.000
then Nga: held C1 1 waits for 1 as 1st until 20:10:03, total 115.000
then Tú: held C1 waits for 1 as 2nd, total 0
and the session balances
