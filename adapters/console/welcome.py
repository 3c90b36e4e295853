"""What the console says about itself to whoever plays by hand.

The greeting fits a small window and is enough to begin; the help names everything there is.
"""

GREETING = """\
This is the console: a small workspace of its own, in which you play everybody but the coach.
  hello everybody      say it as the person in the prompt, where the prompt says
  /coach help          give the coach a command: /coach setup starts a cohort, /coach join joins it
  as bo   in q1        be somebody else; go to a channel, a thread, or `to coach` (direct message)
  bo in q1: my answer  the same in one line; also  bo on r1: +4   bo on r1: press "Label"
  wait 20 minutes      let time pass; also  until 17:00  and  next  (whatever the coach does next)
  people   show q1     who is there; a message with its thread (bare `show`: the latest ones)
  help     quit        everything there is; the end (everything is kept)
"""

HELP = """\
As the person in the prompt:
  WORDS                   say them here             say WORDS   also if they look like a command
  /coach COMMAND          command the coach         as bo       be bo (new people first enter)
  in #prep | in q1        go to a channel | thread  to coach    go to the direct message
As anybody:
  bo in #prep: words      bo in q1: words           bo to coach: words     bo in #prep: /coach plan
  bo on r1: +4️⃣ (or +4)   bo on r1: -4️⃣             bo on r1: press "Label" (or: bo presses "Label")
  bo on bo1: edit: words  bo on bo1: delete         bo sends the form: field=value; other=value
  dora enters #prep       dora leaves #prep         dora blocks coach      dora unblocks coach
Time:
  wait 2 hours            until 17:00               until Mon 7 Dec 2026, 09:00     next
Looking:
  people                  show                      show q1
A line that ends with a backslash goes on in the next one.  End with `quit` or Ctrl-D.
"""
