"""What scripted members say in a rehearsal: plausible, harmless, and plainly made up.

Answers are put together from parts, so that no two members say quite the same; none of
it is advice, and no real person or company is meant.
"""

from __future__ import annotations

from random import Random

SITUATIONS = (
    "Last year our checkout went down twice in one month, and the team was worn out.",
    "I took over a group of nine that had missed three releases in a row.",
    "Two of my senior engineers disagreed about splitting our main service, in every meeting.",
    "Our largest customer asked for a feature that would have meant freezing everything else.",
    "When we grew from eight to twenty people, nobody knew any more who decided what.",
    "A strong engineer had stopped delivering, and the others had begun to work around him.",
    "We had a quarter to halve our page load time, and no idea where the time went.",
    "The product team wanted weekly releases; we could manage one a month.",
)
ACTIONS = (
    "I spoke with everybody alone first, wrote down what I had heard, and shared it unsigned.",
    "I put three options with their costs on one page and asked for objections within two days.",
    "We agreed on one measure, put it on the wall, and looked at it every morning.",
    "I moved two people to the bottleneck and told our stakeholders what would wait, and why.",
    "I set a clear expectation, with dates and an example, and we met twice a week about it.",
    "We drew the flow of one request and found that half of the time was spent waiting.",
    "I let each of them argue for the other's idea, and then decided myself, in the open.",
    "We tried it with one team for three weeks before we asked the others.",
)
RESULTS = (
    "Within two months incidents fell by 60 percent and nobody was on call twice a week.",
    "We shipped the next four releases on time.",
    "Both still work together, and one of them leads that area today.",
    "The page went from 4.1 to 1.6 seconds, and sign-ups rose by 8 percent.",
    "He left after four months, on good terms; I should have spoken up sooner.",
    "It did not work at first. We learned that the measure was wrong and changed it.",
    "The customer stayed, and we kept 80 percent of our own plan.",
    "Our survey went from 3.1 to 4.2, and three people I had feared to lose are still there.",
)
LESSONS = (
    "Next time I would write the decision down on the first day.",
    "I learned to ask what people need before I offer what I know.",
    "What I would keep: one number that everybody understands.",
    "Since then I name the trade-off before anybody has to ask.",
)
VAGUE = (
    "We usually talk about it in the team and find a good solution together.",
    "I think communication is the most important thing here. I always try to be a role model.",
    "It depends on the situation. In general I would listen to everybody and then decide.",
)
PRAISE = (
    "The result with a number convinced me.",
    "Clear order: I could retell it.",
    "You said what you did yourself, not only the team. Keep that.",
    "Honest about what went wrong; that made the rest believable.",
)
ADVICE = (
    "Say sooner what was at stake, then the decision will feel harder.",
    "I missed what you did yourself. Try one sentence with “I decided”.",
    "How did you know that it worked? One figure would do.",
    "Name the option you did not take, and why.",
    "It is a little long at the start; the action could come after two sentences.",
)


def answer(quality: float, rng: Random) -> tuple[str, ...]:
    """Return an answer of about `quality` (1 to 5) in one or two messages."""
    if quality < 2:
        return (rng.choice(VAGUE),)
    first = f"{rng.choice(SITUATIONS)} {rng.choice(ACTIONS)}"
    rest = [rng.choice(RESULTS)] if quality >= 3 else []
    rest += [rng.choice(LESSONS)] if quality >= 4 else []
    if rest and rng.random() < 0.2:
        return (first, " ".join(rest))
    return (" ".join([first, *rest]),)


def comment(score: float, rng: Random) -> str:
    """Return what a reviewer writes beside a score (1 to 5); often nothing."""
    if rng.random() < 0.4:
        return ""
    if score >= 4:
        return rng.choice(PRAISE)
    return rng.choice(ADVICE)
