story: in one moment holds end first, then cancels close, and only then the line moves up

given item "na" in kg, step 1, stock 2
given rule: holds 1 minute
given rule: a cancel can be undone for 10 seconds
given a live session with "na" as N1 at 65.000

20:00:00  Lan  taps N1 2             → held 2 until 20:01:00, number 1
20:00:01  Minh taps N1 2             → waits for 2 as 1st, number 2
20:00:02  Hoa  taps N1 2             → waits for 2 as 2nd, number 3
20:00:50  Minh gives back N1         → will give back 2 waiting
20:01:00  time passes                → Lan's hold ends; Minh's cancel closes; Hoa gets 2 until 20:02:00

then N1: free 0, held 2, sold 0, waiting 0
then Minh: cancelled N1, total 0
and the session balances
