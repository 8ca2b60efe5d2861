story: a blocked buyer gets no more, keeps what is held, and can be let in again

given item "tỏi" in kg, step 1, stock 9
given rule: holds 10 minutes
given a live session with "tỏi" as T1 at 40.000
given a live session with "tỏi" as TOI at 40.000

20:00:00  Lan  types T1 1                    → held 1 until 20:10:00, number 1
20:01:00  host blocks Lan                    → blocked
20:01:01  Lan  types T1 1                    → refused: blocked, number 2
20:01:02  Lan  taps TOI 1 in session 2       → refused: blocked, number 1
20:01:03  Lan  types maybe T1 1              → refused: blocked, number 3
20:01:04  host orders T1 1 for Lan           → refused: blocked, number 4
20:02:00  Lan  gives back T1                 → gave back 1
20:03:00  host sells to Lan again            → no longer blocked
20:03:01  Lan  types T1 2                    → held 2 until 20:13:01, number 5

and the session balances
