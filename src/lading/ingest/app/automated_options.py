"""The part of a definition that only jobs have which `lading irods-sync` started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from lading.base.config_s3 import S3Profile
from lading.ingest.engine.automated_ingest import AUTOMATED_INGEST

if TYPE_CHECKING:
    from lading.ingest.app.definition import Definition


class LogOptions(BaseModel):
    """Where and how the command logs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    filename: str | None = None
    when: str | None = None
    interval: int | None = None
    level: str | None = None


class StartedS3(BaseModel):
    """Where the store is, as the command said; where its keys are, and never what they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: file of two lines, on each host with workers
    key_file: str
    endpoint: str | None = None
    region: str | None = None
    proxy: str | None = None

    @property
    def profile(self) -> S3Profile:
        """The same as a profile of the settings would have it."""
        return S3Profile.model_validate(self.model_dump())


class StartedWith(BaseModel):
    """What the job was started with, as its handler expects to find it; nothing here changes what is done."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job_name: str
    #: seconds between runs; None: one run
    interval: int | None = None
    initial_ingest: bool = False
    ignore_cache: bool = False
    synchronous: bool = False
    progress: bool = False
    profile: bool = False
    files_per_task: int = 50
    file_queue: str = "file"
    path_queue: str = "path"
    restart_queue: str = "restart"
    event_handler: str | None = None
    exclude_file_type: tuple[str, ...] = ()
    exclude_file_name: tuple[str, ...] = ()
    exclude_directory_name: tuple[str, ...] = ()
    idle_disconnect_seconds: int = 60
    s3: StartedS3 | None = None
    log: LogOptions = LogOptions()
    profile_log: LogOptions = LogOptions()

    def told(self) -> dict[str, Any]:
        """Return it as a handler finds it."""
        values = self.model_dump(mode="python", exclude={"log", "profile_log", "s3"})
        lists = {name: list(value) for name, value in values.items() if isinstance(value, tuple)}
        logs = {"log": self.log.model_dump(), "profile": self.profile_log.model_dump()}
        return values | lists | {"config": logs}


class AutomatedOptions(BaseModel):
    """What a job has that `lading irods-sync` started."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    irods_sync: StartedWith | None = None
    #: files in one batch at most; None: as the settings say
    batch_files: int | None = Field(default=None, ge=1)


def given_to(definition: Definition) -> dict[str, Any]:
    """Return what events tell the handler of the job, if it is one for automated ingest."""
    if definition.handler_dialect != AUTOMATED_INGEST:
        return {}
    target = definition.destination.rstrip("/")
    told = definition.irods_sync.told() if definition.irods_sync else {}
    root = "/" + definition.source.partition("://")[2] if definition.is_bucket else definition.source
    return {"root": root, "src_path": root, "root_target_collection": target, **told}
