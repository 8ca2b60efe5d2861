story: open lines are counted over both orders of who linked an account

given item "mít" in kg, step 1, stock 20
given item "dừa" in quả, step 1, stock 20
given item "ổi" in kg, step 1, stock 20
given rule: holds 10 minutes
given rule: at most 2 open lines per buyer
given a live session with "mít" as M1 at 30.000; "dừa" as D1 at 10.000; "ổi" as O1 at 20.000

20:00:00  Lan        taps M1 1               → held 1 until 20:10:00, number 1
20:00:01  Lan@tiktok types D1 1              → held 1 until 20:10:01, number 2
20:01:00  Lan        asks for a link code    → shows #4821 until 20:11:00
20:01:01  Lan@tiktok types #4821             → noted: linked
20:02:00  Lan        taps O1 1               → refused: too_many_holds, number 3
20:02:01  Lan        taps D1 1               → held 1 until 20:12:01, number 4

and the session balances
