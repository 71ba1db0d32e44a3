"""Where lines and bars go."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lading.web.console import charts
from lading.web.console.charts import Scale, Span

PLAIN = Scale(told=lambda value: f"{value:g}", top=charts.nice)


def clock(at: float) -> str:
    """Say a time as its number."""
    return f"{at:g}"


@settings(max_examples=60)
@given(start=st.floats(0, 2e9), seconds=st.floats(0, 1e8))
def test_a_span_covers_its_time_in_few_columns_of_a_usual_width(start: float, seconds: float) -> None:
    """However long it is; two columns at least, so that there is a line."""
    found = charts.span(start, start + seconds)

    assert 2 <= found.number <= charts.MOST + 1
    assert found.end >= start + seconds - 1e-6


@settings(max_examples=60)
@given(value=st.floats(1e-6, 1e15))
def test_the_axis_ends_at_a_round_number_that_is_not_far_above(value: float) -> None:
    """At most two and a half times."""
    assert value * 0.999_99 <= charts.nice(value) <= value * 2.500_01


def test_axes_of_bytes_are_round_in_units_of_1024() -> None:
    """Nobody wants to read 47.684 MiB."""
    assert [charts.nice_bytes(value) for value in (0, 900, 1_500, 40 * 1024**2)] == [1, 1000, 2048, 50 * 1024**2]


@settings(max_examples=60)
@given(value=st.floats(0, 1e9), start=st.floats(-50, 150), seconds=st.floats(0, 200))
def test_what_is_dealt_to_columns_is_all_there_is(value: float, start: float, seconds: float) -> None:
    """Nothing is lost at the edges, nothing is told twice."""
    span = Span(start=0, width=10, number=10)
    parts = charts.spread(value, start, start + seconds, span)

    assert abs(sum(parts.values()) - value) <= 1e-6 * max(value, 1)
    assert all(0 <= column < span.number for column in parts)


def test_work_over_three_columns_is_dealt_by_time() -> None:
    """Five seconds in the first, ten in the second, five in the third."""
    parts = charts.spread(20, 5, 25, Span(start=0, width=10, number=10))

    assert parts == {0: 5, 1: 10, 2: 5}


def test_a_line_goes_from_edge_to_edge_and_says_what_it_shows() -> None:
    """A reader who sees nothing gets the sentence, one who points gets each column."""
    found = charts.line("Files a second", Span(start=100, width=10, number=2), {1: 4.0}, PLAIN, clock)

    assert found.line == "M0,100L250,100L750,20L1000,20"
    assert found.area == found.line + "L1000,100L0,100Z"
    assert (found.top, list(found.times)) == ("5", ["100", "110", "120"])
    assert [column.told for column in found.columns] == ["100: 0", "110: 4"]
    assert found.told == "Files a second from 100 to 120: at most 4, on average 2"
    assert not found.is_empty


def test_nothing_is_a_flat_chart() -> None:
    """And is known to be one."""
    assert charts.line("Files", Span(start=0, width=1, number=2), {}, PLAIN, clock).is_empty


def test_phases_stand_in_the_order_in_which_they_began() -> None:
    """Stretches that touch are one bar, a pause is a gap; none is too narrow to be seen or beyond the edge."""
    span = Span(start=0, width=10, number=10)
    found = charts.timeline(
        span,
        [
            ("transfer", 10, 30, 2),
            ("scan", 0, 5, 1),
            ("transfer", 28, 40, 1),
            ("transfer", 80, 100, 3),
            ("manifest", 100, 100, 1),
        ],
    )

    assert [(row.name, row.batches, row.seconds) for row in found] == [
        ("scan", 1, 5),
        ("transfer", 6, 50),
        ("manifest", 1, 0),
    ]
    assert [(bar.x, bar.width) for bar in found[1].bars] == [(100, 300), (800, 200)]
    assert [(bar.x, bar.width) for bar in found[2].bars] == [(996, 4)]
