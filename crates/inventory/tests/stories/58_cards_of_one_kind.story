story: one answer serves all cards that read alike, in the order of their comments

given item "cua" in con, step 1, stock 2
given rule: holds 10 minutes
given a live session with "cua" as C1 at 300.000

20:00:00  Hoa  types maybe C1 1, heard as CUA     → review: doubtful
20:00:01  Lan  types maybe C1 1, heard as CUA     → review: doubtful
20:00:02  Nga  types maybe C1 2, heard as CUA     → review: doubtful
20:00:03  Minh types maybe C1 1, heard as CUA     → review: doubtful
20:01:00  host answers all like Minh with C1 1    → answered 3; Hoa is served: C1 1 until 20:11:00, number 1; Lan is served: C1 1 until 20:11:00, number 2; Minh is served: C1 waits for 1 as 1st, number 3

then cards: Nga
and the session balances
