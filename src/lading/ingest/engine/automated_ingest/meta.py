"""
The dictionary that methods of such a handler are given.

=====================  ===========================================================================
key                    is
=====================  ===========================================================================
root, path             source, and the path in it (of a name that is not UTF-8: its folder)
target                 logical path
root_target_collection where the job brings its source
size, mtime, ctime     as the listing saw them; times in seconds
is_link, is_socket     what the entry stands for
is_empty_dir           None
entry_type             `file` or `dir`
chunk                  the facts of this one path, under it
task, queue_name       what it would have been done by
b64_path_str, …        the bytes of a name that is not UTF-8, in Base64, and why they are there
retries                how often the path failed so far
=====================  ===========================================================================

What the job was started with comes on top: names of queues, flags, `config` with the log options. There is no secret.
"""

from __future__ import annotations

import base64
import os
from typing import Any

from lading.base.paths import is_utf8, to_bytes
from lading.ingest.engine.links import LINK_TAG, SOCKET_TAG
from lading.ingest.engine.values import Entry
from lading.ingest.handlers import Event, Hook

_SECOND = 1_000_000_000

_OF_JOB = frozenset({Hook.PRE_JOB, Hook.POST_JOB})
_OF_COLLECTION = frozenset(hook for hook in Hook if "collection" in hook.value)
_DELETIONS = {
    Hook.PRE_DATA_OBJECT_DELETE: "delete_data_object",
    Hook.POST_DATA_OBJECT_DELETE: "delete_data_object",
    Hook.PRE_COLLECTION_DELETE: "delete_collection",
    Hook.POST_COLLECTION_DELETE: "delete_collection",
}
#: what a name that is not UTF-8 is stored as begins with
_ENCODED = "irods_UnicodeEncodeError_"


def meta_of(event: Event) -> dict[str, Any]:
    """Return the dictionary for an event, a new one each time."""
    given = dict(event.given)
    root, target = str(given.get("root", "")), str(given.get("root_target_collection", ""))
    meta: dict[str, Any] = {"job_name": event.job, "interval": None, **given}
    if event.hook in _OF_JOB or not (event.path or event.logical_path):
        return meta | {"path": root, "target": target, "task": "filesystem_main_task"} | _queue(meta, "restart")
    meta |= {"path": event.physical_path or root, "target": event.logical_path or target, "retries": event.retries}
    if event.hook in _OF_COLLECTION or (event.entry is None and event.hook is None):
        meta |= {"entry_type": "dir", "task": "filesystem_sync_dir"} | _queue(meta, "path")
    else:
        meta |= {"entry_type": "file", "task": "sync_file"} | _queue(meta, "file")
    if event.hook in _DELETIONS:
        meta["task"] = _DELETIONS[event.hook]
    return meta | _facts(event.entry, str(meta["path"])) | _bytes_of(str(meta["path"]))


def _queue(meta: dict[str, Any], name: str) -> dict[str, Any]:
    return {"queue_name": meta.get(f"{name}_queue", name)}


def _facts(entry: Entry | None, path: str) -> dict[str, Any]:
    if entry is None:
        return {}
    facts = {
        "is_link": entry.tag.startswith(LINK_TAG),
        "is_socket": entry.tag == SOCKET_TAG,
        "is_empty_dir": None,
        "mtime": entry.mtime_ns / _SECOND,
        "ctime": entry.ctime_ns / _SECOND,
        "size": entry.size,
    }
    return facts | {"chunk": {path: dict(facts)}}


def _bytes_of(path: str) -> dict[str, Any]:
    """Return what tells the name of a path that is not UTF-8."""
    if is_utf8(path):
        return {}
    encoded = base64.b64encode(to_bytes(path))
    return {
        "path": os.path.dirname(path),  # noqa: PTH120 - text with lone surrogates
        "b64_path_str": encoded,
        "b64_reason": "UnicodeEncodeError",
        "unicode_error_filename": f"{_ENCODED}{encoded.decode()}",
    }
