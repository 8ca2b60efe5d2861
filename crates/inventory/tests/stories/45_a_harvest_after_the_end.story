story: when the session ends, a pre-order's hold still lasts until the harvest

given item "vải" in kg, step 1, stock 10
given item "chè" in gói, step 1, stock 9
given rule: holds until the end plus 2 hours
given a live session with "vải" as V1 at 60.000, ready day 20 06:00:00; "chè" as C1 at 90.000

20:00:00  Lan  types V1 6            → held 6, number 1
20:00:01  Minh types C1 1            → held 1, number 2
22:00:00  host ends                  → ended
then Lan: held V1 6 until day 20 06:00:00, total 360.000
then Minh: held C1 1 until day 1 00:00:00, total 90.000
day 1 00:00:00  time passes          → Minh's hold ends
day 3 00:00:00  time passes
day 20 05:00:00 host confirms Lan    → confirmed V1 6, total 360.000; the session is archived

and the session balances
