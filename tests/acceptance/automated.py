"""A site that used automated ingest: its handler, its commands, and a handler with every hook."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

from tests import oracle
from tests.acceptance.conftest import Done, Place

HEAD = """
import itertools
import json
import os
import time

from irods_capability_automated_ingest.core import Core
from irods_capability_automated_ingest.utils import DeleteMode, Operation


def note(*words):
    with open({log!r}, "a") as log:
        log.write(json.dumps(words) + "\\n")

"""

PUT = """
class event_handler(Core):
    @staticmethod
    def operation(session, meta, **options):
        return Operation.PUT_SYNC
"""

#: a handler with all hooks, written out as people did
EVERY_HOOK = (
    PUT
    + """
    @staticmethod
    def delete_mode(meta):
        return DeleteMode.TRASH

    @staticmethod
    def pre_job(hdlr_mod, logger, meta):
        logger.info("pre_job", job_name=meta["job_name"])
        note("pre_job", meta["job_name"], hdlr_mod is event_handler)

    @staticmethod
    def post_job(hdlr_mod, logger, meta):
        note("post_job", meta["job_name"], hdlr_mod is event_handler)
"""
    + "".join(
        f"""
    @staticmethod
    def {moment}_{what}_{change}(hdlr_mod, {"" if change == "delete" else "logger, "}session, meta, *args, **options):
        note("{moment}_{what}_{change}", os.path.basename(meta["target"]), hdlr_mod.event_handler is event_handler)
"""
        for what in ("data_obj", "coll")
        for change in ("create", "modify", "delete")
        for moment in ("pre", "post")
    )
)


class Site:
    """A place with a handler, and the commands of automated ingest."""

    def __init__(self, place: Place, folder: Path) -> None:
        self.place, self.folder = place, folder
        self.log = folder / "handler.log"

    def handler(self, body: str) -> str:
        path = self.folder / "site_handler.py"
        path.write_text(HEAD.format(log=str(self.log)) + dedent(body))
        return str(path)

    def noted(self) -> list[list[Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []

    def write(self, name: str, text: str) -> Path:
        path = self.place.source / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def words(self, *words: str) -> tuple[str, ...]:
        return ("irods-sync", "start", str(self.place.source), self.place.collection, *words)

    def sync(self, *words: str) -> Done:
        return self.place.run(*self.words("--synchronous", *words))

    def listed(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = json.loads(self.place.run("irods-sync", "list").out)
        return found

    def names(self) -> dict[str, list[str]]:
        return {kind: [one["job_name"] for one in many] for kind, many in self.listed().items()}

    def there(self) -> set[str]:
        return set(oracle.zone_tree(self.place.home, self.place.collection))
