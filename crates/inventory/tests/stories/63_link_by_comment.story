story: an account that types the page's code is that page's buyer from then on

given item "mít" in kg, step 1, stock 20
given rule: holds 10 minutes
given a live session with "mít" as M1 at 30.000, limit 5

20:00:00  Lan@tiktok types M1 2              → held 2 until 20:10:00, number 1
20:01:00  Lan        asks for a link code    → shows #4821 until 20:11:00
20:01:30  Lan@tiktok types #4822             → noted: unknown_link
20:02:00  Lan@tiktok types #4821             → noted: linked
then Lan: held M1 2 until 20:10:00, total 60.000
20:02:01  Minh@zalo  types #4821             → noted: unknown_link
20:03:00  Lan@tiktok types more M1 1         → held 1 until 20:13:00, number 2
20:03:01  Lan        taps M1 1               → held 1 until 20:13:01, number 3
20:03:02  Lan@tiktok types more M1 2         → review: over_limit
20:03:03  Lan        taps M1 2               → refused: over_limit, number 4
20:03:04  Lan@tiktok types bớt 1 M1          → gave back 1 until 20:13:01

then Lan: held M1 3 until 20:13:01, total 90.000
then M1: free 17, held 3, sold 0, waiting 0
and the session balances
