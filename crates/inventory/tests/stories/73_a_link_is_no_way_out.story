story: who must wait is not let off by linking a new page

given item "tiêu" in kg, step 1, stock 20
given rule: holds 1 minute
given rule: after 2 orders that ran out, wait 10 minutes
given a live session with "tiêu" as T1 at 90.000

20:00:00  Lan@tiktok types T1 1              → held 1 until 20:01:00, number 1
20:01:00  Lan@tiktok types T1 1              → Lan@tiktok's hold ends; held 1 until 20:02:00, number 2
20:02:00  Lan        asks for a link code    → Lan@tiktok's hold ends; shows #4821 until 20:12:00
20:02:01  Lan@tiktok types #4821             → noted: linked
20:02:02  Lan@tiktok types T1 1              → refused: cooling_down, number 3
20:02:03  Lan        taps T1 1               → refused: cooling_down, number 4
20:12:00  Lan        taps T1 1               → held 1 until 20:13:00, number 5

and the session balances
