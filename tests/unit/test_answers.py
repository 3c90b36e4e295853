from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import reduce
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.answers import Answer, Heard, counted, hear
from bot.ids import MessageId
from tests.unit.rubrics import PAUSE, answer, at, heard, often, replayed

MINUTES = st.integers(min_value=0, max_value=60)


@st.composite
def reports(draw: st.DrawFn) -> list[Heard]:
    """Everything a platform tells of one author's messages in a thread."""
    told: list[Heard] = []
    for number in range(draw(st.integers(min_value=1, max_value=5))):
        said = draw(MINUTES)
        versions = [heard(f"m{number}", said, f"m{number} v0", files=draw(st.integers(0, 2)))]
        for edit in range(1, draw(st.integers(min_value=0, max_value=2)) + 1):
            # Several edits within one second carry the same time on Slack.
            revised = said + draw(st.integers(min_value=0, max_value=30))
            text = f"m{number} v{edit}"
            versions.append(replace(versions[0], text=text, revised_at=at(revised), files=0))
        if draw(st.booleans()):
            gone = at(said + draw(st.integers(min_value=0, max_value=60)))
            versions.append(replace(draw(st.sampled_from(versions)), deleted_at=gone))
        told += versions
    return told


def listen(told: list[Heard], to: Answer | None = None) -> Answer:
    return reduce(hear, told, to or answer())


def names(parts: tuple[Heard, ...]) -> list[str]:
    return [part.message for part in parts]


def expected(messages: tuple[Heard, ...]) -> list[str]:
    """Say which messages count by walking through them as if one saw them being written."""
    chosen: list[Heard] = []
    follows = True
    before: datetime | None = None
    for message in messages:
        begins = before is None or message.said_at - before > PAUSE
        if begins:
            emptied = all(m.deleted_at and m.deleted_at <= message.said_at for m in chosen)
            chosen, follows = ([], True) if emptied else (chosen, False)
        if follows:
            chosen.append(message)
        before = message.said_at
    return [message.message for message in chosen]


# --- which messages count ------------------------------------------------------------------


def test_the_first_message_is_the_answer() -> None:
    assert names(counted([heard("m1", 0)], PAUSE)) == ["m1"]


def test_nothing_heard_is_no_answer() -> None:
    assert counted([], PAUSE) == ()
    assert answer().text(PAUSE) == ""


def test_a_message_exactly_one_pause_later_continues_the_answer() -> None:
    assert names(counted([heard("m1", 0), heard("m2", 10)], PAUSE)) == ["m1", "m2"]


def test_a_message_later_than_the_pause_is_only_a_remark() -> None:
    assert names(counted([heard("m1", 0), heard("m2", 10.1)], PAUSE)) == ["m1"]


def test_the_pause_is_counted_from_the_part_before_and_not_from_the_first() -> None:
    parts = [heard("m1", 0), heard("m2", 9), heard("m3", 18)]

    assert names(counted(parts, PAUSE)) == ["m1", "m2", "m3"]


def test_a_deleted_part_still_holds_together_what_stands_around_it() -> None:
    parts = [heard("m1", 0), heard("m2", 9, deleted=10), heard("m3", 18)]

    assert names(answer(*parts).parts(PAUSE)) == ["m1", "m3"]


def test_a_message_begun_after_the_answer_was_deleted_is_the_new_answer() -> None:
    parts = [heard("m1", 0, deleted=20), heard("m2", 30)]

    assert names(counted(parts, PAUSE)) == ["m2"]


def test_a_message_begun_at_the_instant_of_the_deletion_is_the_new_answer() -> None:
    assert names(counted([heard("m1", 0, deleted=30), heard("m2", 30)], PAUSE)) == ["m2"]


def test_a_remark_made_before_the_answer_was_deleted_does_not_become_the_answer() -> None:
    parts = (heard("m1", 0, deleted=40), heard("m2", 30))

    assert names(counted(parts, PAUSE)) == ["m1"]
    assert answer(*parts).text(PAUSE) == ""


def test_an_answer_half_deleted_is_not_replaced() -> None:
    parts = [heard("m1", 0, deleted=20), heard("m2", 5), heard("m3", 30)]

    assert names(counted(parts, PAUSE)) == ["m1", "m2"]


def test_who_deletes_the_answer_and_writes_anew_is_heard_though_a_remark_stands_between() -> None:
    parts = [heard("m1", 0, deleted=40), heard("remark", 30), heard("m2", 50)]

    assert names(counted(parts, PAUSE)) == ["m2"]


def test_an_answer_can_be_begun_anew_more_than_once() -> None:
    parts = [heard("m1", 0, deleted=15), heard("m2", 20, deleted=35), heard("m3", 40)]

    assert names(counted(parts, PAUSE)) == ["m3"]


# --- its text ------------------------------------------------------------------------------


def test_the_text_joins_its_parts_by_blank_lines() -> None:
    assert answer(heard("m1", 0, "One."), heard("m2", 5, "Two.")).text(PAUSE) == "One.\n\nTwo."


def test_files_are_counted_in_the_text() -> None:
    one, two = heard("m1", 0, "See:", files=1), heard("m2", 1, files=2)

    assert answer(one, replace(two, text="")).text(PAUSE) == (
        "See:\n(with a file, to be seen in the question's thread)\n\n"
        "(with 2 files, to be seen in the question's thread)"
    )


def test_a_deleted_part_is_not_read_by_anybody() -> None:
    assert answer(heard("m1", 0, deleted=1), heard("m2", 2, "Two.")).text(PAUSE) == "Two."


# --- reports in any order ------------------------------------------------------------------


def test_an_edit_heard_before_the_message_itself_wins() -> None:
    first, edited = heard("m1", 0, "teh"), heard("m1", 0, "the", revised=3)

    assert listen([edited, first]).text(PAUSE) == "the"


def test_an_edit_heard_after_the_deletion_does_not_bring_the_message_back() -> None:
    first, gone = heard("m1", 0, "teh"), heard("m1", 0, "teh", deleted=2)

    assert listen([first, gone, heard("m1", 0, "the", revised=3)]).text(PAUSE) == ""


def test_the_mark_of_a_message_survives_its_edit() -> None:
    first, edited = heard("m1", 0), heard("m1", 0, "edited", revised=1)

    assert not listen([first, edited]).heard[0].marked
    assert listen([replace(first, marked=True), edited]).heard[0].marked
    assert listen([edited, replace(first, marked=True)]).heard[0].marked


def test_an_edit_that_tells_nothing_of_files_does_not_lose_them() -> None:
    told = [heard("m1", 0, files=2), heard("m1", 0, "edited", revised=1)]

    assert listen(told).heard[0].files == 2


def test_messages_are_kept_oldest_first_and_by_id_where_said_at_once() -> None:
    told = [heard("m3", 5), heard("m2", 0), heard("m1", 5), heard("m0", 1)]

    assert names(listen(told).heard) == ["m2", "m0", "m1", "m3"]


def test_the_earliest_time_of_saying_and_of_deleting_counts() -> None:
    told = [heard("m1", 3, deleted=9), heard("m1", 1, deleted=12), heard("m1", 2)]

    assert listen(told).heard == (heard("m1", 1, revised=3, deleted=9),)


@often
@given(reports(), st.randoms(use_true_random=False))
def test_the_answer_is_the_same_in_whatever_order_and_however_often_it_is_heard(
    told: list[Heard], rng: Random
) -> None:
    assert listen(list(replayed(told, rng))) == listen(told)


@often
@given(reports())
def test_hearing_everything_once_more_changes_nothing(told: list[Heard]) -> None:
    once = listen(told)

    assert listen(told, once) == once


@often
@given(reports())
def test_what_counts_is_what_somebody_watching_the_thread_would_say(told: list[Heard]) -> None:
    known = listen(told).heard

    assert names(counted(known, PAUSE)) == expected(known)


@often
@given(reports())
def test_every_part_shown_to_reviewers_counts_and_was_not_deleted(told: list[Heard]) -> None:
    known = listen(told)
    parts = known.parts(PAUSE)

    assert set(parts) <= set(counted(known.heard, PAUSE))
    assert all(part.deleted_at is None for part in parts)
    gaps = zip(known.heard, known.heard[1:], strict=False)
    assert all(a.said_at <= b.said_at for a, b in gaps)


@often
@given(reports(), reports())
def test_what_is_heard_of_one_message_never_changes_another(
    told: list[Heard], more: list[Heard]
) -> None:
    others = [replace(report, message=MessageId(f"x{report.message}")) for report in more]
    mixed = listen([*others, *told])

    assert tuple(h for h in mixed.heard if not h.message.startswith("x")) == listen(told).heard


@often
@given(reports(), st.timedeltas(timedelta(0), timedelta(hours=2)))
def test_every_newest_text_is_the_one_kept(told: list[Heard], pause: timedelta) -> None:
    known = listen(told)

    for kept in known.heard:
        versions = [report for report in told if report.message == kept.message]
        newest = max(report.revised_at for report in versions)
        assert kept.revised_at == newest
        assert kept.text in {v.text for v in versions if v.revised_at == newest}
    assert known.text(pause).count("(") == sum(1 for part in known.parts(pause) if part.files)
