story: so much of everything for one buyer, in the whole session

given item "chanh" in kg, step 1, stock 9
given item "quất" in kg, step 1, stock 9
given rule: holds 10 minutes
given rule: at most 5 of everything per buyer
given a live session with "chanh" as C1 at 20.000; "quất" as Q1 at 25.000

20:00:00  Lan  types C1 3                  → held 3 until 20:10:00, number 1
20:00:01  Lan  types Q1 3                  → review: over_limit
20:00:02  Lan  taps Q1 3                   → refused: over_limit, number 2
20:00:03  host orders Q1 3 for Lan         → refused: over_limit, number 3
20:00:04  Lan  taps Q1 2                   → held 2 until 20:10:04, number 4
20:00:05  host confirms Lan                → confirmed C1 3 + Q1 2, total 110.000
20:00:06  Lan  taps C1 1                   → refused: over_limit, number 5
20:00:07  Minh taps C1 2, Q1 4             → refused: over_limit, number 6
20:00:08  Minh taps C1 1, Q1 4             → C1 held 1 + Q1 held 4 until 20:10:08, number 7
20:00:09  Minh taps Q1 5 instead of C1, Q1 → held 5 until 20:10:09, number 8

and the session balances
