"""The engine's values as bytes in a row: compressed JSON, checked when it is read."""

from __future__ import annotations

import json
import zlib
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import TypeAdapter

from lading.cv.engine.improve import suggestion, version
from lading.cv.engine.values import Document

T = TypeVar("T")


class Packing(Generic[T]):
    """How values of one type are stored."""

    def __init__(self, kind: type[T]) -> None:
        self._kind = kind

    @cached_property
    def _adapter(self) -> TypeAdapter[T]:
        return TypeAdapter(self._kind)  # made when it is first used: it takes a while

    def pack(self, value: T) -> bytes:
        """Return a value as bytes."""
        return zlib.compress(self._adapter.dump_json(value))

    def unpack(self, raw: bytes | memoryview) -> T:
        """Return what was packed."""
        return self._adapter.validate_json(zlib.decompress(bytes(raw)))


DOCUMENT = Packing(Document)
VERSION = Packing(version.Version)
SUGGESTION = Packing(suggestion.Suggestion)


def pack_json(value: dict[str, Any]) -> bytes:
    """Return what is published as JSON as bytes."""
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode())


def unpack_json(raw: bytes | memoryview) -> dict[str, Any] | None:
    """Return what was packed; None where nothing was."""
    value: dict[str, Any] | None = json.loads(zlib.decompress(bytes(raw))) if raw else None
    return value
