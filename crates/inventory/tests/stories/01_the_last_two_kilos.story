story: the last two kilos go to the first in line, the third waits

given item "cà chua" in kg, step 0.5, stock 2
given rule: holds 12 minutes
given a live session with "cà chua" as D1 at 45.000

20:05:00  Lan  taps D1 1.5                    → held 1.5 until 20:17:00, number 1
20:05:00  Minh taps D1 1                      → partial: held 0.5, waits for 0.5 as 1st until 20:17:00, number 2
20:05:01  Hoa  taps D1 1                      → waits for 1 as 2nd, number 3
20:05:02  Lan  taps D1 1.5 with the same key  → the first answer again: held 1.5 until 20:17:00, number 1
20:06:00  Minh asks for more time             → more time until 20:29:00
20:17:00  time passes                         → Lan's hold ends; Minh gets 0.5 until 20:29:00; Hoa gets 1 until 20:29:00

then D1: free 0, held 2, sold 0, waiting 0
then Lan: expired D1, total 0
then Hoa: held D1 1 until 20:29:00, total 45.000
and the session balances
