"""A resource that an operation cannot take is refused before anything is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import DestinationRefused
from lading.cli import syncing
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.engine.values import Operation
from lading.orchestration.models import Run
from tests import oracle


@pytest.fixture
def hierarchy(shared_ledger: Settings, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Return root and leaf of a hierarchy in the session's zone."""
    top, low = f"top-{tmp_path.name}", f"low-{tmp_path.name}"
    with oracle.session(shared_ledger.zone_home.parent) as irods:
        irods.resources.create(top, "random")
        irods.resources.create(low, "unixfilesystem", "127.0.0.1", str(tmp_path / "vault"))
        irods.resources.add_child(top, low)
    yield top, low
    with oracle.session(shared_ledger.zone_home.parent) as irods:
        irods.resources.remove_child(top, low)
        irods.resources.remove(low)
        irods.resources.remove(top)


def definition(tmp_path: Path, operation: Operation, resource: str) -> Definition:
    source = tmp_path / "source"
    source.mkdir(exist_ok=True)
    return Definition(
        source=str(source), destination=f"/tempZone/home/rods/{tmp_path.name}", operation=operation, resource=resource
    )


def test_a_leaf_is_refused_for_puts_with_the_name_of_its_root(hierarchy: tuple[str, str], tmp_path: Path) -> None:
    """Neither a job nor a run is stored."""
    top, low = hierarchy

    for operation in (Operation.PUT, Operation.PUT_SYNC, Operation.PUT_APPEND):
        with pytest.raises(DestinationRefused, match=f"The root of {low} is {top}"):
            syncing.begin(definition(tmp_path, operation, low))
    with pytest.raises(DestinationRefused, match="no resource nowhere"):
        syncing.begin(definition(tmp_path, Operation.REGISTER_SYNC, "nowhere"))

    assert (0, 0) == (Job.objects.count(), Run.objects.count())


def test_a_leaf_is_fine_for_registrations_and_a_root_for_all(hierarchy: tuple[str, str], tmp_path: Path) -> None:
    """The check passes; the run would begin."""
    top, low = hierarchy

    syncing.check(definition(tmp_path, Operation.REGISTER_SYNC, low))
    for operation in Operation:
        syncing.check(definition(tmp_path, operation, top))
