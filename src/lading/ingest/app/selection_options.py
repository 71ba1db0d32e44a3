"""The part of a definition that says which files are brought."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from lading.base import quantities
from lading.base.errors import UsageError
from lading.ingest.engine.absolute import Absolute
from lading.ingest.engine.filters import EntryType, Filters
from lading.ingest.engine.links import Links, Special


def _bytes(value: Any) -> Any:  # noqa: ANN401 - whatever a job file holds; pydantic judges the rest
    return quantities.size(value) if isinstance(value, str) else value


def _seconds(value: Any) -> Any:  # noqa: ANN401 - whatever a job file holds; pydantic judges the rest
    return quantities.seconds(value) if isinstance(value, str) else value


#: bytes, or text with a unit
Size = Annotated[int, BeforeValidator(_bytes), Field(ge=0)]
#: seconds, or text with units
Duration = Annotated[float, BeforeValidator(_seconds), Field(ge=0)]


class SelectionOptions(BaseModel):
    """Which files are brought (`engine.filters.Filters`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    #: regular expressions for whole relative paths
    include_regex: tuple[str, ...] = ()
    exclude_regex: tuple[str, ...] = ()
    #: regular expressions for the beginning of absolute paths of files, and of folders
    exclude_file_match: tuple[str, ...] = ()
    exclude_folder_match: tuple[str, ...] = ()
    #: lines of a filter file: `+ glob`, `- glob`
    filter_rules: tuple[str, ...] = ()
    exclude_type: tuple[EntryType, ...] = ()
    min_size: Size = 0
    max_size: Size | None = None
    min_age: Duration = 0.0
    max_age: Duration | None = None
    #: name of the file in a folder that says what is left out there and below
    ignore_file: str = ""
    #: what symbolic links bring
    links: Links = Links.SKIP
    #: what becomes of sockets
    special: Special = Special.SKIP
    #: how long a file must have been left alone
    quiet: Duration = 0.0
    #: `NAME` in a folder, or `*SUFFIX` beside each file, says that it is complete
    done_marker: str = ""
    with_markers: bool = False

    @field_validator("exclude_type", mode="before")
    @classmethod
    def _by_commas(cls, value: Any) -> Any:  # noqa: ANN401 - whatever a job file or the command line holds
        """Take `link,pipe` for two types."""
        words = [value] if isinstance(value, str) else value
        return [part for word in words for part in (word.split(",") if isinstance(word, str) else [word])]

    @model_validator(mode="after")
    def _is_understood(self) -> Self:
        """Refuse, before anything is written, what no scan could understand."""
        filters_of(self)
        return self


def filters_of(options: SelectionOptions, root: str = "") -> Filters:
    """Return the filters of a definition with this source; raise `UsageError` for one that cannot be understood."""
    if options.max_size is not None and options.max_size < options.min_size:
        raise UsageError("max_size is smaller than min_size: no file is brought")
    return Filters(
        include=options.include,
        exclude=options.exclude,
        include_regex=options.include_regex,
        exclude_regex=options.exclude_regex,
        absolute=Absolute(files=options.exclude_file_match, folders=options.exclude_folder_match, root=root.rstrip("/"))
        if options.exclude_file_match or options.exclude_folder_match
        else Absolute(),
        rules=options.filter_rules,
        exclude_types=frozenset(options.exclude_type),
        min_size=options.min_size,
        max_size=options.max_size,
        min_age=options.min_age,
        max_age=options.max_age,
        ignore_file=options.ignore_file,
        quiet=options.quiet,
        done_marker=options.done_marker,
        with_markers=options.with_markers,
    )
