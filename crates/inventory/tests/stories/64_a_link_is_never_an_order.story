story: a link code lives ten minutes, is no offer's code, and never orders anything

given item "mít" in kg, step 1, stock 20
given rule: holds 10 minutes
given a live session with "mít" as 4821 at 30.000

20:00:00  Lan        asks for a link code    → shows #4822 until 20:10:00
20:00:01  Minh       asks for a link code    → shows #4823 until 20:10:01
20:00:02  Lan        asks for a link code    → shows #4824 until 20:10:02
20:00:03  Lan@zalo   types #4822             → noted: unknown_link
20:09:59  Lan@zalo   types #4824             → noted: linked
20:10:00  Lan@zalo   types #4824             → noted: unknown_link
20:10:01  Minh@zalo  types #4823             → noted: unknown_link
20:11:00  Lan        asks for a link code    → shows #4822 until 20:21:00
20:11:01  Lan@zalo   types #4822             → noted: linked

then 4821: free 20, held 0, sold 0, waiting 0
and the session balances
