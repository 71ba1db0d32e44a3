"""The part of a definition that says what is done around files: handler, metadata, permissions, users, retries."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from lading.ingest.engine.answers import LONGEST_SECONDS, MOST_RETRIES
from lading.ingest.engine.handler_loading import LADING
from lading.ingest.engine.templates import AclRow, ActAsRow, MetadataRow, ObjectRow, Templates


class HandlerOptions(BaseModel):
    """What is done around files (`engine.templates`, `lading.ingest.Handler`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: `FILE.py[:Class]`, or `package.module:Class` of what is installed on every worker
    handler: str | None = None
    #: of its code; made when the job is stored
    handler_digest: str = ""
    #: names of the methods that it has; made when the job is stored
    handler_defines: tuple[str, ...] = ()
    #: how it is written
    handler_dialect: str = LADING
    #: AVUs that each object gets
    metadata: tuple[MetadataRow, ...] = ()
    #: AVUs that what a store says of an object makes
    object_metadata: tuple[ObjectRow, ...] = ()
    #: permissions that each object gets
    acl: tuple[AclRow, ...] = ()
    #: who writes
    act_as: tuple[ActAsRow, ...] = ()
    #: how often a file whose error may pass, or whose hook raised, is tried again
    retries: int = Field(default=0, ge=0, le=MOST_RETRIES)
    #: seconds before such a try
    delay: float = Field(default=0.0, ge=0, le=LONGEST_SECONDS)
    #: seconds that one call of the handler may take
    timeout: float = Field(default=3600.0, gt=0, le=LONGEST_SECONDS)

    @property
    def asks_for_resource(self) -> bool:
        """Whether the handler names the resource of each file."""
        return not {"resource", "resource_hierarchy"}.isdisjoint(self.handler_defines)

    @property
    def templates(self) -> Templates:
        """The rows as the engine takes them."""
        return Templates(metadata=self.metadata, acl=self.acl, act_as=self.act_as, objects=self.object_metadata)
