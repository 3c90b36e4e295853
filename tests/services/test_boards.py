"""The leaderboard as members meet it: what counts on it, who stands there and by what name."""

from __future__ import annotations

from bot.messages import Message, Table
from bot.pictures import Leaderboard, Points, Progress, Row
from tests.services.clubs import Club, a_club
from tests.services.towns import Town, on


def board(club: Club, who: str = "ana") -> Message:
    """Return the leaderboard as it stands now."""
    return club.command(who, "leaderboard").messages[-1]


def rows(message: Message) -> dict[str, tuple[str, ...]]:
    """Return what stands on a leaderboard, by name."""
    table = next(block for block in message.blocks if isinstance(block, Table))
    return {row[1]: row for row in table.rows}


def points(club: Club, who: str) -> int:
    return next(row.total() for row in pictured(club) if row.name == who)


def pictured(club: Club) -> tuple[Row, ...]:
    """Return what stands on a leaderboard's picture."""
    drawn = board(club).picture
    assert isinstance(drawn, Leaderboard)
    return drawn.rows


def a_reviewed_club() -> Club:
    club = a_club("ana bo cy dora")
    for who in ("ana", "bo"):
        club.answered(who)
        club.reviewed(who)
    return club


def test_an_answer_of_one_word_made_good_after_its_reviews_is_worth_no_more() -> None:
    club = a_club("ana bo cy dora")
    message = club.answered("ana", "No.")
    club.answered("bo")
    club.reviewed("ana", "1️⃣")
    club.reviewed("bo", "4️⃣")
    before = points(club, "ana") if "ana" in rows(board(club)) else 0

    club.edit(message, "What I learned in ten years of this, step by step, with figures.")
    club.town.wait(hours=1)

    after = points(club, "ana") if "ana" in rows(board(club)) else 0
    assert after == before < points(club, "bo") / 2


def test_an_answer_taken_back_counts_nothing() -> None:
    club = a_reviewed_club()
    message = club.answered("dora", "I was here.")
    assert "dora" in rows(board(club))

    club.delete(message)
    club.town.wait(minutes=30)

    listed = rows(board(club))
    assert "dora" not in listed or listed["dora"][3] == "0"


def test_whoever_is_anonymous_stands_there_under_one_other_name_and_uncounted() -> None:
    club = a_reviewed_club()

    told = club.command("ana", "leaderboard anonymous").messages[0].summary
    listed = rows(board(club))

    (name,) = set(listed) - {"bo", "cy", "dora"}
    assert name in told
    assert listed[name][3:] == ("–",) * 4
    assert "ana" not in plain_of(board(club, "bo"))
    club.town.wait(hours=2)
    assert name in rows(board(club))


def test_a_picture_names_whoever_is_anonymous_by_the_other_name_too() -> None:
    club = a_reviewed_club()
    club.command("ana", "leaderboard anonymous")

    drawn = board(club, "bo").picture

    assert isinstance(drawn, Leaderboard)
    assert "ana" not in {row.name for row in drawn.rows}
    assert {row.name for row in drawn.rows} == set(rows(board(club, "bo")))


def test_a_picture_tells_nothing_of_whoever_is_anonymous_but_all_points_together() -> None:
    club = a_reviewed_club()
    open_points = {row.name: row.points for row in pictured(club)}
    club.command("ana", "leaderboard anonymous")

    hidden = [row for row in pictured(club) if row.whole is not None]

    assert [row.points for row in hidden] == [Points()]
    assert hidden[0].whole == open_points["ana"].total()
    assert "bo" in {row.name for row in pictured(club) if row.whole is None}


def test_the_choice_can_be_taken_back_and_made_in_ones_settings() -> None:
    club = a_reviewed_club()
    club.submit("ana", f"mine:{club.cohort.id}", board_opt="anonymous")
    assert "ana" not in rows(board(club))

    club.command("ana", "leaderboard in")
    assert "ana" in rows(board(club))

    club.command("ana", "leaderboard out")
    assert not {"ana"} & set(rows(board(club)))
    assert club.the_member("ana").shown == "out"


def test_ones_own_week_comes_before_the_leaderboard() -> None:
    club = a_reviewed_club()

    own, shown = club.command("bo", "leaderboard").messages

    assert own.summary.startswith("Your week")
    assert shown.summary.startswith("This week's leaderboard")


def test_of_many_members_those_in_front_are_shown_and_the_others_counted() -> None:
    people = [f"p{number:02}" for number in range(16)]
    club = a_club(" ".join(people))
    for who in people:
        club.say(who, "My answer.")
    # A late one more for some, so that not all share a place.
    club.town.until(on(8, "09:05"))
    for who in people[:10]:
        club.say(who, "My answer.")
    club.town.wait(minutes=1)

    shown = board(club, "p00")

    assert len(rows(shown)) == 10
    assert "6 more members have points" in plain_of(shown)


def test_progress_tells_the_points_of_this_season_and_of_those_before_it() -> None:
    club = a_club("ana bo cy", town=Town())
    club.answered("ana")
    club.reviewed("ana")
    club.town.until(on(11, "17:30"))

    shown = club.command("ana", "progress").messages[0]

    assert "in this season" in plain_of(shown)
    assert isinstance(shown.picture, Progress)
    assert shown.picture.scores[0].n == 2


def test_progress_is_as_sure_of_a_score_as_the_result_was() -> None:
    club = a_club("ana bo cy")
    club.answered("ana")
    club.reviewed("ana")
    club.town.until(on(8, "12:00"))
    result = next(e.words for e in club.town.sent if e.topic == "result")

    shown = club.command("ana", "progress").messages[0].picture

    assert isinstance(shown, Progress)
    assert shown.sureness in result


def plain_of(message: Message) -> str:
    """Return all that a message says, without its picture."""
    return " ".join([message.summary, *(repr(block) for block in message.blocks)])
