story: an answer becomes a rule of the session for comments that read alike

given item "cua" in con, step 1, stock 9
given rule: holds 10 minutes
given a live session with "cua" as C1 at 300.000

20:00:00  Hoa  types maybe C1 1, heard as CUA              → review: doubtful
20:01:00  host answers all like Hoa from now on with C1 1  → answered 1; Hoa is served: C1 1 until 20:11:00, number 1
20:02:00  Lan  types maybe C1 1, heard as CUA              → held 1 until 20:12:00, number 2
20:02:01  Lan  types maybe C1 1, heard as CUA              → noted: repeated
20:02:02  Minh types maybe C1 2, heard as CUA              → review: doubtful
20:03:00  host answers Minh from now on with nothing       → answered 1
20:03:01  Nga  types maybe C1 2, heard as CUA              → noted: chatter
20:04:00  host closes C1                                   → left 7 at 300.000, closed, version 2
20:04:01  Tú   types C1 1                                  → review: offer_closed
20:04:02  host answers Tú from now on with nothing         → answered 1
20:04:03  Vy   types C1 1                                  → noted: chatter

then cards: none
and the session balances
