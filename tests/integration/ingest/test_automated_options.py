"""Options of `irods-sync start` that say what is brought, in runs over a real ledger and a real zone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.orchestration.models import Batch, RunState
from tests import oracle
from tests.carrying import outcomes, write
from tests.integration.ingest.automated import NAMES, Site, doing, site_of


@pytest.fixture
def site(shared_ledger: Settings, tmp_path: Path) -> Site:
    return site_of(shared_ledger, tmp_path)


def test_b5_what_is_left_out_stays_at_the_destination(site: Site) -> None:
    """Patterns are those of automated ingest: they begin where the absolute path begins."""
    write(site.source, *NAMES, "cache/x", "tmp.bak")
    words = ("--event_handler", site.handler(doing("PUT_SYNC", "NO_TRASH")))
    site.sync(*words)
    left_out = ("--exclude_file_name", r".*\.bak", "nothing", "--exclude_directory_name", f"{site.source}/cache$")
    write(site.source, "cache/y", "new.bak", "bak")
    run = site.sync(*words, *left_out)

    assert RunState.DONE == run.state
    assert {*NAMES, "cache/x", "tmp.bak", "bak"} == site.there()


def test_types_are_left_out_by_their_names(site: Site) -> None:
    """`link`, `pipe`, `socket` and the others."""
    write(site.source, "a")
    (site.source / "link").symlink_to("a")
    os.mkfifo(site.source / "pipe")
    run = site.sync("--exclude_file_type", "link,pipe")

    assert {"a": ("registered", "")} == outcomes(run)


def test_files_per_task_is_the_size_of_batches(site: Site) -> None:
    """Fewer than one is one."""
    write(site.source, *NAMES[:6])
    run = site.sync("--files_per_task", "2")
    brought = [one.registered for one in Batch.objects.filter(run=run, kind="filesystem.transfer")]

    assert (6, 2) == (sum(brought), max(brought))
    write(site.source, "x", "y")
    again = site.sync("--files_per_task", "0")
    assert {1} == {one.registered for one in Batch.objects.filter(run=again, kind="filesystem.transfer")}


def test_b7_initial_ingest_overwrites_nothing(site: Site) -> None:
    """PUT leaves what is there alone; the handler is told of the flag."""
    write(site.source, "a")
    with oracle.session(site.home) as irods:
        irods.collections.create(site.collection)
        with irods.data_objects.open(f"{site.collection}/a", "w") as file:
            file.write(b"of somebody else")
    before = site.checksums()
    more = """
    @staticmethod
    def pre_job(hdlr_mod, logger, meta):
        note(meta["initial_ingest"], meta["root"], meta["target"])
"""
    run = site.sync("--initial_ingest", "--event_handler", site.handler(doing("PUT", more=more)))

    assert {"a": ("skipped", "OBJECT_EXISTS")} == outcomes(run)
    assert before == site.checksums()
    assert [[True, str(site.source), site.collection]] == site.noted()


def test_the_cache_is_ignored_when_asked(site: Site) -> None:
    """An object that somebody removed is missed only then."""
    write(site.source, "a", "b")
    words = ("--event_handler", site.handler(doing("PUT_SYNC")))
    site.sync(*words)
    with oracle.session(site.home) as irods:
        irods.data_objects.unlink(f"{site.collection}/a", force=True)

    assert {} == outcomes(site.sync(*words))
    assert {"a": ("created", "")} == outcomes(site.sync(*words, "--ignore_cache"))
