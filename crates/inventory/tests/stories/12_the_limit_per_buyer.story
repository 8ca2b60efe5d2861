story: over the limit a comment is shown, a tap is refused, and nothing is held

given item "chén" in cái, step 1, stock 6
given rule: holds 10 minutes
given rule: the same code adds
given a live session with "chén" as A2 at 15.000, limit 5

20:00:00  Lan  types A2 6              → review: over_limit
20:00:01  Lan  taps A2 6               → refused: over_limit, number 1
20:00:02  Lan  taps A2 3, A2 3         → refused: over_limit, number 2
20:00:03  Lan  types A2 4              → held 4 until 20:10:03, number 3
20:00:04  Lan  types A2 2              → review: over_limit
20:00:05  host orders A2 2 for Lan     → refused: over_limit, number 4
20:00:06  host confirms Lan            → confirmed A2 4, total 60.000
20:00:07  Lan  taps A2 2               → refused: over_limit, number 5
20:00:08  Lan  taps A2 1               → held 1 until 20:10:08, number 6
20:10:08  time passes                  → Lan's hold ends
20:10:09  Lan  taps A2 1               → held 1 until 20:20:09, number 7

then A2: free 1, held 1, sold 4, waiting 0
and the session balances
