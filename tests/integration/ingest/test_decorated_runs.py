"""Metadata, permissions and users from job files, and hooks around deletions, in runs on real workers."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.orchestration.ledger.tallies import totals
from lading.orchestration.models import RunState
from tests import oracle
from tests.conftest import StartWorker
from tests.integration.ingest.handling import NOTING, Place, codes, sync

pytestmark = pytest.mark.services


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write()
    return found


def test_metadata_permissions_and_users_come_from_the_job_file(
    place: Place, shared_ledger: Settings, start_worker: StartWorker
) -> None:
    """No code is needed."""
    user = f"u{place.source.parent.name}"[:20].replace("-", "")
    with oracle.session(shared_ledger.home) as irods:
        irods.users.create(user, "rodsuser")
        irods.collections.create(place.collection)
        from irods.access import iRODSAccess

        irods.acls.set(iRODSAccess("own", place.collection, user))
    place.fill("p1_a", "p2_b")
    start_worker()
    sync(
        place,
        handler=None,
        metadata=({"attribute": "project", "value": "{p}", "match": "(?P<p>[^_]+)_.*"},),
        acl=({"permission": "read", "user": "public"},),
        act_as=({"files": "p2*", "user": user},),
    )

    with oracle.session(shared_ledger.home) as irods:
        objects = {name: irods.data_objects.get(f"{place.collection}/{name}") for name in ("p1_a", "p2_b")}
        assert ["rods", user] == [objects[name].owner_name for name in objects]
        assert ["p1", "p2"] == [objects[name].metadata.items()[0].value for name in objects]
        for one in objects.values():
            assert "public" in {access.user_name for access in irods.acls.get(one)}


def test_a_changed_template_renews_metadata_only(
    place: Place, shared_ledger: Settings, start_worker: StartWorker
) -> None:
    """No content is compared or sent; a third run asks the zone nothing."""
    place.fill("a", "b")
    start_worker()
    runs = [
        sync(place, handler=None, metadata=({"attribute": attribute, "value": "{name}"},))
        for attribute in ("old", "new", "new")
    ]

    assert {"a": ("updated", "METADATA"), "b": ("updated", "METADATA")} == codes(runs[1])
    assert (0, 2) == (totals(runs[1].pk)["bytes"], totals(runs[1].pk)["requests"])
    assert (2, 0) == (totals(runs[2].pk)["unchanged"], totals(runs[2].pk)["requests"])


def test_deletions_have_hooks_too(place: Place, shared_ledger: Settings, start_worker: StartWorker) -> None:
    """Each object of a vanished folder and its collection; one whose pre-hook raises stays and has failed."""
    folder = place.source / "d"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / name).write_text(name)
    place.fill("kept")
    deleting = (
        "    def pre_data_object_delete(self, event):\n"
        "        if event.path == 'd/b':\n"
        "            raise RuntimeError('still needed')\n"
        "    def post_data_object_delete(self, event):\n"
        "        self.note(event)\n"
    )
    place.write(NOTING + deleting)
    start_worker()
    sync(place, delete_mode="trash")
    for name in ("a", "b"):
        (folder / name).unlink()
    folder.rmdir()
    run = sync(place, RunState.DONE_WITH_FAILURES, delete_mode="trash")

    assert ["d/a"] == [line[1] for line in place.noted("post_data_object_delete")]
    assert {"d/a": ("deleted", ""), "d/b": ("failed", "HOOK_FAILED")} == codes(run)
    assert {"kept", "d/b"} == set(oracle.zone_tree(shared_ledger.home, place.collection))
