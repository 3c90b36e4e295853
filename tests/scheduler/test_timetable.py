"""The timetable is data, and wrong data is refused."""

from __future__ import annotations

from datetime import UTC, time, timedelta

import pytest

from scheduler.timetable import Job, timetable


async def nothing() -> None:
    """Do nothing."""


def test_settling_comes_first_at_the_start_and_then_decisions_and_then_delivery() -> None:
    jobs = timetable(
        settle=nothing,
        nightly=nothing,
        closed=nothing,
        sweep=nothing,
        delivery=nothing,
        tidy=nothing,
    )

    assert [job.name for job in jobs if job.first] == ["settle", "sweep", "delivery"]
    assert {job.name: job.every for job in jobs if job.every} == {
        "closed": timedelta(minutes=1),
        "sweep": timedelta(seconds=5),
        "delivery": timedelta(seconds=1),
    }
    assert {job.name: job.at for job in jobs if job.at} == {
        "nightly": time(3, 30),
        "tidy": time(4, 15),
    }


def test_a_process_has_only_the_jobs_it_does() -> None:
    jobs = timetable(sweep=nothing, tidy=nothing)

    assert [job.name for job in jobs] == ["sweep", "tidy"]


@pytest.mark.parametrize(
    ("every", "at"),
    [
        (None, None),
        (timedelta(seconds=1), time(3)),
        (timedelta(0), None),
        (timedelta(seconds=-1), None),
        (None, time(3, tzinfo=UTC)),
    ],
)
def test_a_job_without_one_clear_rhythm_is_refused(
    every: timedelta | None, at: time | None
) -> None:
    with pytest.raises(ValueError, match="job odd"):
        Job("odd", nothing, every=every, at=at)


def test_midnight_is_a_time_of_day() -> None:
    assert Job("night", nothing, at=time(0)).at == time(0)


def test_a_job_may_run_at_the_start_alone() -> None:
    assert Job("start", nothing, first=True).at is None
