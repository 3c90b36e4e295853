"""Nearly two thousand attacks as answers, names, comments, commands and guides: none does anything.

Looked at is every call that ever told Discord to show something, whatever became of it: posts,
edits, titles of threads and forum posts, private answers, windows.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from typing import Any

from content import loader
from content.schema import Guide
from tests import attacks
from tests.discord.client import notified, read, seen
from tests.discord.lives import ORGANISER, Life, ours, private, scores
from tests.discord.spoken import Spoken, spoken
from tests.discord.towns import MINI, Town, town
from tests.servers.discord.components import walk

MEMBERS = ("U1", "U2", "U3", "U4", "U5")
OUTSIDER = "U7"
"""Somebody whom the coach has no reason to mention."""
PEOPLE = {user: f"Member {user}" for user in (*MEMBERS, ORGANISER, OUTSIDER)}
OURS = {"heading", "small", "list", "quote", "fence", "bold", "code", "time", "user", "channel"}
"""All that the coach formats."""
NAMING = {"user", "channel"}
"""What names somebody or something, who must be meant."""
TIMES = {"<t:0>", "<t:1700000000:R>"}
"""Moments that nobody but an attacker speaks of."""
NAME_MOST, ANSWER_MOST, COMMENT_MOST, OPTION_MOST = 32, 3_900, 900, 400
PINGING = ("create_message", "edit_message", "create_post", "answer", "follow_up", "edit_answer")


def guide() -> Guide:
    """Return a guide in which every text is an attack."""
    some = cycle(attacks.EVERY[::13])
    mini = loader.load(MINI)

    def words(count: int = 1, most: int = 200) -> str:
        return " ".join(next(some) for _ in range(count)).strip()[:most] or "x"

    def several() -> tuple[str, ...]:
        return (words(), words())

    return replace(
        mini,
        company=words(2),
        role=words(2),
        track=words(2),
        level=words(),
        summary=words(3),
        tips=several(),
        questions=tuple(
            replace(each, prompt=words(3), tags=several()) for each in mini.questions
        ),
        phases=tuple(
            replace(each, name=words(), summary=words(), activities=several())
            for each in mini.phases
        ),
        locations=tuple(replace(each, name=words(), focus=several()) for each in mini.locations),
        timeline=tuple(replace(each, name=words()) for each in mini.timeline),
        rounds=tuple(
            replace(
                each,
                name=words(),
                format=words(),
                interviewer=words(),
                summary=words(3),
                description=words(3),
                signals=several(),
                tips=several(),
                criteria=tuple(replace(one, name=words(most=40)) for one in each.criteria),
                red_flags=tuple(replace(one, text=words(2)) for one in each.red_flags),
            )
            for each in mini.rounds
        ),
    )  # fmt: skip


def aimed(here: Town) -> tuple[str, ...]:
    """Return attacks that name what there is: a person, a role and a channel of this server."""
    who, role = here.discord.id_of(OUTSIDER), here.discord.id_of("R1")
    place = here.guild.add_channel("C9", "elsewhere")
    return (f"<@{who}>", f"<@!{who}>", f"<@&{role}>", f"<#{place}>", f"`<@{who}>", f"\\<@{who}>")


def share(words: tuple[str, ...], number: int, of: int, most: int) -> list[str]:
    """Return one of so many shares, in pieces of at most so many characters."""
    pieces = [""]
    for word in words[number::of]:
        if len(pieces[-1]) + len(word) >= most:
            pieces.append("")
        pieces[-1] += f"{word}\n"
    return [piece.strip() for piece in pieces if piece.strip()]


# --- what would do something --------------------------------------------------------------------


def pings(here: Town) -> Iterator[str]:
    """Yield all displayed that Discord would read something into, except what was meant."""
    meant = {f"<@{here.discord.id_of(user)}>" for user in (*MEMBERS, ORGANISER)}
    meant |= {f"<#{here.discord.id_of(place)}>" for place in ("C-G1", "F-G1")}
    for each in spoken(here):
        for kind, text in each.texts():
            if kind == "content":
                yield from _read_into(text, meant)
            elif kind in {"name", "title"}:
                yield from (f"{kind}: {one}" for one in text if one in "\n\r\0")
        if each.call.name in PINGING:
            yield from (f"allowed in {each.call.name}: {one}" for one in _allowed(here, each))
    for message in ours(here):
        yield from ["everyone"] * message.mention_everyone
        yield from (f"role: {role}" for role in message.mention_roles)


def _read_into(text: str, meant: set[str]) -> Iterator[str]:
    yield from (f"mention: {one}" for one in set(notified(text)) - meant)
    for run in read(text):
        strange = run.kinds & NAMING and run.text not in meant
        if strange or not run.kinds <= OURS or ("time" in run.kinds and run.text in TIMES):
            yield f"{'+'.join(sorted(run.kinds))}: {run.text}"


def _allowed(here: Town, each: Spoken) -> Iterator[str]:
    shows = each.call.name != "answer" or each.call.body["type"] in {4, 7}
    if not shows or not ({"content", "components"} & each.data.keys()):
        return
    if "allowed_mentions" not in each.data:
        yield "whatever it says"
    allowed: dict[str, Any] = each.data.get("allowed_mentions") or {}
    yield from (f"parse {one}" for one in allowed.get("parse", []))
    yield from (f"role {one}" for one in allowed.get("roles", []))
    known = {here.discord.id_of(user) for user in (*MEMBERS, ORGANISER)}
    said = "\n".join(text for _, text in each.texts())
    for user in map(str, allowed.get("users", [])):
        if user not in known or f"<@{user}>" not in said:
            yield f"user {user}"


# --- the life -----------------------------------------------------------------------------------


async def lived(life: Life, words: tuple[str, ...]) -> list[str]:
    """Live two days in which everything anybody can write is an attack; return the comments."""
    names, comments = cycle(attacks.EVERY[::7]), []
    for number, user in enumerate(MEMBERS):
        life.guild.rename(user, next(names).strip()[:NAME_MOST] or None)
        for piece in share(words, number, len(MEMBERS), ANSWER_MOST):
            life.say(user, piece)
    await life.wait(15)
    for number, author in enumerate(MEMBERS):
        for reviewer in life.reviews_of(author):
            comment = share(words, number, 2 * len(MEMBERS), COMMENT_MOST)[number % 2]
            comments.append(comment)
            await life.open_review(author, reviewer)
            where = life.at(life.reviews_of(author)[reviewer].post).channel
            await life.fill(reviewer, where, scores(life, "3", comment=comment))
    return comments


async def asked(life: Life, words: tuple[str, ...]) -> None:
    """Ask for everything there is, with attacks wherever something can be typed."""
    some = cycle(words[::31])
    direct = life.guild.dm("U1")
    await life.command("U1", "practice")
    life.write("U1", "\n".join(words[:100]))
    for name in ("today", "progress", "me", "mydata", "leaderboard", "plan", "guide", "timeline"):
        await life.command("U1", name)
        await life.command("U2", name, direct_of(life, "U2"))
    for name, option in (("practice", "what"), ("away", "until"), ("settings", "time")):
        for _ in range(4):
            await life.command("U3", name, **{option: next(some)[:OPTION_MOST]})
    for _ in range(6):
        life.guild.say("U2", direct_of(life, "U2"), next(some).strip() or "x")
    await life.guild.autocomplete("U1", direct, "coach practice", "what", next(some))
    await life.town.settle()


def direct_of(life: Life, user: str) -> str:
    """Return the channel of somebody's direct messages."""
    return life.guild.dm(user)


async def test_nothing_that_anybody_writes_pings_or_formats_anything_anywhere() -> None:
    async with town(people=PEOPLE, guides={"mini": guide()}) as here:
        here.guild.add_role("staff", handle="R1")
        words = (*aimed(here), *attacks.EVERY)
        life = await Life(here, here.guild).begin(*MEMBERS)
        forum = await Life(here, here.guild, "F-G1").at_forum(*MEMBERS)
        await life.wait(15)
        comments = await lived(life, words)
        forum.say("U1", "\n".join(words[:90]))
        await asked(life, words)
        await life.wait(2 * 24 * 60)
        await here.read_up()

        assert len(words) > 1_800
        assert list(pings(here)) == []
        assert len(spoken(here)) > 100
        assert any(place.name for place in here.guild.threads("F-G1"))
        shown = bare("\n".join(seen(each.text) for user in MEMBERS for each in private(here, user)))
        lines = [bare(line) for comment in comments for line in comment.split("\n")]
        assert [line for line in lines if line not in shown] == []


def bare(text: str) -> str:
    """Leave out characters that nobody sees, and how much space there is."""
    visible = "".join(each for each in text if unicodedata.category(each) not in {"Cf", "Cc"})
    return "".join(visible.split())


async def test_a_ping_would_be_noticed_wherever_it_stood() -> None:
    async with town(people=PEOPLE) as here:
        who = here.discord.id_of(OUTSIDER)
        calls = [each for each in here.discord.calls if each.name == "create_message"]
        assert calls == []
        await Life(here, here.guild).begin("U1")
        (first, *_) = [each for each in here.discord.calls if each.name == "create_message"]
        texts = [each for each in walk(first.body["components"]) if each["type"] == 10]
        texts[0]["content"] = f"<@{who}> @everyone **[x](http://evil.example)** <t:0>"
        first.body["allowed_mentions"] = {"parse": ["everyone"], "users": [who]}

        assert set(pings(here)) == {
            f"mention: <@{who}>", "mention: @everyone", f"user: <@{who}>", "everyone: @everyone",
            "bold+masked: [x](http://evil.example)", "time: <t:0>",
            "allowed in create_message: parse everyone",
            f"allowed in create_message: user {who}",
        }  # fmt: skip
