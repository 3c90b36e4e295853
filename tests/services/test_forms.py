"""Forms: they show what is so, do what is sent, and say what is wrong where it was written."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from bot.domain.practice import Practice
from bot.ids import ChannelId, PracticeId, UserId
from bot.messages import Form, Reply
from tests.services.clubs import OLGA, Club, a_club
from tests.services.towns import Town, on


def _form(reply: Reply) -> Form:
    assert reply.form is not None
    return reply.form


def _values(form: Form) -> dict[str, str]:
    return {field.name: field.value for field in form.fields}


def _wrong(reply: Reply) -> list[str]:
    assert not reply.messages
    return [name for name, _ in reply.errors]


# --- away ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["word", "button", "word in private"])
def test_every_way_to_days_off_opens_the_same_form(way: str) -> None:
    club = a_club()

    if way == "button":
        reply = club.press("ana", f"away:{club.cohort.id}")
    else:
        reply = club.command("ana", "away", direct=way != "word")

    assert _form(reply).action == f"away:{club.cohort.id}"
    assert _values(_form(reply)) == {"until": "2026-12-08"}


@pytest.mark.parametrize("said", ["2026-12-10", "10 dec", "thursday"])
def test_a_form_for_days_off_does_what_the_command_does(said: str) -> None:
    club = a_club()

    reply = club.submit("ana", f"away:{club.cohort.id}", until=said)

    assert len(reply.messages) == 1
    assert club.the_member("ana").back_on == date(2026, 12, 10)


@pytest.mark.parametrize("said", ["2026-12-07", "2020-01-01", "soon", "", "2029-01-01"])
def test_days_off_that_cannot_be_are_said_at_their_field(said: str) -> None:
    club = a_club()
    before = club.the_member("ana")

    reply = club.submit("ana", f"away:{club.cohort.id}", until=said)

    assert _wrong(reply) == ["until"]
    assert club.the_member("ana") == before


def test_the_form_of_one_cohort_takes_no_days_off_of_another() -> None:
    first, second = _two_clubs()

    first.submit("ana", f"away:{first.cohort.id}", until="2026-12-10")

    assert first.the_member("ana").back_on == date(2026, 12, 10)
    assert second.the_member("ana").back_on is None


# --- settings -----------------------------------------------------------------------------------


def test_an_organisers_form_shows_the_settings_and_sending_it_as_it_is_changes_none() -> None:
    club = a_club(how="reviewers=1 days=mon,wed,fri authors=shown")
    club.command(OLGA, "settings lease=30h quiet=22:00-07:30 board=16:30")
    form = _form(club.press(OLGA, f"settings:{club.cohort.id}"))
    before = club.cohort

    club.submit(OLGA, form.action, **_values(form))

    assert (club.cohort.plan, club.cohort.rules) == (before.plan, before.rules)


def test_an_organisers_form_changes_what_it_says() -> None:
    club = a_club()
    form = _form(club.press(OLGA, f"settings:{club.cohort.id}"))
    wanted = {"time": "18:00", "days": "mon,wed", "reviewers": "1", "lease": "48h"}

    reply = club.submit(OLGA, form.action, **{**_values(form), **wanted})

    plan, rules = club.cohort.plan, club.cohort.rules
    assert len(reply.messages) == 1
    assert (plan.post_at, plan.days) == (time(18), frozenset({1, 3}))
    assert (rules.reviewers, rules.lease) == (1, timedelta(days=2))


def test_an_organiser_who_takes_part_finds_their_own_settings_in_the_same_form() -> None:
    club = a_club()
    alone = _values(_form(club.press(OLGA, f"settings:{club.cohort.id}")))
    club.command(OLGA, "join")

    form = _form(club.press(OLGA, f"settings:{club.cohort.id}"))
    club.submit(OLGA, form.action, **{**_values(form), "track": "remote", "board_opt": "out"})

    assert set(_values(form)) - set(alone) == {"track", "board_opt"}
    assert club.the_member(OLGA).track == "remote"
    assert not club.the_member(OLGA).on_board


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time", "25:00"),
        ("days", "someday"),
        ("zone", "Mars/Base"),
        ("board", "late"),
        ("quiet", "night"),
        ("reviewers", "9"),
        ("authors", "maybe"),
        ("lease", "1h"),
        ("grace", "long"),
        ("report", "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_read_is_said_at_its_field_and_none_is_changed(
    field: str, value: str
) -> None:
    club = a_club()
    form = _form(club.press(OLGA, f"settings:{club.cohort.id}"))
    before = club.cohort

    reply = club.submit(OLGA, form.action, **{**_values(form), "time": "18:00", field: value})

    assert _wrong(reply) == [field]
    assert club.cohort == before


def test_a_form_with_a_field_that_there_is_not_changes_nothing() -> None:
    club = a_club()
    before = club.cohort

    reply = club.submit(OLGA, f"settings:{club.cohort.id}", time="18:00", start="2026-12-14")

    assert _wrong(reply) == ["start"]
    assert club.cohort == before


def test_a_members_form_shows_and_changes_what_is_their_own() -> None:
    club = a_club()
    before = club.cohort
    form = _form(club.press("ana", f"mine:{club.cohort.id}"))

    club.submit("ana", form.action, track="remote", board_opt="out", my_zone="asia/tokyo")
    again = _form(club.press("ana", f"mine:{club.cohort.id}"))

    zone = "Europe/Berlin"
    assert _values(form) == {"track": "none", "board_opt": "in", "my_zone": zone}
    assert _values(again) == {"track": "remote", "board_opt": "out", "my_zone": "Asia/Tokyo"}
    assert club.cohort == before


def test_what_is_left_out_of_a_members_form_stays_as_it_is() -> None:
    club = a_club()
    club.command("ana", "settings track=remote")

    club.submit("ana", f"mine:{club.cohort.id}", board_opt="out")

    assert club.the_member("ana").track == "remote"


def test_a_track_that_there_is_not_changes_nothing() -> None:
    club = a_club()
    before = club.the_member("ana")

    reply = club.submit("ana", f"mine:{club.cohort.id}", track="mars", board_opt="out")

    assert len(reply.messages) == 1
    assert club.the_member("ana") == before


# --- skip and shift -----------------------------------------------------------------------------


def test_a_day_is_skipped_and_taken_back_by_form_as_by_word() -> None:
    club = a_club()
    form = _form(club.press(OLGA, f"skip:{club.cohort.id}"))

    club.submit(OLGA, form.action, day="2026-12-09", what="skip")
    skipped = club.cohort.plan.skips
    club.submit(OLGA, form.action, day="2026-12-09", what="undo")

    assert skipped == {date(2026, 12, 9)}
    assert club.cohort.plan.skips == frozenset()


@pytest.mark.parametrize("said", ["2026-12-06", "someday", "", "2029-01-01"])
@pytest.mark.parametrize("what", ["skip", "undo"])
def test_a_day_that_cannot_be_skipped_is_said_at_its_field(said: str, what: str) -> None:
    club = a_club()
    before = club.cohort

    reply = club.submit(OLGA, f"skip:{club.cohort.id}", day=said, what=what)

    assert _wrong(reply) == ["day"]
    assert club.cohort == before


def test_the_plan_is_moved_by_form_as_by_word() -> None:
    club, other = a_club(), a_club()
    form = _form(club.press(OLGA, f"shift:{club.cohort.id}"))

    club.submit(OLGA, form.action, **_values(form))
    other.command(OLGA, "shift 1 week")

    assert club.cohort.plan == other.cohort.plan


@pytest.mark.parametrize("said", ["", "-3 days", "soon", "3 years", "1 week now"])
def test_a_length_that_cannot_be_read_is_said_at_its_field(said: str) -> None:
    club = a_club()
    before = club.cohort

    reply = club.submit(OLGA, f"shift:{club.cohort.id}", by=said)

    assert _wrong(reply) == ["by"]
    assert club.cohort == before


@pytest.mark.parametrize("verb", ["skip", "shift"])
def test_a_cohort_that_has_ended_can_be_moved_no_more(verb: str) -> None:
    club = a_club()
    club.town.until(on(31, "12:00"))
    ended = club.cohort

    pressed = club.press(OLGA, f"{verb}:{ended.id}")
    sent = club.submit(OLGA, f"{verb}:{ended.id}", day="2027-01-08", by="1 week")

    assert pressed.form is None
    assert [len(pressed.messages), len(sent.messages)] == [1, 1]


# --- setup --------------------------------------------------------------------------------------


def test_a_start_that_is_past_where_the_cohort_lives_is_said_at_its_field() -> None:
    club = Club(Town(now=on(7, "23:30")))

    reply = club.submit(OLGA, "setup", guide="mini", start="2026-12-07", zone="Asia/Tokyo")

    assert _wrong(reply) == ["start"]


def test_a_setup_form_needs_a_channel() -> None:
    club = Club(Town())

    reply = club.command(OLGA, "setup", direct=True)

    assert reply.form is None
    assert len(reply.messages) == 1


# --- practice -----------------------------------------------------------------------------------


def test_a_practice_is_answered_and_rated_by_one_form() -> None:
    club = a_club()
    club.write("ana", "practice")
    practice = club.the_practice("ana")
    form = _form(club.press("ana", f"write:{practice.id}"))

    club.submit("ana", form.action, text="My answer to myself.", score="2")

    done = _practices(club)[practice.id]
    assert (done.status, done.score, done.text) == ("rated", 2, "My answer to myself.")


def test_a_practice_answered_in_the_chat_needs_only_a_score_in_the_form() -> None:
    club = a_club()
    club.write("ana", "practice")
    club.write("ana", "In the chat.")
    practice = club.the_practice("ana")

    form = _form(club.press("ana", f"write:{practice.id}"))
    club.submit("ana", form.action, score="5")

    assert [field.required for field in form.fields] == [False, True]
    assert _practices(club)[practice.id].text == "In the chat."
    assert _practices(club)[practice.id].score == 5


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"text": "Mine."}, ["score"]),
        ({"text": "Mine.", "score": "6"}, ["score"]),
        ({"score": "3"}, ["text"]),
        ({"text": "  ", "score": "3"}, ["text"]),
    ],
)
def test_what_is_missing_in_a_practice_form_is_said_at_its_field(
    fields: dict[str, str], wrong: list[str]
) -> None:
    club = a_club()
    club.write("ana", "practice")
    practice = club.the_practice("ana")

    reply = club.submit("ana", f"write:{practice.id}", **fields)

    assert _wrong(reply) == wrong
    assert club.the_practice("ana") == practice


@pytest.mark.parametrize("way", ["press", "submit"])
def test_the_form_of_a_practice_that_is_over_changes_nothing(way: str) -> None:
    club = a_club()
    club.write("ana", "practice")
    practice = club.the_practice("ana")
    club.write("ana", "stop")
    before = _practices(club)

    if way == "press":
        reply = club.press("ana", f"write:{practice.id}")
    else:
        reply = club.submit("ana", f"write:{practice.id}", text="Too late.", score="3")

    assert reply.form is None
    assert len(reply.messages) == 1
    assert _practices(club) == before


def _practices(club: Club, who: str = "ana") -> dict[PracticeId, Practice]:
    found = club.town.call(lambda work: work.practices.of(club.workspace, UserId(who)))
    return {practice.id: practice for practice in found}


def _two_clubs() -> tuple[Club, Club]:
    town = Town()
    clubs = Club(town), Club(town, channel=_SECOND)
    for club in clubs:
        club.start()
    town.wait(minutes=65)
    return clubs


_SECOND = ChannelId("#second")


def test_an_organisers_form_with_a_track_that_is_none_changes_nothing_at_all() -> None:
    club = a_club()
    club.command(OLGA, "join")
    before = club.cohort

    club.submit(OLGA, f"settings:{before.id}", time="18:00", track="nowhere")

    assert club.cohort == before


def test_ones_own_settings_are_for_members_only() -> None:
    club = a_club()
    before = club.town.call(lambda work: work.members.of(club.cohort.id))

    club.submit("max", f"mine:{club.cohort.id}", board_opt="out")

    assert club.town.call(lambda work: work.members.of(club.cohort.id)) == before
