"""At most three private messages a day; what is too much comes together in the morning, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.ids import PostKey, UserId
from bot.messages import Button, Buttons, Heading, Message
from bot.ports.storage import Due
from bot.ports.work import Work
from bot.services.desk import Desk
from tests.factories import words
from tests.services.clubs import OLGA, Club, a_club, buttons
from tests.services.towns import Sent, on

LEFTOVERS = "Yesterday's leftovers"


def tell(club: Club, who: str, said: Message | str, subject: str = "", key: str = "") -> None:
    """Let the cohort say something to one person in private."""
    message = words(said, summary=said) if isinstance(said, str) else said

    def call(desk: Desk) -> None:
        place = desk.reached(club.cohort, UserId(who))
        post_key = PostKey(key) if key else None
        desk.post(place, message, club.cohort, subject=subject, key=post_key)

    _at_desk(club, call)


def _at_desk(club: Club, call: Callable[[Desk], None]) -> None:
    coach, now = club.town.coach, club.town.now
    club.town.call(
        lambda work: call(Desk(work, now, coach.guides, coach.new_id, coach.rng, coach.zone))
    )
    club.town.settle()


def a_full_day(who: str = "bo") -> Club:
    """Return a club on its first Monday at 09:05, in which somebody was told three things."""
    club = a_club()
    for said in ("One.", "Two.", "Three."):
        tell(club, who, said)
    return club


def digests(club: Club, who: str = "bo") -> list[Sent]:
    told = club.town.told(UserId(who))
    return [each for each in told if each.summary.startswith(LEFTOVERS)]


def _waiting(club: Club, who: str = "bo") -> list[str]:
    found = club.town.call(lambda work: work.digests.of(club.workspace, UserId(who)))
    return [each.message.summary for each in found]


def test_a_fourth_message_waits_for_the_morning() -> None:
    club = a_full_day()

    tell(club, "bo", "Four.")
    club.town.until(on(7, "23:59"))

    assert club.told("bo") == ["One.", "Two.", "Three."]
    assert _waiting(club) == ["Four."]


def test_what_waited_comes_in_the_morning_as_one_message_in_its_order() -> None:
    club = a_full_day()
    for said in ("Four.", "Five."):
        club.town.wait(minutes=1)
        tell(club, "bo", said)

    club.town.until(on(8, "12:00"))

    (digest,) = digests(club)
    assert digest.at == on(8, "08:00")
    assert digest.summary == f"{LEFTOVERS}: Four; Five"
    assert digest.words.index("Four") < digest.words.index("Five")
    assert _waiting(club) == []


def test_a_digest_keeps_the_buttons_of_what_is_in_it() -> None:
    club = a_full_day()
    for number in (1, 2):
        row = Buttons((Button("Press", f"say:help {number}"),))
        tell(club, "bo", Message("notice", f"Said {number}.", (*words().blocks, row)))

    club.town.until(on(8, "12:00"))

    (digest,) = digests(club)
    assert digest.act.kind == "post"
    assert isinstance(digest.act.message.blocks[0], Heading)
    assert {b.action for b in buttons(digest.act.message)} == {"say:help 1", "say:help 2"}


def test_what_has_no_room_in_one_digest_comes_in_two() -> None:
    club = a_full_day()
    for number in range(3):
        tell(club, "bo", Message("notice", f"Long {number}.", words().blocks * 15))

    club.town.until(on(8, "12:00"))

    told = [each.summary for each in digests(club)]
    assert sorted(said.count("Long") for said in told) == [1, 2]


def test_the_next_day_has_a_budget_of_its_own() -> None:
    club = a_full_day()
    tell(club, "bo", "Four.")
    club.town.until(on(8, "12:00"))

    for said in ("Five.", "Six.", "Seven."):
        tell(club, "bo", said)

    assert club.told("bo")[-2:] == ["Five.", "Six."]
    assert _waiting(club) == ["Seven."]


def test_a_request_for_a_review_comes_on_a_full_day() -> None:
    club = a_full_day()

    club.answered("ana")

    assert "bo" in club.asked("ana")
    assert len(club.told("bo", "review_request")) == 1


def test_a_result_waits_on_a_full_day_and_comes_by_itself() -> None:
    club = a_full_day("ana")
    club.answered("ana")
    club.reviewed("ana")
    tell(club, "ana", "Another thing.")
    club.town.until(on(8, "08:05"))

    results = club.town.told(UserId("ana"), "result")

    assert [each.at for each in results] == [on(8, "08:00")]
    assert results[0].subject == f"result:{club.answer('ana', club.prompts()[0]).id}"
    assert "Another thing." not in club.told("ana")


def test_a_result_that_waits_is_told_as_it_is_by_then() -> None:
    club = a_full_day("ana")
    club.answered("ana")
    club.reviewed("ana", "2️⃣")
    for reviewer in club.reviews("ana"):
        club.rate("ana", reviewer, "5️⃣")
        club.rate("ana", reviewer, "2️⃣", on=False)

    club.town.until(on(8, "08:05"))

    edits = [e for e in club.town.sent if e.act.kind == "edit" and e.topic == "result"]
    (result,) = club.town.told(UserId("ana"), "result")
    assert edits == []
    assert "2.0" not in result.words


def test_a_result_that_waited_is_corrected_where_it_stands() -> None:
    club = a_full_day("ana")
    club.answered("ana")
    monday = club.prompt
    reviewer = club.asked("ana")[0]
    club.reviewed("ana", "2️⃣")
    club.town.until(on(8, "08:05"))

    club.tap(reviewer, club.reviews("ana", monday)[reviewer].post, "5️⃣")

    edits = [e for e in club.town.sent if e.act.kind == "edit" and e.topic == "result"]
    assert len(edits) == 1


def test_what_is_urgent_for_an_organiser_comes_on_a_full_day() -> None:
    club = a_full_day(OLGA)

    urgent, other = words(summary="Urgent."), words(summary="Not so.")

    _at_desk(club, lambda desk: desk.tell_organisers(club.cohort, urgent, urgent=True))
    _at_desk(club, lambda desk: desk.tell_organisers(club.cohort, other))

    assert club.told(OLGA)[-1] == "Urgent."
    assert _waiting(club, OLGA) == ["Not so."]


def test_a_reminder_of_what_was_reviewed_meanwhile_is_not_told() -> None:
    club = a_full_day()
    club.answered("ana")
    review = club.reviews("ana")["bo"]
    tell(club, "bo", "Do you remember?", f"remind:{review.id}")
    club.rate("ana", "bo", "4️⃣")

    club.town.until(on(8, "12:00"))

    assert digests(club) == []
    assert _waiting(club) == []


def test_who_left_hears_nothing_of_it() -> None:
    club = a_full_day()
    tell(club, "bo", "Four.")

    club.command("bo", "leave yes")
    club.town.until(on(8, "12:00"))

    assert digests(club) == []


def test_who_is_forgotten_leaves_nothing_that_waits() -> None:
    club = a_full_day()
    tell(club, "bo", "Four.")

    club.command("bo", "forgetme yes")
    club.town.until(on(9, "12:00"))

    assert _waiting(club) == []
    assert digests(club) == []


def test_what_waits_is_among_ones_data() -> None:
    club = a_full_day()
    tell(club, "bo", "Four.")

    (data,) = club.command("bo", "mydata").messages

    assert "Waiting for your digest" in repr(data)
    assert "Four." in repr(data)


def test_a_digest_that_is_late_does_not_come_at_night() -> None:
    club = a_full_day()
    tell(club, "bo", "Four.")
    club.town.sleep()
    club.town.until(on(8, "22:00"))

    club.town.wake()
    club.town.until(on(9, "08:01"))

    assert [each.at for each in digests(club)] == [on(9, "08:00")]


def test_a_digest_is_told_once_though_its_time_comes_twice() -> None:
    club = a_full_day()
    tell(club, "bo", "Four.")
    club.town.until(on(8, "12:00"))
    again = Due(club.workspace, "digest", "bo", club.town.now)

    for _ in range(2):
        club.town.call(lambda work: club.town.coach.decide(work, again, club.town.now))
    club.town.settle()

    assert len(digests(club)) == 1


def test_a_transaction_that_fails_neither_posts_nor_clears() -> None:
    club = a_full_day()
    tell(club, "bo", "Four.")
    due = Due(club.workspace, "digest", "bo", on(8, "08:00"))

    def fail(work: Work) -> None:
        club.town.coach.decide(work, due, on(8, "08:00"))
        raise RuntimeError("no commit")

    with pytest.raises(RuntimeError):
        club.town.call(fail)
    assert _waiting(club) == ["Four."]
    club.town.until(on(8, "08:01"))

    assert len(digests(club)) == 1


def test_the_last_line_of_a_cohort_that_ended_is_still_told() -> None:
    club = a_full_day()
    tell(club, "bo", "Your last week.")

    club.town.call(lambda work: work.cohorts.save(club.cohort.ended(club.town.now)))
    club.town.until(on(8, "12:00"))

    assert len(digests(club)) == 1


def test_more_results_than_a_day_has_room_for_come_over_several_days() -> None:
    club = a_full_day()
    for number in range(3):
        club.town.wait(minutes=1)
        result = Message("result", f"Result {number}.", words().blocks)
        tell(club, "bo", result, f"result:{number}", f"key{number}")

    club.town.until(on(12))
    days = [(each.at, each.summary) for each in club.town.told(UserId("bo"), "result")]

    assert [said for _, said in days] == [f"Result {number}." for number in range(3)]
    assert [at for at, _ in days] == [on(day, "08:00") for day in (8, 9, 10)]


def test_a_nudge_to_practise_counts_and_waits_like_everything_else() -> None:
    club = a_club()
    club.write("bo", "practice")
    club.write("bo", "My answer to myself.")
    club.press("bo", f"rate:{club.the_practice('bo').id}:1")
    club.town.until(on(8, "09:05"))
    for said in ("One.", "Two.", "Three."):
        tell(club, "bo", said)

    club.town.until(on(9, "08:01"))

    told = [each for each in club.town.told(UserId("bo")) if "due again" in each.words]
    assert [each.at for each in told] == [on(9, "08:00")]
