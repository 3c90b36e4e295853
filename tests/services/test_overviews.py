"""The overview: everything that is one's own, nothing of anybody else's, a button for all of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from bot.ids import ChannelId
from bot.manual import NAMES
from bot.messages import Channel, Message, Paragraph, Reply
from bot.ports.outgoing import Post
from tests.content.guides import modelled
from tests.services.clubs import OLGA, Club, a_club, buttons
from tests.services.towns import Town, on

TWINS = {"settings": "settings", "mine": "settings", "practise": "practice"}
"""Commands that buttons of another name stand for."""


def _the_message(reply: Reply) -> Message:
    (message,) = reply.messages
    return message


def _overview(club: Club, who: str) -> Message:
    return _the_message(club.command(who, "me", direct=True))


def _actions(message: Message) -> list[str]:
    return [button.action for button in buttons(message)]


def _offered(messages: Sequence[Message]) -> Iterator[str]:
    """Yield the commands that have a button on one of the messages."""
    for action in (action for message in messages for action in _actions(message)):
        verb, _, rest = action.partition(":")
        words = {"say": rest, "in": rest.partition(":")[2]}.get(verb, verb)
        yield TWINS.get(words.split()[0], words.split()[0])


def _focus() -> list[Message]:
    """Return the posts that open the weeks of a guide that has model answers."""
    posts = a_club(town=Town(guide=modelled("mini"))).town.posted("focus")
    return [each.act.message for each in posts if isinstance(each.act, Post)]


def test_every_command_has_a_button_or_a_form_besides() -> None:
    club = a_club()
    free = Club(club.town, channel=ChannelId("#free"))
    seen = [_overview(club, "ana"), _overview(club, OLGA), *free.command("ana", "help").messages]
    seen += [*club.press("ana", f"leave:{club.cohort.id}").messages]
    seen += [*club.command("ana", "why").messages, *_focus()]
    club.command("ana", "away 2 days")
    club.command(OLGA, "pause")
    seen += [_overview(club, "ana"), _overview(club, OLGA)]

    assert set(NAMES) <= set(_offered(seen))


@pytest.mark.parametrize("who", ["ana", OLGA, "zoe"])
@pytest.mark.parametrize("how", ["", "pause", "away 2 days", "join", "shift 5 weeks"])
def test_every_button_of_an_overview_does_something_for_whom_it_is_shown_to(
    who: str, how: str
) -> None:
    club = a_club()
    club.command(OLGA, how or "plan")
    club.command(who, how or "plan")

    for action in _actions(_overview(club, who)):
        reply = club.press(who, action)
        told = [message.summary for message in reply.messages]
        assert reply.form is not None or told, action
        assert not any("I do not know" in said or "not yours" in said for said in told), action


def test_who_belongs_to_nothing_is_shown_what_there_is_and_how_to_begin() -> None:
    club = a_club()

    shown = _overview(club, "zoe")

    assert "say:practice" in _actions(shown)
    assert not any(club.cohort.id in action for action in _actions(shown))


def test_an_overview_shows_ones_own_answers_and_debts_and_nobody_elses_words() -> None:
    club = a_club()
    club.answered("ana", "My very own words.")
    asked = _question(club)

    author, reviewer = repr(_overview(club, "ana")), repr(_overview(club, "bo"))

    assert author.count(asked) == 2
    assert "1 review to give" in reviewer
    assert "1 review to give" not in author
    assert "My very own words." not in author + reviewer


def _question(club: Club) -> str:
    guide = club.town.coach.guides[club.cohort.guide]
    return guide.question(club.prompt.question).prompt


def test_what_was_taken_back_or_done_long_ago_is_not_under_way() -> None:
    club = a_club()
    message = club.answered()
    club.delete(message)

    assert "on their way" not in repr(_overview(club, "ana"))


def test_somebody_who_left_is_shown_nothing_of_the_cohort() -> None:
    club = a_club()
    club.command("ana", "leave yes")

    assert not any(club.cohort.id in action for action in _actions(_overview(club, "ana")))


def test_nothing_of_another_workspace_is_shown() -> None:
    town = Town()
    here, there = Club(town), Club(town, workspace="console:there")
    here.start()
    there.start(people=["bo"])

    assert not any(":" + here.cohort.id in each for each in _actions(_overview(there, "ana")))
    assert any(there.cohort.id in each for each in _actions(_overview(there, OLGA)))
    assert not any(here.cohort.id in each for each in _actions(_overview(there, OLGA)))


def test_an_organiser_finds_what_only_they_may_and_others_do_not() -> None:
    club = a_club()
    club.command(OLGA, "join")

    member, organiser = _actions(_overview(club, "ana")), _actions(_overview(club, OLGA))

    verbs = {f"{verb}:{club.cohort.id}" for verb in ("settings", "skip", "shift")}
    assert verbs <= set(organiser)
    assert not verbs & set(member)


def test_each_cohorts_buttons_concern_that_cohort() -> None:
    town = Town()
    first, second = Club(town, channel=ChannelId("#one")), Club(town, channel=ChannelId("#two"))
    for club in (first, second):
        club.start()
    town.wait(minutes=65)

    for club, other in ((first, second), (second, first)):
        club.press("ana", f"in:{club.cohort.id}:away 2 days")
        assert other.press("cy", f"in:{club.cohort.id}:leave yes").messages
        assert club.the_member("cy").left
    assert second.the_member("ana").back_on == first.the_member("ana").back_on is not None
    first.press(OLGA, f"in:{second.cohort.id}:pause")
    assert (first.cohort.status, second.cohort.status) == ("running", "paused")


def test_leaving_by_button_is_asked_about_before_it_is_done() -> None:
    club = a_club()

    (leave,) = [each for each in _actions(_overview(club, "ana")) if each.startswith("leave:")]
    sure = _the_message(club.press("ana", leave))
    still = not club.the_member("ana").left
    club.press("ana", *_actions(sure))

    assert still
    assert club.the_member("ana").left


def test_pausing_by_button_is_asked_about_before_it_is_done() -> None:
    club = a_club()
    (offered,) = [a for a in _actions(_overview(club, OLGA)) if a.startswith("pause")]

    asked = _the_message(club.press(OLGA, offered))

    before = club.cohort.status
    (button,) = buttons(asked)
    club.press(OLGA, button.action)
    assert (before, club.cohort.status) == ("running", "paused")


def test_nobody_is_asked_to_pause_a_cohort_that_has_ended() -> None:
    club = a_club()
    key = club.cohort.id
    club.town.wait(days=40)

    reply = club.press(OLGA, f"pause:{key}")

    assert "has ended" in _the_message(reply).summary
    assert buttons(_the_message(reply)) == []


def test_each_cohort_is_shown_with_its_channel() -> None:
    town = Town()
    clubs = [a_club(town=town), Club(town, "ana", channel=ChannelId("#other"))]
    clubs[1].start()

    spans = [
        span
        for block in _overview(clubs[0], "ana").blocks
        if isinstance(block, Paragraph)
        for span in block.text
    ]

    assert {s.channel for s in spans if isinstance(s, Channel)} == {"#prep", "#other"}


@pytest.mark.parametrize("command", ["me", "today"])
def test_an_answer_with_its_result_is_not_on_its_way_any_more(command: str) -> None:
    club = a_club()
    club.answered("ana")
    before = repr(club.command("ana", command))
    club.reviewed("ana")

    after = repr(club.command("ana", command))

    assert ("on their way" in before, "Reviewed" in before) == (True, False)
    assert ("on their way" in after, "Reviewed" in after) == (False, True)


def test_cohorts_that_ended_are_shown_only_where_there_is_no_other() -> None:
    town = Town()
    old, new = Club(town, channel=ChannelId("#old")), Club(town, channel=ChannelId("#new"))
    old.start()
    town.until(on(31, "12:00"))
    only = _actions(_overview(old, "ana"))
    new.command(OLGA, "setup mini start=2027-01-04")
    new.command("ana", "join")

    both = _actions(_overview(old, "ana"))

    assert any(old.cohort.id in action for action in only)
    assert not any(old.cohort.id in action for action in both)
    assert any(new.cohort.id in action for action in both)


def test_somebody_in_many_cohorts_is_shown_as_many_as_fit() -> None:
    town = Town()
    clubs = [Club(town, channel=ChannelId(f"#c{number}")) for number in range(9)]
    for club in clubs:
        club.start()
    town.wait(minutes=65)
    for club in clubs:
        club.command(OLGA, "join")

    shown = _overview(clubs[0], OLGA)

    assert len(shown.blocks) <= 40
    assert any(clubs[-1].cohort.id in action for action in _actions(shown))


def test_practice_under_way_and_due_is_part_of_it() -> None:
    club = a_club()
    club.write("zoe", "practice")
    open_ = repr(_overview(club, "zoe"))
    practice = club.the_practice("zoe")
    club.submit("zoe", f"write:{practice.id}", text="To myself.", score="3")
    later = repr(_overview(club, "zoe"))
    club.town.wait(days=60)

    assert "waits for you, in private" in open_
    assert "next on" in later
    assert "question is due" in repr(_overview(club, "zoe"))
