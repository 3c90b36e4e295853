"""The coach was not there for a while: what is posted late, what is folded, who is told."""

from __future__ import annotations

import pytest

from bot.domain import cadence
from bot.ids import UserId
from bot.messages import Topic
from tests.services.clubs import HERE, OLGA, Club, a_club
from tests.services.towns import ZONE, on


def _hours(club: Club, topic: Topic) -> list[str]:
    posts = club.town.posted(topic)
    return [f"{cadence.local(ZONE, each.at):%a %H:%M}" for each in posts]


def _down(club: Club, since: str, until: str) -> int:
    """Let the coach be gone for a time; return how much had been said before."""
    club.town.until(on(int(since[:2]), since[3:]))
    said = len(club.town.sent)
    club.town.sleep()
    club.town.until(on(int(until[:2]), until[3:]))
    club.town.wake()
    return said


def _lines(club: Club) -> list[str]:
    return [said for said in club.told(OLGA) if "not running" in said]


def test_three_hours_late_a_question_is_posted_at_once_and_the_organiser_gets_one_line() -> None:
    club = a_club()

    said = _down(club, "08 08:00", "08 12:00")

    assert _hours(club, "question") == ["Mon 09:00", "Tue 12:00"]
    assert len(_lines(club)) == 1
    assert len(club.town.sent) - said == 2


def test_three_days_late_nothing_is_posted_at_once_and_one_question_comes_a_day() -> None:
    club = a_club()

    said = _down(club, "08 08:00", "10 16:00")
    assert len(club.town.sent) - said == 1
    club.town.until(on(14, "12:00"))

    assert _hours(club, "question") == ["Mon 09:00", "Fri 09:00", "Mon 09:00"]
    assert len(_lines(club)) == 1


def test_the_next_question_says_that_some_were_left_out() -> None:
    club = a_club()
    _down(club, "08 08:00", "10 16:00")

    club.town.until(on(11, "12:00"))

    assert "Tue 8 Dec" in club.town.posted("question")[-1].words


def test_a_focus_that_was_missed_comes_with_the_next_question() -> None:
    club = a_club()
    _down(club, "12 12:00", "14 16:00")

    club.town.until(on(15, "12:00"))

    assert _hours(club, "focus") == ["Mon 09:00", "Tue 09:00"]


def test_what_was_left_out_is_asked_at_the_end_each_once() -> None:
    club = a_club()
    _down(club, "08 08:00", "10 16:00")

    club.town.until(on(31, "23:00"))

    asked = [prompt.question for prompt in club.prompts()]
    assert len(asked) == len(set(asked)) == 10
    assert club.cohort.status == "ended"


def test_even_with_a_day_of_grace_two_questions_never_come_at_once() -> None:
    club = a_club(how="time=16:00")
    club.command(OLGA, "settings grace=24h")

    _down(club, "08 08:00", "09 16:00")

    assert _hours(club, "question") == ["Mon 16:00", "Wed 16:00"]


def test_a_post_within_minutes_is_not_called_late_even_without_any_grace() -> None:
    club = a_club()
    club.command(OLGA, "settings grace=0h")

    _down(club, "08 08:00", "08 09:03")

    assert _hours(club, "question")[-1] == "Tue 09:03"
    assert _lines(club) == []


def test_a_change_of_settings_right_after_does_not_lose_what_is_still_in_its_grace() -> None:
    club = a_club()
    club.town.until(on(8, "08:00"))
    club.town.sleep()
    club.town.until(on(8, "12:00"))
    club.town.awake = True

    club.command(OLGA, "settings reviewers=1")

    assert _hours(club, "question") == ["Mon 09:00", "Tue 12:00"]


def test_a_result_due_meanwhile_is_told_once() -> None:
    club = a_club()
    club.answered()
    for reviewer in club.asked("ana"):
        club.rate("ana", reviewer, "4️⃣")

    club.town.sleep()
    club.town.wait(hours=3)
    club.town.wake()
    club.town.wait(hours=3)

    assert len(club.told("ana", "result")) == 1


@pytest.mark.parametrize("person", ["bo", OLGA])
def test_dead_letters_reach_the_organiser_once_a_day_and_never_loop(person: str) -> None:
    club = a_club()
    club.town.unreachable.add(UserId(person))

    for day in (7, 8, 9):
        club.town.until(on(day, "10:00"))
        club.answered("ana")
        club.answered("cy")
    club.town.until(on(10, "08:59"))

    told = [said for said in club.told(OLGA) if "delivered" in said]
    assert len(told) == (3 if person == "bo" else 0)
    dead = club.town.call(lambda work: work.relay.counts()).get("dead", 0)
    assert (3 <= dead <= 30) if person == "bo" else dead <= 3


def test_a_dead_letter_to_a_former_cohort_or_to_none_is_no_fault() -> None:
    club = a_club()
    club.town.unreachable.add(UserId("bo"))

    club.write("bo", "practice")

    assert club.town.call(lambda work: work.relay.counts())["dead"] == 1
    assert [said for said in club.told(OLGA) if "delivered" in said] == []
    assert club.workspace == HERE
