"""Second takes: once, after the result, for those who read the first, who see both."""

from __future__ import annotations

import pytest

from bot.domain.answers import Answer
from bot.domain.reviews import Review
from bot.ids import UserId
from bot.messages import Message, Quote, Reply, Topic
from bot.ports.outgoing import Edit, Post
from tests.services.clubs import SCORES, Club, a_club, buttons
from tests.services.towns import Sent

BETTER = "I led the move, and it halved the bill."


def _told(people: str = "ana bo cy", how: str = "") -> Club:
    """Return a club in which ana has the result of an answer."""
    club = a_club(people, how)
    club.answered("ana", "We moved to the cloud.")
    club.reviewed("ana", "3️⃣")
    return club


def _take_two(club: Club, text: str = BETTER) -> Reply:
    reply = club.submit("ana", f"again:{club.answer('ana').id}", text=text)
    club.town.wait(minutes=1)
    return reply


def _second(club: Club) -> Answer | None:
    key = club.prompt.id
    return club.town.call(lambda work: work.answers.by(key, UserId("ana"), take=2))


def _asked(club: Club) -> dict[str, Review]:
    second = _second(club)
    assert second is not None
    found = club.town.call(lambda work: work.reviews.of(second.id))
    return {review.reviewer: review for review in found}


def _judge(club: Club, *emojis: str) -> None:
    for name, review in _asked(club).items():
        for emoji in emojis:
            club.tap(name, review.post, emoji)
    # One result on a day leaves the rest of it to requests: the second comes in the morning.
    club.town.wait(hours=23)


def _last(club: Club, who: str, topic: Topic) -> Message:
    return _message(club.town.told(UserId(who), topic)[-1])


def _message(sent: Sent) -> Message:
    assert isinstance(sent.act, Post)
    return sent.act.message


def _shown(club: Club, review: Review) -> str:
    """Return what a request was changed to last."""
    sent = club.town.sent
    return [s.words for s in sent if isinstance(s.act, Edit) and s.act.of == review.post][-1]


def _quoted(message: Message) -> list[str]:
    return [block.text for block in message.blocks if isinstance(block, Quote)]


def test_the_result_offers_a_second_take_with_the_first_one_to_be_improved() -> None:
    club = _told()
    (again,) = [b for b in buttons(_last(club, "ana", "result")) if b.label == "Second take"]

    form = club.press("ana", again.action).form

    assert form is not None
    assert form.fields[0].value == "We moved to the cloud."


def test_those_who_rated_the_first_are_asked_and_see_both_texts_in_order() -> None:
    club = _told("ana bo cy di eve fay gus hal ida")
    raters = set(club.reviews("ana"))

    _take_two(club)

    assert set(_asked(club)) == raters
    for name in raters:
        shown = _last(club, name, "review_request")
        assert _quoted(shown) == ["We moved to the cloud.", BETTER]


def test_where_those_who_rated_the_first_have_left_others_are_asked() -> None:
    club = _told("ana bo cy di eve")
    raters = set(club.reviews("ana"))
    for name in raters:
        club.command(name, "leave yes")

    _take_two(club)

    assert len(_asked(club)) == 2
    assert not raters & set(_asked(club))


def test_one_of_them_who_is_left_is_enough() -> None:
    club = _told("ana bo cy di eve")
    gone, here = sorted(club.reviews("ana"))
    club.command(gone, "away 5 days")

    _take_two(club)
    _judge(club, "4️⃣")

    assert set(_asked(club)) == {here}
    assert len(club.told("ana", "result")) == 2


def test_the_second_result_says_what_became_better() -> None:
    club = _told()
    _take_two(club)

    _judge(club, "4️⃣", "🌱")

    words = repr(_last(club, "ana", "result").blocks)
    assert "Became better" in words
    assert "Ownership" in words
    assert "+1.0" in words


def test_there_is_only_one_second_take_of_an_answer() -> None:
    club = _told()
    _take_two(club)

    pressed = club.press("ana", f"again:{club.answer('ana').id}")
    sent = _take_two(club, "Once more.")

    assert pressed.form is None
    assert len(sent.messages) == 1
    second = _second(club)
    assert second is not None
    assert [part.text for part in second.heard] == [BETTER]


@pytest.mark.parametrize("text", ["", " \n", "We  moved to\nthe cloud."])
def test_a_second_take_says_something_else_than_the_first(text: str) -> None:
    club = _told()

    reply = _take_two(club, text)

    assert [field for field, _ in reply.errors] == ["text"]
    assert _second(club) is None


def test_before_the_result_and_while_the_cohort_is_paused_there_is_none() -> None:
    club = a_club()
    club.answered()
    early = club.press("ana", f"again:{club.answer('ana').id}")
    club.reviewed()
    club.command("olga", "pause")
    paused = club.press("ana", f"again:{club.answer('ana').id}")

    assert (early.form, paused.form) == (None, None)


def test_a_second_take_is_not_one_more_answer() -> None:
    club = _told()
    before = club.command("ana", "progress")
    counted = club.town.call(lambda work: work.answers.count(club.prompt.id))

    _take_two(club)

    assert club.town.call(lambda work: work.answers.count(club.prompt.id)) == counted
    assert _answers(club.command("ana", "progress")) == _answers(before) != ""


def test_nothing_of_a_second_take_is_seen_in_the_channel() -> None:
    club = _told()
    before = [sent for sent in club.town.sent if sent.to is None]

    _take_two(club)
    _judge(club, "4️⃣")

    assert [sent for sent in club.town.sent if sent.to is None] == before


def _answers(reply: Reply) -> str:
    said = repr(reply.messages)
    return "1 answer" if "1 answer" in said and "2 answers" not in said else ""


def test_whoever_deletes_the_first_take_takes_the_second_back_with_it() -> None:
    club = a_club()
    message = club.answered("ana", "We moved to the cloud.")
    club.reviewed("ana", "3️⃣")
    _take_two(club)

    club.delete(message)
    club.town.wait(minutes=1)

    second = _second(club)
    assert second is not None
    assert second.status == "withdrawn"
    for review in _asked(club).values():
        shown = _shown(club, review)
        assert BETTER not in shown
        assert "cloud" not in shown


def test_the_shortcut_opens_the_form_after_the_result_and_practice_before_it() -> None:
    club = a_club()
    club.answered()

    early = club.use_on_question("ana", "second-take")
    club.command("ana", "practice stop")
    club.reviewed()
    later = club.use_on_question("ana", "second-take")

    assert early.form is None
    assert later.form is not None
    assert later.form.action == f"again:{club.answer('ana').id}"


def test_neither_the_request_nor_the_result_says_who_wrote_or_reviewed() -> None:
    club = a_club("anastasia boris cyrus")
    club.answered("anastasia", "We moved to the cloud.")
    club.reviewed("anastasia", "3️⃣")
    first = club.answer("anastasia").id
    club.submit("anastasia", f"again:{first}", text=BETTER)
    club.town.wait(minutes=1)
    second = club.town.call(
        lambda work: work.answers.by(club.prompt.id, UserId("anastasia"), take=2)
    )
    assert second is not None
    for review in club.town.call(lambda work: work.reviews.of(second.id)):
        club.submit(review.reviewer, f"review:{review.id}", **SCORES, comment="Better.")
    club.town.wait(hours=23)

    for name in ("boris", "cyrus"):
        for sent in club.town.told(UserId(name), "review_request"):
            assert "anastasia" not in repr(_message(sent).blocks)
    for sent in club.town.told(UserId("anastasia"), "result"):
        assert not {"boris", "cyrus"} & set(repr(_message(sent).blocks).replace("'", " ").split())
        assert "boris" not in sent.words
        assert "cyrus" not in sent.words
    assert len(club.town.told(UserId("anastasia"), "result")) == 2
