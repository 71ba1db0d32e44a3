"""Random buckets, overwritten and emptied at random, in a store that is busy and cuts answers: they agree in the end."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lading.base import config
from lading.base.config import Settings
from lading.ingest.app import approval
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.models import Outcome, RunState
from tests import oracle
from tests.carrying import carry
from tests.integration.ingest.bucket import Bucket
from tests.s3_store import Faults, Store
from tests.store_processes import KEY, SECRET

FOLDERS = ("", "a/", "a/b/", "a-/", "ü/", "k/", "kk/")
NAMES = ("x", "y.txt", "it's", "z z", "%41", "+", "a", "[1]*")


@pytest.fixture
def store(shared_ledger: Settings, s3_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Return a store that the default profile reaches."""
    (tmp_path / "keys").write_text(f"{KEY}\n{SECRET}\n")
    monkeypatch.setenv("LADING_S3__DEFAULT__ENDPOINT", s3_store.endpoint)
    monkeypatch.setenv("LADING_S3__DEFAULT__KEY_FILE", str(tmp_path / "keys"))
    config.current.cache_clear()
    yield s3_store
    s3_store.set()
    monkeypatch.undo()
    config.current.cache_clear()


class Story:
    """One bucket, and what becomes of it."""

    def __init__(self, store: Store, seed: int) -> None:
        self.chance = random.Random(seed)
        self.bucket = Bucket(store, self.chance.choice(["", "k", "in"]))
        self.mode = self.chance.choice([DeleteMode.TRASH, DeleteMode.NO_TRASH, DeleteMode.DO_NOT_DELETE])
        #: everything that was ever there, by path
        self.ever: dict[str, set[str]] = {}
        #: folders whose place an object has that is not deleted: the last run has said so
        self.taken: set[str] = set()

    def change(self) -> None:
        """Put, overwrite and remove some; one object always stays."""
        for _ in range(self.chance.randrange(1, 8)):
            path = self.chance.choice(FOLDERS) + self.chance.choice(NAMES)
            if self.chance.random() < 0.3:
                self.bucket.remove(path)
            else:
                content = self.chance.randbytes(self.chance.randrange(1, 40))
                self.bucket.put(path, content=content)
                self.ever.setdefault(path, set()).add(oracle.sha2(content + path.encode()))
        self.bucket.put("always")
        self.ever["always"] = {oracle.sha2(b"content of always")}

    def sync(self, faults: Faults) -> None:
        """Run the job in some weather."""
        definition = self.bucket.definition(delete_mode=self.mode, delete_limit="none")
        self.bucket.store.set(faults)
        run = self.bucket.begin(definition)
        if run.state == RunState.HELD:  # the root lost nearly all of its entries: somebody says that this is right
            approval.approve(run.pk)
            run = carry(run)
        self.bucket.store.set()
        self.taken = set(Outcome.objects.filter(run=run, code="TYPE_CHANGED").values_list("subject", flat=True))
        assert run.state in (RunState.DONE, RunState.DONE_WITH_FAILURES), run.reason
        assert Outcome.objects.filter(run=run, outcome__in=("failed", "skipped"), code="").count() == 0

    def judge(self) -> None:
        """Whatever is at the source is in the zone; nothing there was never at the source; deletions as the mode says."""
        there = self.bucket.zone()
        wanted = {
            path: found for path, found in self.bucket.tree().items() if not self.taken.intersection(folders(path))
        }
        named = {path: checksum for path, checksum in wanted.items() if path in there}
        beside = {f"{path} ␜": checksum for path, checksum in wanted.items() if path not in there}

        assert named | beside == {path: there[path] for path in (*named, *beside)}
        assert all(checksum in self.ever[path.removesuffix(" ␜")] for path, checksum in there.items())
        if self.mode is not DeleteMode.DO_NOT_DELETE:
            assert set(there) == {*named, *beside}


def folders(path: str) -> list[str]:
    """Return the folders above a path."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_whatever_happens_to_a_bucket_it_agrees_with_the_zone_in_the_end(store: Store, seed: int) -> None:
    """Two runs in bad weather and one in good weather, with changes between them."""
    story = Story(store, seed)
    for faults in (Faults(busy=0.1, cut=0.2), Faults(busy=0.1, page=3), Faults()):
        story.change()
        story.sync(faults)
    story.judge()
