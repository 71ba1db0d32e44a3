"""What files are sent with, and what becomes of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from lading.base.cancellation import Token
from lading.base.errors import ConnectionLost, LadingError, NameRefused
from lading.base.events import Sink
from lading.base.outcomes import Outcome
from lading.base.paths import join, name_of
from lading.base.retry import RetryPolicy
from lading.ingest.engine.budget import IN_FLIGHT, ByteBudget
from lading.ingest.engine.debts import Debts, NoDebts
from lading.ingest.engine.destinations.base import Destination
from lading.ingest.engine.hooks import NO_HOOKS, Hooks
from lading.ingest.engine.refusals import BUNDLES_REFUSED, Refusals
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.snapshot import Known
from lading.ingest.engine.sources.base import Source
from lading.ingest.handlers import Event, Hook, Question

T = TypeVar("T")

#: code of an unchanged file that was found at the destination
ADOPTED = "ADOPTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileResult:
    """What became of one file, or of a folder that was only to be made."""

    folder: str
    name: str
    logical_path: str
    outcome: Outcome
    code: str = ""
    reason: str = ""
    size: int = 0
    checksum: str = ""
    #: what the snapshot may now say; None: say nothing
    known: Known | None = None
    bytes_sent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BundlePlace:
    """Where the tar files of bundles lie while they are unpacked."""

    #: collection of this job's tar files
    collection: str
    #: what the names of this work's tar files begin with
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Under which files are sent."""

    source: Source
    destination: Destination
    rules: Rules
    retry: RetryPolicy
    token: Token
    emit: Sink
    sleep: Callable[[float], None]
    #: a number between 0 and 1
    jitter: Callable[[], float]
    #: counts from 1; a later attempt may find what an earlier one did
    attempt: int
    #: the snapshot may be older than what is at the destination: nothing is sent before somebody looked
    looks_first: bool = False
    budget: ByteBudget = IN_FLIGHT
    #: None: no bundles
    bundle_place: BundlePlace | None = None
    refusals: Refusals = BUNDLES_REFUSED
    hooks: Hooks = NO_HOOKS
    debts: Debts = field(default_factory=NoDebts)
    #: job and run, for events
    about: Event = field(default_factory=Event)
    #: physical path under which a file is registered; None: the source's
    registered_as: str | None = None

    def logical_path(self, collection: str, path: str) -> str:
        """Return where the file at `path` goes; its plain name there if that is refused, as its own result says."""
        try:
            return self.rules.naming.child(collection, name_of(path), self.source.physical_path(path)).path
        except NameRefused:
            return join(collection, name_of(path))

    def may_retry(self, error: LadingError, tries: int) -> None:
        """Wait until the next try is due; raise the error if there is none."""
        delay = self.retry.next_delay(error, tries, jitter=self.jitter())
        if delay is None:
            raise error
        self.sleep(delay.total_seconds())
        self.token.check()

    def patiently(self, ask: Callable[[], T]) -> T:
        """Ask what changes nothing, and again when the connection breaks."""
        tries = 0
        while True:
            try:
                return ask()
            except ConnectionLost as error:
                tries += 1
                self.may_retry(error, tries)

    @property
    def may_bundle(self) -> bool:
        """
        Whether small files may go together.

        A first attempt may, where the job wants it, nobody is to be called or asked for each file, nothing but its bytes
        goes with one, none of them is likely to be there, and the zone did not refuse it lately.
        """
        rules = self.rules
        if not (self._has_bundles and self.attempt == 1) or self.looks_first or self.hooks.defines(*Hook, *Question):
            return False
        bare = not (rules.templates.decorates or rules.templates.act_as or rules.keep_mtime)
        return bare and not self.refusals.holds(*self._where())

    @property
    def may_have_left_tars(self) -> bool:
        """Whether an earlier attempt may have left tar files behind."""
        return self._has_bundles and self.attempt > 1

    @property
    def _has_bundles(self) -> bool:
        return self.bundle_place is not None and self.rules.bundles.files > 0

    def refuse_bundles(self) -> None:
        """Remember that the zone does not take bundles there."""
        self.refusals.note(*self._where())

    def _where(self) -> tuple[str, ...]:
        traits = self.destination.traits()
        return traits.zone, traits.user, self.rules.destination, self.rules.resource or ""
