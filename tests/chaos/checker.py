"""Compares what two platforms display: `python -m tests.chaos.checker QUIET.json OTHER.json`.

It imports nothing of the product and knows nothing of databases: it reads what the local servers
display and says what is lost, what is there twice, what stands in another order, which answer or
mark is missing.  Exit code 1 if anything differs, 2 if it cannot read.

Compared, place by place: every post of the coach with its words and its thread, in their order,
so requests to review, results and standings too; every message of people with its words, its
thread and the coach's marks on it.  Left out, because it may differ where nothing went wrong:

    ids and instants, also instants within words ("by Tue 8 Dec 2026, 09:15"): faults take time;
    the reactions that the coach puts under its own posts to be tapped: a convenience, with buttons
    beside them; what is shown to one person for a moment: it is not kept by platforms either;
    the direct message of the organiser, who is told of delays that a quiet week does not have.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from itertools import zip_longest
from pathlib import Path
from typing import Any

ORGANISER = "U9"
_MOMENT = re.compile(
    r"<!date\^[^>]*>|<t:\d+(:\w)?>|"
    r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun)( \d{1,2} \w{3} \d{4})?(, \d\d:\d\d)?( \(\d\d:\d\d UTC\))?|"
    r"\b\d\d:\d\d\b"
)
Dump = dict[str, Any]
Said = tuple[str, str, str]
"""The words, the thread, and the marks of the coach on what somebody else said."""


def differences(quiet: Dump, other: Dump) -> list[str]:
    """Return what is different in `other`, in words."""
    found = [*_twice(other)]
    places = sorted(set(quiet["places"]) | set(other["places"]))
    for place in places:
        if ORGANISER in place:
            continue
        before = quiet["places"].get(place, [])
        after = other["places"].get(place, [])
        for ours, who in ((True, "the coach"), (False, "people")):
            found += _compared(f"{place}, {who}", _said(before, ours=ours), _said(after, ours=ours))
    return found


def _twice(dump: Dump) -> list[str]:
    """Return which parts of posts stand there twice, by the keys that the platform shows."""
    found: list[str] = []
    for place, posts in dump["places"].items():
        keys = Counter(json.dumps(post["key"]) for post in posts if post.get("key"))
        found += [f"{place}: {times} times {key}" for key, times in keys.items() if times > 1]
    return found


def _said(posts: list[Dump], *, ours: bool) -> list[Said]:
    roots = {post["id"]: _words(post["text"]) for post in posts}
    return [
        (
            _words(post["text"]),
            roots.get(post["thread"], "a thread") if post["thread"] else "",
            "" if ours else " ".join(sorted(_marks(post))),
        )
        for post in posts
        if post["ours"] == ours and not post["deleted"]
    ]


def _marks(post: Dump) -> list[str]:
    coach = post["coach"]
    return [name for name, users in post["reactions"].items() if coach in users]


def _words(text: str) -> str:
    return " ".join(_MOMENT.sub("some time", text).split())


def _compared(where: str, quiet: list[Said], other: list[Said]) -> list[str]:
    lost, more = Counter(quiet) - Counter(other), Counter(other) - Counter(quiet)
    found = [f"{where}: lost {each!r}" for each in lost.elements()]
    known = set(quiet)
    found += [
        f"{where}: {'twice' if each in known else 'unexpected'} {each!r}"
        for each in more.elements()
    ]
    if found:
        return found
    pairs = zip_longest(quiet, other)
    return [
        f"{where}: in another order, number {number} is {after!r}, and was {before!r}"
        for number, (before, after) in enumerate(pairs, 1)
        if before != after
    ][:1]


def main(arguments: list[str]) -> int:
    """Compare two files, and say how they differ."""
    try:
        quiet, other = (json.loads(Path(each).read_text("utf-8")) for each in arguments)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"error: {error}; name two files written by `python -m tests.chaos`\n")
        return 2
    found = differences(quiet, other)
    said = f"{len(found)} differences" if found else "the same is displayed"
    sys.stdout.write("\n".join([*found, said, ""]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
