"""Case 19: the connection to the zone is reset after n bytes, for n over a whole run, in either direction."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import LadingError
from lading.ingest.app import jobs
from lading.ingest.app.definition import Definition
from lading.orchestration.ledger import claims
from lading.orchestration.models import Batch, BatchState, Run, RunState
from lading.orchestration.progress import Meter
from tests import oracle
from tests.carrying import HANDLERS, claimed, collection_for, counts, write
from tests.chaos.proxy import Proxy
from tests.chaos.weather import Way

pytestmark = pytest.mark.acceptance

#: of each direction, how many places are tried: among them are the first bytes, and one in each request
PLACES = 16
FILES = 3


class Line:
    """A zone profile that leads through a proxy, and a job that goes there."""

    def __init__(self, home: Path, proxy: Proxy, source: Path, folder: Path) -> None:
        self.proxy = proxy
        folder.mkdir()
        profile = json.loads((home / "zone" / "irods_environment.json").read_text())
        (folder / "irods_environment.json").write_text(json.dumps(profile | {"irods_port": proxy.port}))
        shutil.copy2(home / "zone" / ".irodsA", folder / ".irodsA")
        self.definition = Definition(
            source=str(source),
            destination=f"{collection_for(source)}/{folder.name}",
            zone=str(folder / "irods_environment.json"),
        )

    def run(self) -> Run:
        """Carry a run out as workers do: a batch that met a closed door is tried again."""
        run = jobs.start(jobs.store(self.definition))
        while (batch := Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk").first()) is not None:
            Batch.objects.filter(pk=batch.pk).update(not_before=0)
            held = claimed(batch)
            try:
                ending = HANDLERS[batch.kind](held, Meter(run.pk, held.batch_id))
            except LadingError:
                claims.give_back(held)
            else:
                claims.finish(held, ending)
        run.refresh_from_db()
        return run


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a few small files, and one that is sent in pieces."""
    folder = tmp_path / "source"
    write(folder, *[f"d/{number}" for number in range(FILES - 1)])
    (folder / "large").write_bytes(bytes(range(256)) * 256 * 520)  # just over the limit of one request
    return folder


@pytest.fixture
def lines(shared_ledger: Settings, source: Path, tmp_path: Path) -> Iterator[Line]:
    """Yield lines to the zone, each with a network of its own."""
    port = int((shared_ledger.home / "zone" / "port").read_text())

    def each() -> Iterator[Line]:
        for number in range(PLACES + 1):
            with Proxy(port) as proxy:
                yield Line(shared_ledger.home, proxy, source, tmp_path / f"line-{number}")

    return each()


@pytest.mark.services
@pytest.mark.parametrize("way", list(Way))
def test_case_19_a_connection_that_is_reset_after_any_byte_costs_nothing(
    shared_ledger: Settings, source: Path, lines: Iterator[Line], way: Way
) -> None:
    """All files arrive with their bytes, each is told once, and nothing is left locked or half-written."""
    clean = next(lines)
    assert RunState.DONE == clean.run().state
    whole = clean.proxy.carried[way]
    for number, line in enumerate(lines):
        # closer together at the beginning, where the login and the small requests are
        after = int(whole * (number / PLACES) ** 3)
        line.proxy.reset_after(way, after)
        run = line.run()

        assert (RunState.DONE, {"created": FILES}) == (run.state, counts(run)), f"after {after} bytes {way.value}"
        assert [] == oracle.differences(source, shared_ledger.home, line.definition.destination), after
        assert not line.proxy.is_reset_due
