"""What the console says about itself to whoever plays by hand.

The greeting fits a small window and is enough to begin; the help names everything there is.
No line is wider than 80 columns.
"""

GREETING = """\
This is the console: a workspace of its own; you play everybody but the coach.
  hello everybody      say it as the person in the prompt, where the prompt says
  /coach help          command the coach: /coach setup starts a cohort, for one
  as bo   in q1        be somebody else; go to a channel, a thread or `to coach`
  bo in q1: my answer  all at once; also  bo on r1: +4  and  bo presses "Join"
  wait 20 minutes      let time pass; also  until 17:00  next (what comes next)
  people   show q1     who is there; a message and its thread (show: the latest)
  help     quit        everything there is; the end (everything is kept)
"""

HELP = """\
As the person in the prompt:
  WORDS                    say them here; say WORDS: whatever they look like
  /coach COMMAND           command the coach
  as bo                    be bo (new people first enter)
  in #prep | in q1         go to a channel | a thread
  to coach                 go to the direct message
As anybody:
  bo in #prep: words       bo in q1: words           bo to coach: words
  bo in #prep: /coach plan
  bo on r1: +4️⃣ (or +4)    bo on r1: -4️⃣
  bo on r1: press "Label"  (or, in the newest message: bo presses "Label")
  bo sends the form: field=value; other=value
  bo on bo1: edit: words   bo on bo1: delete
  dora enters #prep        dora leaves #prep
  dora blocks coach        dora unblocks coach
Time:
  wait 2 hours             until 17:00               until Mon 7 Dec 2026, 09:00
  next                     (whatever the coach does next, seen or not)
Looking:
  people                   show                      show q1
A line that ends with a backslash goes on in the next one.
End with `quit` or Ctrl-D.
"""
