"""The part of a definition that only buckets have, and what of the rest makes no sense for one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, field_validator

from lading.base.config_s3 import DEFAULT, name_of_profile
from lading.ingest.engine.clearing import After
from lading.ingest.engine.links import Links, Special
from lading.ingest.engine.sources.s3 import location
from lading.ingest.engine.values import Operation

if TYPE_CHECKING:
    from lading.ingest.app.definition import Definition

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


class BucketOptions(BaseModel):
    """How objects of an S3 store are brought."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: name of the store in the settings (`s3.NAME`); None: `default`
    s3_profile: str | None = None

    @field_validator("s3_profile")
    @classmethod
    def _is_a_name(cls, value: str | None) -> str | None:
        """Refuse what no setting could define; `default` need not be said."""
        return None if value is None or name_of_profile(value) == DEFAULT else value


def source_in_order(source: str) -> str:
    """Return a source as it is stored: of a bucket in the one way to write it. Raise `UsageError`, `ValueError`."""
    if location.is_location(source):
        return location.parse(source).canonical
    if _ADDRESS.match(source):
        raise ValueError(f"{source} is neither a folder nor a bucket: a bucket is s3://BUCKET/PREFIX")
    return source


def refuse_forbidden(definition: Definition) -> None:
    """
    Raise `ValueError` for options that mean nothing for the source.

    =============================  =============================================================
    option                         of a bucket
    =============================  =============================================================
    operation = put-append         no: an object is replaced as a whole, it never grew
    after = move, delete           no: Lading never writes to a bucket
    links, special                 no: there is neither in a bucket
    s3_profile, object_metadata    yes; of a folder: no
    =============================  =============================================================
    """
    if not definition.is_bucket:
        for name in ("s3_profile", "object_metadata"):
            if getattr(definition, name):
                raise ValueError(f"{name} is for buckets (s3://…), and {definition.source} is a folder")
        return
    if definition.operation is Operation.PUT_APPEND:
        raise ValueError(
            "put-append does not go with a bucket: an object is always replaced as a whole, so that nothing shows that "
            "its beginning is still the same; put-sync sends it again"
        )
    if definition.after is not After.KEEP:
        raise ValueError(f"--after {definition.after.value} does not go with a bucket: Lading never writes to one")
    if definition.links is not Links.SKIP or definition.special is not Special.SKIP:
        raise ValueError("links and special do not go with a bucket: there are neither links nor sockets in one")
