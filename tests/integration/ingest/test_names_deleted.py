"""Odd names that vanish: just their objects go, and nothing that another name stands for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from irods.message import ET, XML_Parser_Type

from lading.base.config import Settings
from lading.base.paths import from_bytes, to_bytes
from lading.ingest.app.assembly import rules_of
from lading.ingest.app.definition import Definition
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.values import DeleteMode
from lading.orchestration.models import RunState
from tests import oracle
from tests.carrying import outcomes, sync
from tests.integration.ingest.deletion_job import job_of
from tests.integration.irods.odd_names import BYTES, KEPT

#: short enough to stay below 255 bytes when they are encoded or mapped
NAMES = [name for name in KEPT if len(to_bytes(name)) < 50] + [from_bytes(raw) for raw in BYTES]
#: those that are the most likely to be taken for something else, as folders
FOLDERS = [
    "..a",
    ".data",
    "data",
    "*",
    "%",
    "_%_",
    " ",
    "\n",
    "'||'",
    "\\",
    "\x01",
    "&amp;",
    *map(from_bytes, BYTES[:2]),
]
PLAIN: dict[str, Any] = {}
MAPPED: dict[str, Any] = {"character_map": {"regex:[^a-zA-Z0-9]": "_"}}


@pytest.fixture(autouse=True)
def _lenient() -> Iterator[None]:
    """Let the client library read control characters, which no XML parser does."""
    ET(XML_Parser_Type.QUASI_XML, (5, 0, 2))
    yield
    ET(None)


def put(root: Path, path: str) -> None:
    whole = os.path.join(os.fsencode(root), to_bytes(path))  # noqa: PTH118 - bytes
    os.makedirs(os.path.dirname(whole), exist_ok=True)  # noqa: PTH103, PTH120 - bytes
    with open(whole, "wb") as file:  # noqa: PTH123 - bytes
        file.write(to_bytes(path))


def stored(definition: Definition, path: str, source: Path) -> str:
    """Return where a path goes, relative to the destination."""
    return rules_of(definition).naming.logical_path("", path, source_root=str(source)).path[1:]


@pytest.mark.parametrize("mode", [DeleteMode.TRASH, DeleteMode.NO_TRASH])
@pytest.mark.parametrize("scope", list(DeleteScope))
@pytest.mark.parametrize("naming", [PLAIN, MAPPED], ids=["plain", "mapped"])
def test_every_second_odd_name_vanishes_and_every_other_one_stays(
    shared_ledger: Settings, tmp_path: Path, naming: dict[str, Any], scope: DeleteScope, mode: DeleteMode
) -> None:
    """Files in the root, files in a folder of an odd name, and whole folders; a third run has nothing to do."""
    source = tmp_path / "source"
    job = job_of(shared_ledger, tmp_path, delete_mode=mode, delete_scope=scope, delete_limit="none", **naming)
    definition = Definition(source=str(source), destination=job.collection, **job.options)
    trees = [path for name in FOLDERS for path in (f"files/{name}/{name}", f"trees/{name}/{name}")]
    paths = [*NAMES, *trees]
    for path in paths:
        put(source, path)

    assert RunState.DONE == sync(definition).state
    assert {stored(definition, path, source) for path in paths} == job.there()
    for path in (*NAMES[::2], *(f"files/{name}/{name}" for name in FOLDERS[::2])):
        os.unlink(os.path.join(os.fsencode(source), to_bytes(path)))  # noqa: PTH108, PTH118 - bytes
    for name in FOLDERS[::2]:
        shutil.rmtree(os.path.join(os.fsencode(source), b"trees", to_bytes(name)))  # noqa: PTH118 - bytes
    run = sync(definition)

    assert (RunState.DONE, {("deleted", "")}) == (run.state, set(outcomes(run).values()))
    left = [*NAMES[1::2], *(path for path in trees if path.split("/")[1] in FOLDERS[1::2])]
    assert {stored(definition, path, source) for path in left} == job.there()
    assert {} == outcomes(sync(definition))


@pytest.mark.parametrize("scope", list(DeleteScope))
def test_a_name_goes_and_one_that_reads_as_its_mapped_form_comes(
    shared_ledger: Settings, tmp_path: Path, scope: DeleteScope
) -> None:
    """In one run, in both directions: what came is there with its own bytes."""
    source = tmp_path / "source"
    job = job_of(
        shared_ledger, tmp_path, delete_mode=DeleteMode.NO_TRASH, delete_scope=scope, delete_limit="none", **MAPPED
    )
    definition = Definition(source=str(source), destination=job.collection, **job.options)
    put(source, "stays")
    for comes, goes in (("!first", None), ("_first_x", "!first"), ("!first", "_first_x")):
        put(source, comes)
        if goes:
            (source / goes).unlink()
        sync(definition)

        wanted = {stored(definition, path, source): oracle.sha2(path.encode()) for path in ("stays", comes)}
        there = oracle.zone_tree(shared_ledger.home, job.collection)
        assert wanted == {path: seen.vault_checksum for path, seen in there.items()}


def test_a_single_file_of_odd_bytes_is_never_foreign(shared_ledger: Settings, tmp_path: Path) -> None:
    """A job that mirrors knows its own object again."""
    (tmp_path / "source").mkdir()
    whole = os.fsencode(tmp_path / "source") + b"/caf\xe9"
    with open(whole, "wb") as file:  # noqa: PTH123 - bytes
        file.write(b"1")
    job = job_of(
        shared_ledger, tmp_path, delete_mode=DeleteMode.NO_TRASH, delete_scope=DeleteScope.MIRROR, delete_limit="none"
    )
    definition = Definition(source=os.fsdecode(whole), destination=job.collection, **job.options)
    for outcome in ({"created"}, set()):
        assert outcome == {kind for kind, _ in outcomes(sync(definition)).values()}
        assert 1 == len(job.there())
