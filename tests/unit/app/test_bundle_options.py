"""Options of bundles, and the line that offers them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from lading.ingest.app.bundle_offer import SmallFiles
from lading.ingest.app.bundle_options import bundles_of, whole_bundles
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.planning import PlanLine
from lading.ingest.engine.rules import BundleRules

MIB = 1024 * 1024


def definition(**options: object) -> Definition:
    return Definition.model_validate({"source": "/s", "destination": "/z/home/u/d", **options})


def test_bundles_are_off_unless_asked_for() -> None:
    """And bounded if they are."""
    assert 0 == bundles_of(definition(), 32 * MIB).files
    assert BundleRules(files=100, bytes=16 * MIB, largest=MIB, reread=1) == bundles_of(definition(bundle=100), 32 * MIB)


def test_sizes_have_units_and_survive_the_ledger() -> None:
    """As other options do."""
    made = definition(bundle=50, bundle_bytes="4M", bundle_largest="64K", bundle_reread=3)

    assert made == from_options(made.options())
    assert BundleRules(files=50, bytes=4 * MIB, largest=64 * 1024, reread=3) == bundles_of(made, 32 * MIB)


def test_a_bundle_is_never_larger_than_one_request() -> None:
    """Whatever the job says."""
    assert MIB == bundles_of(definition(bundle=50, bundle_bytes="1G"), MIB).bytes


@pytest.mark.parametrize("options", [{"bundle": 9}, {"bundle": 1001}, {"bundle": -1}, {"bundle_bytes": "1K"}])
def test_bundles_that_cannot_pay_are_refused(options: dict[str, object]) -> None:
    """Before anything starts."""
    with pytest.raises(ValidationError):
        definition(**options)


@pytest.mark.parametrize(("bundle", "expected"), [(0, 250), (100, 300), (250, 250), (1000, 1000)])
def test_batches_hold_whole_bundles(bundle: int, expected: int) -> None:
    """No batch ends with a small one but the last."""
    assert expected == whole_bundles(250, definition(bundle=bundle))


def lines(files: int, folders: int, size: int = 100, verb: str = "create") -> SmallFiles:
    small = SmallFiles()
    for folder in range(folders):
        for number in range(files // folders):
            small.note(PlanLine(path=f"f{folder}/{number}", verb=verb, size=size))
    return small


def test_many_small_new_files_are_offered_bundles() -> None:
    """With how many there are, where, and what is saved."""
    assert (
        "8,200 new files of up to 64 KiB in 40 folders: --bundle 100 would send them in about 8 % of the requests"
        == lines(8200, 40).offer()
    )


@pytest.mark.parametrize(
    "small", [lines(499, 1), lines(8200, 40, size=64 * 1024 + 1), lines(8200, 40, verb="update"), SmallFiles()]
)
def test_what_would_gain_nothing_is_offered_nothing(small: SmallFiles) -> None:
    """Few files, large ones, or such as are there."""
    assert "" == small.offer()
