story: an unsaid size holds the one there is most of; a size there is not is refused

given item "áo" in cái, step 1, variants đỏ,xanh/S,M, stock 1 2 2 0
given rule: holds 10 minutes
given a live session with "áo" as A1 at 100.000

20:00:00  Lan  taps A1 1                → held 1 until 20:10:00, number 1
20:00:01  Minh taps A1 đỏ/M 2           → partial: held 1, waits for 1 as 1st until 20:10:01, number 2
20:00:02  Hoa  taps A1 xanh/? 3         → partial: held 2, waits for 1 as 1st until 20:10:02, number 3
20:00:03  Nga  taps A1 tím/S 1          → refused: unknown_variant, number 4
20:00:04  Nga  taps A1 xanh/M 1         → waits for 1 as 1st, number 5
20:01:00  host adds 1 to A1             → not possible, unknown_variant
20:01:01  host adds 1 to A1 đỏ/M        → left 2 at 100.000, version 2; Minh gets 1 until 20:11:01
20:10:00  time passes                   → Lan's hold ends
20:10:01  Nga  taps A1 ?/M 1            → held 1 until 20:20:01, number 6

then A1: free 1, held 5, sold 0, waiting 2
then Nga: held A1 xanh/M waits for 1 as 1st + A1 ?/M 1 until 20:20:01, total 100.000
then Minh: held A1 đỏ/M 2 until 20:11:01, total 200.000
and the session balances
