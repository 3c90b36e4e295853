"""What Slack may answer to a post, and what becomes of the post: a table, row by row.

    now      displayed once, at once          soon     displayed once, within two minutes
    later    displayed once, within an hour   mended   displayed once, when it goes well again
    never    given up

Where an answer does not tell whether the post is there, both is tried: it is, and it is not.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest

from tests.servers.slack.faults import Fault, Faults
from tests.slack.lives import HOUR, MINUTE, Life, keys, once, ours
from tests.slack.towns import CHANNEL, Town, town

Fate = Literal["now", "soon", "later", "mended", "never"]
OFTEN = 10**6
"""Until it is mended."""


def limit(retry_after: int) -> Fault:
    """Return a 429."""
    return Fault("rate_limit", "", 1, retry_after=retry_after)


def code(error: str, times: int = 1) -> Fault:
    """Return `ok: false`."""
    return Fault("fail", "", times, error=error)


def body(status: int, text: str = "", times: int = 1) -> Fault:
    """Return an answer that need not be JSON."""
    return Fault("http", "", times, status=status, body=text)


ROWS: dict[str, tuple[Fault, Fate]] = {
    "429 at once again": (limit(0), "soon"),
    "429 for a second": (limit(1), "soon"),
    "429 for half a minute": (limit(30), "soon"),
    "429 for half an hour": (limit(1800), "later"),
    "429 for an hour": (limit(3600), "later"),
    "429 without a word": (body(429, '{"ok": false, "error": "ratelimited"}'), "soon"),
    "429 in HTML": (body(429, "<html>Too many</html>"), "soon"),
    "ratelimited": (code("ratelimited"), "soon"),
    "rate_limited": (code("rate_limited"), "soon"),
    "message_limit_exceeded": (code("message_limit_exceeded"), "soon"),
    "request_timeout": (code("request_timeout"), "soon"),
    "internal_error": (code("internal_error"), "soon"),
    "fatal_error": (code("fatal_error"), "soon"),
    "service_unavailable": (code("service_unavailable"), "soon"),
    "unknown_error": (code("unknown_error"), "soon"),
    "messages_tab_disabled": (code("messages_tab_disabled"), "later"),
    "token_revoked": (code("token_revoked", OFTEN), "mended"),
    "token_expired": (code("token_expired", OFTEN), "mended"),
    "account_inactive": (code("account_inactive", OFTEN), "mended"),
    "invalid_auth": (code("invalid_auth", OFTEN), "mended"),
    "not_authed": (code("not_authed", OFTEN), "mended"),
    "missing_scope": (code("missing_scope", OFTEN), "mended"),
    "team_access_not_granted": (code("team_access_not_granted", OFTEN), "mended"),
    "accesslimited": (code("accesslimited", OFTEN), "mended"),
    "ekm_access_denied": (code("ekm_access_denied", OFTEN), "mended"),
    "channel_not_found": (code("channel_not_found"), "never"),
    "not_in_channel": (code("not_in_channel"), "never"),
    "is_archived": (code("is_archived"), "never"),
    "msg_too_long": (code("msg_too_long"), "never"),
    "msg_blocks_too_long": (code("msg_blocks_too_long"), "never"),
    "no_text": (code("no_text"), "never"),
    "invalid_blocks": (code("invalid_blocks"), "never"),
    "restricted_action": (code("restricted_action"), "never"),
    "restricted_action_read_only_channel": (code("restricted_action_read_only_channel"), "never"),
    "a code nobody knows yet": (code("out_of_pens"), "never"),
    "no code": (body(200, '{"ok": false}'), "soon"),
    "500": (body(500), "soon"),
    "500 to seven posts": (body(500, "", 7), "later"),
    "500 to every post, while it is seen that none is there": (body(500, "", OFTEN), "mended"),
    "502 in HTML": (body(502, "<html>Bad gateway</html>"), "soon"),
    "503": (body(503, "busy"), "soon"),
    "504": (body(504), "soon"),
    "400 by a proxy": (body(400, "<html>?</html>"), "soon"),
    "403 by a proxy": (body(403, "<html>Forbidden</html>", OFTEN), "mended"),
    "404 by a proxy": (body(404, "<html>?</html>"), "soon"),
    "407 by a proxy": (body(407), "soon"),
    "408": (body(408), "soon"),
    "413": (body(413), "never"),
    "200 in HTML": (body(200, "<html>Sign in to the wireless network</html>"), "soon"),
    "an empty 200": (body(200), "soon"),
    "a truncated 200": (body(200, '{"ok": true, "ts": "17'), "soon"),
    "a list": (body(200, "[]"), "soon"),
    "nothing": (body(200, "null"), "soon"),
    "a place of the wrong type": (body(200, '{"ok": true, "ts": 17}'), "soon"),
    "no place": (body(200, '{"ok": true}'), "soon"),
    "reset before it was done": (Fault("reset", "", 1), "soon"),
    "reset five times": (Fault("reset", "", 5), "soon"),
    "reset after it was done": (Fault("lose_reply", "", 1), "now"),
    "reset after it was done, again and again": (Fault("lose_reply", "", OFTEN), "now"),
}
UNTIL: tuple[tuple[Fate, timedelta], ...] = (
    ("now", timedelta()), ("soon", 2 * MINUTE), ("later", HOUR), ("mended", 2 * HOUR),
)  # fmt: skip


async def fate(here: Town, user: str, fault: Fault) -> Fate:
    """Let something be said to somebody, with this answer to it; return what becomes of it."""
    channel = here.team.dm(user)
    fault = Fault(**{**vars(fault), "method": "chat.postMessage", "channel": channel})
    here.slack.faults.waiting.append(fault)
    here.team.say(user, channel, "practice")
    began, found = here.clock(), "never"
    for name, span in UNTIL:
        if name == "mended":
            here.slack.faults.clear()
        await here.advance(began + span - here.clock())
        if ours(here.team, channel):
            found = name
            break
    here.slack.faults.clear()
    await here.advance(HOUR)
    return found  # type: ignore[return-value]  # a name out of UNTIL, or the one above


async def test_what_becomes_of_a_post_by_what_slack_answers() -> None:
    people = {f"UP{number}": f"Person{number}" for number in range(len(ROWS))}
    async with town(people=people) as here:
        fates = {
            row: await fate(here, user, fault)
            for user, (row, (fault, _)) in zip(people, ROWS.items(), strict=True)
        }
        once(here.team)

        assert fates == {row: expected for row, (_, expected) in ROWS.items()}
        assert len(keys(here.team)) == sum(each != "never" for each in fates.values())
        assert len(ROWS) >= 40
        dead = here.call(lambda work: work.relay.counts().get("dead", 0))
        assert dead == sum(each == "never" for each in fates.values())


class Outage(Faults):
    """Nothing goes well."""

    def take(self, method: str, channel: str | None) -> Fault | None:
        """See `Faults`."""
        del method, channel
        return body(503, "<html>Slack is having trouble</html>")


async def test_nothing_is_lost_and_nothing_said_twice_after_twelve_hours_without_slack() -> None:
    async with town() as here:
        life = await Life(here, here.team).begin("U1", "U2", "U3")
        here.slack.faults = Outage()
        await life.wait(12 * 60)
        assert len(ours(here.team)) == 1
        here.slack.faults = Faults()
        await life.wait(60)
        once(here.team)

        texts = [post.text for post in ours(here.team, CHANNEL)]
        assert ["Week 1" in texts[1], "Question 1" in texts[2]] == [True, True]
        assert here.call(lambda work: work.relay.counts().get("dead", 0)) == 0


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled", "too_many"])
async def test_a_connection_that_slack_ends_is_followed_by_another(reason: str) -> None:
    async with town() as here:
        await here.slack.refresh(reason)
        await here.slack.until(lambda: here.hellos == 2)
        await here.slack.connected()
        here.team.say("U1", here.team.dm("U1"), "practice")
        await here.settle()

        assert len(ours(here.team, here.team.dm("U1"))) == 1


@pytest.mark.parametrize(
    "fault",
    [
        code("internal_error"), code("ratelimited"), limit(1), code("too_many_websockets"),
        code("link_disabled"), code("invalid_auth"), body(500), body(200, "<html></html>"),
        body(200, "{}"), Fault("reset", "", 1),
    ],
    ids=lambda fault: f"{fault.kind} {fault.error or fault.status}",
)  # fmt: skip
async def test_a_connection_that_slack_does_not_give_is_asked_for_again(fault: Fault) -> None:
    async with town() as here:
        fault = Fault(**{**vars(fault), "method": "apps.connections.open"})
        here.slack.faults.waiting.append(fault)
        await here.slack.cut()
        here.slack.mend()
        while here.hellos < 2:
            while not here.waits.waiting:
                await here.waits.more()
            here.waits.over()
            await here.slack.settled()
        here.team.say("U1", here.team.dm("U1"), "practice")
        await here.settle()

        assert len(ours(here.team, here.team.dm("U1"))) == 1
