"""Every operation with every delete mode on every kind of resource: what goes and what stays is what the page says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.ingest.app.definition import Definition
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.values import DeleteMode, Operation
from lading.zone.testing import RunningZone, zone_process
from tests.integration.ingest.bench import Bench
from tests.integration.ingest.table import table
from tests.integration.ingest.test_operations_table import KINDS, OUTCOMES, RESOURCES, resource_of, state_of
from tests.integration.ingest.trial import DOUBT, STILL_THERE, Case, Trial

PAGE = "deletion.md"
PAIRS, VANISHED = table(PAGE, "pairs"), table(PAGE, "vanished")

#: the scope says nothing where nothing is deleted
EITHER = "either"

CASES = [
    pytest.param(operation, mode, scope, kind, id=f"{operation.value}-{mode.value}-{scope.value}-{kind}")
    for operation in Operation
    for mode in DeleteMode
    for scope in DeleteScope
    for kind in KINDS
    if PAIRS[operation.value][mode.value] == "yes" and RESOURCES[operation.value][kind] == "yes"
]


@pytest.fixture(scope="module")
def zone() -> Iterator[RunningZone]:
    with zone_process() as running:
        yield running


@pytest.fixture
def bench(zone: RunningZone, shared_ledger: Settings, tmp_path: Path) -> Bench:
    return Bench(zone, tmp_path / "source")


def row_of(operation: Operation, mode: DeleteMode, scope: DeleteScope) -> str:
    """Return the first cell of the row for a job."""
    either = mode is DeleteMode.DO_NOT_DELETE
    return f"{operation.value}, {mode.value}, {EITHER if either else scope.value}"


def trial_of(bench: Bench, operation: Operation, mode: DeleteMode, scope: DeleteScope, kind: str) -> Trial:
    case = Case(operation=operation, mode=mode, scope=scope, kind=kind, resource=resource_of(bench, kind))
    return Trial(bench, case)


@pytest.mark.parametrize("operation", Operation, ids=lambda operation: operation.value)
@pytest.mark.parametrize("mode", DeleteMode, ids=lambda mode: mode.value)
def test_a_pair_is_taken_or_refused_as_the_page_says(operation: Operation, mode: DeleteMode) -> None:
    """Before there is a job."""
    told = {"source": "/s", "destination": "/z/home/d", "resource": "r", "operation": operation, "delete_mode": mode}
    if PAIRS[operation.value][mode.value] == "refused":
        with pytest.raises(ValueError, match=f"{operation.value} does not go with delete mode {mode.value}"):
            Definition.model_validate(told)
    else:
        assert mode is Definition.model_validate(told).delete_mode


@pytest.mark.parametrize(("operation", "mode", "scope", "kind"), CASES)
def test_the_zone_has_what_the_tables_say(
    bench: Bench, operation: Operation, mode: DeleteMode, scope: DeleteScope, kind: str
) -> None:
    """What vanished goes as its row says; what the source still has fares as by the operation alone."""
    trial = trial_of(bench, operation, mode, scope, kind)

    trial.run()

    assert VANISHED[row_of(operation, mode, scope)] == {
        "file": trial.of("file"),
        "folder": trial.of_folder("folder", "x", "deep/y"),
        "shared folder": trial.of_shared("shared/x", "shared/theirs"),
        "elsewhere": trial.of("elsewhere"),
        "beside": trial.of("beside"),
        "folder beside": trial.of_folder("theirs", "x", "deep/y"),
    }
    expected = OUTCOMES[operation.value]
    found = {name: f"{trial.word(name)} → {state_of(bench, name, trial.before.get(name, []))}" for name in STILL_THERE}
    assert {name: expected[name] for name in STILL_THERE} == found


@pytest.mark.parametrize(
    ("operation", "mode", "state"),
    [
        (Operation.PUT_SYNC, DeleteMode.NO_TRASH, "deleted → gone"),
        (Operation.REGISTER_SYNC, DeleteMode.UNREGISTER, "deleted → unregistered"),
    ],
    ids=["put-sync", "register-sync"],
)
def test_what_others_put_into_a_vanished_folder_goes_with_the_next_run_of_a_mirror(
    bench: Bench, operation: Operation, mode: DeleteMode, state: str
) -> None:
    """Once the job's own objects went, the folder is a foreign one; its collection goes with what is left in it."""
    trial = trial_of(bench, operation, mode, DeleteScope.MIRROR, "standalone")
    trial.run()
    assert "as before" == trial.of("shared/theirs")

    trial.again()

    assert state == trial.of_folder("shared", "theirs")


@pytest.mark.parametrize("scope", DeleteScope, ids=lambda scope: scope.value)
def test_what_is_in_doubt_stays_in_every_scope(bench: Bench, scope: DeleteScope) -> None:
    """An object that somebody changed in iRODS since it was brought is not what vanished."""
    trial = trial_of(bench, Operation.PUT_SYNC, DeleteMode.NO_TRASH, scope, "standalone")
    trial.run(spoil="file")

    assert DOUBT == trial.of("file")


def test_the_tables_name_every_pair_once() -> None:
    """A new operation or mode is in the documentation, or this fails; so is what was taken away from it."""
    modes = tuple(mode.value for mode in DeleteMode)
    rows = {
        row_of(operation, mode, scope)
        for operation in Operation
        for mode in DeleteMode
        for scope in DeleteScope
        if PAIRS[operation.value][mode.value] == "yes"
    }

    assert {operation.value for operation in Operation} == PAIRS.keys()
    assert {modes} == {tuple(row) for row in PAIRS.values()}
    assert {"yes", "refused"} == {cell for row in PAIRS.values() for cell in row.values()}
    assert rows == VANISHED.keys()
