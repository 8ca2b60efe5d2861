story: page and account both hold when they are linked: both orders stay, the later one grows

given item "mít" in kg, step 1, stock 20
given item "dừa" in quả, step 1, stock 20
given rule: holds 10 minutes
given a live session with "mít" as M1 at 30.000; "dừa" as D1 at 10.000

20:00:00  Lan        taps M1 1               → held 1 until 20:10:00, number 1
20:00:01  Lan@tiktok types D1 1              → held 1 until 20:10:01, number 2
20:00:02  Lan@tiktok types maybe M1 1        → review: doubtful
20:01:00  Lan        asks for a link code    → shows #4821 until 20:11:00
20:01:01  Lan@tiktok types #4821             → noted: linked
20:02:00  Lan        taps M1 1               → held 1 until 20:12:00, number 3
then Lan: held M1 1 until 20:10:00, total 30.000 / held D1 1 + M1 1 until 20:12:00, total 40.000
then cards: Lan
20:03:00  Lan        gives back M1           → gave back 1 until 20:12:00
20:03:01  Lan        gives back M1           → gave back 1
20:10:00  time passes
20:12:00  time passes                        → Lan's hold ends

and the session balances
