story: a swap is one act: the old goes back and the new is held in the same moment

given item "nho" in kg, step 1, stock 2
given item "hồng" in kg, step 1, stock 3
given rule: holds 10 minutes
given a live session with "nho" as N1 at 90.000; "hồng" as H1 at 70.000

20:00:00  Lan  types N1 2                    → held 2 until 20:10:00, number 1
20:00:01  Minh types N1 1                    → waits for 1 as 1st, number 2
20:01:00  Lan  types H1 2 instead of N1      → held 2 until 20:11:00, number 3; Minh gets 1 until 20:11:00
20:02:00  Lan  types H1 1 instead of N1      → refused: nothing_open, number 4
20:03:00  Hoa  types H1 1 instead of N1      → refused: nothing_open, number 5

then Lan: held H1 2 until 20:11:00, total 140.000
then N1: free 1, held 1, sold 0, waiting 0
and the session balances
