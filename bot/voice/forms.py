"""Every form but the review's: what is asked, with what stands there already."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.domain.practice import Practice
from bot.domain.reviews import Review, Sheet
from bot.messages import (
    OPTIONS_LIMIT,
    TEXT_LIMIT,
    VALUE_LIMIT,
    Field,
    Form,
    Said,
    Text,
    Words,
    plain,
)
from bot.voice import boards, words
from bot.voice.words import text
from content.schema import Guide, Question, Round

OPTION_LABEL = 75
"""Characters of a choice's label, on the narrowest platform."""
NO_TRACK = "none"
MORE = " … the whole answer is in the message."

_AUTHORS = (("hidden", "No, names are hidden"), ("shown", "Yes, names are shown"))
_REPORT = (("on", "Yes, when there is something to say"), ("off", "No"))
_NUMBERS = tuple((str(number), str(number)) for number in range(1, 6))
_SCORES = (
    ("1", "1 – weak"),
    ("2", "2"),
    ("3", "3"),
    ("4", "4"),
    ("5", "5 – excellent"),
)


def setup(guides: Mapping[str, Guide], start: date, zone: str) -> Form:
    """Ask what a new cohort needs; everything has a default."""
    titles = [(key, words.clip(guide.title, OPTION_LABEL)) for key, guide in guides.items()]
    options = tuple(titles[:OPTIONS_LIMIT])
    return Form(
        "Start a cohort",
        "setup",
        (
            Field("guide", "Interview guide", options=options, value=options[0][0]),
            Field(
                "start", "First day", value=start.isoformat(), kind="date",
                hint="Posts begin on that day, or on the first posting day after it.",
            ),
            Field("zone", "Time zone", value=zone, hint="For example Europe/Berlin"),
            Field("time", "Time of day for questions", value="09:00", kind="time"),
            Field("days", "Days with a question", value="mon-fri", hint="Or, say, mon,wed,fri"),
            Field("reviewers", "Reviews for each answer", value="2", hint="From 1 to 5"),
            Field(
                "authors", "Do reviewers see who wrote an answer?", options=_AUTHORS,
                value="hidden",
            ),
        ),
    )  # fmt: skip


def answer(prompt: str, question: str, said: str = "") -> Form:
    """Ask for an answer in private; what was `said` before stands there, if there is room."""
    hint = "Only your reviewers read it, without your name. It goes to them at once."
    if len(said) > VALUE_LIMIT:
        hint = (
            "Your earlier answer is too long to be shown here. It stays as it is unless you send "
            f"this: that replaces all of it. {hint}"
        )
        said = ""
    field = Field("text", "Your answer", long=True, hint=hint, value=said)
    return Form("Answer in private", f"answer:{prompt}", (field,), text(question))


def review(asked: Review, said: str, question: Question, rubric: Round) -> Form:
    """Return the review form: what was `said`, every criterion from 1 to 5, flags, a comment.

    Sent before, it shows what was sent.
    """
    sheet = asked.sheet or Sheet({})
    flags = Field(
        name="flags",
        label="Did any of these happen?",
        options=tuple((flag.key, words.clip(flag.text, 75)) for flag in rubric.red_flags),
        several=True,
        required=False,
        value=",".join(sorted(sheet.flags)),
    )
    comment = Field(
        name="comment",
        label="What would make it better?",
        long=True,
        required=False,
        hint="One thing to keep, one thing to try. The author reads it without your name.",
        value=sheet.comment,
    )
    extra = (flags, comment) if rubric.red_flags else (comment,)
    shown = _judged(question, said)
    scores = _scores(rubric, sheet.scores)
    return Form("Review an answer", f"review:{asked.id}", (*scores, *extra), shown)


def model(reference: str, said: str, question: Question, rubric: Round) -> Form:
    """Return the form for a model answer: every criterion from 1 to 5."""
    shown = _judged(question, said)
    return Form("Rate a model answer", f"model:{reference}", _scores(rubric, {}), shown)


def practice(current: Practice, asked: Question) -> Form:
    """Ask for the answer to a practice question, and for how good it was."""
    return Form(
        "Practice",
        f"write:{current.id}",
        (
            Field(
                "text", "Your answer", long=True, required=not current.said,
                hint="Nobody else sees it. What you have written in our chat counts, too.",
            ),
            Field("score", "How good was it?", options=_SCORES),
        ),
        text(asked.prompt),
    )  # fmt: skip


def settings(cohort: Cohort, member: Member | None, guide: Guide) -> Form:
    """Ask an organiser for a cohort's settings, with what they are now."""
    plan, rules = cohort.plan, cohort.rules
    quiet = f"{plan.quiet_from:%H:%M}-{plan.quiet_to:%H:%M}"
    own_ = _own_fields(member, guide) if member is not None else ()
    return Form(
        "Settings",
        f"settings:{cohort.id}",
        (
            Field("time", "Time of day for questions", value=f"{plan.post_at:%H:%M}", kind="time"),
            Field(
                "days", "Days with a question", value=words.day_names(plan.days),
                hint="For example mon-fri, or mon,wed,fri",
            ),
            Field("zone", "Time zone", value=plan.zone, hint="For example Europe/Berlin"),
            Field(
                "board", "Leaderboard, on a week's last day", value=f"{plan.board_at:%H:%M}",
                kind="time",
            ),
            Field("quiet", "Nobody is written to", value=quiet, hint="For example 21:00-08:00"),
            Field(
                "reviewers", "Reviews for each answer", value=str(rules.reviewers),
                hint="From 1 to 5",
            ),
            Field(
                "authors", "Do reviewers see who wrote an answer?", options=_AUTHORS,
                value="hidden" if rules.hide_authors else "shown",
            ),
            Field(
                "lease", "How long a review is waited for", value=_hours(rules.lease),
                hint="From 2h to 168h",
            ),
            Field(
                "grace", "How late a missed post is still posted", value=_hours(rules.grace),
                hint="From 0h to 24h",
            ),
            Field(
                "report", "Tell organisers how messages arrived?", options=_REPORT,
                value="on" if rules.report else "off",
            ),
            *own_,
        ),
    )  # fmt: skip


def own(cohort: Cohort, member: Member, guide: Guide) -> Form:
    """Ask a member for what is their own to choose."""
    zone = Field(
        "my_zone",
        "Your time zone",
        value=member.zone or cohort.plan.zone,
        hint="I write to you alone only by day there. The word none means the cohort's.",
    )
    fields = (*_own_fields(member, guide), zone)
    return Form("Your settings", f"mine:{cohort.id}", fields)


def away(cohort: Cohort, tomorrow: date) -> Form:
    """Ask until when somebody is away."""
    field = Field(
        "until", "The first day you are back", value=tomorrow.isoformat(), kind="date",
        hint="Until then nobody asks you for anything, and your streak stays.",
    )  # fmt: skip
    return Form("Take some days off", f"away:{cohort.id}", (field,))


def skip(cohort: Cohort, following: date) -> Form:
    """Ask an organiser on which day nothing is to be posted; `following` is offered."""
    day = Field("day", "Which day?", value=following.isoformat(), kind="date")
    options = (("skip", "Post nothing on it"), ("undo", "Post on it after all"))
    what = Field(
        "what", "What about it?", options=options, value="skip",
        hint="Its question is not lost: it is asked at the end.",
    )  # fmt: skip
    return Form("Skip a day", f"skip:{cohort.id}", (day, what))


def shift(cohort: Cohort) -> Form:
    """Ask an organiser by how much everything still to come is to move."""
    by = Field("by", "How much later?", value="1 week", hint="For example 3 days, or 1 week")
    return Form("Move the plan", f"shift:{cohort.id}", (by,))


def _scores(rubric: Round, given: Mapping[str, int]) -> tuple[Field, ...]:
    """Return a field for each criterion, with the score `given` to it."""
    return tuple(
        Field(
            name=criterion.key,
            label=words.clip(criterion.name, 45),
            options=_NUMBERS,
            hint=" ".join(f"{level} – {said}" for level, said in sorted(criterion.levels.items())),
            value=str(given.get(criterion.key, "")),
        )
        for criterion in rubric.criteria
    )


def _judged(question: Question, said: str) -> Text:
    """Return a question with the answer that is judged, as much of it as fits."""
    begin = text(words.strong(question.prompt), "\n\nThe answer:\n")
    room = TEXT_LIMIT - len(plain(begin)) - len(MORE)
    shown = said if len(said) <= room else _beginning(said, room)
    lines = [span for line in shown.splitlines() for span in (Words("\n"), Said(line))]
    return (*begin, *lines[1:], *text(MORE if shown != said else ""))


def _beginning(said: str, room: int) -> str:
    """Return the beginning of a longer text, up to a word's end if one is near."""
    begin = said[:room]
    end = max(begin.rfind(" "), begin.rfind("\n"))
    return (begin[:end] if end > room // 2 else begin).rstrip()


def _own_fields(member: Member, guide: Guide) -> tuple[Field, ...]:
    """Return the fields for what is a member's own to choose."""
    tracks = [(place.key, words.clip(place.name, OPTION_LABEL)) for place in guide.locations]
    # Where not all can be shown, one's own is: what a form leaves out it would take away.
    tracks.sort(key=lambda track: track[0] != member.track)
    del tracks[OPTIONS_LIMIT - 1 :]
    board = Field(
        "board_opt",
        "The leaderboard",
        options=tuple(boards.OPTIONS.items()),
        value=member.shown,
    )
    if not tracks:
        return (board,)
    options = ((NO_TRACK, "None"), *tracks)
    known = member.track in {key for key, _ in tracks}
    track = Field(
        "track",
        "The location you interview for",
        options=options,
        value=member.track if member.track and known else NO_TRACK,
    )
    return (track, board)


def _hours(span: timedelta) -> str:
    return f"{span // timedelta(hours=1)}h"
