story: who moves up from the line has their own time, and then the next one has it

given item "măng" in kg, step 1, stock 2
given rule: holds until the end plus 12 hours
given rule: who moves up has 5 minutes
given a live session with "măng" as M1 at 60.000

20:00:00  Lan  taps M1 2           → held 2, number 1
20:00:01  Minh taps M1 2           → waits for 2 as 1st, number 2
20:00:02  Hoa  taps M1 1           → waits for 1 as 2nd, number 3
20:10:00  Lan  gives back M1       → gave back 2; Minh gets 2 until 20:15:00
20:15:00  time passes              → Minh's hold ends; Hoa gets 1 until 20:20:00
20:16:00  host confirms Hoa        → confirmed M1 1, total 60.000
20:17:00  Minh taps M1 1           → held 1, number 4

then M1: free 0, held 1, sold 1, waiting 0
and the session balances
