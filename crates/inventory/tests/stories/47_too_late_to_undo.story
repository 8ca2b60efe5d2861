story: when the undo time closes, the stock goes to the line

given item "bơ" in kg, step 1, stock 2
given rule: holds 10 minutes
given rule: a cancel can be undone for 10 seconds
given a live session with "bơ" as B1 at 55.000

20:00:00  Lan  types B1 2                      → held 2 until 20:10:00, number 1
20:00:01  Minh types B1 1                      → waits for 1 as 1st, number 2
20:01:00  Lan  types hủy B1                    → will give back 2 until 20:10:00
20:01:09  Lan  types hủy B1                    → refused: nothing_open
20:01:10  Lan  takes the cancel back           → Lan's cancel closes; Minh gets 1 until 20:11:10; refused: nothing_to_undo

then Lan: cancelled B1, total 0
then B1: free 1, held 1, sold 0, waiting 0
and the session balances
