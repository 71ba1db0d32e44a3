"""When something is due, also on days on which a clock is set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lading.base.errors import UsageError
from lading.orchestration.schedules.timetable import Cron, Every, Timetable, told, upcoming

AMSTERDAM = "Europe/Amsterdam"


def moment(text: str, zone: str = AMSTERDAM) -> float:
    """Return a moment that a clock shows, the first one where it shows it twice."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


def times(expression: str, after: str, count: int, zone: str = AMSTERDAM) -> list[str]:
    """Return what the clock shows the next times, with its distance from UTC."""
    cron, at = Cron(expression=expression, zone=zone), moment(after, zone)
    return [
        datetime.fromtimestamp(found, ZoneInfo(zone)).strftime("%d %H:%M %z") for found in upcoming(cron, at, at, count)
    ]


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        # 02:00-03:00 does not occur on 29 March
        ("30 2 * * *", "2026-03-28T12:00", ["29 03:30 +0200", "30 02:30 +0200"]),
        ("30 * * * *", "2026-03-29T01:00", ["29 01:30 +0100", "29 03:30 +0200", "29 04:30 +0200"]),
        ("0 2,3 * * *", "2026-03-28T12:00", ["29 03:00 +0200", "30 02:00 +0200", "30 03:00 +0200"]),
        ("0 4 * * *", "2026-03-28T12:00", ["29 04:00 +0200", "30 04:00 +0200"]),
        # 02:00-03:00 occurs twice on 25 October
        ("30 2 * * *", "2026-10-24T12:00", ["25 02:30 +0200", "26 02:30 +0100"]),
        ("30 * * * *", "2026-10-25T01:45", ["25 02:30 +0200", "25 02:30 +0100", "25 03:30 +0100"]),
        ("0 */2 * * *", "2026-10-25T00:30", ["25 02:00 +0200", "25 04:00 +0100"]),
        ("0 4 * * *", "2026-10-24T12:00", ["25 04:00 +0100", "26 04:00 +0100"]),
        # plain days
        ("0 2 * * mon-fri", "2026-06-05T12:00", ["08 02:00 +0200", "09 02:00 +0200"]),
        ("@daily", "2026-06-05T12:00", ["06 00:00 +0200"]),
        ("0 0 29 2 *", "2026-06-05T12:00", ["29 00:00 +0100"]),
    ],
)
def test_clocks_that_are_set_make_no_run_twice_and_lose_none(expression: str, after: str, expected: list[str]) -> None:
    """The table of the module."""
    assert expected == times(expression, after, len(expected))


def test_odd_zones() -> None:
    """A clock that is set by half an hour, and one that left out a whole day."""
    assert ["05 01:45 +1100", "05 01:30 +1030", "05 01:45 +1030", "05 02:00 +1030"] == times(
        "*/15 * * * *", "2026-04-05T01:30", 4, "Australia/Lord_Howe"
    )
    assert ["29 12:00 -1000", "31 12:00 +1400"] == times("0 12 * * *", "2011-12-29T00:00", 2, "Pacific/Apia")


@pytest.mark.parametrize(
    "expression",
    ["", "0 2 * *", "0 25 * * *", "0 0 30 2 *", "R * * * *", "H * * * *", "@reboot", "* * * * * *", "0 2 * * noday"],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    """Also what would be made up by chance, and what never comes."""
    with pytest.raises(UsageError, match="no cron expression"):
        Cron(expression=expression, zone="UTC")


def test_zones_and_intervals_are_checked() -> None:
    """With the sentence of whoever knows."""
    with pytest.raises(UsageError, match="no time zone"):
        Cron(expression="0 2 * * *", zone="Mars/Olympus")
    with pytest.raises(UsageError, match="too short"):
        Every(seconds=0)


def test_a_timetable_can_be_read() -> None:
    """As lists show it."""
    assert ["every 90 s", "0 2 * * * UTC"] == [told(Every(seconds=90)), told(Cron(expression="0 2 * * *", zone="UTC"))]


def test_intervals_stay_where_they_are() -> None:
    """Whenever somebody looks, the times are whole intervals from the first one."""
    every = Every(seconds=10)

    assert [130.0, 140.0] == list(upcoming(every, 100.0, 125.0, 2))
    assert [110.0] == list(upcoming(every, 100.0, 90.0, 1))
    assert 120.0 == every.newest(100.0, 129.9)


TIMETABLES = st.one_of(
    st.builds(Every, seconds=st.integers(1, 100_000).map(float)),
    st.builds(
        Cron,
        expression=st.sampled_from(
            ["30 2 * * *", "*/15 * * * *", "0 */3 * * *", "15 1-3 * * sun", "59 23 l * *", "0 0 1,15 * mon", "@hourly"]
        ),
        zone=st.sampled_from([AMSTERDAM, "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    ),
)
#: around the changes of two years
MOMENTS = st.integers(int(moment("2025-01-01T00:00")), int(moment("2027-01-01T00:00"))).map(float) | st.builds(
    lambda day, shift: moment(day) + shift,
    st.sampled_from(["2026-03-29T01:00", "2026-10-25T01:00", "2026-04-05T00:00", "2026-11-01T00:00"]),
    st.integers(-7200, 14_400),
)


@settings(max_examples=60)
@given(timetable=TIMETABLES, start=MOMENTS)
def test_times_follow_each_other_and_are_found_from_either_side(timetable: Timetable, start: float) -> None:
    """The next one is later, is the newest one at its own moment, and none lies between."""
    first = timetable.following(start)
    second = timetable.following(first)

    assert start < first < second
    assert first == timetable.newest(start, first) == timetable.newest(start, second - 0.5)
    assert start == timetable.newest(start, first - 0.5)
    assert second == timetable.newest(start, second)


@settings(max_examples=40)
@given(zone=st.sampled_from([AMSTERDAM, "America/New_York", "Australia/Lord_Howe"]), day=st.integers(0, 729))
def test_a_daily_run_is_due_once_every_day(zone: str, day: int) -> None:
    """Whatever is done to the clock, and at whatever hour."""
    cron = Cron(expression="30 2 * * *", zone=zone)
    noon = datetime(2025, 1, 1, 12, tzinfo=ZoneInfo(zone)) + timedelta(days=day)
    found = list(upcoming(cron, noon.timestamp(), noon.timestamp(), 3))
    days = [datetime.fromtimestamp(at, UTC).astimezone(ZoneInfo(zone)).date() for at in found]

    assert [(noon + timedelta(days=number)).date() for number in (1, 2, 3)] == days
