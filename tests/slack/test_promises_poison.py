"""Whatever people write or are called: it is displayed, readable, and nothing stops for it.

And where a message really cannot be displayed, it is given up after a few tries, the organiser
hears of it once, and what is behind it in the channel comes within a minute.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.slack.send import SlackCourier
from bot.ids import PostKey
from bot.messages import Message, Place
from bot.ports.outgoing import Receipt
from tests.slack.lives import ORGANISER, Life, once, ours, scores, words_of
from tests.slack.rendered import quoted_in
from tests.slack.rows import bytes_of
from tests.slack.towns import CHANNEL, Town, town

ANA, BO, CY = "U1", "U2", "U3"
DAY = 24 * 60
FAMILY = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}\u200d\N{BOY}"
POISONS = {
    "long": "word " * 7_999 + "END",
    "one word": "w" * 39_990 + "END",
    "lines": "\n" * 5_000 + "END",
    "families": FAMILY * 2_000 + "END",
    "accents": "e" + "\u0301" * 20_000 + "END",
    "right to left": "\u202e" + "\u05e9\u05dc\u05d5\u05dd " * 2_000 + "\u2067END",
    "nul": "a\0b\0" * 2_000 + "END",
    "half characters": "\ud83d a \udc00" * 1_000 + "END",
    "controls": "".join(map(chr, range(1, 32))) * 100 + "END",
    "markup": "```<!channel> &amp;lt; *_~`" * 1_000 + "END",
    "invisible": "\u200b\u2060\ufeff" * 5_000 + "END",
}


@pytest.mark.parametrize("what", POISONS)
async def test_every_answer_name_and_comment_is_displayed_to_its_end(what: str) -> None:
    poison = POISONS[what]
    async with town() as here:
        for user in (ANA, BO, CY):
            here.team.people[user].display = poison[-80:]
        life = await Life(here, here.team).begin(ANA, BO, CY)
        await life.wait(15)
        life.say(ANA, poison)
        await life.press(BO, CHANNEL, life.question, "answer:")
        await life.submit(BO, {"text": poison[-3_000:]})
        await life.wait(15)
        await life.open_review(ANA, CY)
        await life.submit(CY, scores(life, "4", comment=poison[-900:]))
        life.rate(ANA, BO, "four")
        await life.practise(CY)
        life.write(CY, poison)
        await life.wait(DAY)
        once(here.team)

        assert all(read_to_the_end(life, reader) for reader in (ANA, BO, CY))
        assert "END" in "".join(
            quoted_in(post.blocks) for post in ours(here.team, here.team.dm(ANA))
        )
        assert here.call(lambda work: work.relay.counts().get("dead", 0)) == 0
        assert len(questions(here)) == 2
        bytes_of(here).encode()


async def test_a_leaderboard_of_people_with_any_names_is_displayed_and_names_them() -> None:
    people = {f"UP{number}": poison[-60:] for number, poison in enumerate(POISONS.values())}
    async with town(people=people | {ORGANISER: "Olga Oak"}) as here:
        life = await Life(here, here.team).begin(*people)
        await life.wait(15)
        for user in people:
            life.say(user, "An answer.")
        await life.wait(5 * DAY)

        board = words_of(ours(here.team, CHANNEL)[-1])
        assert board.count("END") >= len(people)
        assert here.call(lambda work: work.relay.counts().get("dead", 0)) == 0


def read_to_the_end(life: Life, reader: str) -> bool:
    """Tell whether a reviewer sees the last word of an answer."""
    posts = ours(life.team, life.team.dm(reader))
    return any(quoted_in(post.blocks).rstrip().endswith("END") for post in posts)


def questions(here: Town) -> list[str]:
    """Return the questions in the channel."""
    return [p.text for p in ours(here.team, CHANNEL) if "Answer in this thread" in p.text]


class Stumbling(SlackCourier):
    """A courier with a bug: the week's focus is too much for it."""

    tried = 0

    async def post(
        self, place: Place, message: Message, key: PostKey, thread: Receipt | None
    ) -> Receipt:
        """See bot.ports.Courier."""
        if message.topic == "focus":
            type(self).tried += 1
            raise ZeroDivisionError("words nobody should see")
        return await super().post(place, message, key, thread)


def undelivered(here: Town) -> int:
    """Return how often the organiser was told that something could not be delivered."""
    told = ours(here.team, here.team.dm(ORGANISER))
    return sum("could not deliver" in post.text for post in told)


async def test_what_cannot_be_rendered_is_given_up_and_the_channel_goes_on() -> None:
    Stumbling.tried = 0
    async with town(courier=Stumbling) as here:
        life = await Life(here, here.team).begin(ANA, BO, CY)
        nine = here.clock() + timedelta(minutes=10)
        await life.wait(DAY)

        assert 1 <= Stumbling.tried <= 5
        assert undelivered(here) == 1
        first = next(post for post in ours(here.team, CHANNEL) if "Question 1" in post.text)
        assert float(first.ts) - nine.timestamp() <= 60


@pytest.mark.parametrize(
    "code", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long", "no_text"]
)
async def test_what_slack_does_not_take_is_given_up_at_once_and_the_channel_goes_on(
    code: str,
) -> None:
    async with town() as here:
        life = await Life(here, here.team).begin(ANA, BO, CY)
        here.slack.faults.fail("chat.postMessage", code, channel=CHANNEL)
        await life.wait(15)

        assert undelivered(here) == 1
        assert len(questions(here)) == 1
