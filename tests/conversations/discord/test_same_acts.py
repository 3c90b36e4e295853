"""One script for all platforms: people do in Discord what they do in Slack, but for what is listed.

Where Slack has a Home tab, Discord has `/coach me`; where Slack has one window, Discord has its
pages one after the other.  Whatever else is different stands here, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import ndiff
from pathlib import Path

import pytest

from adapters.console import grammar
from adapters.console.script import Script
from adapters.console.steps import Act, Press, Say, Send, Step
from tests.stages.transcripts import read

FOLDER = Path(__file__).parent
EVERYWHERE, SLACK = FOLDER.parent, FOLDER.parent / "slack"

_LOUD = (
    "I led R&D with @ana at <Acme>, `rm -rf` & all. *Bold* _words_ ~gone~ ```code``` "
    "שלום עולם 👩🏽‍💻 :tada: > not a quote"
)


def _comment(sign: str, everybody: str) -> str:
    """Return the form with a comment as the conversation of a day has it."""
    comment = f"comment=Keep the numbers, and <b>&amp;</b> {everybody} *try* one story."
    fields = ("clarity=4", comment, "flags=vague", "motivation=3", "ownership=5")
    return "\n    ".join([f"{sign}bo sends the form:", *fields])


DIFFERENCES: Mapping[str, Sequence[str]] = {
    "coach-away.txt": (),
    "day.txt": (
        # A message has 2,000 characters at most, and a reply in a thread is in the thread alone.
        "- bo in q1: (also to #prep) [12,000 characters]",
        *["+ bo in q1: [2,000 characters]"] * 3,
        # What pings everybody is called so in Discord.
        f"- cy in q1: @channel {_LOUD}",
        f"+ cy in q1: @everyone {_LOUD}",
        _comment("- ", "@channel"),
        _comment("+ ", "@everyone"),
    ),
    "direct-messages-closed.txt": (
        # Elsewhere nobody can be reached any more; here a thread takes the place, and is used.
        "+ cy on r2: +5️⃣",
        '+ cy on r2: press "Change it"',
        "+ cy sends the form: clarity=5; motivation=4; ownership=3",
        "+ cy in #prep: /coach practice",
        "+ cy in p1: Because I cooked for them.",
        "+ cy on p2: +3️⃣",
    ),
    "practice.txt": (),
    "private-answer.txt": (),
    "reviews.txt": (),
    "set-the-bar.txt": (),
    "settings.txt": (
        # A form that is opened again holds what was sent, the mistakes as well.
        "- olga sends the form: days=mon,wed,fri; reviewers=1; time=18:00",
        "+ olga sends the form: days=mon,wed,fri; lease=24h; reviewers=1; time=18:00",
        # What was shown once does not change by itself.
        "+ olga in #prep: /coach me",
    ),
    "words.txt": (
        # A command is chosen from those there are: none is empty, none is misspelt.
        "- ana in #prep: /coach",
        "+ ana in #prep: /coach help",
        "- ana in #prep: /coach tomorow",
        "- bo in #prep: Good morning @channel, has anybody seen @ana?",
        "+ bo in #prep: Good morning @everyone, has anybody seen @ana?",
    ),
}
"""By conversation: what is done elsewhere alone (-), and in Discord alone (+)."""


@pytest.mark.parametrize("name", DIFFERENCES)
def test_people_do_the_same_in_discord_but_for_what_is_listed(name: str) -> None:
    path = SLACK / name if (SLACK / name).exists() else EVERYWHERE / name
    there = [_line(step) for step in _with_commands(_acts(read(path)))]
    here = [_line(step) for step in _with_whole_forms(_acts(read(FOLDER / name)))]

    found = [line for line in ndiff(there, here) if line[0] in "+-"]

    assert found == list(DIFFERENCES[name])


def test_every_conversation_in_slack_is_held_in_discord_too() -> None:
    assert {path.name for path in SLACK.glob("*.txt")} <= set(DIFFERENCES)


def _acts(script: Script) -> list[Step | str]:
    """Return what people do, and how time passes."""
    return [
        item.step if isinstance(item.step, Act) else item.lines[0]
        for item in script.items
        if item.lines
    ]


def _with_commands(acts: Sequence[Step | str]) -> Iterator[Step | str]:
    """Yield what is done with the Home tab and with windows as it is done in Discord."""
    for act in acts:
        if isinstance(act, Press) and act.button == "Home" and not act.on:
            yield Say(who=act.who, where="#prep", text="/coach me")
        elif isinstance(act, Press) and act.on == "home":
            yield replace(act, on="")
        elif not (isinstance(act, Press) and act.button == "Close"):
            yield act


def _with_whole_forms(acts: Sequence[Step | str]) -> Iterator[Step | str]:
    """Yield what is sent page by page as one form."""
    sent: Send | None = None
    for act in acts:
        if isinstance(act, Send):
            sent = replace(act, fields=(sent.fields if sent else ()) + act.fields)
        elif isinstance(act, Press) and act.button.startswith("Continue with part"):
            continue
        else:
            if sent is not None:
                yield sent
                sent = None
            if not (isinstance(act, Press) and act.button == "Open the form again"):
                yield act
    if sent is not None:
        yield sent


def _line(step: Step | str) -> str:
    if isinstance(step, str):
        return step
    assert isinstance(step, Act)
    if isinstance(step, Send):
        return grammar.write(replace(step, fields=tuple(sorted(step.fields))))
    return grammar.write(step)
