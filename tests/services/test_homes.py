"""Which workspace a direct message belongs to, on a platform that does not say."""

from __future__ import annotations

from bot.ids import ChannelId, MessageId, UserId, WorkspaceId
from tests.services.clubs import Club, a_club

ANA = UserId("ana")
NOWHERE = ChannelId("@ana")


def _home(club: Club, user: str = "ana", platform: str = "console") -> WorkspaceId:
    town = club.town
    return town.call(lambda work: town.coach.home(work, platform, UserId(user), NOWHERE))


def test_a_member_is_at_home_where_their_cohort_is() -> None:
    club = a_club()

    assert _home(club) == club.workspace


def test_an_organiser_who_takes_no_part_is_at_home_there_too() -> None:
    club = a_club()

    assert _home(club, "olga") == club.workspace


def test_a_stranger_can_practise_alone_where_nobody_else_is() -> None:
    club = a_club()

    assert _home(club, "max") == "console:direct"
    assert _home(club, "ana", "discord") == "discord:direct"


def test_a_message_about_a_post_of_ours_belongs_where_that_was_sent() -> None:
    club = a_club()
    club.answered()
    review = club.reviews("ana")[min(club.reviews("ana"))]
    at = club.receipt(review.post)
    town = club.town

    home = town.call(
        lambda work: town.coach.home(work, "console", review.reviewer, at.channel, at.message)
    )
    other = town.call(
        lambda work: town.coach.home(
            work, "console", review.reviewer, at.channel, MessageId("never")
        )
    )

    assert {home, other} == {club.workspace}


def test_where_somebody_is_not_is_passed_over_unless_it_is_about_a_post_there() -> None:
    club = a_club()
    club.command("ana", "practice")
    at = club.receipt(club.the_practice("ana").post)

    def home_of(message: MessageId | None) -> WorkspaceId:
        town, without = club.town, {club.workspace}
        return town.call(
            lambda work: town.coach.home(work, "console", ANA, at.channel, message, without)
        )

    assert home_of(None) == "console:direct"
    assert home_of(at.message) == club.workspace


def test_whoever_has_left_is_still_heard_where_they_were() -> None:
    club = a_club()
    club.exit("ana")

    assert _home(club) == club.workspace


def test_a_practice_begun_in_a_server_goes_on_there_whoever_is_at_it() -> None:
    club = a_club()
    club.command("max", "practice")
    at = club.receipt(club.the_practice("max").post)

    def home_of(message: MessageId | None) -> WorkspaceId:
        town = club.town
        return town.call(
            lambda work: town.coach.home(work, "console", UserId("max"), at.channel, message)
        )

    assert {home_of(None), home_of(at.message)} == {club.workspace}
    club.write("max", "stop")
    assert home_of(None) == "console:direct"


def _practised_nowhere() -> tuple[Club, Club]:
    """Let somebody practise who belongs to nothing yet, and then join a cohort."""
    club = a_club()
    alone = Club(club.town, workspace="console:direct")
    alone.command("max", "practice", direct=True)
    alone.write("max", "My own words.")
    alone.write("max", "3")
    club.press("max", f"join:{club.cohort.id}")
    return club, alone


def _said(club: Club, words: str) -> str:
    return repr(club.command("max", words).messages)


def test_what_was_practised_before_joining_anything_is_in_ones_data() -> None:
    club, _ = _practised_nowhere()

    assert "My own words." in _said(club, "mydata")
    assert "nothing yet" not in _said(club, "me")


def test_what_was_practised_before_joining_anything_is_forgotten_too() -> None:
    club, alone = _practised_nowhere()

    club.command("max", "forgetme yes")

    for workspace in (club.workspace, alone.workspace):
        kept = club.town.call(
            lambda work, at=workspace: (  # type: ignore[misc]
                work.practices.of(at, UserId("max")),
                work.practices.cards(at, UserId("max")),
            )
        )
        assert kept == ((), ())
    assert "My own words." not in _said(club, "mydata")


def test_what_is_done_in_a_cohort_is_not_told_where_one_belongs_to_none() -> None:
    club = a_club()
    club.answered("ana", "Said in the cohort.")
    alone = Club(club.town, workspace="console:direct")

    assert "Said in the cohort." not in repr(alone.command("ana", "mydata", direct=True).messages)
