"""Handlers that note what is called, and jobs in memory that have one."""

from __future__ import annotations

import threading

from lading.ingest import Event, Handler
from lading.ingest.engine.debts import DebtsInMemory
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.templates import AclRow, ActAsRow, MetadataRow, Row, Templates
from tests.unit.engine.workshop import ROOT, Workshop, outcomes


class Recorder(Handler):
    """Notes what is called for which path; fails for what a test says."""

    defined = frozenset(
        f"{moment}_{what}_{change}"
        for moment in ("pre", "post")
        for what in ("data_object", "collection")
        for change in ("create", "modify")
    )

    def __init__(self, *fails: str, times: int = 10**9) -> None:
        self.calls: list[str] = []
        self.events: list[Event] = []
        self._fails, self._left = fails, times
        self._lock = threading.Lock()

    def __getattribute__(self, name: str) -> object:
        if name.startswith(("pre_", "post_")):
            return self.note
        return super().__getattribute__(name)

    def note(self, event: Event) -> None:
        assert event.hook is not None
        with self._lock:
            self.events.append(event)
            self.calls.append(f"{event.hook.value} {event.path}")
            if event.hook.value in self._fails and self._left:
                self._left -= 1
                raise ValueError("no")


class Objects(Recorder):
    """Has no hooks for collections."""

    defined = frozenset(word for word in Recorder.defined if "object" in word)


def job(files: dict[str, bytes], handler: Handler | None = None, *rows: Row, **more: object) -> Workshop:
    templates = Templates(
        metadata=tuple(row for row in rows if isinstance(row, MetadataRow)),
        acl=tuple(row for row in rows if isinstance(row, AclRow)),
        act_as=tuple(row for row in rows if isinstance(row, ActAsRow)),
    )
    return Workshop(
        source=MemorySource(files),
        rules=Rules(destination=ROOT, templates=templates, **more),  # type: ignore[arg-type]
        hooks=Hooks(Calling(handler=handler)),
        debts=DebtsInMemory(),
    )


def ended(of: Workshop) -> None:
    """Do what the transaction that ends a batch does."""
    assert isinstance(of.debts, DebtsInMemory)
    of.debts.write()


def synced(of: Workshop) -> dict[str, tuple[str, str]]:
    found = outcomes(of.sync())
    ended(of)
    return found
