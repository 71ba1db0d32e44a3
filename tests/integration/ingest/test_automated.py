"""Handlers written for automated ingest, in runs over a real ledger and a real zone."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import HandlerRefused
from lading.ingest.app import jobs, scanning
from lading.ingest.app.definition import Definition
from lading.ingest.app.models import Job
from lading.ingest.app.planning import DryRun
from lading.orchestration.ledger import claims
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import Batch, RunState
from lading.orchestration.progress import Meter
from tests import oracle
from tests.carrying import carry, outcomes, write
from tests.integration.ingest.automated import NAMES, Site, doing, site_of


@pytest.fixture
def site(shared_ledger: Settings, tmp_path: Path) -> Site:
    return site_of(shared_ledger, tmp_path)


@pytest.mark.parametrize(
    ("operation", "new", "changed"),
    [
        ("PUT", "created", None),
        ("PUT_SYNC", "created", "updated"),
        ("PUT_APPEND", "created", "updated"),
        ("REGISTER_SYNC", "registered", "updated"),
        ("NO_OP", "skipped", "skipped"),
    ],
)
def test_each_operation_brings_new_and_changed_files(site: Site, operation: str, new: str, changed: str | None) -> None:
    """As the handler says, whatever the default is."""
    write(site.source, "d/a")
    words = ("--event_handler", site.handler(doing(operation)))
    first = outcomes(site.sync(*words))
    with (site.source / "d/a").open("ab") as file:
        file.write(b", and more")
    second = outcomes(site.sync(*words))

    assert new == first["d/a"][0]
    assert changed == second.get("d/a", (None, ""))[0] or second["d/a"] == ("skipped", "OBJECT_EXISTS")
    if operation not in {"PUT", "NO_OP"}:
        assert oracle.source_tree(site.source) == site.checksums()


def test_without_a_handler_files_are_registered(site: Site) -> None:
    """The catalogue points at them where they lie; links and sockets as such."""
    write(site.source, "a")
    (site.source / "link").symlink_to("a")
    run = site.sync()

    assert {"a": ("registered", ""), "link": ("registered", "")} == outcomes(run)
    with oracle.session(site.home) as irods:
        found = irods.data_objects.get(f"{site.collection}/link").metadata.items()
    assert [("link_target", f"{site.source}/a", "automated_ingest")] == [
        (one.name, one.value, one.units) for one in found
    ]


@pytest.mark.parametrize(
    ("operation", "mode"), [("PUT_SYNC", "TRASH"), ("PUT_APPEND", "NO_TRASH"), ("REGISTER_SYNC", "UNREGISTER")]
)
def test_each_delete_mode_takes_away_what_vanished(site: Site, operation: str, mode: str) -> None:
    """Also what others put there: the destination mirrors the source."""
    write(site.source, *NAMES, "gone/a")
    words = ("--event_handler", site.handler(doing(operation, mode)))
    site.sync(*words)
    if operation != "REGISTER_SYNC":
        with oracle.session(site.home) as irods, irods.data_objects.open(f"{site.collection}/foreign", "w") as file:
            file.write(b"of somebody else")
    (site.source / "gone/a").unlink()
    (site.source / "gone").rmdir()
    run = site.sync(*words)

    assert RunState.DONE == run.state
    assert set(NAMES) == site.there()
    trash = oracle.zone_tree(site.home, site.collection.replace("/home/", "/trash/home/"))
    assert (mode == "TRASH") is bool(trash)


def test_a_vanished_source_takes_nothing_away(site: Site) -> None:
    """B6: an empty root is held, whatever the handler says."""
    write(site.source, *NAMES)
    words = ("--event_handler", site.handler(doing("PUT_SYNC", "NO_TRASH")))
    site.sync(*words)
    for name in NAMES:
        (site.source / name).unlink()
    (site.source / "keep").rmdir()
    run = site.sync(*words)

    assert RunState.HELD == run.state
    assert set(NAMES) == site.there()


def test_a_pair_that_does_not_go_together_is_refused_at_the_start(site: Site) -> None:
    """And not by a task that fails."""
    write(site.source, "a")
    with pytest.raises(HandlerRefused, match="register-sync does not go with delete mode trash"):
        site.start("--event_handler", site.handler(doing("REGISTER_SYNC", "TRASH")))


def test_two_jobs_of_one_source_know_of_each_other_whatever_they_are_called(site: Site) -> None:
    """What is known of files belongs to source and destination, not to a name."""
    write(site.source, "a")
    words = ("--event_handler", site.handler(doing("PUT_SYNC")))
    site.sync(*words, "--job_name", "one")
    run = site.sync(*words, "--job_name", "two")

    assert {} == outcomes(run)


def test_b9_another_operation_compares_anew(site: Site) -> None:
    """NO_OP first, then PUT: the file arrives."""
    write(site.source, "a")
    site.sync("--event_handler", site.handler(doing("NO_OP")))
    run = site.sync("--event_handler", site.handler(doing("PUT")))

    assert {"a": ("created", "")} == outcomes(run)


def test_a_file_is_registered_under_the_path_that_the_handler_says(site: Site) -> None:
    """B32: the second run finds it registered so, and does nothing."""
    write(site.source, "a")
    elsewhere = site.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a").write_bytes((site.source / "a").read_bytes())
    more = f"""
    @staticmethod
    def target_path(session, meta, **options):
        return meta["path"].replace(meta["root"], {str(elsewhere)!r})

    @staticmethod
    def to_resource(session, meta, **options):
        return "demoResc"
"""
    words = ("--event_handler", site.handler(doing("REGISTER_AS_REPLICA_SYNC", more=more)))
    first = outcomes(site.sync(*words))
    second = outcomes(site.sync(*words, "--ignore_cache"))

    assert {"a": ("registered", "")} == first
    assert {} == second
    with oracle.session(site.home) as irods:
        assert [str(elsewhere / "a")] == [one.path for one in irods.data_objects.get(f"{site.collection}/a").replicas]


def test_files_belong_to_the_user_that_the_handler_names(site: Site) -> None:
    """`as_user` says zone and user; the hook's session is that user's."""
    user = f"u{site.collection[-8:]}"
    with oracle.session(site.home) as irods:
        irods.users.create(user, "rodsuser")
        irods.collections.create(site.collection)
        from irods.access import iRODSAccess

        irods.acls.set(iRODSAccess("own", site.collection, user))
    write(site.source, "a")
    more = f"""
    @staticmethod
    def as_user(meta, **options):
        return "tempZone", {user!r}

    @staticmethod
    def post_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
        note(session.data_objects.get(meta["target"]).owner_name)
"""
    run = site.sync("--event_handler", site.handler(doing("PUT_SYNC", more=more)))

    assert {"a": ("created", "")} == outcomes(run)
    assert [[user]] == site.noted()


def test_names_are_mapped_as_the_handler_says_and_can_be_deleted(site: Site) -> None:
    """A character map no longer switches deletion off."""
    write(site.source, *NAMES, "x:y")
    more = """
    @staticmethod
    def character_map():
        return {(":", "?"): "_"}
"""
    words = ("--event_handler", site.handler(doing("PUT_SYNC", "NO_TRASH", more)))
    site.sync(*words)
    mapped = site.there() - set(NAMES)
    (site.source / "x:y").unlink()
    site.sync(*words)

    assert 1 == len(mapped)
    assert mapped.pop().startswith("x_y-")
    assert set(NAMES) == site.there()


def test_b25_a_hook_that_failed_runs_in_the_next_run(site: Site) -> None:
    """The object is not sent again."""
    write(site.source, "a")
    more = """
    @staticmethod
    def post_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
        import os
        if not os.path.exists({go!r}):
            raise RuntimeError("not yet")
        note(meta["target"])
""".format(go=str(site.folder / "go"))
    words = ("--event_handler", site.handler(doing("PUT_SYNC", more=more)))
    first = outcomes(site.sync(*words))
    (site.folder / "go").touch()
    second = outcomes(site.sync(*words))

    assert {"a": ("failed", "HOOK_FAILED")} == first
    assert {"a": ("created", "HOOK_OWED")} == second
    assert [[f"{site.collection}/a"]] == site.noted()


def test_hooks_around_deletions_are_called(site: Site) -> None:
    """Of objects and of collections, without a logger."""
    write(site.source, *NAMES, "gone/a")
    more = """
    @staticmethod
    def pre_data_obj_delete(hdlr_mod, session, meta, *args, **options):
        note("pre object", meta["target"])

    @staticmethod
    def post_data_obj_delete(hdlr_mod, session, meta, *args, **options):
        note("post object", meta["target"])

    @staticmethod
    def post_coll_delete(hdlr_mod, session, meta, *args, **options):
        note("post collection", meta["target"])
"""
    words = ("--event_handler", site.handler(doing("PUT_SYNC", "TRASH", more)))
    site.sync(*words)
    (site.source / "gone/a").unlink()
    (site.source / "gone").rmdir()
    run = site.sync(*words)

    assert 3 == totals(run.pk)["hooks"]
    there = f"{site.collection}/gone"
    assert [["pre object", f"{there}/a"], ["post object", f"{there}/a"], ["post collection", there]] == site.noted()


def test_b26_a_scan_that_is_done_twice_plans_once(site: Site) -> None:
    """What a scan finds is written when it ends; a worker that died over it left nothing behind."""
    write(site.source, *NAMES[:3])
    more = """
    @staticmethod
    def pre_data_obj_create(hdlr_mod, logger, session, meta, *args, **options):
        note(meta["target"])
"""
    run = site.start("--event_handler", site.handler(doing("PUT_SYNC", more=more)))
    batch = Batch.objects.get(run=run)
    held = claims.claim(batch.pk, "dies")
    assert held is not None
    scanning.scan_batch(held, Meter(run.pk, batch.pk))
    claims.give_back(held)

    assert RunState.DONE == carry(run).state
    assert 3 == len(site.noted()) == len(outcomes(run))
    assert 1 == Batch.objects.filter(run=run, kind="filesystem.scan").count()


def test_such_a_handler_is_taken_by_every_command(site: Site) -> None:
    """`--handler` finds out how it is written; its operation goes before that of the command."""
    write(site.source, "a")
    handler = site.handler(doing("REGISTER_SYNC", "UNREGISTER"))
    definition = Definition(source=str(site.source), destination=site.collection, handler=handler)
    run = carry(jobs.start(jobs.store(definition)))
    stored = jobs.definition_of(Job.objects.get(pk=run.job_id or 0))

    assert {"a": ("registered", "")} == outcomes(run)
    assert ("register-sync", "unregister") == (stored.operation.value, stored.delete_mode.value)
    assert ["keep"] == [line.verb for line in DryRun(definition).lines()]
