"""How a folder is watched, and what of it means that something else has to be looked at."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from pathlib import Path

from lading.base.config_places import NETWORK_FILESYSTEMS, filesystem_of, mounted_below
from lading.base.paths import name_of, parent
from lading.ingest.engine.noticing.changes import Change, Look


class Way(Enum):
    """How one learns of changes."""

    EVENTS = "events"
    POLLING = "polling"


def way_of(root: Path, mounts: str) -> Way:
    """
    Return how a folder (absolute, resolved) can be watched; `mounts` is the kernel's table of what is mounted where.

    ==============================================  =======
    the folder, or a mount below it, is on          way
    ==============================================  =======
    a network filesystem: others change it, and     POLLING
    this kernel is not told
    FUSE: the same                                  POLLING
    anything else                                   EVENTS
    ==============================================  =======
    """
    kinds = {filesystem_of(root, mounts), *mounted_below(root, mounts)}
    if any(kind in NETWORK_FILESYSTEMS or kind.partition(".")[0] == "fuse" for kind in kinds):
        return Way.POLLING
    return Way.EVENTS


def told_by(change: Change, *, done_marker: str, ignore_file: str) -> list[Change]:
    """
    Return what has to be looked at for a change.

    ==============================  ========================================
    what changed                    looked at
    ==============================  ========================================
    `x.done`, marker `*.done`       `x`, and the marker itself
    marker `NAME` of a folder       the folder
    file that says what is left     the folder
    out of one
    anything else, or a marker      it
    that is gone
    ==============================  ========================================
    """
    name, suffix = name_of(change.path), done_marker.removeprefix("*")
    if change.look is Look.NOTHING and name != ignore_file:
        return [change]
    if done_marker.startswith("*") and suffix and name.endswith(suffix) and name != suffix:
        return [replace(change, receipt=""), replace(change, path=change.path.removesuffix(suffix), look=Look.ENTRY)]
    if name and name in {done_marker, ignore_file}:
        return [replace(change, path=parent(change.path), look=Look.TREE)]
    return [change]
