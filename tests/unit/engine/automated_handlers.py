"""Handlers as people wrote them for automated ingest, and what they note of their calls."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from textwrap import dedent
from typing import Any

from lading.ingest.engine.automated_ingest import AUTOMATED_INGEST
from lading.ingest.engine.debts import DebtsInMemory
from lading.ingest.engine.handler_loading import HandlerText, from_text
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.handlers import Handler, User
from tests.unit.engine.workshop import ROOT, Workshop, outcomes

IMPORTS = """
from irods_capability_automated_ingest.core import Core
from irods_capability_automated_ingest.utils import DeleteMode, Operation

CALLS = []
"""


#: each handler of a test is one of its own, whatever its text
_numbers = itertools.count()


def handler(body: str, *, imports: str = IMPORTS) -> Handler:
    """Return the handler of a text."""
    name = f"mine-{next(_numbers)}.py"
    return from_text(HandlerText(name=name, text=imports + dedent(body), dialect=AUTOMATED_INGEST))


def calls(of: Handler) -> list[Any]:
    """Return what a handler noted in its list `CALLS`."""
    noted: list[Any] = of._module.CALLS  # type: ignore[attr-defined]
    return noted


@dataclass
class Lent:
    """Stands for a session of the client library."""

    user: User | None
    closed: bool = False
    asked: list[str] = field(default_factory=list)

    @property
    def username(self) -> str:
        return self.user.name if self.user else "rods"

    def session(self) -> Lent:
        return self

    def close(self) -> None:
        self.closed = True


def job(files: Mapping[str, bytes], of: Handler, **more: Any) -> Workshop:
    """Return a job in memory that has the handler."""
    return Workshop(
        source=MemorySource(dict(files)),
        rules=Rules(destination=ROOT, **more),
        hooks=Hooks(Calling(handler=of, lend=Lent)),
        debts=DebtsInMemory(),
    )


def synced(of: Workshop) -> dict[str, tuple[str, str]]:
    """Scan, apply, and do what the end of a batch does."""
    found = outcomes(of.sync())
    assert isinstance(of.debts, DebtsInMemory)
    of.debts.write()
    of.hooks.close()
    return found
