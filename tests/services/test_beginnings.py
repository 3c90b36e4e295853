"""The first minutes of a cohort, when not everything is in its place yet."""

from __future__ import annotations

from bot.domain.cohorts import Cohort
from bot.ids import PostKey, UserId
from bot.messages import Buttons, InChannel, Message
from bot.ports.outgoing import Outgoing, Post
from tests.services.clubs import OLGA, Club, a_club
from tests.services.towns import on


def _undelivered_kickoff(club: Club) -> None:
    """Let the invitation be refused, as where the coach is not in the channel."""
    cohort: Cohort = club.cohort
    message = next(each.act.message for each in club.town.posted() if isinstance(each.act, Post))
    lost = Outgoing(
        key=PostKey("lost"),
        workspace=club.workspace,
        place=InChannel(cohort.channel),
        act=Post(message),
        at=club.town.now,
        subject=f"kickoff:{cohort.id}",
        cohort=cohort.id,
    )
    town = club.town
    town.call(lambda work: town.coach.undelivered(work, lost, "not_in_channel", town.now))
    town.settle()


def _actions(message: Message) -> list[str]:
    rows = (block for block in message.blocks if isinstance(block, Buttons))
    return [button.action for row in rows for button in row.buttons]


def test_an_invitation_that_did_not_arrive_can_be_posted_again() -> None:
    club = a_club()
    club.town.until(on(7, "12:00"))
    _undelivered_kickoff(club)
    told = [each.act.message for each in club.town.told(UserId(OLGA)) if isinstance(each.act, Post)]
    before = len(club.town.posted())

    (again,) = [action for action in _actions(told[-1]) if action.startswith("invite:")]
    club.press(OLGA, again)
    club.town.settle()

    posts = [each.act.message for each in club.town.posted() if isinstance(each.act, Post)]
    assert len(posts) == before + 1
    assert f"join:{club.cohort.id}" in _actions(posts[-1])


def test_a_cohort_whose_only_organiser_is_forgotten_is_led_by_whoever_joins_first() -> None:
    club = a_club("")
    club.command(OLGA, "forgetme yes")
    assert club.cohort.organisers == frozenset()

    club.command("ana", "join")
    club.command("bo", "join")

    assert club.cohort.organisers == {UserId("ana")}
    assert club.cohort.status == "running"


def test_done_with_answering_in_practice_asks_how_good_it_was() -> None:
    club = a_club()
    club.command("ana", "practice", direct=True)
    club.town.settle()
    club.write("ana", "My answer to myself, at some length.")

    reply = club.command("ana", "practice done", direct=True)

    actions = [action for message in reply.messages for action in _actions(message)]
    assert any(action.startswith("rate:") for action in actions)


def test_a_private_answer_changed_after_a_review_is_said_to_come_too_late() -> None:
    club = a_club()
    form = f"answer:{club.prompt.id}"
    club.submit("ana", form, text="In private.")
    club.town.wait(minutes=30)
    club.rate("ana", min(club.reviews("ana")), "4️⃣")

    late = club.submit("ana", form, text="In private, better.")

    assert "before it" in late.messages[0].summary
