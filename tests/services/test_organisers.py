"""What organisers can do, what others cannot, and what is posted when after it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.commands import COMMANDS
from bot.domain import cadence
from bot.domain.cohorts import Cohort
from bot.domain.members import Member
from bot.ids import UserId
from bot.messages import Topic
from tests.services.clubs import OLGA, Club, a_club
from tests.services.towns import ZONE, Town, on

ORGANISER_ONLY = [
    "pause",
    "resume",
    "skip 2026-12-08",
    "shift 2",
    "settings time=18:00",
    "mentor ana",
]


def _days(club: Club, topic: Topic) -> list[str]:
    """Return when something was posted in the channel, as “Mon 09:00”."""
    posts = club.town.posted(topic)
    return [f"{cadence.local(ZONE, each.at):%a %d %H:%M}" for each in posts]


@pytest.mark.parametrize("text", ORGANISER_ONLY)
@pytest.mark.parametrize("who", ["ana", "stranger"])
@pytest.mark.parametrize("direct", [True, False])
def test_a_command_of_organisers_is_refused_to_others_and_changes_nothing(
    text: str, who: str, direct: bool
) -> None:
    club = a_club()
    before = _all(club)
    said = len(club.town.sent)

    reply = club.command(who, text, direct=direct)

    assert len(reply.messages) == 1
    assert _all(club) == before
    assert len(club.town.sent) == said


def _all(club: Club) -> tuple[Cohort, tuple[Member, ...]]:
    """Return the cohort with its members."""
    return club.cohort, club.town.call(lambda work: work.members.of(club.cohort.id))


def test_every_command_of_organisers_is_tried_above() -> None:
    known = {entry.name for entry in COMMANDS if entry.who == "organiser"}

    assert known <= {text.split()[0] for text in ORGANISER_ONLY} | {"setup"}


@pytest.mark.parametrize("text", ORGANISER_ONLY)
def test_an_organiser_can_say_it_in_private_as_well(text: str) -> None:
    club = a_club()
    if text == "resume":
        club.command(OLGA, "pause")
    before = _all(club)

    club.command(OLGA, text, direct=True)

    assert _all(club) != before


def test_commands_in_private_concern_the_persons_own_cohort() -> None:
    club = a_club()

    shown = club.command("ana", "today", direct=True)
    away = club.command("ana", "away until 2026-12-09", direct=True)

    member = club.member("ana")
    assert shown.messages
    assert away.messages
    assert member is not None
    assert member.away(date(2026, 12, 8))


@pytest.mark.parametrize("text", ["today", "progress", "leave", "away 3 days", "plan", "back"])
def test_a_command_in_a_channel_without_a_cohort_is_refused(text: str) -> None:
    club = Club(Town())

    assert len(club.command("ana", text).messages) == 1


def test_a_channel_has_one_cohort_at_a_time() -> None:
    club = a_club()
    before = club.cohort

    reply = club.command("bo", "setup mini start=2026-12-14")

    assert len(reply.messages) == 1
    assert club.cohort == before
    assert len(club.town.posted("notice")) == 1


def test_setup_without_words_asks_by_form_and_the_form_starts_the_cohort() -> None:
    club = Club(Town())

    form = club.command(OLGA, "setup").form
    assert form is not None
    fields = {field.name: field.value for field in form.fields}
    club.submit(OLGA, form.action, **fields)

    assert club.cohort.plan.start == date(2026, 12, 14)
    assert club.cohort.organisers == {OLGA}


def test_a_setup_form_with_mistakes_comes_back_with_each_at_its_field() -> None:
    club = Club(Town())

    reply = club.submit(OLGA, "setup", guide="mini", start="someday", zone="Nowhere", time="25:00")

    assert {name for name, _ in reply.errors} == {"start", "zone", "time"}


def test_a_paused_cohort_posts_nothing_until_it_is_resumed() -> None:
    club = a_club()
    club.town.until(on(8, "12:00"))
    club.command(OLGA, "pause")
    club.town.until(on(15, "12:00"))

    club.command(OLGA, "resume")
    club.town.until(on(17, "12:00"))

    assert _days(club, "question") == [
        "Mon 07 09:00", "Tue 08 09:00", "Wed 16 09:00", "Thu 17 09:00",
    ]  # fmt: skip
    assert _days(club, "leaderboard") == []


def test_reviews_under_way_go_on_while_a_cohort_is_paused() -> None:
    club = a_club()
    club.answered()
    club.command(OLGA, "pause")

    club.reviewed()

    assert club.answer("ana").status == "done"


def test_resuming_what_runs_and_pausing_what_rests_changes_nothing_to_be_seen() -> None:
    club = a_club()
    before = club.cohort
    said = len(club.town.sent)

    club.command(OLGA, "resume")
    assert club.cohort.plan == before.plan
    assert len(club.town.sent) == said
    club.command(OLGA, "pause")
    said = len(club.town.sent)
    paused = club.cohort
    club.town.wait(days=1)
    club.command(OLGA, "pause")

    assert club.cohort == paused
    assert len(club.town.sent) == said


def test_a_pause_that_arrives_after_the_resume_that_followed_it_is_ignored() -> None:
    club = a_club()
    club.town.sleep()
    club.command(OLGA, "pause")
    pause = club.town.log[-1]
    club.town.awake = True
    club.town.wait(minutes=1)
    club.command(OLGA, "resume")

    club.town.take(pause)

    assert club.cohort.status == "running"


def test_a_skipped_day_has_no_post_and_its_question_comes_at_the_end() -> None:
    club = a_club()
    club.command(OLGA, "skip 2026-12-09")

    club.town.until(on(31, "23:00"))

    days = _days(club, "question")
    assert "Wed 09 09:00" not in days
    assert len(days) == 10
    assert days[-1] == "Mon 21 09:00"
    assert len({prompt.question for prompt in club.prompts()}) == 10


def test_a_skip_taken_back_posts_as_if_it_had_never_been() -> None:
    club = a_club()
    club.command(OLGA, "skip 2026-12-09")

    club.command(OLGA, "skip undo 2026-12-09")
    club.town.until(on(9, "12:00"))

    assert "Wed 09 09:00" in _days(club, "question")


def test_a_skip_of_today_taken_back_after_the_hour_posts_nothing_and_blames_nobody() -> None:
    club = a_club()
    club.command(OLGA, "skip 2026-12-08")
    club.town.until(on(8, "12:00"))
    club.command(OLGA, "skip undo 2026-12-08")

    club.town.until(on(9, "12:00"))

    assert _days(club, "question") == ["Mon 07 09:00", "Wed 09 09:00"]
    assert not any("not running" in said for said in club.told(OLGA))


def test_a_shift_moves_what_is_still_to_come_and_nothing_else() -> None:
    club = a_club()
    club.town.until(on(9, "12:00"))
    club.command(OLGA, "shift 2")

    club.town.until(on(31, "23:00"))

    days = _days(club, "question")
    assert days[:4] == ["Mon 07 09:00", "Tue 08 09:00", "Wed 09 09:00", "Mon 14 09:00"]
    assert len(days) == 10


def test_another_time_of_day_holds_from_the_next_post_on() -> None:
    club = a_club()
    club.command(OLGA, "settings time=18:00")

    club.town.until(on(8, "20:00"))

    assert _days(club, "question") == ["Mon 07 09:00", "Tue 08 18:00"]


def test_days_added_after_their_hour_are_not_made_up_for() -> None:
    club = a_club()
    club.town.until(on(12, "12:00"))

    club.command(OLGA, "settings days=mon-sun")
    club.town.until(on(13, "12:00"))

    assert _days(club, "question")[-2:] == ["Fri 11 09:00", "Sun 13 09:00"]
    assert not any("not running" in said for said in club.told(OLGA))


def test_a_cohort_of_two_weeks_ends_with_its_last_leaderboard() -> None:
    club = a_club()

    club.town.until(on(31, "23:00"))

    assert len(_days(club, "focus")) == 2
    assert len(_days(club, "question")) == 10
    assert _days(club, "leaderboard") == ["Fri 11 17:00", "Fri 18 17:00"]
    assert club.cohort.status == "ended"


def test_an_ended_cohort_takes_late_answers_and_no_new_members() -> None:
    club = a_club()
    club.town.until(on(21, "12:00"))

    club.answered("ana", "Rather late.")
    club.command("zoe", "join")
    refused = club.command(OLGA, "pause")

    assert club.member("zoe") is None
    assert len(refused.messages) == 1
    assert sorted(club.asked("ana")) == ["bo", "cy"]


def test_after_a_cohort_has_ended_its_channel_is_free_for_another() -> None:
    club = a_club()
    club.town.until(on(21, "12:00"))
    first = club.cohort

    club.command("bo", "setup mini start=2026-12-28")

    assert club.cohort.id != first.id
    assert club.cohort.led_by(UserId("bo"))


def test_a_refused_change_of_settings_changes_nothing() -> None:
    club = a_club()
    before, posted = club.cohort, len(club.town.sent)

    club.command(OLGA, "settings reviewers=3 time=18:00 track=remote")

    assert club.cohort == before
    assert len(club.town.sent) == posted
