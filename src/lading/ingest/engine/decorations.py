"""The metadata and permissions that an object is made with."""

from __future__ import annotations

from typing import TypedDict

from lading.ingest.engine import object_metadata
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.labels import avus_of
from lading.ingest.engine.naming import Name
from lading.ingest.engine.templates import Acl, Avu, Facts
from lading.ingest.engine.values import Entry


class Decorations(TypedDict):
    """Fields of a `Target`."""

    avus: tuple[Avu, ...]
    acls: tuple[Acl, ...]


def decorations(name: Name, path: str, entry: Entry, circumstances: Circumstances) -> Decorations:
    """Return what the job's templates say of a file, after the AVUs that explain its name and what it is."""
    templates = circumstances.rules.templates
    own = (*name.avus, *avus_of(circumstances.source.physical_path(path), entry))
    if not templates.decorates:
        return {"avus": own, "acls": ()}
    facts = facts_of(path, entry, circumstances)
    return {"avus": (*own, *templates.avus(facts)), "acls": templates.acls(facts)}


def facts_of(path: str, entry: Entry, circumstances: Circumstances) -> Facts:
    """Return what templates are filled in with."""
    source = circumstances.source
    return Facts(
        path=path,
        entry=entry,
        owner=lambda: source.owner(path),
        of_object=object_metadata.asked_of(source, path),
    )
