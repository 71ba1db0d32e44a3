"""What a job is told to do, as one frozen value."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError, model_validator

from lading.base.errors import UsageError
from lading.base.paths import hidden, shown
from lading.ingest.app import bucket_options
from lading.ingest.app.automated_options import AutomatedOptions
from lading.ingest.app.bucket_options import BucketOptions
from lading.ingest.app.bundle_options import BundleOptions
from lading.ingest.app.control_options import ControlOptions
from lading.ingest.app.deletion_options import DeletionOptions
from lading.ingest.app.handler_options import HandlerOptions
from lading.ingest.app.landing_options import LandingOptions, refuse_forbidden
from lading.ingest.app.name_options import NameOptions
from lading.ingest.app.standing_options import StandingOptions
from lading.ingest.engine.deletion import ALLOWED
from lading.ingest.engine.rules import Adopt, Touched
from lading.ingest.engine.sources.s3 import location
from lading.ingest.engine.values import DeleteMode, Operation

#: under which a run's options hold what concerns that run alone (`run_options`)
RUN_KEY = "run"


def percent(value: object) -> object:
    """Return `20` for `20%`; anything else as it is."""
    return int(value[:-1]) if isinstance(value, str) and re.fullmatch(r"\d{1,3}%", value) else value


class Definition(
    LandingOptions,
    NameOptions,
    BundleOptions,
    DeletionOptions,
    HandlerOptions,
    AutomatedOptions,
    ControlOptions,
    StandingOptions,
    BucketOptions,
):
    """Source, destination and options of a job: what a job file holds."""

    #: folder, file, or s3://bucket/prefix
    source: Annotated[str, AfterValidator(bucket_options.source_in_order)]
    #: logical path of a collection
    destination: str
    #: None: a hash of source, destination and zone
    name: str | None = Field(default=None, max_length=200)
    operation: Operation = Operation.PUT_SYNC
    #: root resource, for registrations also a leaf; None: the zone decides
    resource: str | None = None
    #: register new files many at a time, where the zone lets the user
    bulk_register: bool = False
    #: let the catalogue's modification time of what is put be the file's
    keep_mtime: bool = False
    #: path of a zone profile; None: the one of the settings
    zone: str | None = None
    #: what to do when only ctime or inode differ
    touched: Touched = Touched.REHASH
    #: percent of the known files that may be merely touched; beyond it none of them is read again
    touched_limit: Annotated[int, BeforeValidator(percent), Field(ge=0, le=100)] = 20
    #: what proves that an object without snapshot is the same
    adopt: Adopt = Adopt.CHECKSUM

    @model_validator(mode="after")
    def _options_go_together(self) -> Self:
        """Refuse options that mean nothing for the operation: whoever gives them expects something else."""
        if self.operation is Operation.REGISTER_AS_REPLICA_SYNC and not (self.resource or self.asks_for_resource):
            raise ValueError("register-as-replica-sync needs a resource: name the one that the files lie on")
        if self.bulk_register and not self.operation.registers:
            raise ValueError(f"bulk_register is for registrations, not for {self.operation.value}")
        if self.keep_mtime and not self.operation.puts:
            raise ValueError(f"keep_mtime is for files that are put, not for {self.operation.value}")
        refuse_forbidden(self)
        bucket_options.refuse_forbidden(self)
        allowed = [mode.value for mode in DeleteMode if mode in ALLOWED[self.operation.value]]
        if self.delete_mode.value not in allowed:
            does_not = f"{self.operation.value} does not go with delete mode {self.delete_mode.value}"
            raise ValueError(f"{does_not}, only with {', '.join(allowed)}")
        return self

    @property
    def is_bucket(self) -> bool:
        """Whether the source is a bucket, or lies in one."""
        return location.is_location(self.source)

    @property
    def is_reached_by_hand(self) -> bool:
        """Whether the command that made the job said where the store is, instead of naming a profile."""
        return self.irods_sync is not None and self.irods_sync.s3 is not None

    def options(self) -> dict[str, Any]:
        """Return everything as JSON values that any database takes; `from_options` finds the way back."""
        return self.model_dump(mode="json") | {"source": shown(self.source)}


def from_options(options: dict[str, Any]) -> Definition:
    """Return the definition that `options` gave; what concerns one run alone is left out."""
    told = {name: value for name, value in options.items() if name != RUN_KEY}
    return Definition.model_validate(told | {"source": hidden(told["source"])})


def read_file(path: Path) -> dict[str, Any]:
    """Return what a job file (TOML) says; `UsageError` names what is wrong with it."""
    try:
        return tomllib.loads(path.read_text())
    except OSError as error:
        raise UsageError(f"The job file {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The job file {path} is not TOML: {error}") from error


def explained(error: ValidationError) -> str:
    """Return a validation error as one sentence for each wrong field."""
    return "; ".join(_sentence(item["loc"], item["msg"]) for item in error.errors())


def _sentence(place: tuple[int | str, ...], message: str) -> str:
    told = message.removeprefix("Value error, ")
    return f"{'.'.join(map(str, place))}: {told}" if place else told
