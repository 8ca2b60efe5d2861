story: what delivery cost when an order was settled stays, whatever the rules become

given item "chè" in gói, step 1, stock 9
given rule: holds 10 minutes
given a live session with "chè" as C1 at 90.000

20:00:00  Lan  taps C1 1            → held 1 until 20:10:00, number 1
20:00:01  Minh taps C1 1            → held 1 until 20:10:01, number 2
20:00:02  Hoa  taps C1 1            → held 1 until 20:10:02, number 3
20:01:00  host confirms Lan         → confirmed C1 1, total 90.000
20:02:00  host rules: delivery 25.000, free from 300.000 → live
20:02:01  host confirms Minh        → confirmed C1 1, total 115.000
20:03:00  host rules: delivery 35.000, free from 300.000 → live
20:03:01  host is paid by Minh      → paid C1 1, total 115.000
20:03:02  host is paid by Lan       → paid C1 1, total 90.000

then Lan: paid C1 1, total 90.000
then Minh: paid C1 1, total 115.000
then Hoa: held C1 1 until 20:10:02, total 125.000
and the session balances
