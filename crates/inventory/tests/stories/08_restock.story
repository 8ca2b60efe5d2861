story: a restock goes to the line first, and the line may take it all

given item "trứng" in chục, step 1, stock 0
given rule: holds until the end plus 12 hours
given a live session with "trứng" as T1 at 35.000

20:00:00  Lan  types T1 2           → waits for 2 as 1st, number 1
20:00:01  Minh types T1 1           → waits for 1 as 2nd, number 2
20:00:02  Hoa  types T1 1           → waits for 1 as 3rd, number 3
20:01:00  host adds 3 to T1         → left 3 at 35.000, version 2; Lan gets 2; Minh gets 1
20:02:00  host sets T1 to 10        → left 7 at 35.000, version 3; Hoa gets 1
20:03:00  host takes 6 from T1      → left 0 at 35.000, version 4

then T1: free 0, held 4, sold 0, waiting 0
then Hoa: held T1 1, total 35.000
and the session balances
