"""Hooks around what goes, and which replica goes."""

from __future__ import annotations

from dataclasses import replace

from lading.ingest import Event, Handler, User
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.parting import looks_at_each
from lading.ingest.engine.removal_work import Doomed, DoomedFolder, RemovalWork
from lading.ingest.engine.removing import remove_empty
from lading.ingest.engine.templates import NO_TEMPLATES
from lading.ingest.engine.values import DeleteMode
from tests.unit.engine.losses import lost, run, shop
from tests.unit.engine.workshop import ROOT


class Noting(Handler):
    """Notes what goes; raises where a test says."""

    def __init__(self, *fails: str) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self._fails = fails

    def _note(self, event: Event) -> None:
        assert event.hook is not None
        self.calls.append((event.hook.value, event.path, event.logical_path))
        if event.hook.value in self._fails:
            raise ValueError("no")

    def pre_data_object_delete(self, event: Event) -> None:
        self._note(event)

    def post_data_object_delete(self, event: Event) -> None:
        self._note(event)

    def pre_collection_delete(self, event: Event) -> None:
        self._note(event)

    def post_collection_delete(self, event: Event) -> None:
        self._note(event)


def test_hooks_are_called_before_and_after_an_object_goes() -> None:
    """Not for one that stays."""
    of, handler = shop("d/a", "d/b"), Noting()
    of.hooks = Hooks(Calling(handler=handler))
    work = RemovalWork(folders=(lost(of, "d", "a", "b"),))
    of.memory.write("d/b", b"back")

    assert {"a": ("deleted", ""), "b": ("skipped", "CAME_BACK")} == run(of, work)
    assert [(f"{when}_data_object_delete", "d/a", f"{ROOT}/d/a") for when in ("pre", "post")] == handler.calls


def test_a_hook_that_raises_before_keeps_its_object() -> None:
    """Others go."""
    of = shop("a", "b")

    class Choosy(Handler):
        def pre_data_object_delete(self, event: Event) -> None:
            if event.path == "a":
                raise ValueError("keep it")

    of.hooks = Hooks(Calling(handler=Choosy()))
    work = RemovalWork(folders=(lost(of, "", "a", "b"),))
    assert {"a": ("failed", "HOOK_FAILED"), "b": ("deleted", "")} == run(of, work)
    assert {"a"} == of.stored().keys()


def test_a_hook_that_raises_afterwards_is_told_with_the_deletion() -> None:
    """The object is gone, and counts as deleted."""
    of = shop("a")
    of.hooks = Hooks(Calling(handler=Noting("post_data_object_delete")))
    assert {"a": ("deleted", "HOOK_FAILED")} == run(of, RemovalWork(folders=(lost(of, "", "a"),)))


def test_collections_have_hooks_too() -> None:
    """One that raises keeps the collection."""
    of, handler = shop("d/a"), Noting()
    del of.destination.objects[f"{ROOT}/d/a"]
    of.hooks = Hooks(Calling(handler=Noting("pre_collection_delete")))
    assert not remove_empty("d", f"{ROOT}/d", of.circumstances())
    of.hooks = Hooks(Calling(handler=handler))
    assert remove_empty("d", f"{ROOT}/d", of.circumstances())
    assert ["pre_collection_delete", "post_collection_delete"] == [name for name, *_ in handler.calls]


def test_whoever_writes_a_path_removes_it() -> None:
    """The handler is asked by path: there is no file any more."""

    class Users(Handler):
        def act_as(self, event: Event) -> User | None:
            return User("alice", "") if event.path == "a" else None

    of = shop("a", "b")
    of.hooks = Hooks(Calling(handler=Users()))
    assert {"a": ("deleted", ""), "b": ("deleted", "")} == run(of, RemovalWork(folders=(lost(of, "", "a", "b"),)))
    trashed = {path.split("/")[4]: path[-1] for path in of.destination.objects}
    assert {"alice": "a", "rods": "b"} == trashed


def test_a_tree_does_not_go_at_once_where_each_object_has_a_hook() -> None:
    """Or somebody of its own."""
    assert looks_at_each(Hooks(Calling(handler=Noting())), NO_TEMPLATES)
    assert not looks_at_each(Hooks(Calling()), NO_TEMPLATES)


def test_of_an_object_with_several_replicas_only_the_own_one_is_unregistered() -> None:
    """A foreign one goes whole."""
    for is_foreign, left in ((False, 1), (True, 0)):
        of = shop("a", mode=DeleteMode.UNREGISTER)
        of.memory.remove("a")
        path = f"{ROOT}/a"
        item = of.destination.objects[path]
        own = replace(item.listed, physical_path=of.source.physical_path("a"))
        other = replace(own, replica_number=1, physical_path="/elsewhere", resource="other")
        of.destination.objects[path] = replace(item, listed=own, others=(other,))
        folder = DoomedFolder(
            folder="", collection=ROOT, objects=(Doomed("a", "a", own.size, own.checksum, is_foreign=is_foreign),)
        )
        assert {"a": ("deleted", "")} == run(of, RemovalWork(folders=(folder,)))
        assert left == len([item.replicas for at, item in of.destination.objects.items() if at == path])
