"""One file of a piece of work, and what is known of its place at the destination."""

from __future__ import annotations

from dataclasses import dataclass

from lading.base.paths import join, name_of
from lading.ingest.engine.around import FileTask
from lading.ingest.engine.circumstances import Circumstances
from lading.ingest.engine.compare import Action
from lading.ingest.engine.plan import Group
from lading.ingest.engine.values import Listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(FileTask):
    """One file to be done, and what is known to be there."""

    found: Listed | None = None
    looked: bool = False
    #: for registrations: all replicas that are there, if somebody looked
    replicas: tuple[Listed, ...] | None = None
    #: what is there may be what this work made, without having learned of it
    perhaps_ours: bool = False


def logical_name(group: Group, action: Action, circumstances: Circumstances) -> str:
    """Return the name at the destination."""
    return name_of(circumstances.logical_path(group.collection, join(group.folder, action.entry.name)))
