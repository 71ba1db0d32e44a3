"""When a run may work, on clocks of its own time zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.base.errors import UsageError
from lading.orchestration.limits import window
from lading.orchestration.limits.window import Opening, parse, standing

HERE = "Europe/Amsterdam"


def at(text: str, *, zone: str = HERE, fold: int = 0) -> float:
    """Return a moment given on the clock of a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()


#: window, moment, open, until. 2026-06-01 is a Monday.
TABLE = [
    ("22:00-06:00", "2026-06-01 21:59:59", False, "2026-06-01 22:00"),
    ("22:00-06:00", "2026-06-01 22:00", True, "2026-06-02 06:00"),
    ("22:00-06:00", "2026-06-02 05:59:59", True, "2026-06-02 06:00"),
    ("22:00-06:00", "2026-06-02 06:00", False, "2026-06-02 22:00"),
    ("09:00-17:00", "2026-06-01 12:00", True, "2026-06-01 17:00"),
    ("mon-fri 22:00-06:00", "2026-06-05 23:00", True, "2026-06-06 06:00"),  # Friday night belongs to Friday
    ("mon-fri 22:00-06:00", "2026-06-06 23:00", False, "2026-06-08 22:00"),
    ("fri-mon 22:00-06:00", "2026-06-02 05:00", True, "2026-06-02 06:00"),
    ("mon,wed 9:00-10:00", "2026-06-02 09:30", False, "2026-06-03 09:00"),
    ("mon-fri 22:00-06:00; sat,sun 00:00-24:00", "2026-06-06 03:00", True, "2026-06-08 00:00"),
    ("sun 00:00-24:00", "2026-06-01 00:00", False, "2026-06-07 00:00"),
]


@pytest.mark.parametrize(("text", "moment", "is_open", "until"), TABLE)
def test_the_table_of_windows(text: str, moment: str, is_open: bool, until: str) -> None:
    """A window that ends before it begins ends on the next day; its days are those on which it begins."""
    assert Opening(is_open=is_open, until=at(until)) == standing(parse(text, HERE), at(moment))


def test_clocks_that_are_set_forward_make_a_night_shorter() -> None:
    """On 29 March 2026 there is no 02:30: the window lasts from 22:00 to 06:00 as clocks show it, seven hours."""
    opening = standing(parse("22:00-06:00", HERE), at("2026-03-28 22:00"))

    assert (True, 7 * 3600) == (opening.is_open, opening.until - at("2026-03-28 22:00"))


def test_clocks_that_are_set_back_make_a_night_longer() -> None:
    """On 25 October 2026 02:30 comes twice: the window closes at the second one, and opens at the first."""
    night = standing(parse("22:00-06:00", HERE), at("2026-10-24 22:00"))
    assert 9 * 3600 == night.until - at("2026-10-24 22:00")

    closes = standing(parse("00:00-02:30", HERE), at("2026-10-25 00:00"))
    assert at("2026-10-25 02:30", fold=1) == closes.until
    opens = standing(parse("02:30-06:00", HERE), at("2026-10-25 00:00"))
    assert Opening(is_open=False, until=at("2026-10-25 02:30", fold=0)) == opens


def test_a_time_that_does_not_occur_is_as_late_as_it_would_have_been() -> None:
    """02:30 on the day on which 02:00 is followed by 03:00: half an hour after that jump."""
    opening = standing(parse("02:30-06:00", HERE), at("2026-03-29 00:00"))

    assert at("2026-03-29 03:30") == opening.until


def test_the_time_zone_of_the_window_counts_wherever_the_worker_is() -> None:
    """Ten in the evening in Tokyo is one in the afternoon in UTC."""
    assert standing(parse("22:00-06:00 Asia/Tokyo"), at("2026-06-01 13:00", zone="UTC")).is_open
    assert not standing(parse("22:00-06:00 Asia/Tokyo"), at("2026-06-01 22:00", zone="UTC")).is_open


def test_a_window_is_stored_with_its_time_zone() -> None:
    """That of this machine where none is named; a second reading changes nothing."""
    assert "mon-fri 22:00-06:00 Europe/Berlin" == window.settled(" mon-fri  22:00-06:00 ", local="Europe/Berlin")
    settled = window.settled("22:00-06:00; sat 00:00-24:00 Europe/Berlin", local=HERE)
    assert ("22:00-06:00; sat 00:00-24:00 Europe/Berlin", settled) == (settled, window.settled(settled, local=HERE))
    assert window.settled("22:00-06:00").startswith("22:00-06:00 ")


@pytest.mark.parametrize(
    "text",
    [
        *("", "always", "22:00", "22:00-22:00", "00:00-00:00", "25:00-26:00", "22:60-23:00", "day 22:00-23:00"),
        *("mon-xyz 22:00-23:00", "22:00-06:00 Europe/Nowhere", "22:00-06:00;", "22:00-06:00 ../../etc/passwd"),
    ],
)
def test_what_is_no_window_is_refused(text: str) -> None:
    """With a sentence that says why."""
    with pytest.raises(UsageError):
        parse(text, HERE)


@given(
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001 - on the clock of a zone below
    opens=st.integers(0, 1439),
    length=st.integers(1, 1439),
    zone=st.sampled_from([HERE, "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"]),
)
def test_what_is_told_of_the_next_change_is_true(moment: datetime, opens: int, length: int, zone: str) -> None:
    """At any time of any year: until then it stays as it is, and right then it is the other way round."""
    closes = (opens + length) % 1440
    one = parse(f"{opens // 60}:{opens % 60:02d}-{closes // 60}:{closes % 60:02d}", zone)
    seconds = moment.replace(tzinfo=ZoneInfo(zone)).timestamp()
    now = standing(one, seconds)

    assert seconds < now.until <= seconds + timedelta(days=9).total_seconds()
    assert now == standing(one, (seconds + now.until) / 2)
    assert now.is_open != standing(one, now.until).is_open
