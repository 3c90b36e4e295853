"""What Discord may answer to a post, and what becomes of the post: a table, row by row.

    now      displayed once, at once          soon     displayed once, within two minutes
    later    displayed once, within an hour   mended   displayed once, when it goes well again

Whatever else stands there is why it was given up, at once.  Where an answer does not tell whether
the post is there, both is tried: it is, and it is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ids import ChannelId, PostKey
from bot.messages import InChannel
from bot.ports.outgoing import Act, Edit, Post
from scheduler.delivery import Delivery
from tests.discord.couriers import KEY, Scene, at, marked, note, posted, question, scene
from tests.servers.discord.faults import Fault

OFTEN = 10**6
"""Until it is mended."""


def limit(after: float | None, scope: str = "user", *, via: bool = True) -> Fault:
    """Return a 429."""
    return Fault("rate_limit", "", 1, retry_after=after, scope=scope, via=via)  # type: ignore[arg-type]


def code(status: int, number: int, times: int = 1) -> Fault:
    """Return one of Discord's numbered errors."""
    text = json.dumps({"message": "words for nobody", "code": number})
    return Fault("http", "", times, status=status, body=text, content_type="application/json")


def body(status: int, text: str = "", times: int = 1, kind: str = "application/json") -> Fault:
    """Return an answer that need not be JSON."""
    return Fault("http", "", times, status=status, body=text, content_type=kind)


def page(status: int, times: int = 1) -> Fault:
    """Return what something between us and Discord answers."""
    return body(status, "<html>?</html>", times, "text/html")


def fault(kind: str, times: int = 1) -> Fault:
    """Return a connection that breaks."""
    return Fault(kind, "", times)  # type: ignore[arg-type]


POSTS: dict[str, tuple[Fault, str]] = {
    "429 at once again": (limit(0), "soon"),
    "429 for a second": (limit(1), "soon"),
    "429 for half a minute, shared": (limit(30, "shared"), "soon"),
    "429 for half a minute, for everything": (limit(30, "global"), "soon"),
    "429 for half an hour": (limit(1800), "later"),
    "429 for nearly an hour, for everything": (limit(3500, "global"), "later"),
    "429 without a word": (limit(None), "soon"),
    "429 by Cloudflare, without a word": (limit(None, via=False), "later"),
    "429 by Cloudflare, for a minute": (limit(60, via=False), "soon"),
    "429 that is no JSON object": (body(429, "[]"), "later"),
    "a shared resource is limited": (code(429, 40062), "soon"),
    "too many edits of an old message, as a limit": (code(429, 30046), "soon"),
    "401": (code(401, 0, OFTEN), "mended"),
    "401 by a proxy": (page(401, OFTEN), "mended"),
    "403 by a proxy": (page(403, OFTEN), "mended"),
    "404 by a proxy": (page(404), "soon"),
    "400 by a proxy": (page(400), "soon"),
    "407 by a proxy": (body(407), "soon"),
    "408": (body(408), "soon"),
    "413": (body(413), "too_large"),
    "500": (body(500), "soon"),
    "500 to seven posts": (body(500, "", 7), "later"),
    "500 to every post, while it is seen that none is there": (body(500, "", OFTEN), "mended"),
    "502 in HTML": (page(502), "soon"),
    "503": (body(503, "busy"), "soon"),
    "504": (body(504), "soon"),
    "524 by Cloudflare": (page(524), "soon"),
    "200 in HTML": (page(200), "soon"),
    "an empty 200": (body(200), "soon"),
    "a truncated 200": (body(200, '{"id": "17'), "soon"),
    "a list": (body(200, "[]"), "soon"),
    "nothing": (body(200, "null"), "soon"),
    "a place of the wrong type": (body(200, '{"id": 17}'), "soon"),
    "no place": (body(200, "{}"), "soon"),
    "reset before it was done": (fault("reset"), "now"),
    "reset five times": (fault("reset", 5), "soon"),
    "reset after it was done": (fault("lose_reply"), "now"),
    "reset after it was done, again and again": (fault("lose_reply", OFTEN), "soon"),
    "cut short": (fault("cut_short"), "now"),
    "unknown channel (10003)": (code(404, 10003), "unknown_channel"),
    "unknown server (10004)": (code(404, 10004), "unknown_server"),
    "unknown message (10008)": (code(404, 10008), "unknown_message"),
    "slow mode (20016)": (code(400, 20016), "soon"),
    "channel limited (20028)": (code(400, 20028), "soon"),
    "blocked by Cloudflare (40333)": (code(403, 40333), "later"),
    "must be verified (40002)": (code(403, 40002), "error_40002"),
    "sending switched off (40004)": (code(403, 40004), "later"),
    "feature switched off (40006)": (code(403, 40006), "later"),
    "missing access (50001)": (code(403, 50001), "missing_access"),
    "empty message (50006)": (code(400, 50006), "empty_message"),
    "no direct messages (50007)": (code(403, 50007), "direct_messages_closed"),
    "no text channel (50008)": (code(400, 50008), "not_a_text_channel"),
    "missing permissions (50013)": (code(403, 50013), "missing_permissions"),
    "wrong kind of channel (50024)": (code(400, 50024), "wrong_channel_type"),
    "refused for what it says (50035)": (code(400, 50035), "invalid_message"),
    "overloaded (130000)": (code(503, 130000), "soon"),
    "locked (160005)": (code(400, 160005), "thread_locked"),
    "blocked by AutoMod (200000)": (code(400, 200000), "blocked_by_automod"),
    "a code nobody knows yet": (code(400, 999999), "error_999999"),
}
EDITS: dict[str, tuple[Fault, str]] = {
    "too many edits of an old message (30046)": (code(429, 30046), "soon"),
    "the same, as a refusal": (code(400, 30046), "soon"),
    "by somebody else (50005)": (code(403, 50005), "message_of_another"),
    "unknown message (10008)": (code(404, 10008), "unknown_message"),
    "unknown channel (10003)": (code(404, 10003), "unknown_channel"),
    "a notice (50021)": (code(403, 50021), "system_message"),
    "429 for a second": (limit(1), "soon"),
    "500": (body(500), "soon"),
    "reset after it was done": (fault("lose_reply"), "now"),
    "the same, three times": (fault("lose_reply", 3), "soon"),
}
MARKS: dict[str, tuple[Fault, str]] = {
    "too many reactions (30010)": (code(400, 30010), "too_many_reactions"),
    "unknown emoji (10014)": (code(400, 10014), "unknown_emoji"),
    "blocked by its author (90001)": (code(403, 90001), "error_90001"),
    "429 for a second": (limit(1), "soon"),
    "500": (body(500), "soon"),
    "reset after it was done": (fault("lose_reply"), "now"),
    "the same, five times": (fault("lose_reply", 5), "soon"),
}
THREADS: dict[str, tuple[Fault, str]] = {
    "there is one (160004)": (code(400, 160004), "now"),
    "too many threads (160006)": (code(400, 160006), "too_many_threads"),
    "missing permissions (50013)": (code(403, 50013), "missing_permissions"),
    "429 for a second": (limit(1), "soon"),
    "500": (body(500), "soon"),
    "reset after it was done": (fault("lose_reply"), "now"),
    "the same, three times": (fault("lose_reply", 3), "soon"),
}
UNTIL = {
    "now": timedelta(0),
    "soon": timedelta(minutes=2),
    "later": timedelta(hours=1),
    "mended": timedelta(hours=3),
}
STEPS = {
    "soon": timedelta(seconds=5),
    "later": timedelta(minutes=1),
    "mended": timedelta(minutes=5),
}


class Table:
    """One kind of thing to do, and one channel for each row of its table."""

    def __init__(self, stage: Scene, relay: Delivery, call: str) -> None:
        self._stage, self._relay, self._call = stage, relay, call
        self._number = 0

    async def fate(self, met: Fault, act: Act | None) -> str:
        """Let something be done in a new channel, with this answer to it; tell what became of it.

        `act` is what is done to a message that is there already.
        """
        stage = self._stage
        self._number += 1
        handle = f"{self._call}{self._number}"
        place = InChannel(ChannelId(stage.guild.add_channel(handle)))
        key = f"{self._call} {self._number}"
        if act is not None:
            stage.put(f"old {key}", place, posted("old"))
            await self._relay.drain()
            act = _about(act, PostKey(f"old {key}"), place.channel, stage.messages(handle)[0].id)
        stage.server.faults.waiting.append(replace(met, name=self._call, channel=place.channel))
        message = question() if self._call == "create_thread" else note("new")
        stage.put(key, place, act or Post(message))
        found = await self._awaited(key)
        stage.server.faults.clear()
        stage.clock.pass_(timedelta(hours=1))
        await self._relay.drain()
        assert len(stage.messages(handle)) == (found in UNTIL or act is not None), key
        return found

    async def _awaited(self, key: str) -> str:
        passed = timedelta()
        for name, span in UNTIL.items():
            if name == "mended":
                self._stage.server.faults.clear()
            while True:
                await self._relay.drain()
                if found := self._done(key):
                    return name if found == "sent" else found
                if passed >= span:
                    break
                passed += STEPS[name]
                self._stage.clock.pass_(STEPS[name])
        return "never"

    def _done(self, key: str) -> str:
        """Return "sent" if it is done, why it was given up, or nothing."""
        state = self._stage.store.states()[key]
        return dict(self._stage.deaths).get(key, state if state == "sent" else "")


def _about(act: Act, key: PostKey, channel: ChannelId, message: str) -> Act:
    return replace(act, of=key) if isinstance(act, Edit) else marked(at(channel, message))


async def fates(
    call: str, rows: Mapping[str, tuple[Fault, str]], act: Act | None
) -> dict[str, str]:
    """Return what becomes of each row."""
    async with scene() as stage:
        table = Table(stage, stage.relay(await stage.couriers()), call)
        return {row: await table.fate(met, act) for row, (met, _) in rows.items()}


@pytest.mark.parametrize(
    ("call", "rows", "act"),
    [
        ("create_message", POSTS, None),
        ("create_thread", THREADS, None),
        ("edit_message", EDITS, Edit(KEY, note("new"))),
        ("add_reaction", MARKS, marked(at("1", "1"))),
    ],
    ids=["a post", "a question's thread", "a change", "a mark"],
)
async def test_what_becomes_of_it_by_what_discord_answers(
    call: str, rows: dict[str, tuple[Fault, str]], act: Act | None
) -> None:
    assert await fates(call, rows, act) == {row: expected for row, (_, expected) in rows.items()}
