"""What people are told of runs, whatever their files are called."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner
from django.db import OperationalError

from lading.base.config import Settings
from lading.base.outcomes import Outcome as Kind
from lading.cli import report, runs
from lading.cli.frame import Exit, errors_as_sentences
from lading.ingest.app.definition import Definition
from lading.ingest.app.kinds import RUN_KIND, first_scan
from lading.orchestration import progress
from lading.orchestration.kinds import Ending, NewOutcome, NewRun
from lading.orchestration.ledger import claims
from lading.orchestration.ledger import runs as stored
from lading.orchestration.models import Batch, Run, RunState

#: what the terminal's own markup would swallow, or stumble over
ODD = "scan [red] 1[/b].tif"


@pytest.fixture
def run(shared_ledger: Settings) -> Run:
    """Return a run in which a file of an odd name failed."""
    begun = stored.start(
        NewRun(
            kind=RUN_KIND,
            title=ODD,
            stage="moving",
            batches=[first_scan(1)],
            options=Definition(source="/", destination="/").options(),
        )
    )
    held = claims.claim(Batch.objects.get(run=begun).pk, "test")
    assert held is not None
    claims.finish(
        held, Ending(outcomes=[NewOutcome(subject=ODD, outcome=Kind.FAILED, code="REFUSED", reason=f"{ODD}: no")])
    )
    Run.objects.filter(pk=begun.pk).update(reason=ODD)
    return begun


def test_names_of_failed_files_are_shown_as_they_are(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    """Brackets in a name are no markup."""
    report.tell(run.pk, as_json=False)
    told = capsys.readouterr().out

    assert 2 == told.count(ODD), told


@pytest.mark.parametrize("words", [["show"], ["runs"]])
def test_titles_and_reasons_are_shown_as_they_are(run: Run, words: list[str]) -> None:
    """They hold paths, too."""
    found = CliRunner().invoke(*((runs.show, [str(run.pk)]) if words == ["show"] else (runs.runs, [])))

    assert (0, True) == (found.exit_code, "[red]" in found.output), found.output


def test_a_run_that_failed_without_a_failed_file_is_not_good(run: Run) -> None:
    """Its manifest could not be written, for example."""
    state = replace(progress.read(run.pk), state=RunState.DONE_WITH_FAILURES, failed=0)

    assert Exit.FAILED_FILES == report.exit_code(state, 0)
    assert Exit.GOOD == report.exit_code(replace(state, failed=2), 2)


def test_a_ledger_that_does_not_answer_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """It may go away while somebody follows a run."""
    with pytest.raises(SystemExit) as left, errors_as_sentences():
        raise OperationalError("database is locked")

    assert Exit.UNREACHABLE == left.value.code
    assert "database is locked" in capsys.readouterr().err
