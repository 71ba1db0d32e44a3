"""What a piece of deletion has to do, as values and as bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lading.base.outcomes import Outcome
from lading.ingest.engine.removal_work import (
    Doomed,
    DoomedFolder,
    DoomedTree,
    RemovalResult,
    RemovalWork,
    decode,
    encode,
    halves,
)

_NAMES = st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=5)
_OBJECTS = st.builds(Doomed, _NAMES, _NAMES, st.integers(-1, 10), st.sampled_from(["", "sha2:x"]), st.booleans())
_FOLDERS = st.builds(DoomedFolder, folder=_NAMES, collection=_NAMES, objects=st.lists(_OBJECTS, max_size=4).map(tuple))
_TREES = st.builds(
    DoomedTree,
    folder=_NAMES,
    collection=_NAMES,
    folders=st.lists(_FOLDERS, max_size=3).map(tuple),
)
_WORKS = st.builds(
    RemovalWork, folders=st.lists(_FOLDERS, max_size=4).map(tuple), trees=st.lists(_TREES, max_size=2).map(tuple)
)


@given(_WORKS)
def test_work_survives_as_bytes_and_in_halves(work: RemovalWork) -> None:
    """Nothing is lost, nothing is doubled."""
    assert work == decode(encode(work))
    parts = halves(work)
    assert work.objects == sum(part.objects for part in parts)
    assert sorted(_all(work)) == sorted(item for part in parts for item in _all(part))


def _all(work: RemovalWork) -> list[str]:
    return [repr((one.collection, item)) for one in work.folders for item in one.objects] + [
        repr(one) for one in work.trees
    ]


def test_a_result_says_whether_the_job_still_manages_the_object() -> None:
    """Only what is gone is forgotten."""

    def result(outcome: Outcome, code: str) -> RemovalResult:
        return RemovalResult(folder="", name="a", logical_path="/a", outcome=outcome, code=code)

    assert [True, True, False, False] == [
        result(Outcome.DELETED, "").is_forgotten,
        result(Outcome.SKIPPED, "ALREADY_GONE").is_forgotten,
        result(Outcome.SKIPPED, "CAME_BACK").is_forgotten,
        result(Outcome.FAILED, "REFUSED").is_forgotten,
    ]
