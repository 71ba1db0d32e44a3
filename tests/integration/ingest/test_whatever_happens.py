"""Random trees, random changes, random interruptions: source and destination agree in the end, and nothing was lost."""

from __future__ import annotations

import random
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lading.base.config import Settings
from lading.base.errors import LadingError
from lading.base.outcomes import Outcome as Kind
from lading.ingest.app import approval, jobs
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import FileFacts, Job
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.ledger import claims, troubles
from lading.orchestration.models import Batch, BatchState, Outcome, Run, RunState
from lading.orchestration.progress import Meter
from lading.zone.control import ZoneControl
from lading.zone.faults import Fault, FaultKind
from tests import oracle
from tests.carrying import HANDLERS, carry, claimed, collection_for

FOLDERS = ("", "a", "a/b", "a/b/c", "d", ".d", "e e")
NAMES = ("x", "y.txt", "ü", "it's", "[1]*", " z ", "%", "UPPER", "-dash")
#: open, put, unlink, checksum, remove a collection, query
APIS = (602, 606, 615, 629, 679, 702)


class Story:
    """One job whose source, zone and workers all misbehave."""

    def __init__(self, home: Settings, root: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.home = home.home
        self.root = root
        self.zone = ZoneControl(home.zone_home)
        self.collection = collection_for(root)
        self.options: dict[str, Any] = {
            "delete_mode": self.chance.choice([DeleteMode.TRASH, DeleteMode.NO_TRASH, DeleteMode.DO_NOT_DELETE]),
            "delete_scope": self.chance.choice([DeleteScope.MANAGED, DeleteScope.MIRROR]),
            "delete_limit": "none",
        }
        #: what others put there: path and bytes
        self.foreign: dict[str, bytes] = {}
        #: checksums of everything that others ever put there
        self.theirs: set[str] = set()
        #: checksums of everything that ever lay at the source, by path
        self.ever: dict[str, set[str]] = {}

    # --- the world -----------------------------------------------------------------------------------------------

    def change(self) -> None:
        """Change some of the source."""
        for _ in range(self.chance.randrange(1, 10)):
            files = sorted(path for path in self.root.rglob("*") if path.is_file())
            match self.chance.randrange(8) if files else 0:
                case 0 | 1 | 2 | 3:
                    self._write()
                case 4:
                    self.chance.choice(files).unlink()
                case 5:
                    folder = self.root / self.chance.choice(FOLDERS[1:])
                    shutil.rmtree(folder, ignore_errors=True)
                case 6:
                    path = self.chance.choice(files)
                    path.write_bytes(path.read_bytes()[::-1] + b"!")
                case _:
                    path = self.chance.choice(files)
                    path.rename(path.with_name(self.chance.choice(NAMES)))
        (self.root / "always").write_bytes(b"here")
        for name, checksum in oracle.source_tree(self.root).items():
            self.ever.setdefault(name, set()).add(checksum)

    def _write(self) -> None:
        path = self.root / self.chance.choice(FOLDERS) / self.chance.choice(NAMES)
        if not path.is_dir() and not any(above.is_file() for above in path.parents):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(self.chance.randbytes(self.chance.randrange(40)))

    def interfere(self) -> None:
        """Let somebody else put an object beside those of the job."""
        if self.chance.random() < 0.5:
            folder, name = self.chance.choice(FOLDERS), f"foreign-{self.chance.randrange(9)}"
            path = f"{folder}/{name}".lstrip("/")
            self.foreign[path] = self.chance.randbytes(8)
            self.theirs.add(oracle.sha2(self.foreign[path]))
            with oracle.session(self.home) as irods:
                irods.collections.create(f"{self.collection}/{folder}".rstrip("/"))
                with irods.data_objects.open(f"{self.collection}/{path}", "w") as file:
                    file.write(self.foreign[path])

    def misbehave(self) -> None:
        """Let some requests fail, each once."""
        for _ in range(self.chance.randrange(4)):
            kind = self.chance.choice([FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.ERROR])
            api, nth = self.chance.choice(APIS), self.chance.randrange(1, 8)
            self.zone.inject(Fault(kind=kind, api=api, nth=nth, code=-154000))

    # --- runs ----------------------------------------------------------------------------------------------------

    def sync(self, *, disturbed: bool) -> Run:
        definition = Definition(source=str(self.root), destination=self.collection, **self.options)
        run = jobs.start(jobs.store(definition))
        if disturbed:
            self.misbehave()
            while self._step(run):
                pass
        self.zone.clear()
        run = carry(run)
        if run.state == RunState.HELD:  # the root lost nearly all of its entries: somebody says that this is right
            approval.approve(run.pk)
            run = carry(run)
        return run

    def _step(self, run: Run) -> bool:
        """Carry one batch out, or lose the worker before, or after it has done its work and before it could say so."""
        batch = Batch.objects.filter(run=run, state=BatchState.QUEUED).order_by("pk").first()
        if batch is None or Run.objects.get(pk=run.pk).state == RunState.HELD:
            return False
        Batch.objects.filter(pk=batch.pk).update(not_before=0)
        held = claimed(batch)
        dies = self.chance.random() < 0.25 and batch.crashes == 0
        if dies and self.chance.random() < 0.5:
            self._lose(batch)
            return True
        try:
            ending = HANDLERS[batch.kind](held, Meter(run.pk, batch.pk))
        except LadingError:
            claims.give_back(held)
            return True
        if dies:
            self._lose(batch)
        else:
            claims.finish(held, ending)
        return True

    def _lose(self, batch: Batch) -> None:
        Batch.objects.filter(pk=batch.pk).update(lease_until=0)
        troubles.recover(batch.pk)

    # --- what has to hold ----------------------------------------------------------------------------------------

    def check(self, run: Run) -> None:
        wanted, there = oracle.source_tree(self.root), oracle.zone_tree(self.home, self.collection)
        told = list(Outcome.objects.filter(run=run).values_list("subject", "outcome", "code", "reason"))
        assert wanted.items() <= {path: seen.vault_checksum for path, seen in there.items()}.items(), told
        for path, seen in there.items():
            if path not in self.foreign:
                assert (oracle.GOOD, seen.vault_checksum) == (seen.state, seen.checksum), path
                assert seen.vault_checksum in self.ever[path], f"{path} was never at the source so"
        self._check_what_is_beyond_the_source(there.keys() - wanted.keys())
        self._check_trash(there)

    def _check_what_is_beyond_the_source(self, extra: set[str]) -> None:
        if self.options["delete_mode"] is DeleteMode.DO_NOT_DELETE:
            assert self.ever.keys() | self.foreign.keys() >= extra
            assert self.foreign.keys() <= extra
        elif self.options["delete_scope"] is DeleteScope.MIRROR:
            assert set() == extra
        else:
            assert self.foreign.keys() == extra, "only what others brought is beyond the source, and all of it"

    def _check_trash(self, there: dict[str, oracle.Seen]) -> None:
        """Whatever went to the trash is in it with its bytes; without a delete mode nothing ever goes there."""
        trash = oracle.zone_tree(self.home, self.collection.replace("/home/", "/trash/home/"))
        assert {seen.vault_checksum for seen in trash.values()} <= self.theirs | set().union(*self.ever.values())
        if self.options["delete_mode"] is DeleteMode.DO_NOT_DELETE:
            assert {} == trash
        if self.options["delete_mode"] is DeleteMode.TRASH:
            kept = {seen.vault_checksum for seen in (*there.values(), *trash.values())}
            assert {checksum for checksum in self.deleted if checksum} <= kept, "something was deleted past the trash"

    @property
    def deleted(self) -> set[str]:
        """Checksums of everything that the ledger says was deleted."""
        job = Job.objects.get(name=jobs.default_name(Definition(source=str(self.root), destination=self.collection)))
        rows = Outcome.objects.filter(run__job_id=job.pk, outcome=Kind.DELETED.value).values_list("pk", flat=True)
        return set(FileFacts.objects.filter(pk__in=list(rows)).values_list("checksum", flat=True))


@pytest.mark.services
def test_whatever_happens_the_zone_becomes_the_source_and_nothing_is_lost(shared_ledger: Settings) -> None:
    """Workers die before and after their work, requests get lost, others write beside; then one quiet run."""

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**32))
    def story(seed: int) -> None:
        with tempfile.TemporaryDirectory(prefix="lading-story-") as folder:
            told = Story(shared_ledger, Path(folder), seed)
            for _ in range(3):
                told.change()
                told.sync(disturbed=True)
                told.interfere()
            told.sync(disturbed=False)
            told.check(told.sync(disturbed=False))

    story()
