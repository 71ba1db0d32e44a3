"""Patterns for absolute paths: how the filters of automated ingest are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from lading.base.errors import UsageError


@dataclass(frozen=True, kw_only=True)
class Absolute:
    """Regular expressions that the absolute path of what is left out begins with; raise `UsageError` for a wrong one."""

    #: for everything but folders
    files: tuple[str, ...] = ()
    #: for folders, with everything below them
    folders: tuple[str, ...] = ()
    #: absolute path of the source
    root: str = ""

    def __post_init__(self) -> None:
        _ = self._files, self._folders

    def leaves_out_file(self, path: str) -> bool:
        """Say whether the file at this relative path is left out."""
        return any(pattern.match(f"{self.root}/{path}") for pattern in self._files)

    def leaves_out_folder(self, path: str) -> bool:
        """Say whether the folder at this relative path is left out."""
        return any(pattern.match(f"{self.root}/{path}") for pattern in self._folders)

    @cached_property
    def _files(self) -> tuple[re.Pattern[str], ...]:
        return tuple(_compiled(self.files))

    @cached_property
    def _folders(self) -> tuple[re.Pattern[str], ...]:
        return tuple(_compiled(self.folders))


def _compiled(texts: Iterable[str]) -> Iterable[re.Pattern[str]]:
    for text in texts:
        try:
            yield re.compile(text)
        except re.error as error:
            raise UsageError(f"The filter expression {text!r} cannot be understood: {error}") from error


#: leaves nothing out
NOWHERE = Absolute()
