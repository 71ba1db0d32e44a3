"""What a store knows of an object beside its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectFacts:
    """What a store knows of one version of an object beside its bytes."""

    content_type: str
    storage_class: str
    #: "" in a bucket without versions
    version_id: str
    metadata: Mapping[str, str]


def facts_in(answer: Mapping[str, Any]) -> ObjectFacts:
    """Return what an answer about one version says."""
    return ObjectFacts(
        content_type=answer.get("ContentType", ""),
        storage_class=answer.get("StorageClass", "STANDARD"),
        version_id=answer.get("VersionId", ""),
        metadata=answer.get("Metadata", {}),
    )
