"""Deletions carried out in memory: one look, one removal, one result for each object, whatever the zone does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lading.base.errors import (
    ConnectionLost,
    OutsideDestination,
    Refused,
    SourceUnreadable,
    ZoneUnreachable,
)
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.destinations.memory import Call, Moment
from lading.ingest.engine.naming import Name, Naming
from lading.ingest.engine.removal_work import (
    Doomed,
    DoomedFolder,
    DoomedTree,
    RemovalWork,
)
from lading.ingest.engine.removing import remove_empty
from lading.ingest.engine.sources.memory import MemorySource
from lading.ingest.engine.values import DeleteMode, Entry, ReplicaState
from tests.unit.engine.losses import lost, run, shop, tree
from tests.unit.engine.workshop import ROOT, Workshop

TRASH = f"{ROOT.replace('/home/', '/trash/home/')}"


@pytest.mark.parametrize("mode", [DeleteMode.TRASH, DeleteMode.NO_TRASH])
def test_each_object_goes_by_one_request(mode: DeleteMode) -> None:
    """After one look for the whole folder."""
    of = shop("a", "b", "c", mode=mode)
    work = RemovalWork(folders=(lost(of, "", "a", "b"),))
    before = of.destination.requests()

    assert {"a": ("deleted", ""), "b": ("deleted", "")} == run(of, work)
    assert 1 + 2 == of.destination.requests() - before
    assert {"c"} == of.stored().keys()
    assert (mode is DeleteMode.TRASH) == (f"{TRASH}/a" in of.destination.objects)


@pytest.mark.parametrize("moment", list(Moment))
def test_a_broken_connection_neither_loses_nor_doubles_a_removal(moment: Moment) -> None:
    """Whether or not the request arrived, the object is gone and counted once."""
    of = shop("a")
    work = RemovalWork(folders=(lost(of, "", "a"),))
    of.destination.fail(Call.REMOVE_OBJECT, None, ConnectionLost("broken"), moment=moment)
    assert {"a": ("deleted", "")} == run(of, work)
    assert [f"{TRASH}/a"] == [path for path in of.destination.objects if path.endswith("/a")]


def test_what_another_attempt_removed_counts_as_deleted() -> None:
    """And what nobody of this run removed does not."""
    of = shop("a")
    work = RemovalWork(folders=(lost(of, "", "a"),))
    del of.destination.objects[f"{ROOT}/a"]
    assert {"a": ("skipped", "ALREADY_GONE")} == run(of, work)
    assert {"a": ("deleted", "")} == run(of, work, attempt=2)


def test_one_that_is_refused_stops_no_other() -> None:
    """It fails with the reason."""
    of = shop("a", "b", "c")
    work = RemovalWork(folders=(lost(of, "", "a", "b", "c"),))
    of.destination.fail(Call.REMOVE_OBJECT, f"{ROOT}/a", Refused("no", irods_code=-1))
    assert {"a": ("failed", "ZONE_REFUSED"), "b": ("deleted", ""), "c": ("deleted", "")} == run(of, work)
    assert {"a"} == of.stored().keys()


def test_a_zone_that_is_away_stops_all() -> None:
    """The next attempt finishes; what was removed before counts as deleted."""
    of = shop("a", "b", "c")
    work = RemovalWork(folders=(lost(of, "", "a", "b", "c"),))
    of.destination.fail(Call.REMOVE_OBJECT, f"{ROOT}/b", ZoneUnreachable("away"))
    with pytest.raises(ZoneUnreachable):
        run(of, work)
    assert dict.fromkeys("abc", ("deleted", "")) == run(of, work, attempt=2)
    assert {} == of.stored()


def test_a_collection_that_cannot_be_listed_fails_its_objects() -> None:
    """Others go."""
    of = shop("a", "d/b")
    work = RemovalWork(folders=(lost(of, "", "a"), lost(of, "d", "b")))
    of.destination.fail(Call.REPLICAS, ROOT, Refused("no", irods_code=-818000))
    assert {"a": ("failed", "ZONE_REFUSED"), "b": ("deleted", "")} == run(of, work)


def test_what_came_back_stays() -> None:
    """A file, or a link; a folder in its place does not count."""
    of = shop("a", "b")
    work = RemovalWork(folders=(lost(of, "", "a", "b"),))
    of.memory.write("a", b"back")
    of.memory.write("b/below", b"a folder now")
    assert {"a": ("skipped", "CAME_BACK"), "b": ("deleted", "")} == run(of, work)


def test_what_the_source_does_not_show_stays() -> None:
    """No answer is no absence."""

    class Silent(MemorySource):
        def stat(self, path: str) -> Entry:
            raise SourceUnreadable(f"{path} cannot be looked at")

    of = shop("a")
    work = RemovalWork(folders=(lost(of, "", "a"),))
    of.source = Silent()
    assert {"a": ("skipped", "NOT_SEEN")} == run(of, work)
    assert "a" in of.stored()


@pytest.mark.parametrize("what", ["size", "checksum", "no checksum", "another scheme", "state", "doubt"])
def test_what_is_not_as_it_was_stays(what: str) -> None:
    """Somebody wrote over it, or an upload of ours was broken off."""
    of = shop("a")
    folder = lost(of, "", "a")
    path = f"{ROOT}/a"
    item = of.destination.objects[path]
    changes: dict[str, dict[str, Any]] = {
        "size": {"size": 99},
        "checksum": {"checksum": "sha2:x"},
        "no checksum": {"checksum": ""},
        "another scheme": {"checksum": "d41d8cd98f00b204e9800998ecf8427e"},
        "state": {"state": ReplicaState.STALE},
    }
    if what == "doubt":
        folder = replace(folder, objects=(replace(folder.objects[0], size=-1, checksum=""),))
    else:
        of.destination.objects[path] = replace(item, listed=replace(item.listed, **changes[what]))
    assert {"a": ("skipped", "CHANGED_IN_IRODS")} == run(of, RemovalWork(folders=(folder,)))
    assert path in of.destination.objects


def test_an_object_that_another_name_stands_for_stays() -> None:
    """Where names are mapped, a new file may have taken the place of the one that is gone."""

    class Lower(Naming):
        digest = "lower"

        def child(self, collection: str, element: str, source_path: str) -> Name:
            return super().child(collection, element.lower(), source_path)

    of = shop("a")
    of.rules = replace(of.rules, naming=Lower())
    work = RemovalWork(folders=(lost(of, "", "a"),))
    of.memory.write("A", b"a")
    assert {"a": ("skipped", "CAME_BACK")} == run(of, work)


def test_a_foreign_object_goes_only_while_no_name_stands_for_it() -> None:
    """A file of that name may come while the list waits."""
    of = shop("a")
    foreign = DoomedFolder(folder="", collection=ROOT, objects=(Doomed("f", "f", 7, "", is_foreign=True),))
    of.memory.write("f", b"by now")
    assert {"f": ("skipped", "CAME_BACK")} == run(of, RemovalWork(folders=(foreign,)))


@pytest.mark.parametrize("collection", ["/memory/home/rods/other", ROOT + "er", f"{ROOT}/..", "/memory/home/rods"])
def test_nothing_outside_of_the_destination_goes(collection: str) -> None:
    """Whatever a list says."""
    of = shop("a")
    outside = DoomedFolder(folder="gone", collection=collection, objects=(Doomed("in", "in", 1, ""),))
    assert {"in": ("failed", "OUTSIDE_DESTINATION")} == run(of, RemovalWork(folders=(outside,)))
    for path in (collection, ROOT):
        with pytest.raises(OutsideDestination):
            remove_empty("gone", path, of.circumstances())
        with pytest.raises(OutsideDestination):
            run(of, RemovalWork(trees=(DoomedTree(folder="gone", collection=path, folders=()),)))


# --- trees ---------------------------------------------------------------------------------------------------------


def vanished_tree(of: Workshop) -> DoomedTree:
    found = tree(lost(of, "t", "x", "y"), lost(of, "t/u", "z"))
    of.memory.remove("t")
    return found


def test_a_tree_goes_to_the_trash_by_one_request() -> None:
    """Each object has its result."""
    of = shop("t/x", "t/y", "t/u/z", "a")
    work = RemovalWork(trees=(vanished_tree(of),))
    before = of.destination.requests()
    assert dict.fromkeys("xyz", ("deleted", "")) == run(of, work)
    looks = 2 * 2  # objects and collections of two folders
    assert looks + 1 == of.destination.requests() - before
    assert {"a"} == of.stored().keys()
    assert f"{ROOT}/t" not in of.destination.collections


@pytest.mark.parametrize("moment", list(Moment))
def test_a_broken_connection_does_not_double_the_removal_of_a_tree(moment: Moment) -> None:
    """Nothing of it is left, and one copy is in the trash."""
    of = shop("t/x", "t/y", "t/u/z", "a")
    work = RemovalWork(trees=(vanished_tree(of),))
    of.destination.fail(Call.TRASH_TREE, None, ConnectionLost("broken"), moment=moment)
    assert dict.fromkeys("xyz", ("deleted", "")) == run(of, work)
    assert 3 == sum(path.startswith(f"{TRASH}/t/") for path in of.destination.objects)


def test_a_tree_with_anything_else_in_it_goes_object_by_object() -> None:
    """What the job did not bring stays, and what was changed."""
    for extra in ("t/foreign", "t/new/deep", "t/u/foreign"):
        of = shop("t/x", "t/y", "t/u/z", "a")
        work = RemovalWork(trees=(vanished_tree(of),))
        other = shop("a", extra)
        of.destination.objects[f"{ROOT}/{extra}"] = other.destination.objects[f"{ROOT}/{extra}"]
        of.destination.collections.update(other.destination.collections)
        assert dict.fromkeys("xyz", ("deleted", "")) == run(of, work)
        assert {"a", extra} == of.stored().keys()


def test_a_tree_with_an_empty_collection_of_others_goes_object_by_object() -> None:
    """It is not the job's to remove."""
    of = shop("t/x", "t/y", "t/u/z")
    work = RemovalWork(trees=(vanished_tree(of),))
    of.destination.collections.add(f"{ROOT}/t/theirs")
    assert dict.fromkeys("xyz", ("deleted", "")) == run(of, work)
    assert f"{ROOT}/t/theirs" in of.destination.collections


def test_a_mirrored_tree_goes_without_what_others_put_into_it() -> None:
    """Nobody counted it."""
    of = shop("t/x", "t/y", "t/u/z", "a")
    of.rules = replace(of.rules, delete_scope=DeleteScope.MIRROR)
    work = RemovalWork(trees=(vanished_tree(of),))
    of.destination.objects[f"{ROOT}/t/foreign"] = replace(
        of.destination.objects[f"{ROOT}/a"], listed=replace(of.destination.objects[f"{ROOT}/a"].listed, name="foreign")
    )
    assert dict.fromkeys("xyz", ("deleted", "")) == run(of, work)
    assert {"a", "t/foreign"} == of.stored().keys()


def test_a_tree_that_came_back_stays() -> None:
    """All of it, but for what is still missing in it."""
    of = shop("t/x", "t/y", "t/u/z", "a")
    work = RemovalWork(trees=(vanished_tree(of),))
    of.memory.write("t/x", b"t/x")
    assert ("skipped", "CAME_BACK") == run(of, work)["x"]
    assert {"a", "t/x"} == of.stored().keys()


def test_an_object_of_a_tree_that_is_gone_already_is_said_so() -> None:
    """The rest goes at once."""
    of = shop("t/x", "t/y", "t/u/z")
    work = RemovalWork(trees=(vanished_tree(of),))
    del of.destination.objects[f"{ROOT}/t/x"]
    assert ("skipped", "ALREADY_GONE") == run(of, work)["x"]
    assert {} == of.stored()


def test_only_an_empty_collection_is_removed_afterwards() -> None:
    """One that is gone counts as removed."""
    of = shop("t/x", "u/y")
    del of.destination.objects[f"{ROOT}/t/x"]
    found = {name: remove_empty(name, f"{ROOT}/{name}", of.circumstances()) for name in ("t", "u", "missing")}
    assert {"t": True, "u": False, "missing": True} == found
