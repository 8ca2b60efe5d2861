story: when the new one is sold out nothing is swapped and nothing is lost

given item "nho" in kg, step 1, stock 2
given item "hồng" in kg, step 1, stock 1
given rule: holds 10 minutes
given a live session with "nho" as N1 at 90.000; "hồng" as H1 at 70.000

20:00:00  Lan  types N1 2                    → held 2 until 20:10:00, number 1
20:00:01  Minh types N1 1                    → waits for 1 as 1st, number 2
20:01:00  Lan  types H1 2 instead of N1      → refused: sold_out, number 3
20:01:01  Lan  taps X9 1 instead of N1       → refused: unknown_code, number 4
20:01:02  Minh types H1 1 instead of N1      → held 1 until 20:11:02, number 5

then Lan: held N1 2 until 20:10:00, total 180.000
then Minh: held H1 1 until 20:11:02, total 70.000
then N1: free 0, held 2, sold 0, waiting 0
and the session balances
