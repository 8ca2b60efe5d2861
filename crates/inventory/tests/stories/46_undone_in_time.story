story: a cancel is taken back in time, and its stock was offered to nobody meanwhile

given item "bơ" in kg, step 1, stock 2
given rule: holds 10 minutes
given rule: a cancel can be undone for 10 seconds
given a live session with "bơ" as B1 at 55.000

20:00:00  Lan  taps B1 2                       → held 2 until 20:10:00, number 1
20:00:01  Minh taps B1 1                       → waits for 1 as 1st, number 2
20:01:00  Lan  gives back B1                   → will give back 2 until 20:10:00
20:01:05  Hoa  taps B1 1                       → waits for 1 as 2nd, number 3
then Lan: held B1 2 until 20:10:00, undo until 20:01:10, total 110.000
then B1: free 0, held 2, sold 0, waiting 2
20:01:09  Minh takes the cancel of Lan back    → refused: nothing_to_undo
20:01:09  Lan  takes the cancel back           → keeps it until 20:10:00
20:01:10  time passes
20:01:11  Lan  takes the cancel back           → refused: nothing_to_undo
20:02:00  host takes the cancel of Lan back    → not possible, nothing_to_undo

then Lan: held B1 2 until 20:10:00, total 110.000
and the session balances
