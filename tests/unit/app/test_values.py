"""What is kept as bytes or JSON comes back as it was, whatever the names are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lading.ingest.app import assembly, payloads, unchanged
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.unchanged import UnchangedRange
from lading.ingest.engine.parts import Range

#: names as a POSIX filesystem has them, bytes that are no UTF-8 included
NAMES = st.binary(min_size=1, max_size=12).map(lambda raw: raw.replace(b"\0", b"0").decode("utf-8", "surrogateescape"))


@given(st.lists(st.builds(Range, folder=NAMES, after=NAMES, absent=st.booleans(), fresh=st.booleans())))
def test_ranges_survive_the_row(ranges: list[Range]) -> None:
    """A scan goes on exactly where another one ended."""
    assert tuple(ranges) == payloads.unpack(payloads.pack_ranges(ranges, 7)).ranges
    assert 7 == payloads.unpack(payloads.pack_ranges(ranges, 7)).entries


@given(st.lists(NAMES))
def test_single_paths_survive_the_row(paths: list[str]) -> None:
    """A retry looks at the very files that failed."""
    assert tuple(paths) == payloads.unpack(payloads.pack_paths(paths)).paths


@given(
    st.lists(
        st.builds(
            UnchangedRange,
            folder=NAMES,
            count=st.integers(0, 9999),
            lo=st.binary(max_size=9),
            fingerprint=st.binary(max_size=16),
            names=st.lists(NAMES, max_size=3).map(tuple),
        )
    )
)
def test_unchanged_ranges_survive_the_row(ranges: list[UnchangedRange]) -> None:
    """The manifest can be spelled out later."""
    assert ranges == unchanged.decode(unchanged.encode(ranges))


@given(NAMES, st.lists(st.sampled_from(["*.tmp", "a/**", "[b]"])))
def test_a_definition_survives_the_ledger(source: str, exclude: list[str]) -> None:
    """Every field, and a source whose name is no Unicode."""
    made = Definition(source="/" + source, destination="/zone/home/x", exclude=tuple(exclude))

    assert made == from_options(made.options())
    assert "\udc80" not in str(made.options())
    made.options()["source"].encode()


def test_rules_of_a_definition_that_was_in_the_ledger_are_those_it_had_before() -> None:
    """Otherwise a plan, or a start, would not know the snapshot that workers wrote."""
    made = Definition(source="/source", destination="/zone/home/x")

    assert assembly.rules_of(made).digest == assembly.rules_of(from_options(made.options())).digest
