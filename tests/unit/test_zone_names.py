from __future__ import annotations

from datetime import date, time
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import cadence


@pytest.mark.parametrize("name", ["Europe/Berlin", "UTC", "Asia/Kathmandu", "Singapore"])
def test_a_zone_by_its_proper_name_is_valid(name: str) -> None:
    assert cadence.valid_zone(name)


@pytest.mark.parametrize(
    "name",
    ["", "berlin", "europe/berlin", "EST", "PST", "../etc/passwd", "/etc/localtime", "x" * 9999],
)
def test_anything_else_is_not_a_valid_zone(name: str) -> None:
    assert not cadence.valid_zone(name)


def test_every_valid_zone_can_be_reckoned_with() -> None:
    for name in sorted(available_timezones()):
        if cadence.valid_zone(name):
            cadence.instant(name, date(2026, 12, 7), time(9))


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("america/los angeles", "America/Los_Angeles"),
        ("utc", "UTC"),
        ("AMERICA/NEW_YORK", "America/New_York"),
        ("berlin", None),
        ("est", None),
    ],
)
def test_the_proper_name_is_found_whatever_the_case(name: str, zone: str | None) -> None:
    assert cadence.zone_named(name) == zone


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("PST", "America/Los_Angeles"),
        ("EST", "America/New_York"),
        ("san francisco", "America/Los_Angeles"),
        ("Kathmandu", "Asia/Kathmandu"),
        ("lord howe", "Australia/Lord_Howe"),
    ],
)
def test_the_likeliest_zone_is_suggested_first(name: str, zone: str) -> None:
    assert cadence.zones_like(name)[0] == zone


@given(name=st.text(max_size=80), n=st.integers(1, 5))
def test_whatever_is_asked_for_suggestions_are_few_and_valid(name: str, n: int) -> None:
    near = cadence.zones_like(name, n)

    assert len(near) <= n
    assert all(cadence.valid_zone(zone) for zone in near)
