"""Pen names: what members are called on the leaderboard who rather not stand there by name.

Rule: stable within a cohort, unique there, and another one in every other cohort.  A name is drawn
by a hash of what nobody is shown, such as the microsecond at which somebody joined; so knowing
somebody's id is not enough to work it out.  It is a veil, no vault: in a small cohort, whoever
knows all others knows who is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.ids import UserId


def pennames(cohort: Cohort, members: Sequence[Member]) -> Mapping[UserId, str]:
    """Return a pen name for every member, whether or not they use it.

    All have one, so that nobody's changes when somebody else begins or ceases to use theirs.
    Whoever joined first is named first; where a name is taken, or somebody's real one, the next
    draw counts.
    """
    taken = {member.name.casefold() for member in members}
    names: dict[UserId, str] = {}
    for member in sorted(members, key=lambda each: (each.joined_at, each.user)):
        name = next(name for name in _drawn(cohort, member) if name.casefold() not in taken)
        taken.add(name.casefold())
        names[member.user] = name
    return names


def _drawn(cohort: Cohort, member: Member) -> Iterable[str]:
    """Yield names, one better than the other only in that it comes first."""
    secret = (cohort.id, member.user, *map(_exact, (cohort.started_at, member.joined_at)))
    for attempt in range(_FEW):
        number = int.from_bytes(sha256("\0".join((*secret, str(attempt))).encode()).digest())
        number, place = divmod(number, len(_ANIMALS))
        yield f"{_WAYS[number % len(_WAYS)]} {_ANIMALS[place]}"
    for number in range(1, 1_000_000):
        # More members than the words can name twice over.
        yield f"{_WAYS[0]} {_ANIMALS[0]} {number}"


def _exact(at: datetime) -> str:
    return f"{at.timestamp():.6f}"


_FEW: Final = 1_000
_WAY_WORDS: Final = """
    Able Amber Azure Brave Bright Brisk Calm Candid Cheerful Civil Clear Clever Coral Cosy Crisp
    Curious Daring Deft Eager Early Earnest Easy Fair Fleet Fond Frank Fresh Gentle Glad Golden
    Good Grand Green Happy Hardy Honest Humble Ivory Jolly Keen Kind Lively Lucky Lunar Merry
    Mild Misty Modest Neat Nimble Noble Olive Patient Plucky Polite Proud Quick Quiet Ready Rosy
    Rapid Sharp Silver Sincere Smart Snowy Solar Steady Still Sunny Swift Tidy Trusty Vivid Warm
    Wise Witty Young Zesty
"""
_ANIMAL_WORDS: Final = """
    Alpaca Antelope Badger Bear Beaver Bison Bluebird Buffalo Camel Canary Cheetah Condor Coyote
    Crane Cricket Curlew Deer Dingo Dolphin Dove Eagle Egret Elk Falcon Ferret Finch Firefly
    Flamingo Fox Gazelle Gecko Giraffe Grouse Hare Hawk Hedgehog Heron Horse Ibex Ibis Impala
    Jackal Jaguar Kestrel Kingfisher Kiwi Koala Lark Lemur Leopard Lion Lizard Llama Lynx Magpie
    Marmot Marten Mole Moose Newt Nightingale Ocelot Oriole Otter Owl Panda Panther Parrot
    Pelican Penguin Puffin Puma Quail Rabbit Raven Robin Salmon Seal Sparrow Squirrel Starling
    Stork Swan Tapir Tern Thrush Tiger Toucan Turtle Walrus Warbler Weasel Whale Wolf Wombat
    Wren Zebra
"""
_WAYS: Final = _WAY_WORDS.split()
_ANIMALS: Final = _ANIMAL_WORDS.split()
