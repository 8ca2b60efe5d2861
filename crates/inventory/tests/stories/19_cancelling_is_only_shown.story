story: where the shop says so, a wish to cancel is only shown to a person

given item "bơ" in kg, step 1, stock 2
given rule: holds 10 minutes
given rule: cancelling by comment is shown
given a live session with "bơ" as B1 at 55.000

20:00:00  Lan  types B1 2                → held 2 until 20:10:00, number 1
20:00:01  Minh types B1 1                → waits for 1 as 1st, number 2
20:01:00  Lan  types hủy B1              → review: doubtful
20:02:00  Lan  gives back B1             → gave back 2; Minh gets 1 until 20:12:00

then B1: free 1, held 1, sold 0, waiting 0
and the session balances
