"""More than five hundred attacks as answers, names and comments: nobody is pinged by any.

Looked at is all that the coach displays in the whole life: posts, private notes, windows, Homes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.servers.slack.interactions import Team
from tests.servers.slack.state import Json
from tests.slack.lives import Life, everything_seen, scores
from tests.slack.rendered import ATTACKS, nodes
from tests.slack.towns import town

COUNT = 12
PEOPLE = {f"UMEMBER{number}": ATTACKS[number * 45][:80] for number in range(COUNT)} | {"U9": "Olga"}
MEMBERS = tuple(user for user in PEOPLE if user != "U9")
"""None of them is named in an attack, so whoever is mentioned by id was meant."""
HARMLESS = {"user", "channel", "date"}
"""Elements of rich text that are more than text, and that we use."""
_PLAIN = {
    "rich_text", "rich_text_section", "rich_text_quote", "rich_text_list",
    "rich_text_preformatted", "text", "plain_text", "raw_text",
}  # fmt: skip
_SURFACES = {
    "header", "section", "context", "actions", "divider", "table", "input", "button", "modal",
    "home", "mrkdwn", "plain_text_input", "static_select", "multi_static_select", "option",
    "checkboxes", "radio_buttons", "datepicker", "timepicker",
}  # fmt: skip
_SPECIAL = re.compile(r"<([^>]*)>")


def pings(team: Team) -> Iterator[str]:
    """Yield everything displayed that Slack reads something into, except what was meant."""
    for text, shown in everything_seen(team):
        yield from (f"text: {found}" for found in _SPECIAL.findall(text) if not _meant(found))
        for node in nodes(shown):
            kind = node.get("type")
            if kind == "mrkdwn":
                found = _SPECIAL.findall(node["text"])
                yield from (f"mrkdwn: {each}" for each in found if not _meant(each))
            elif kind == "user" and node["user_id"] not in PEOPLE:
                yield f"user: {node['user_id']}"
            elif kind == "channel" and node["channel_id"] not in team.channels:
                yield f"channel: {node['channel_id']}"
            elif kind == "plain_text" and node.get("emoji") and ":tada:" in node["text"]:
                yield f"emoji: {node['text']}"
            elif kind is not None and kind not in _PLAIN | _SURFACES | HARMLESS:
                yield f"an element: {kind}"


def _meant(special: str) -> bool:
    return special.startswith("!date^1") or special.removeprefix("@") in PEOPLE


async def test_no_answer_name_or_comment_pings_anybody_anywhere() -> None:
    async with town(people=PEOPLE) as here:
        life = await Life(here, here.team).begin(*MEMBERS)
        await life.wait(15)
        for number, user in enumerate(MEMBERS):
            life.say(user, "\n".join(ATTACKS[number::COUNT]))
        await life.wait(15)
        for number, author in enumerate(MEMBERS):
            for reviewer in life.reviews_of(author):
                await life.open_review(author, reviewer)
                comment = "\n".join(ATTACKS[number::COUNT])[:900]
                await life.submit(reviewer, scores(life, "3", comment=comment))
        for user in MEMBERS[:3]:
            await life.practise(user)
            life.write(user, "\n".join(ATTACKS[:100]))
            await here.team.open_home(user)
            for text in (
                "today",
                "progress",
                "mydata",
                "settings",
                "me",
                "leaderboard",
                ATTACKS[0],
            ):
                await life.command(user, text)
        await life.wait(5 * 24 * 60)
        await here.read_up()

        assert len(ATTACKS) >= 500
        assert list(pings(here.team)) == []
        assert len(everything_seen(here.team)) > 80


async def test_a_ping_would_be_noticed_wherever_it_stood() -> None:
    async with town(people=PEOPLE) as here:
        planted: list[Json] = [
            {"type": "rich_text", "elements": [{"type": "user", "user_id": "U1"}]},
            {"type": "rich_text", "elements": [{"type": "broadcast", "range": "here"}]},
            {"type": "rich_text", "elements": [{"type": "usergroup", "usergroup_id": "S1"}]},
            {"type": "section", "text": {"type": "mrkdwn", "text": "<!here> <@U1> <http://x|y>"}},
        ]
        here.team.note("U9", "C1", "<!channel> &lt;!here&gt; <@UMEMBER1>", planted)

        assert list(pings(here.team)) == [
            "text: !channel", "user: U1", "an element: broadcast", "an element: usergroup",
            "mrkdwn: !here", "mrkdwn: @U1", "mrkdwn: http://x|y",
        ]  # fmt: skip
