story: too much by comment can be ignored, or refused with a number

given item "bún" in kg, step 1, stock 9
given rule: holds 10 minutes
given rule: at most 2 of everything per buyer
given rule: too much by comment is ignored
given a live session with "bún" as B1 at 20.000

20:00:00  Lan  types B1 3                            → noted: over_limit
20:00:01  host rules: too much by comment counts     → live
20:00:02  Lan  types B1 3                            → refused: over_limit, number 1
20:00:03  Lan  types B1 2                            → held 2 until 20:10:03, number 2

and the session balances
