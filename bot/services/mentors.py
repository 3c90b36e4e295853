"""Mentors: an organiser names members who review where nobody else is left to ask."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.commands import Mentor
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.errors import BadArgument
from bot.inbound import CommandGiven
from bot.messages import Reply
from bot.services.cohorts import require_organiser
from bot.services.desk import Desk
from bot.voice import mentors as say
from bot.words import echo, tidy

_MENTION: Final = re.compile(r"<@!?([^|>]+)(?:\|[^>]*)?>")
"""How platforms write whom a text mentions: `<@U123>`, `<@U123|name>`, `<@!123>`."""


def change(desk: Desk, cohort: Cohort, event: CommandGiven, asked: Mentor) -> Reply:
    """Name a mentor, or end that, or show who they are."""
    require_organiser(cohort, event, "mentor")
    here = [member for member in desk.work.members.of(cohort.id) if not member.left]
    if asked.who is None:
        return Reply((say.listed([member.name for member in here if member.mentor]),))
    member = _meant(here, asked.who)
    if member.mentor == asked.remove:
        desk.work.members.save(replace(member, mentor=not asked.remove))
        if not asked.remove and member.user != event.by.id:
            desk.tell(cohort, member.user, say.to_mentor(), subject=f"mentor:{cohort.id}")
    return Reply((say.unnamed(member.name) if asked.remove else say.named(member.name),))


def _meant(here: list[Member], who: str) -> Member:
    """Return the one member whom a mention, a name or an id means, or refuse."""
    mention = _MENTION.fullmatch(who)
    # What is typed has been tidied, capitals and all; ids have not.
    wanted = mention[1] if mention else who.removeprefix("@")
    found = [member for member in here if tidy(member.user) == tidy(wanted)]
    if not found and mention is None:
        found = [member for member in here if tidy(member.name) == tidy(wanted)]
    cure = "Name one who has joined, like `mentor @ana`."
    if len(found) > 1:
        raise BadArgument(f"There is more than one member called {echo(wanted)}.", cure)
    if not found:
        raise BadArgument(f"{echo(wanted)} is no member of this cohort.", cure)
    return found[0]
