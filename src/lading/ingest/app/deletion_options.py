"""The part of a definition that says what becomes of objects whose file vanished."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lading.ingest.engine.deletion import USUAL, DeleteScope, Limit, Limits, limit_of
from lading.ingest.engine.values import DeleteMode


class DeletionOptions(BaseModel):
    """What a run deletes, and what it does not delete unasked (`engine.deletion`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delete_mode: DeleteMode = DeleteMode.DO_NOT_DELETE
    delete_scope: DeleteScope = DeleteScope.MANAGED
    #: how many objects a run may delete unasked (`engine.deletion.limit_of`)
    delete_limit: str = "1000,20%"
    #: limits of folders right below the root
    delete_limits: dict[str, str] = Field(default_factory=dict)
    #: scans in a row that have to miss a path before it goes, beyond the first
    delete_grace: int = Field(default=0, ge=0, le=1000)
    #: path below the source that shows that it is the right one; nothing is deleted while it is not there
    sentinel: str | None = None

    @model_validator(mode="after")
    def _limits_say_something(self) -> Self:
        """Refuse limits that cannot be read, and those of folders that none would ever be compared with."""
        _ = self.limits
        for name in self.delete_limits:
            if not name or "/" in name:
                raise ValueError(f"delete_limits are for folders right below the source, {name!r} is none")
        return self

    @property
    def limits(self) -> Limits:
        """What a run may delete unasked."""
        folders = {name: limit_of(text, Limit()) for name, text in self.delete_limits.items()}
        return Limits(run=limit_of(self.delete_limit, USUAL), folders=folders)
