"""A session that tells right before a request has an effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from lading.ingest.engine.destinations.base import Session
from lading.ingest.engine.templates import Avu
from lading.ingest.engine.values import PutMode, Stored, Target
from lading.ingest.handlers import Hook


class Watched:
    """A session that tells right before a request has an effect, and remembers whether one had."""

    def __init__(self, session: Session, before: Callable[[Hook], None]) -> None:
        self._session = session
        self._before = before
        #: AVUs and permissions went with what was sent
        self.is_decorated = False
        #: something was asked for that may have taken effect
        self.has_acted = False

    @property
    def as_session(self) -> Session:
        """Itself, as what it stands for."""
        return cast("Session", self)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - everything that has no effect on an object
        return getattr(self._session, name)

    def put(self, target: Target, data: bytes, checksum: str) -> Stored:
        """Tell, then put."""
        self.tell(_hook_for(target))
        stored = self._session.put(target, data, checksum)
        self.is_decorated = True
        return stored

    def put_stream(self, target: Target, size: int, chunks: Any, progress: Callable[[int], None]) -> Stored:  # noqa: ANN401 - passed on
        """Tell, then put."""
        self.tell(_hook_for(target))
        stored = self._session.put_stream(target, size, chunks, progress)
        self.is_decorated = True
        return stored

    def register(self, target: Target, physical_path: str, size: int, mtime: int) -> Stored:
        """Tell, then register."""
        self.tell(Hook.PRE_DATA_OBJECT_CREATE)
        stored = self._session.register(target, physical_path, size, mtime)
        self.is_decorated = True
        return stored

    def append(self, target: Target, *words: Any) -> Stored:  # noqa: ANN401 - passed on
        """Tell, then append."""
        self.tell(Hook.PRE_DATA_OBJECT_MODIFY)
        stored = self._session.append(target, *words)
        self.is_decorated = True
        return stored

    def update_registered(self, *words: Any) -> Stored:  # noqa: ANN401 - passed on
        """Tell, then update."""
        self.tell(Hook.PRE_DATA_OBJECT_MODIFY)
        return self._session.update_registered(*words)

    def decorate(self, target: Target, remove: tuple[Avu, ...] = ()) -> None:
        """Give what is there its AVUs and permissions; whoever asks has told before, if it had to be told."""
        self._session.decorate(target, remove)

    def tell(self, hook: Hook) -> None:
        """Call a pre-hook; what follows may take effect."""
        self._before(hook)
        self.has_acted = True


def _hook_for(target: Target) -> Hook:
    creates = target.mode is PutMode.CREATE
    return Hook.PRE_DATA_OBJECT_CREATE if creates else Hook.PRE_DATA_OBJECT_MODIFY
