"""What of one folder is brought now: filters, ignore files and done markers together."""

from __future__ import annotations

from lading.base.clock import Clock
from lading.base.errors import SourceVanished
from lading.base.paths import join, upwards
from lading.ingest.engine.filters import Filters, Left
from lading.ingest.engine.ignoring import Ignored, IgnoreFiles
from lading.ingest.engine.sources.base import Source
from lading.ingest.engine.values import Entry, Kind


class Selector:
    """Makes the selection for each folder of a tree; raise `SkipFile` where an ignore file cannot be read."""

    def __init__(self, source: Source, filters: Filters, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._filters = filters
        self._ignoring = IgnoreFiles(source, filters.ignore_file) if filters.ignore_file else None

    def of(self, folder: str) -> Selection:
        """Return what of a folder is brought now. Call before it is listed: what changes meanwhile waits."""
        filters = self._filters
        if filters.is_empty:
            return everything(folder)
        return Selection(
            folder,
            filters,
            self._clock.now(),
            self._ignoring.of(folder) if self._ignoring is not None else None,
            _markers(self._source, folder, filters.done_marker) if filters.done_marker else None,
        )

    def by_names(self, folder: str) -> Selection:
        """Return what of a folder is brought as far as names say: also of one that is not there any more."""
        marker = self._filters.done_marker
        markers = (
            Markers(marker, is_ready=True, suffix=marker[1:] if marker.startswith("*") else "") if marker else None
        )
        ignored = self._ignoring.of(folder) if self._ignoring is not None else None
        return Selection(folder, self._filters, self._clock.now(), ignored, markers)


class Selection:
    """What of one folder is brought now."""

    def __init__(
        self, folder: str, filters: Filters, now: float, ignored: Ignored | None, markers: Markers | None
    ) -> None:
        self.folder = folder
        self._filters = filters
        self._now = now
        self._ignored = ignored
        self._markers = markers
        #: whether nothing is ever left out
        self.takes_all = filters.is_empty

    @property
    def is_ready(self) -> bool:
        """Whether the folder as such may be brought: not while its marker is awaited."""
        return self._markers is None or self._markers.is_ready

    def takes_name(self, name: str, *, folder: bool) -> bool:
        """Say whether a child of that name is looked at; what is not has neither come nor gone."""
        path = join(self.folder, name)
        if (
            self._markers is not None
            and not folder
            and self._markers.is_marker(name)
            and not self._filters.with_markers
        ):
            return False
        if self._ignored is not None and not self._ignored.takes(path, folder=folder):
            return False
        return self._filters.takes_folder(path) if folder else self._filters.takes_file(path)

    def left(self, entry: Entry) -> Left | None:
        """Say why an entry, whose name is taken, is not brought now; None if it is."""
        why = self._filters.left(entry, self._now)
        if why is not Left.EXCLUDED and entry.kind is Kind.FILE and self._markers and not self._markers.let(entry.name):
            return Left.NO_MARKER
        return why


def everything(folder: str) -> Selection:
    """Return the selection that leaves nothing out."""
    return Selection(folder, Filters(), 0.0, None, None)


class Markers:
    """The done markers of one folder: a name for the whole folder, or one beside each file."""

    def __init__(self, name: str, *, is_ready: bool, suffix: str = "", beside: frozenset[str] = frozenset()) -> None:
        self._name = name
        self._suffix = suffix
        self._beside = beside
        self.is_ready = is_ready

    def is_marker(self, name: str) -> bool:
        """Say whether the file is a marker itself."""
        return name.endswith(self._suffix) and name != self._suffix if self._suffix else name == self._name

    def let(self, name: str) -> bool:
        """Say whether the file is complete, as far as markers say; a marker needs none."""
        if self.is_marker(name):
            return True
        return name + self._suffix in self._beside if self._suffix else self.is_ready


def _markers(source: Source, folder: str, pattern: str) -> Markers:
    """Look which markers are there; a folder is complete once it, or one that contains it, has its marker."""
    if pattern.startswith("*"):
        suffix = pattern[1:]
        beside = frozenset(name for name in source.names(folder) if name.endswith(suffix))
        return Markers(pattern, is_ready=True, suffix=suffix, beside=beside)
    return Markers(pattern, is_ready=any(_is_there(source, join(place, pattern)) for place in upwards(folder)))


def _is_there(source: Source, path: str) -> bool:
    try:
        source.stat(path)
    except SourceVanished:
        return False
    return True
