"""Dates as CVs write them: what is not written is not filled in."""

from __future__ import annotations

import pytest

from lading.cv.engine.structure.dates import find_period, parse_date

_PERIODS = {
    "Jan 2020 \u2013 Present": ("2020-01", "", True),
    "January 2020 to March 2021": ("2020-01", "2021-03", False),
    "01/2020 - 03/2021": ("2020-01", "2021-03", False),
    "05.2017 \u2013 heute": ("2017-05", "", True),
    "01.05.2017 bis 30.06.2018": ("2017-05-01", "2018-06-30", False),
    "2019-04 \u2013 2021-09": ("2019-04", "2021-09", False),
    "2019-04-01 to 2019-05-02": ("2019-04-01", "2019-05-02", False),
    "2019-2021": ("2019", "2021", False),
    "2019/20": ("2019", "2020", False),
    "2009/10 - 2012/03": ("2009-10", "2012-03", False),
    "2019-04": ("2019-04", "", False),
    "Mär. 2014 - Dez. 2020": ("2014-03", "2020-12", False),
    "Sep '19 \u2013 Mar '20": ("2019-09", "2020-03", False),
    "since May 2014": ("2014-05", "", True),
    "seit 03/2019": ("2019-03", "", True),
    "2018\u2013 Professor": ("2018", "", True),
    "2018 \u2013": ("2018", "", True),
    "Summer 2019": ("2019", "", False),
    "Sept. 2010 - now": ("2010-09", "", True),
}


@pytest.mark.parametrize("written", _PERIODS)
def test_a_period_is_read_as_exactly_as_it_is_written(written: str) -> None:
    """A year stays a year, a month a month; an open end is not an end."""
    found = find_period(f"Joiner, {written}")

    assert found is not None
    assert _PERIODS[written] == (str(found.start or ""), str(found.end or ""), found.ongoing)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "40 doors",
        "13/2020",
        "version 3.2019.1",
        "35.05.2017",
        "Room 2020a",
        "www.example.com/2019/x",
    ],
)
def test_what_is_no_date_gives_no_date(text: str) -> None:
    """Numbers of another kind are left alone; month 13 is not January."""
    assert find_period(text) is None


def test_the_place_of_a_period_is_known() -> None:
    """What remains of the line is the head of the entry."""
    found = find_period("Joiner (since 2014), Hull")

    assert found is not None
    assert "since 2014" == "Joiner (since 2014), Hull"[found.begins : found.ends]


def test_dates_sort_with_what_they_leave_open_first() -> None:
    """A year comes before its months, so that sorting needs no guess."""
    dates = [parse_date(text) for text in ("2019-02", "2019", "2018-12-31")]

    assert ["2018-12-31", "2019", "2019-02"] == [str(date) for date in sorted(date for date in dates if date)]
