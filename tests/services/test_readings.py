"""Which posts are read again, and what of it is taken for true."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.prompts import Prompt
from bot.ids import MessageId, PostKey, PromptId, UserId
from bot.messages import InChannel
from bot.ports.outgoing import Edit, Outgoing, Post
from bot.ports.platforms import SeenMessage, Watched
from bot.ports.storage import Due
from tests.factories import words
from tests.services.clubs import HERE, OLGA, Club, a_club
from tests.services.test_reviews import until_self_review
from tests.services.test_settling import settle_thread


def _closing(club: Club, **back: float) -> Watched:
    until = club.town.now
    since = until - timedelta(**back)
    return club.town.call(lambda work: club.town.coach.closing(work, since, until))


def _found(club: Club, subject: str, key: PostKey, act: Post | Edit | None = None) -> Watched:
    letter = Outgoing(
        key, HERE, InChannel(club.channel), act or Post(words()), club.town.now, subject
    )
    return club.town.call(lambda work: club.town.coach.found(work, letter, club.town.now))


def test_a_question_that_has_closed_is_read_again_with_its_reviews_and_no_other() -> None:
    club = a_club()
    monday = club.prompt
    club.answered()
    asked = {review.post for review in club.reviews("ana").values()}
    assert _closing(club, days=1) == Watched()
    club.town.wait(days=1)

    read = _closing(club, hours=2)

    assert read.threads == ((HERE, monday.id, club.receipt(monday.post)),)
    assert {post for _, post, _ in read.posts} >= asked
    assert club.prompt.id != monday.id


def test_a_question_that_closed_before_the_span_is_not_read_again() -> None:
    club = a_club()
    club.answered()
    club.town.wait(days=1, hours=3)

    assert _closing(club, hours=2) == Watched()


@pytest.mark.parametrize("kind", ["review", "self", "rate"])
def test_a_post_to_tap_whose_receipt_came_late_is_read_again(kind: str) -> None:
    club = a_club()
    key, at = club.prompt.post, club.receipt(club.prompt.post)

    assert _found(club, f"{kind}:x", key) == Watched(posts=((HERE, key, at),))


def test_a_question_whose_receipt_came_late_is_read_again_where_it_stands() -> None:
    club = a_club()
    key, at = club.prompt.post, club.receipt(club.prompt.post)

    assert _found(club, "prompt:p", key) == Watched(threads=((HERE, PromptId("p"), at),))
    assert _found(club, "practice:p", key).directs == ((HERE, "p", at),)


def test_what_nobody_can_answer_or_has_not_arrived_is_not_read_again() -> None:
    club = a_club()
    key = club.prompt.post

    assert _found(club, "kickoff:x", key) == Watched()
    assert _found(club, "prompt:p", PostKey("under way")) == Watched()
    assert _found(club, "prompt:p", key, Edit(key, words())) == Watched()


def test_what_a_bot_wrote_into_a_thread_is_no_answer() -> None:
    club = a_club()
    now = club.town.now
    mine = SeenMessage(MessageId("mine"), UserId("ana"), "ana", False, "Mine.", now, now)

    settle_thread(club, [replace(mine, message=MessageId("its"), user=UserId("bo"), is_bot=True)])
    settle_thread(club, [mine])

    assert club.answer_if_any("bo") is None
    assert club.text("ana") == "Mine."


def test_a_practice_whose_question_has_not_arrived_is_not_read_yet() -> None:
    club = a_club()
    club.town.unreachable.add(UserId("ana"))
    club.write("ana", "practice")

    read = club.town.call(lambda work: club.town.coach.practising(work, club.town.now))

    assert club.the_practice("ana").open
    assert read == Watched()


def test_a_message_of_a_practice_that_is_gone_meanwhile_is_no_part_of_it() -> None:
    club = a_club()
    club.write("ana", "practice")
    gone = club.write("ana", "Never mind.").messages
    club.town.wait(minutes=30)
    club.write("ana", "What I mean.")
    club.town.wait(minutes=30)
    (first, _) = (MessageId(message) for message, _ in club.the_practice("ana").said)
    said = next(iter(club.platform.directs.values()))

    club.town.sleep()
    del said[first]
    club.town.wake()

    assert gone == ()
    assert club.the_practice("ana").text == "What I mean."


@pytest.mark.parametrize("emoji", [None, "3️⃣"])
def test_a_self_score_that_a_moderator_clears_counts_no_more(emoji: str | None) -> None:
    club, monday, offer = _self_scored()

    club.clear(offer, emoji)

    assert club.answer("ana", monday).self_score is None


def test_clearing_other_reactions_leaves_the_self_score() -> None:
    club, monday, offer = _self_scored()

    club.clear(offer, "4️⃣")

    assert club.answer("ana", monday).self_score == 3


def test_a_self_score_is_undone_by_taking_off_its_own_reaction_and_no_other() -> None:
    club, monday, offer = _self_scored()

    club.tap("ana", offer, "2️⃣", on=False)
    assert club.answer("ana", monday).self_score == 3
    club.tap("ana", offer, "3️⃣", on=False)

    assert club.answer("ana", monday).self_score is None


def test_reading_a_self_score_again_changes_nothing() -> None:
    club, monday, _ = _self_scored()
    before, said = club.answer("ana", monday), len(club.town.sent)

    club.town.reread()
    club.town.settle()

    assert club.answer("ana", monday) == before
    assert len(club.town.sent) == said


def test_clearing_an_offer_that_nobody_took_changes_nothing() -> None:
    club, monday, offer = _self_scored()
    club.tap("ana", offer, "3️⃣", on=False)
    before = club.answer("ana", monday)

    club.clear(offer)

    assert club.answer("ana", monday) == before


def test_other_reactions_under_the_offer_or_a_practice_are_no_score() -> None:
    club, monday, offer = _self_scored()
    club.write("ana", "practice")
    club.write("ana", "To myself.")
    rate = club.the_practice("ana").rate_post
    assert rate is not None

    club.tap("ana", offer, "🎉")
    club.tap("ana", rate, "🎉")
    club.tap("ana", rate, "4️⃣", on=False)
    club.tap("bo", rate, "4️⃣")

    assert club.answer("ana", monday).self_score == 3
    assert club.the_practice("ana").score is None


def _self_scored() -> tuple[Club, Prompt, PostKey]:
    """Return a club in which the author scored their own answer, the question and the offer."""
    club = a_club("ana bo cy")
    monday = club.prompt
    club.answered()
    offer = until_self_review(club)
    club.tap("ana", offer, "3️⃣")
    assert club.answer("ana", monday).self_score == 3
    return club, monday, offer


def test_a_request_taken_back_before_it_left_is_never_sent() -> None:
    club = a_club()
    said = _asked_and_not_told(club)
    club.delete(said)
    club.town.wait(hours=1)

    assert [_requests(club, who) for who in ("bo", "cy")] == [[], []]


def test_whoever_writes_anew_before_the_first_request_left_has_it_asked_once() -> None:
    club = a_club()
    said = _asked_and_not_told(club)

    club.delete(said)
    club.answered("ana", "Once more.")

    assert [len(_requests(club, who)) for who in ("bo", "cy")] == [1, 1]
    assert sorted(club.asked("ana")) == ["bo", "cy"]


def _requests(club: Club, who: str) -> list[str]:
    return [each.subject for each in club.town.told(UserId(who)) if "review:" in each.subject]


def _asked_and_not_told(club: Club) -> MessageId:
    """Let an answer be given to its reviewers, and nothing be delivered yet."""
    said = club.say("ana", "My answer.")
    club.town.now += timedelta(minutes=11)
    while club.town._decide():
        pass
    assert len(club.asked("ana")) == 2
    return said


def test_who_is_looked_at_before_a_question_is_due_again_is_told_nothing() -> None:
    club = a_club()
    club.write("ana", "practice")
    club.write("ana", "To myself.")
    club.write("ana", "4")
    before = len(club.told("ana"))
    (due,) = (d for d in _agenda(club) if d.kind == "practice")

    club.town.call(lambda work: club.town.coach.decide(work, due, club.town.now))
    club.town.settle()

    assert len(club.told("ana")) == before
    assert due in _agenda(club)


def test_a_paused_cohort_that_is_looked_at_posts_nothing() -> None:
    club = a_club()
    (due,) = (d for d in _agenda(club) if d.kind == "cohort")
    club.command(OLGA, "pause")
    before = len(club.town.posted())
    club.town.now = due.at

    club.town.call(lambda work: club.town.coach.decide(work, due, club.town.now))
    club.town.settle()

    assert len(club.town.posted()) == before
    assert [d for d in _agenda(club) if d.kind == "cohort"] == []


def _agenda(club: Club) -> tuple[Due, ...]:
    far = club.town.now + timedelta(days=100)
    return club.town.call(lambda work: work.agenda.due(far, 100))
