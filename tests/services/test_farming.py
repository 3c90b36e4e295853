"""What people tried in order to score, to pester or to break, and what comes of it now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.database.connect import open_store
from bot.ids import ChannelId, DeliveryKey, UserId
from bot.inbound import Author, MessageEdited
from bot.services import standings
from bot.services.coach import Coach
from bot.services.desk import Desk
from tests.services.clubs import Club, a_club
from tests.services.towns import ZONE, Town, on


def board(club: Club) -> dict[str, tuple[int, int]]:
    """Return (answers, reviews) of everybody since the last leaderboard."""

    def weeks(work: object) -> dict[str, tuple[int, int]]:
        coach: Coach = club.town.coach
        desk = Desk(work, club.town.now, coach.guides, coach.new_id, coach.rng, ZONE)  # type: ignore[arg-type]
        kept = standings._books(desk, club.cohort)
        since = standings.since_last(desk, club.cohort)
        found = standings._weeks(desk, club.cohort, kept, since)
        return {str(user): (week.answers, week.reviews) for user, week in found.items()}

    return club.town.call(weeks)


def test_tapping_an_old_review_again_does_not_count_it_again() -> None:
    club = a_club("ana bo cy")
    club.town.until(on(7, "09:05"))
    club.answered()
    club.reviewed()
    club.town.until(on(14, "10:00"))
    old = club.reviews("ana", club.prompts()[0])

    for who, review in old.items():
        club.tap(who, review.post, "4️⃣", on=False)
        club.town.wait(minutes=1)
        club.tap(who, review.post, "5️⃣")
    club.town.wait(hours=1)

    assert board(club) == {"ana": (0, 0), "bo": (0, 0), "cy": (0, 0)}


def test_a_late_answer_does_not_mend_a_streak() -> None:
    club = a_club("ana bo cy")
    club.town.until(on(8, "10:00"))
    club.say("ana", "On time.")
    club.say("bo", "On time.")
    club.say("bo", "Late.", prompt=club.prompts()[0])

    def streaks(work: object) -> dict[UserId, int]:
        coach = club.town.coach
        desk = Desk(work, club.town.now, coach.guides, coach.new_id, coach.rng, ZONE)  # type: ignore[arg-type]
        cohort = club.cohort
        members = desk.work.members.of(cohort.id)
        return {m.user: standings.total(desk, cohort, m.user).streak for m in members}

    assert club.town.call(streaks) == {"ana": 1, "bo": 1, "cy": 0}


def test_writing_and_deleting_again_and_again_sends_no_more_requests() -> None:
    club = a_club("ana bo cy")
    club.town.until(on(7, "09:05"))
    for _ in range(5):
        message = club.answered(text="Read me.")
        club.delete(message)
        club.town.wait(minutes=1)

    assert len(club.told("bo", "review_request")) == 1


@pytest.mark.parametrize("text", ["half a \ud800 letter", "nothing \x00 here"])
def test_words_no_database_takes_are_kept_without_what_it_does_not_take(text: str) -> None:
    store = open_store("sqlite://", threaded=False)
    club = Club(Town(store), "ana bo cy")
    club.names["ana"] = text
    club.start()
    club.town.until(on(7, "09:05"))

    club.answered(text=text)

    assert club.text("ana").split()[0] == text.split(maxsplit=1)[0]
    store.close()


def test_whoever_lets_everything_lapse_is_asked_no_second_time_for_an_answer_in_trouble() -> None:
    club = a_club("ana bo cy dora eli fay")
    for day in (7, 8, 9, 10, 11, 14, 15):
        club.town.until(on(day, "09:05"))
        club.answered(text=f"Day {day}.")
    club.town.until(on(20, "12:00"))

    asked = [club.reviews("ana", prompt).values() for prompt in club.prompts()[4:7]]
    stages = [review.stage for reviews in asked for review in reviews]

    assert set(stages) == {0}
    assert len(club.told("ana", "result")) == len(club.prompts()[:7])


def test_the_next_posts_shown_are_only_those_that_come() -> None:
    club = a_club("ana bo cy")
    club.town.until(on(7, "10:00"))

    club.command("olga", "settings time=18:00")

    said = [each for each in club.town.posted("notice") if "changed" in each.summary]
    assert "Mon 7 Dec" not in said[-1].words
    posted = len(club.town.posted("question"))
    club.town.until(on(7, "20:00"))
    assert len(club.town.posted("question")) == posted


def test_a_score_typed_in_practice_is_the_score() -> None:
    club = a_club("ana bo cy")
    club.write("ana", "practice")
    club.town.wait(minutes=1)
    club.write("ana", "My answer, said aloud.")

    club.write("ana", "4")

    practised = club.town.call(lambda work: work.practices.of(club.workspace, UserId("ana")))
    assert [(each.status, each.score) for each in practised] == [("rated", 4)]


def test_stop_without_a_practice_suggests_nothing_drastic() -> None:
    club = a_club("ana bo cy")

    reply = club.write("ana", "stop")

    assert "leave" not in reply.messages[0].summary


def test_somebody_who_joins_is_asked_to_review_what_nobody_was_left_for() -> None:
    club = Club(Town(), "ana bo")
    club.start(people=["ana"])
    club.town.until(on(7, "09:05"))
    club.answered()
    assert club.asked("ana") == []

    club.command("bo", "join")
    club.town.wait(minutes=1)

    assert club.asked("ana") == ["bo"]


def test_forgetting_takes_ones_words_out_of_the_requests_of_others() -> None:
    club = a_club("ana bo cy")
    club.town.until(on(7, "09:05"))
    club.answered(text="Zanzibar.")
    club.reviewed()

    club.command("ana", "forgetme yes", direct=True)
    club.town.wait(minutes=1)

    newest = {each.act.of: each for each in club.town.sent if each.act.kind == "edit"}
    assert len(newest) >= 2
    assert all("Zanzibar" not in each.words for each in newest.values())


def test_what_was_said_before_joining_is_no_answer() -> None:
    club = Club(Town(), "ana bo cy")
    club.start(people=["bo", "cy"])
    club.town.until(on(7, "09:05"))
    club.say("ana", "Too early.")
    club.town.wait(minutes=5)
    club.command("ana", "join")

    club.town.reread()

    assert club.answer_if_any("ana") is None
    assert club.town.now - on(7, "09:05") < timedelta(hours=1)


@pytest.mark.parametrize("text", ["4", "stop"])
def test_changing_a_message_of_a_practice_is_no_word_to_obey(text: str) -> None:
    club = a_club("ana bo cy")
    club.write("ana", "practice")
    club.town.wait(minutes=1)
    message = club.town.new_message()
    club.write("ana", "My answer.", message)

    club.town.wait(minutes=1)
    club.town.take(
        MessageEdited(
            workspace=club.workspace, by=Author(UserId("ana"), "ana"), at=club.town.now,
            key=DeliveryKey("edit"), channel=ChannelId("@ana"), message=message, text=text,
            direct=True, said_at=club.town.now - timedelta(minutes=1),
        )
    )  # fmt: skip

    assert club.the_practice("ana").text == text


def test_somebody_who_taps_for_ever_does_not_keep_an_author_waiting() -> None:
    club = a_club("ana bo cy")
    club.answered()
    prompt = club.prompt
    one, other = sorted(club.reviews("ana"))
    posts = {name: club.reviews("ana")[name].post for name in (one, other)}
    club.tap(one, posts[one], "4️⃣")
    club.tap(other, posts[other], "3️⃣")

    for turn in range(50 * 15):
        club.town.wait(minutes=4)
        club.tap(other, posts[other], "💬", on=turn % 2 == 0)

    assert club.answer("ana", prompt).status == "done"
