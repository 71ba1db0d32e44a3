"""Bundles of small files in a zone: what arrives, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import LadingError
from lading.ingest.app import kinds
from lading.ingest.engine.refusals import BUNDLES_REFUSED
from lading.ingest.engine.values import Operation
from lading.orchestration.ledger import claims
from lading.orchestration.models import Batch, BatchState, Run, RunState
from lading.orchestration.progress import Meter
from lading.zone.control import ZoneControl
from lading.zone.faults import Fault, FaultKind
from tests import oracle
from tests.carrying import (
    HANDLERS,
    begun,
    carry,
    collection_for,
    counts,
    definition_for,
    outcomes,
    step,
    sync,
)

PUT, UNPACK, UNLINK, CHECKSUM, REGISTER, QUERY = 606, 665, 615, 629, 688, 702
STAGING = "/tempZone/home/rods/.lading-bundles"
FILES = 36
_NO_PRIVILEGE, _NO_SUCH_API, _NO_ACCESS, _BAD_HIERARCHY, _NO_TAR = -13000, -12000, -818000, -1803000, -67000


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a tree of small files in three folders, one of which is deeper, with odd names among them."""
    root = tmp_path / "source"
    for number in range(FILES):
        folder = root / ("plain", "deep/er", "odd ü")[number % 3]
        folder.mkdir(parents=True, exist_ok=True)
        name = (f"file {number}", f"it's {number}", f"-{number}*%&<")[number % 3 if number > 20 else 0]
        (folder / name).write_bytes(b"%d" % number * number)
    return root


@pytest.fixture
def zone(shared_ledger: Settings) -> Iterator[ZoneControl]:
    """Return the control of the zone; neither faults nor refusals outlive a test."""
    BUNDLES_REFUSED.forget()
    control = ZoneControl(shared_ledger.zone_home)
    control.reset_counters()
    yield control
    control.clear()
    BUNDLES_REFUSED.forget()


def left_tars(settings: Settings) -> list[str]:
    return sorted(oracle.zone_tree(settings.home, STAGING))


def assert_all_is_there(source: Path, settings: Settings, run: Run) -> None:
    assert [] == oracle.differences(source, settings.home, collection_for(source))
    assert {"created": FILES} == counts(run), outcomes(run)
    assert [] == left_tars(settings)


def test_small_files_come_in_one_bundle(source: Path, shared_ledger: Settings, zone: ZoneControl) -> None:
    """One request unpacks them all; a second run has nothing to do, and neither has one without the snapshot."""
    run = sync(definition_for(source, bundle=50))

    assert_all_is_there(source, shared_ledger, run)
    assert (1, 1) == (zone.counters()[PUT], zone.counters()[UNPACK])
    assert {"unchanged": FILES} == counts(sync(definition_for(source, bundle=50)))
    again = sync(definition_for(source, bundle=50, exclude=("nothing",)))
    assert {"unchanged": FILES} == counts(again)
    assert 1 == zone.counters()[PUT]


def test_without_the_option_each_file_is_one_request(source: Path, shared_ledger: Settings, zone: ZoneControl) -> None:
    """The default."""
    run = sync(definition_for(source))

    assert_all_is_there(source, shared_ledger, run)
    assert FILES == zone.counters()[PUT]
    assert UNPACK not in zone.counters()


@pytest.mark.parametrize("kind", [FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.STALL, FaultKind.ERROR])
@pytest.mark.parametrize("api", [PUT, UNPACK, CHECKSUM, REGISTER, UNLINK])
def test_a_step_that_fails_once_costs_no_file(
    api: int, kind: FaultKind, source: Path, shared_ledger: Settings, zone: ZoneControl
) -> None:
    """Whether it was carried out or not: all files are there, told as created, and the tar is gone in the end."""
    zone.inject(Fault(kind=kind, api=api, seconds=0.5, code=_BAD_HIERARCHY))

    run = sync(definition_for(source, bundle=50))

    assert_all_is_there(source, shared_ledger, run)
    zone.clear()
    assert {"unchanged": FILES} == counts(sync(definition_for(source, bundle=50)))


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_question_that_fails_once_costs_no_file(
    nth: int, source: Path, shared_ledger: Settings, zone: ZoneControl
) -> None:
    """The looks before and after, and those of the scan."""
    zone.inject(Fault(kind=FaultKind.DROP_BEFORE, api=QUERY, nth=nth))
    run = begun(definition_for(source, bundle=50))
    _until_it_ends(run)

    assert_all_is_there(source, shared_ledger, run)


def _until_it_ends(run: Run) -> None:
    """Carry the run out; a batch that could not be done is given back, as a worker does."""
    while (batch := Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk").first()) is not None:
        held = claims.claim(batch.pk, "test")
        assert held is not None
        try:
            claims.finish(held, HANDLERS[batch.kind](held, Meter(run.pk, held.batch_id)))
        except LadingError:
            Batch.objects.filter(pk=batch.pk).update(state=BatchState.QUEUED)
    run.refresh_from_db()


@pytest.mark.parametrize("code", [_NO_PRIVILEGE, _NO_SUCH_API, _NO_ACCESS, _BAD_HIERARCHY, _NO_TAR])
@pytest.mark.parametrize("api", [UNPACK, REGISTER])
def test_what_the_zone_refuses_is_done_file_by_file_and_not_asked_again(
    api: int, code: int, source: Path, shared_ledger: Settings, zone: ZoneControl
) -> None:
    """The first run learns it; the next one, of another job, does not try."""
    zone.inject(Fault(kind=FaultKind.ERROR, api=api, code=code, times=None))

    run = sync(definition_for(source, bundle=50))

    assert_all_is_there(source, shared_ledger, run)
    asked = zone.counters()[UNPACK]
    for number in range(40):
        (source / f"new {number}").write_bytes(b"new")
    assert {"created": 40, "unchanged": FILES} == counts(sync(definition_for(source, bundle=50)))
    assert asked == zone.counters()[UNPACK]


def test_a_server_that_refuses_to_read_again_still_gets_the_checksums(
    source: Path, shared_ledger: Settings, zone: ZoneControl
) -> None:
    """Reading again is a precaution."""
    zone.inject(Fault(kind=FaultKind.ERROR, api=CHECKSUM, code=_NO_PRIVILEGE, times=None))

    assert_all_is_there(source, shared_ledger, sync(definition_for(source, bundle=50)))


@pytest.mark.parametrize("operation", [Operation.PUT, Operation.PUT_SYNC])
def test_an_object_of_somebody_else_is_never_lost_under_put(
    operation: Operation, source: Path, shared_ledger: Settings, zone: ZoneControl
) -> None:
    """Made after the scan: PUT leaves it as it is, PUT_SYNC replaces it, as without bundles."""
    run = begun(definition_for(source, bundle=50, operation=operation))
    step(run, kinds.SCAN)
    collection = f"{collection_for(source)}/plain"
    with oracle.session(shared_ledger.home) as irods:
        irods.collections.create(collection)
        with irods.data_objects.open(f"{collection}/file 0", "w") as opened:
            opened.write(b"somebody's")
    run = carry(run)

    there = oracle.zone_tree(shared_ledger.home, collection_for(source))
    sent = {path: seen.vault_checksum for path, seen in there.items()}
    replaced = operation is Operation.PUT_SYNC
    wanted = oracle.source_tree(source)
    assert (wanted if replaced else wanted | {"plain/file 0": oracle.sha2(b"somebody's")}) == sent
    assert {"created": FILES - 1, "updated" if replaced else "skipped": 1} == counts(run)


def test_tars_that_a_broken_run_left_go_with_the_next(source: Path, shared_ledger: Settings, zone: ZoneControl) -> None:
    """Whatever their names; those of other jobs stay."""
    zone.inject(Fault(kind=FaultKind.ERROR, api=UNLINK, code=_NO_ACCESS, times=None))
    sync(definition_for(source, bundle=50))
    zone.clear()
    assert 1 == len(left_tars(shared_ledger))
    other = source.parent / "other"
    other.mkdir()
    (other / "a").write_bytes(b"a")
    sync(definition_for(other, bundle=50))
    assert 1 == len(left_tars(shared_ledger))

    sync(definition_for(source, bundle=50))

    assert [] == left_tars(shared_ledger)


def test_a_zone_without_a_place_for_tars_gets_files_one_by_one(
    source: Path, shared_ledger: Settings, zone: ZoneControl
) -> None:
    """The collection for them cannot be made; nothing else is different."""
    zone.inject(Fault(kind=FaultKind.ERROR, api=681, code=_NO_ACCESS))
    (source / "plain").rename(source / "renamed")
    run = sync(definition_for(source, bundle=50))

    assert RunState.DONE == run.state
    assert_all_is_there(source, shared_ledger, run)
    assert UNPACK not in zone.counters()
