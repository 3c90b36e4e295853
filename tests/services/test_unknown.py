"""What the coach does not know, or not any more, means nothing and is no reason to fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.ids import CohortId, DeliveryKey, MessageId, PostKey, PracticeId, PromptId, UserId
from bot.inbound import Author, MembershipChanged, MessageEdited
from bot.messages import NOTHING, Direct, Reply
from bot.ports.outgoing import Outgoing, Post, Receipt
from bot.ports.platforms import SeenReaction, Watched
from bot.ports.storage import Due, DueKind
from bot.services import intake
from bot.services.desk import Desk
from tests.factories import a_message, words
from tests.fakes import MemoryStore, MemoryWork
from tests.services.clubs import HERE, Club, a_club
from tests.services.states import state
from tests.services.towns import ZONE

KINDS = ["prompt", "review", "self", "rate", "result", "practice", "nothing", ""]


def a_stray_post(club: Club, kind: str) -> PostKey:
    """Let a post arrive whose subject, of a kind there is, cannot be found."""
    key, user = PostKey(f"stray {kind}"), UserId("ana")
    letter = Outgoing(
        key, HERE, Direct(user), Post(words()), club.town.now, f"{kind}:nowhere" if kind else ""
    )
    club.town.call(lambda work: work.outbox.put(letter))
    club.town.settle()
    return key


@pytest.mark.parametrize("kind", KINDS)
def test_reactions_on_a_post_about_something_unknown_mean_nothing(kind: str) -> None:
    club = a_club()
    post, before = a_stray_post(club, kind), state(club.town)
    seen = [SeenReaction(UserId("ana"), "4️⃣")]
    coach, now = club.town.coach, club.town.now

    club.tap("ana", post, "4️⃣")
    club.tap("ana", post, "4️⃣", on=False)
    club.clear(post)
    club.town.call(lambda work: coach.settle_reactions(work, HERE, post, seen, now))

    assert state(club.town) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_shortcut_on_a_post_about_something_unknown_is_refused(kind: str) -> None:
    club = a_club()
    post = a_stray_post(club, kind)

    reply = club.use("ana", "practise", club.receipt(post))

    assert "cannot tell which question" in reply.messages[0].summary


@pytest.mark.parametrize("kind", ["answer", "cohort", "count"])
def test_an_entry_of_the_agenda_about_something_unknown_is_taken_out(kind: DueKind) -> None:
    club = a_club()
    entry = Due(HERE, kind, "nowhere", club.town.now)
    club.town.call(lambda work: work.agenda.set(entry))

    club.town.settle()

    assert entry not in club.town.call(lambda work: work.agenda.due(club.town.now, 10))


@pytest.mark.parametrize("cohort", [None, CohortId("nowhere")])
def test_a_letter_of_no_cohort_that_could_not_be_delivered_is_told_to_nobody(
    cohort: CohortId | None,
) -> None:
    club = a_club()
    before = len(club.town.sent)
    letter = Outgoing(
        PostKey("lost"), HERE, Direct(UserId("bo")), Post(words()), club.town.now, "review:nowhere",
        cohort=cohort,
    )  # fmt: skip

    club.town.call(lambda w: club.town.coach.undelivered(w, letter, "blocked", club.town.now))
    club.town.settle()

    assert len(club.town.sent) == before


def test_settling_what_is_unknown_changes_nothing() -> None:
    club = a_club()
    before, coach, now = state(club.town), club.town.coach, club.town.now
    seen = [SeenReaction(UserId("ana"), "4️⃣")]

    club.town.call(lambda w: coach.settle_thread(w, HERE, PromptId("nowhere"), [], now))
    club.town.call(lambda w: coach.settle_reactions(w, HERE, PostKey("nowhere"), seen, now))
    club.town.call(lambda w: coach.settle_people(w, HERE, CohortId("nowhere"), [], now))
    club.town.call(lambda w: coach.settle_practice(w, HERE, PracticeId("nowhere"), [], now))

    assert state(club.town) == before
    assert club.town.call(lambda w: coach.watched(w, HERE, CohortId("no"), now)) == Watched()


def test_a_thread_whose_question_is_not_posted_yet_is_not_settled() -> None:
    club = a_club()
    club.say("ana", "My answer.")
    club.town.wait(minutes=5)
    before, coach, now = club.answer("ana"), club.town.coach, club.town.now
    unposted = replace(
        club.prompt, id=PromptId("unposted"), question="mistake", day=date(2026, 12, 20),
        post=PostKey("unposted"),
    )  # fmt: skip
    stray = replace(before, id=type(before.id)("stray"), prompt=unposted.id, heard=(a_message(),))

    club.town.call(lambda work: work.prompts.add(unposted))
    club.town.call(lambda work: work.answers.save(stray))
    club.town.call(lambda work: coach.settle_thread(work, HERE, unposted.id, [], now))

    assert club.answer("ana", unposted) == stray


@pytest.mark.parametrize("action", ["practise:mini:nowhere", "practise:nowhere:path"])
def test_a_button_for_a_question_that_no_guide_has_is_refused(action: str) -> None:
    club = a_club()

    reply = club.press("ana", action)

    assert reply.messages
    assert club.town.call(lambda w: w.practices.open_of(HERE, UserId("ana"))) is None


def test_a_score_that_no_button_has_rates_nothing() -> None:
    club = a_club()
    club.write("ana", "practice")
    club.write("ana", "To myself.")

    reply = club.press("ana", f"rate:{club.the_practice('ana').id}:6")

    assert reply.messages
    assert club.the_practice("ana").score is None


def test_a_changed_message_in_private_is_never_a_word_to_obey() -> None:
    club = a_club()

    reply = _edited_in_private(club, "practice")

    assert reply == NOTHING
    assert club.town.call(lambda w: w.practices.open_of(HERE, UserId("ana"))) is None


def test_who_comes_into_a_channel_loses_no_membership_whoever_asks() -> None:
    club = a_club()
    store = club.town.store
    assert isinstance(store, MemoryStore)
    coach, before = club.town.coach, club.the_member("ana")
    desk = Desk(
        MemoryWork(store.tables), club.town.now, coach.guides, coach.new_id, coach.rng, ZONE
    )
    came = MembershipChanged(
        workspace=HERE, by=Author(UserId("ana"), "ana"), at=club.town.now, key=DeliveryKey("came"),
        channel=club.channel, present=True,
    )  # fmt: skip

    intake.take(desk, came)

    assert club.the_member("ana") == before


def _edited_in_private(club: Club, text: str) -> Reply:
    at = Receipt(club.channel, MessageId("m"))
    return club.town.take(
        MessageEdited(
            workspace=HERE, by=Author(UserId("ana"), "ana"), at=club.town.now,
            key=DeliveryKey("changed"), channel=at.channel, message=at.message, text=text,
            direct=True, said_at=club.town.now,
        )
    )  # fmt: skip
