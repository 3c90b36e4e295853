"""Slack's timestamps and moments say the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.moments import moment, stamp


def test_a_timestamp_is_a_moment_in_utc():
    assert moment("1700000000.123456") == datetime(2023, 11, 14, 22, 13, 20, 123456, tzinfo=UTC)


@given(st.integers(0, 9_999_999_999), st.integers(0, 999_999))
def test_no_microsecond_is_lost_either_way(seconds: int, microseconds: int):
    ts = f"{seconds}.{microseconds:06}"

    assert stamp(moment(ts)) == ts


def test_a_short_fraction_means_what_its_place_says():
    assert moment("1700000000.5") == moment("1700000000") + timedelta(milliseconds=500)


def test_a_moment_in_another_zone_has_the_same_timestamp():
    at = moment("1700000000.000001").astimezone(timezone(timedelta(hours=5, minutes=30)))

    assert stamp(at) == "1700000000.000001"


@pytest.mark.parametrize(
    "ts",
    [
        *("", ".", "x", ".5", "-1.000000", "1e9", "1.5.5", " 1700000000.000000", "1_0.000000"),
        *("99999999999.000000", "1700000000.0000001", "١٧٠٠٠٠٠٠٠٠.000000", "9" * 5000, "²"),
    ],
)
def test_what_is_no_timestamp_is_refused(ts: str):
    with pytest.raises(ValueError, match="timestamp"):
        moment(ts)
