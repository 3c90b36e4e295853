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


def test_whoever_has_left_is_still_heard_where_they_were() -> None:
    club = a_club()
    club.exit("ana")

    assert _home(club) == club.workspace
