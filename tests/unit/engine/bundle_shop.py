"""Jobs with bundles, in memory."""

from __future__ import annotations

from collections.abc import Callable

from lading.ingest.engine.destinations.memory import Call
from lading.ingest.engine.rules import BundleRules, Rules
from lading.ingest.engine.sources.memory import MemorySource
from tests.unit.engine.workshop import ROOT, STAGING, Workshop, outcomes

RULES = Rules(destination=ROOT, bundles=BundleRules(files=20, largest=1000))
FILES = {f"folder {number % 3}/file {number:02}": b"%d" % number * 5 for number in range(30)}
SENDS = (Call.PUT, Call.UNPACK, Call.FIND_ALL, Call.CHECKSUM, Call.SET_CHECKSUMS, Call.REMOVE_OBJECT)


def shop(files: dict[str, bytes] | None = None, rules: Rules = RULES) -> Workshop:
    return Workshop(source=MemorySource(files or FILES), rules=rules)


def left_tars(of: Workshop) -> list[str]:
    return [path for path in of.destination.objects if path.startswith(STAGING)]


def calls(of: Workshop, action: Callable[[], object]) -> int:
    before = of.destination.requests()
    action()
    return of.destination.requests() - before


def all_created(of: Workshop) -> bool:
    return outcomes(of.sync()) == dict.fromkeys(FILES, ("created", ""))
