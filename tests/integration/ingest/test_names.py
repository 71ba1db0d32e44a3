"""Names on their way through a whole run: maps, twins, what the outcomes and the manifest say."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from lading.base.config import Settings
from lading.base.errors import TwinRefused
from lading.cli import report
from lading.ingest.app import jobs, manifests, retrying
from lading.ingest.app.assembly import rules_of
from lading.ingest.app.definition import Definition
from lading.ingest.engine.twins import TWIN, Twins
from lading.orchestration.models import Outcome, Run
from tests import oracle
from tests.carrying import carry, outcomes

ONE, TWO = "caf\u00e9", "cafe\u0301"


@pytest.fixture
def definition(shared_ledger: Settings, tmp_path: Path) -> dict[str, Any]:
    """Return what a definition of an empty folder says."""
    assert shared_ledger.home
    destination = f"/tempZone/home/rods/{hashlib.sha256(str(tmp_path).encode()).hexdigest()[:8]}"
    return {"source": str(tmp_path), "destination": destination}


def carried_out(run: Run) -> dict[str, tuple[str, str]]:
    """Carry the batches of a run out; return outcome and code of each row."""
    return outcomes(carry(run))


def test_a_mapped_tree_arrives_and_the_manifest_says_where(
    definition: dict[str, Any], shared_ledger: Settings, tmp_path: Path
) -> None:
    """Of what was brought and of what is unchanged; a second run under the same map has nothing to do."""
    paths = ["my data/run #1.csv", "my data/plain", "plain"]
    for path in paths:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(path.encode())
    mapped = Definition(**definition, character_map={" #": "_"})
    stored = {path: rules_of(mapped).naming.logical_path("", path).path[1:] for path in paths}
    first = jobs.start(jobs.store(mapped))

    assert dict.fromkeys(stored, ("created", "")) == carried_out(first)
    there = oracle.zone_tree(shared_ledger.home, definition["destination"])
    assert {where: oracle.sha2(path.encode()) for path, where in stored.items()} == {
        path: seen.vault_checksum for path, seen in there.items()
    }
    second = jobs.start(jobs.store(mapped))
    assert {} == carried_out(second)
    for run in (first, second):
        said = {line.path: line.logical_path for line in manifests.lines(run.pk)}
        assert {path: f"{definition['destination']}/{where}" for path, where in stored.items()} == said


def test_another_map_brings_everything_under_its_names(definition: dict[str, Any], tmp_path: Path) -> None:
    """The snapshot that was made under the first one is not believed."""
    (tmp_path / "a b").write_bytes(b"1")
    carried_out(jobs.start(jobs.store(Definition(**definition, character_map={" ": "_"}))))
    again = jobs.start(jobs.store(Definition(**definition, character_map={" ": "-"})))

    assert {"a b": ("created", "")} == carried_out(again)


def test_twins_are_brought_and_named_when_the_run_is_told_of(
    definition: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Once; the next run has nothing to tell."""
    for name in (ONE, TWO, "x"):
        (tmp_path / name).write_bytes(name.encode())
    first = jobs.start(jobs.store(Definition(**definition)))

    assert {ONE: ("created", TWIN), TWO: ("created", TWIN), "x": ("created", "")} == carried_out(first)
    report.tell(first.pk, as_json=False)
    told = capsys.readouterr().out
    assert ascii(ONE) in told
    assert ascii(TWO) in told
    second = jobs.start(jobs.store(Definition(**definition)))
    assert {} == carried_out(second)
    report.tell(second.pk, as_json=False)
    assert "twin" not in capsys.readouterr().out


def test_refused_twins_stay_refused_when_they_are_tried_again(definition: dict[str, Any], tmp_path: Path) -> None:
    """One by one, as a retry looks at them, until one of them goes away."""
    for name in (ONE, TWO, "x"):
        (tmp_path / name).write_bytes(name.encode())
    first = jobs.start(jobs.store(Definition(**definition, twins=Twins.REFUSE)))

    refused = {ONE: ("failed", TwinRefused.code), TWO: ("failed", TwinRefused.code)}
    assert refused | {"x": ("created", "")} == carried_out(first)
    again = retrying.retry_failed(first.pk)
    assert refused == carried_out(again)
    (tmp_path / TWO).unlink()
    last = carried_out(retrying.retry_failed(again.pk))
    assert {ONE: ("created", ""), TWO: ("skipped", "SOURCE_VANISHED")} == last


def test_a_name_that_cannot_be_fails_alone_also_when_it_is_tried_again(
    definition: dict[str, Any], tmp_path: Path
) -> None:
    """A path that is too long for iRODS."""
    deep = "/".join(["f" * 240] * 4)
    (tmp_path / deep).mkdir(parents=True)
    (tmp_path / deep / ("x" * 200)).write_bytes(b"1")
    (tmp_path / "x").write_bytes(b"1")
    first = jobs.start(jobs.store(Definition(**definition)))
    refused = {f"{deep}/{'x' * 200}": ("failed", "NAME_REFUSED")}

    assert refused | {"x": ("created", "")} == carried_out(first)
    assert refused == carried_out(retrying.retry_failed(first.pk))


def test_what_is_told_of_files_that_went_well_is_found_by_an_index(shared_ledger: Settings) -> None:
    """Among millions of rows of which nothing is told."""
    assert shared_ledger.home
    rows = Outcome.objects.filter(run_id=1, code=TWIN).exclude(code="").order_by("id")[:11]

    assert "outcome_with_code" in rows.explain()
