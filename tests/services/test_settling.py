"""What members did while the coach was away counts as if it had been there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from bot.ids import UserId
from bot.ports.platforms import SeenMessage, SeenReaction
from tests.services.clubs import Club, a_club
from tests.services.states import state
from tests.services.test_reviews import until_self_review

Doing = Callable[[Club], None]


def _says(club: Club) -> None:
    club.say("dora", "New while nobody listened.")
    club.town.wait(minutes=3)
    club.say("dora", "And a second part.")


def _edits(club: Club) -> None:
    club.edit(_first(club, "ana"), "Changed while nobody listened.")


def _deletes(club: Club) -> None:
    club.delete(_first(club, "bo"))


def _taps(club: Club) -> None:
    for reviewer in club.asked("ana"):
        club.rate("ana", reviewer, "4️⃣")
        club.rate("ana", reviewer, "💬")


def _untaps(club: Club) -> None:
    reviewer = next(n for n, r in club.reviews("cy").items() if r.status == "rated")
    club.rate("cy", reviewer, "3️⃣", on=False)


def _leaves(club: Club) -> None:
    club.exit("eli")


def _first(club: Club, who: str):
    return club.answer(who).heard[0].message


def _prepared() -> Club:
    """Return a club with answers in review, one of them rated once."""
    club = a_club("ana bo cy dora eli fay")
    for who in ("ana", "bo", "cy", "eli"):
        club.say(who, f"Answer of {who}.")
    club.town.wait(minutes=11)
    club.rate("cy", club.asked("cy")[0], "3️⃣")
    club.town.wait(minutes=30)
    return club


@pytest.mark.parametrize("doing", [_says, _edits, _deletes, _taps, _untaps, _leaves])
def test_what_members_did_meanwhile_counts_as_if_the_coach_had_been_there(doing: Doing) -> None:
    present, absent = _prepared(), _prepared()
    doing(present)
    absent.town.sleep()
    doing(absent)

    absent.town.wake()

    assert state(absent.town, times=False) == state(present.town, times=False)


def test_all_of_it_together_counts_as_well() -> None:
    present, absent = _prepared(), _prepared()
    absent.town.sleep()
    for club in (present, absent):
        # Without `_leaves`: who is asked in somebody's place hangs on who has most to do then.
        for doing in (_says, _edits, _deletes, _taps, _untaps):
            doing(club)

    absent.town.wake()
    for club in (present, absent):
        club.town.wait(minutes=1)

    assert state(absent.town, times=False) == state(present.town, times=False)


def test_reading_again_what_is_known_changes_nothing() -> None:
    club = _prepared()
    before, said = state(club.town), len(club.town.sent)

    for _ in range(3):
        club.town.reread()
        club.town.settle()

    assert state(club.town) == before
    assert len(club.town.sent) == said


def test_a_self_score_given_or_taken_back_meanwhile_counts() -> None:
    club = a_club("ana bo cy")
    monday = club.prompt
    club.answered()
    offer = until_self_review(club)

    club.town.sleep()
    club.tap("ana", offer, "3️⃣")
    club.tap("bo", offer, "5️⃣")
    club.town.wake()
    assert club.answer("ana", monday).self_score == 3

    club.town.sleep()
    club.tap("ana", offer, "3️⃣", on=False)
    club.town.wake()
    assert club.answer("ana", monday).self_score is None


def test_a_practice_rated_by_reaction_meanwhile_is_rated() -> None:
    club = a_club()
    club.write("ana", "practice")
    club.write("ana", "To myself.")
    practice = club.the_practice("ana")
    assert practice.rate_post is not None

    club.town.sleep()
    club.tap("ana", practice.rate_post, "4️⃣")
    club.town.wake()

    after = club.town.call(lambda w: w.practices.get(club.workspace, practice.id))
    assert after is not None
    assert (after.status, after.score) == ("rated", 4)


def test_what_is_said_while_a_thread_is_being_read_is_not_taken_for_deleted() -> None:
    club = a_club()
    began = club.town.now
    club.town.wait(minutes=1)
    club.say("ana", "Just now.")
    prompt = club.prompt.id

    club.town.call(
        lambda work: club.town.coach.settle_thread(work, club.workspace, prompt, (), began)
    )

    assert club.text("ana") == "Just now."


def test_an_answer_that_arrived_before_its_author_joined_counts_once_the_thread_is_read() -> None:
    club = a_club()
    club.enter("zoe")
    club.town.sleep()
    club.command("zoe", "join")
    club.town.wait(minutes=1)
    club.say("zoe", "I was quick.")
    join, said = club.town.log[-2:]
    club.town.awake = True

    for event in (said, join):
        club.town.take(event)
    assert club.answer_if_any("zoe") is None
    club.town.reread()

    assert club.text("zoe") == "I was quick."


def test_what_somebody_said_before_they_joined_is_no_answer() -> None:
    club = a_club()
    club.enter("zoe")
    club.say("zoe", "What is this?")
    club.town.wait(minutes=1)
    club.command("zoe", "join")

    club.town.reread()

    assert club.answer_if_any("zoe") is None


def test_who_is_not_in_the_channel_any_more_has_left() -> None:
    club = _prepared()
    club.platform.people.pop(UserId("fay"))

    club.town.reread()

    assert club.the_member("fay").left
    assert club.owed("fay") == ()


def test_what_was_said_just_before_a_reading_is_not_taken_for_deleted() -> None:
    club = a_club()
    club.say("ana", "Said while the thread was being read.")

    settle_thread(club, seen=())

    assert club.text("ana") == "Said while the thread was being read."


def test_what_was_said_just_before_a_reading_and_is_not_there_is_looked_at_again() -> None:
    club = a_club()
    club.say("ana", "Deleted at once, while nobody listened.")

    assert settle_thread(club, seen=())
    club.town.wait(minutes=1)

    assert not settle_thread(club, seen=())
    assert club.answer("ana").status == "withdrawn"


def test_what_was_said_long_before_a_reading_and_is_gone_was_deleted() -> None:
    club = a_club()
    club.say("ana", "Deleted while nobody listened.")
    club.town.wait(minutes=5)

    settle_thread(club, seen=())

    assert club.answer("ana").status == "withdrawn"


def test_an_answer_by_form_is_not_missed_in_the_thread() -> None:
    club = a_club()
    club.submit("ana", f"answer:{club.prompt.id}", text="Only for reviewers.")
    club.town.wait(minutes=5)

    settle_thread(club, seen=())

    assert club.text("ana") == "Only for reviewers."


def test_only_the_reviewers_own_reactions_are_read_again() -> None:
    club = a_club()
    club.answered("ana")
    review = next(iter(club.reviews("ana").values()))
    seen = [SeenReaction(UserId("coach"), "5️⃣"), SeenReaction(UserId("ana"), "5️⃣")]

    club.town.call(
        lambda work: club.town.coach.settle_reactions(
            work, club.workspace, review.post, seen, club.town.now
        )
    )

    assert club.reviews("ana")[review.reviewer].status == "asked"


def settle_thread(club: Club, seen: Sequence[SeenMessage]) -> bool:
    """Settle the thread; tell whether it is to be looked at again."""
    town = club.town
    return town.call(
        lambda work: town.coach.settle_thread(work, club.workspace, club.prompt.id, seen, town.now)
    )


def test_what_somebody_without_a_cohort_practised_meanwhile_counts() -> None:
    club = a_club()
    club.command("max", "practice", direct=True)
    club.town.settle()

    club.town.sleep()
    club.write("max", "My answer, while nobody listened.")
    club.town.wake()

    practice = club.town.call(lambda work: work.practices.open_of(club.workspace, UserId("max")))
    assert practice is not None
    assert practice.text == "My answer, while nobody listened."


def test_an_answer_deleted_and_written_again_meanwhile_counts() -> None:
    club = a_club()
    first = club.say("ana", "A first try.")
    club.town.wait(minutes=30)

    club.town.sleep()
    club.delete(first)
    club.town.wait(minutes=1)
    club.say("ana", "A second try.")
    club.town.wait(minutes=30)
    club.town.wake()

    assert club.answer("ana").status != "withdrawn"
    assert "A second try." in club.answer("ana").text(club.cohort.rules.pause_between_parts)


def test_what_was_practised_while_a_reading_went_on_is_not_taken_for_missing() -> None:
    club = a_club()
    club.command("ana", "practice", direct=True)
    club.town.settle()
    began = club.town.now
    club.town.wait(seconds=10)
    club.write("ana", "Said after the page was read.")
    town = club.town
    practice = town.call(lambda work: work.practices.open_of(club.workspace, UserId("ana")))
    assert practice is not None

    town.call(lambda work: town.coach.settle_practice(work, club.workspace, practice.id, [], began))

    after = town.call(lambda work: work.practices.open_of(club.workspace, UserId("ana")))
    assert after == practice


def test_a_tap_that_is_younger_than_a_reading_is_not_taken_off_by_it() -> None:
    club = a_club()
    club.answered()
    reviewer = min(club.reviews("ana"))
    club.rate("ana", reviewer, "4️⃣")
    town, post = club.town, club.reviews("ana")[reviewer].post
    # The platform's clock may be behind ours, and says when something was tapped.
    began = town.now + timedelta(seconds=10)

    assert town.call(
        lambda work: town.coach.settle_reactions(work, club.workspace, post, [], began)
    ), "it is to be looked at again"

    assert club.reviews("ana")[reviewer].status == "rated"


def test_a_rating_that_was_moved_meanwhile_leaves_the_version_that_is_judged() -> None:
    club = a_club()
    message = club.answered("ana", "We met.")
    club.rate("ana", "bo", "3️⃣")
    club.town.wait(minutes=1)
    club.town.sleep()
    club.edit(message, "We met and agreed.")
    club.rate("ana", "bo", "4️⃣")
    club.rate("ana", "bo", "3️⃣", on=False)

    club.town.wake()

    assert club.answer("ana").read == "We met."
