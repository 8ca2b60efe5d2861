story: a pre-order cannot exceed the harvest, and is held until its day

given item "vải" in kg, step 1, stock 10
given item "chè" in gói, step 1, stock 9
given rule: holds 10 minutes
given a live session with "vải" as V1 at 60.000, ready day 20 06:00:00; "chè" as C1 at 90.000

20:00:00  Lan  types V1 6            → held 6 until day 20 06:00:00, number 1
20:00:01  Minh types V1 6            → partial: held 4, waits for 2 as 1st until day 20 06:00:00, number 2
20:00:02  Hoa  types C1 1            → held 1 until 20:10:02, number 3
20:00:03  Hoa  types V1 2            → waits for 2 as 2nd until 20:10:03, number 4
20:01:00  host takes 1 from V1       → not possible, stock_below_committed 10
20:02:00  host adds 3 to V1          → left 3 at 60.000, version 2; Minh gets 2 until day 20 06:00:00; Hoa gets 1 until day 20 06:00:00
day 20 06:00:00  time passes         → Lan's hold ends; Minh's hold ends; Hoa's hold ends

then V1: free 13, held 0, sold 0, waiting 0
and the session balances
