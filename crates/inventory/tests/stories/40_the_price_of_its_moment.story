story: a comment pays the price of its own moment

given item "xoài" in kg, step 1, stock 20
given rule: holds 10 minutes
given a live session with "xoài" as X1 at 45.000

20:05:10  host prices X1 at 40.000                    → left 20 at 40.000, version 2
20:05:20  host prices X1 at 35.000                    → left 20 at 35.000, version 3
20:05:21  Lan  types X1 1, said at 20:05:08           → held 1 until 20:15:21, number 1
20:05:22  Minh types X1 1, said at 20:05:10           → held 1 until 20:15:22, number 2
20:05:23  Hoa  types X1 1, said at 20:05:20           → held 1 until 20:15:23, number 3
20:05:24  Nga  types X1 1                             → held 1 until 20:15:24, number 4

then Lan: held X1 1 until 20:15:21, total 45.000
then Minh: held X1 1 until 20:15:22, total 40.000
then Hoa: held X1 1 until 20:15:23, total 35.000
then Nga: held X1 1 until 20:15:24, total 35.000
and the session balances
