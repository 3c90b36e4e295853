"""Over HTTP only Slack is heard: whatever else arrives, not a byte of the database changes."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import aiohttp
import pytest

from tests.servers.slack.delivery import Envelope
from tests.servers.slack.posting import encoded
from tests.slack.lives import Life, scores, told
from tests.slack.rows import bytes_of
from tests.slack.tapes import Tape
from tests.slack.towns import CHANNEL, Town, town

ANA, BO, CY = "U1", "U2", "U3"
OVER = 5 * 60 + 1


@dataclass(frozen=True)
class Request:
    """What Slack would send."""

    body: bytes
    headers: Mapping[str, str]


async def captured(life: Life) -> list[Envelope]:
    """Do one of each kind of thing and return what Slack has to say of it; nobody has heard it."""
    await life.begin(ANA, BO, CY)
    await life.wait(15)
    life.say(ANA, "Ana's answer.")
    await life.wait(15)
    await life.open_review(ANA, BO)
    tape = Tape(life.town.slack)
    tape.rolling = True
    said = life.say(CY, "Cy's answer.")
    life.team.edit(CY, CHANNEL, said, "Cy's answer, changed.")
    life.rate(ANA, CY, "four")
    life.team.leave("U9", CHANNEL)
    await life.command(ANA, "leaderboard out")
    await life.press(BO, CHANNEL, life.question, "answer:")
    await life.submit(BO, scores(life, "3"))
    await life.settled(life.team.shortcut(CY, CHANNEL, life.question, "practise"))
    await life.town.settle()
    return tape.taken


def signed(here: Town, body: bytes, kind: str, at: float | None = None) -> Request:
    """Return a request as Slack signs it."""
    return Request(body, here.slack.sign(body, at) | {"Content-Type": kind})


async def status(here: Town, request: Request) -> int:
    """Send a request and return how it was answered, when all that follows has happened."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(here.slack.posting.url, data=request.body, headers=request.headers) as answer,
    ):
        code = answer.status
    await here.settle()
    return code


def _now(here: Town) -> float:
    return here.slack.posting.signed_at()


def _unsigned(_: Town, body: bytes, kind: str) -> Request:
    return Request(body, {"Content-Type": kind})


def _by_others(here: Town, body: bytes, kind: str) -> Request:
    at = str(int(_now(here)))
    digest = hmac.new(b"another", b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}
    return Request(body, headers | {"Content-Type": kind})


def _old(here: Town, body: bytes, kind: str) -> Request:
    return signed(here, body, kind, _now(here) - OVER)


def _early(here: Town, body: bytes, kind: str) -> Request:
    return signed(here, body, kind, _now(here) + OVER)


def _made_young(here: Town, body: bytes, kind: str) -> Request:
    old = _old(here, body, kind)
    return Request(body, {**old.headers, "X-Slack-Request-Timestamp": str(int(_now(here)))})


def _cut_short(here: Town, body: bytes, kind: str) -> Request:
    return Request(body[:-7], signed(here, body, kind).headers)


def _short_signature(here: Town, body: bytes, kind: str) -> Request:
    headers = dict(signed(here, body, kind).headers)
    return Request(body, headers | {"X-Slack-Signature": headers["X-Slack-Signature"][:-8]})


def _changed(here: Town, body: bytes, kind: str) -> Request:
    return Request(body.replace(b"U1", b"U2"), signed(here, body, kind).headers)


def _no_moment(here: Town, body: bytes, kind: str) -> Request:
    headers = dict(signed(here, body, kind).headers)
    headers.pop("X-Slack-Request-Timestamp")
    return Request(body, headers)


def _other_team(here: Town, body: bytes, kind: str) -> Request:
    return signed(here, body.replace(b"T1", b"T7"), kind)


def _other_app(here: Town, body: bytes, kind: str) -> Request:
    return signed(here, body.replace(b"A1", b"A7"), kind)


Forge = Callable[[Town, bytes, str], Request]
REFUSED: tuple[Forge, ...] = (
    _unsigned, _by_others, _old, _early, _made_young, _cut_short, _short_signature, _changed,
    _no_moment,
)  # fmt: skip
IGNORED: tuple[Forge, ...] = (_other_team, _other_app)


async def test_what_slack_did_not_send_to_us_now_is_refused_and_changes_not_a_byte() -> None:
    async with town("http") as here:
        requests = [encoded(each) for each in await captured(Life(here, here.team))]
        stored, seen = bytes_of(here), told(here.team)

        refused = [
            await status(here, forge(here, body, kind))
            for forge in REFUSED
            for body, kind in requests
            if forge is not _changed or b"U1" in body
        ]
        ignored = [
            await status(here, forge(here, body, kind))
            for forge in IGNORED
            for body, kind in requests
        ]

        assert bytes_of(here) == stored
        assert told(here.team) == seen
        assert set(refused) == {400, 401}
        assert set(ignored) == {200}
        assert len(requests) >= 8


async def test_a_request_repeated_within_five_minutes_changes_not_a_byte() -> None:
    async with town("http") as here:
        taken = await captured(Life(here, here.team))
        before = bytes_of(here)
        requests = [signed(here, *encoded(each), _now(here) - 200) for each in taken]
        first = [await status(here, request) for request in requests]
        stored, seen = bytes_of(here), told(here.team)

        again = [await status(here, request) for request in requests * 2]

        assert set(first + again) == {200}
        assert stored != before
        assert bytes_of(here) == stored
        assert told(here.team) == seen


@pytest.mark.parametrize("junk", [b"", b"{", b"[]", b"null", b"payload=%7B", b"\xff\xfe", b"a=b"])
async def test_what_nobody_can_read_changes_not_a_byte_even_if_it_is_signed(junk: bytes) -> None:
    async with town("http") as here:
        await Life(here, here.team).begin(ANA)
        stored = bytes_of(here)

        for kind in ("application/json", "application/x-www-form-urlencoded"):
            assert await status(here, signed(here, junk, kind)) < 500

        assert bytes_of(here) == stored
