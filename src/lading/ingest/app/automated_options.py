"""The part of a definition that only jobs have which `lading irods-sync` started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

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
    log: LogOptions = LogOptions()
    profile_log: LogOptions = LogOptions()

    def told(self) -> dict[str, Any]:
        """Return it as a handler finds it."""
        values = self.model_dump(mode="python", exclude={"log", "profile_log"})
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
    return {"root": definition.source, "src_path": definition.source, "root_target_collection": target, **told}
