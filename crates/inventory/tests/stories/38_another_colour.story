story: another colour from one pool is a swap, even while others wait

given item "khăn" in cái, step 1, stock 2
given item "mũ" in cái, step 1, variants đỏ,xanh, stock 1 1
given rule: holds 10 minutes
given a live session with "khăn" as K1 at 50.000; "mũ" as M1 at 80.000

20:00:00  Lan  types K1 2                          → held 2 until 20:10:00, number 1
20:00:01  Lan  types M1 đỏ 1                       → held 1 until 20:10:01, number 2
20:00:02  Minh types K1 1                          → waits for 1 as 1st, number 3
20:00:03  Hoa  types M1 xanh 1                     → held 1 until 20:10:03, number 4
20:01:00  Lan  types K1 1 instead of K1            → held 1 until 20:11:00, number 5; Minh gets 1 until 20:11:00
20:02:00  Lan  types M1 xanh 1 instead of M1       → refused: sold_out, number 6
20:03:00  Hoa  gives back M1                       → gave back 1
20:04:00  Lan  types M1 xanh 1 instead of M1       → held 1 until 20:14:00, number 7

then Lan: held K1 1 + M1 xanh 1 until 20:14:00, total 130.000
and the session balances
