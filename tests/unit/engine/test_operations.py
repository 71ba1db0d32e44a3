"""Kept times, no-op, and operations of single files, as a job in memory does them."""

from __future__ import annotations

from lading.base.errors import (
    AccessDenied,
    ConnectionLost,
)
from lading.ingest.engine.destinations.memory import Call
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.rules import Rules
from lading.ingest.engine.values import Operation
from lading.ingest.handlers import Event, Handler
from tests.unit.engine.handlers import Recorder
from tests.unit.engine.workshop import ROOT, Workshop, change, outcomes, puts, shop, store

NO_OP = Rules(destination=ROOT, operation=Operation.NO_OP)


# --- kept times ----------------------------------------------------------------------------------------------------


def timed(of: Workshop, path: str) -> bool:
    """Say whether the catalogue has the file's time."""
    return of.destination.objects[f"{ROOT}/{path}"].listed.modified == of.memory.stat(path).mtime_ns // 10**9


KEPT = Rules(destination=ROOT, keep_mtime=True)


def test_what_is_put_has_the_time_of_its_file() -> None:
    """New, changed, and with a time of its own alone."""
    of = shop({"a": b"one"}, KEPT)
    assert outcomes(of.sync()) == {"a": ("created", "")}
    assert timed(of, "a")
    of.memory.write("a", b"two")
    assert outcomes(of.sync()) == {"a": ("updated", "")}
    assert timed(of, "a")
    of.memory.retime("a")
    assert outcomes(of.sync()) == {"a": ("updated", "MTIME")}
    assert timed(of, "a")
    assert of.sync() == []


def test_a_time_is_one_request_more() -> None:
    """Listing and collection are the same."""
    plain, kept = shop({"a": b"one"}), shop({"a": b"one"}, KEPT)

    assert 1 == puts(kept, kept.sync) - puts(plain, plain.sync)


def test_an_adopted_object_gets_its_time_if_it_has_another() -> None:
    """The option converges whatever was there."""
    of = shop({"a": b"one"}, KEPT)
    store(of, "a", b"one")
    change(of, "a", modified=5)

    assert outcomes(of.sync()) == {"a": ("updated", "MTIME")}
    of.snapshots.folders.clear()
    assert outcomes(of.sync()) == {"a": ("unchanged", "ADOPTED")}


def test_a_time_that_is_refused_is_told_of() -> None:
    """The file is there all the same; a broken connection is tried again."""
    of = shop({"a": b"one"}, KEPT)
    of.destination.fail(Call.SET_MTIME, None, ConnectionLost("broken"))
    of.destination.fail(Call.SET_MTIME, None, AccessDenied("no"))

    assert outcomes(of.sync()) == {"a": ("created", "MTIME_NOT_KEPT")}
    assert of.stored() == {"a": b"one"}
    assert of.sync() == []


# --- no-op ---------------------------------------------------------------------------------------------------------


def test_no_op_changes_nothing_and_remembers() -> None:
    """Neither files nor collections; what it has seen is unchanged the next time."""
    of = shop({"a": b"one", "d/b": b"two", "e/f/c": b"three"}, NO_OP)
    collections = set(of.destination.collections)

    assert {("skipped", "NO_OP")} == set(outcomes(of.sync()).values())
    assert (collections, {}) == (of.destination.collections, of.destination.objects)
    assert of.sync() == []
    of.memory.write("a", b"changed")
    assert outcomes(of.sync()) == {"a": ("skipped", "NO_OP")}


def test_no_op_calls_the_hooks_of_what_would_have_happened() -> None:
    """Create for what is not there, modify for what is."""
    of = shop({"new": b"one", "there": b"two"}, NO_OP)
    handler = Recorder()
    of.hooks = Hooks(Calling(handler=handler))
    store(of, "there", b"two")

    of.sync()

    calls = sorted(
        (event.path, event.hook.value) for event in handler.events if event.hook and "object" in event.hook.value
    )
    assert [
        ("new", "post_data_object_create"),
        ("new", "pre_data_object_create"),
        ("there", "post_data_object_modify"),
        ("there", "pre_data_object_modify"),
    ] == calls


class PerFile(Handler):
    """Gives each file the operation that it is called after."""

    def operation(self, event: Event) -> Operation | None:
        return None if event.path == "job" else Operation(event.path)


def test_a_handler_gives_a_file_an_operation_of_its_own() -> None:
    """It is decided anew, in a run of any other operation."""
    for job in (Operation.PUT_SYNC, Operation.NO_OP, Operation.REGISTER_SYNC):
        of = shop(dict.fromkeys(("job", "put", "no-op", "register-sync", "put-append"), b"one"))
        of.rules = Rules(destination=ROOT, operation=job)
        of.hooks = Hooks(Calling(handler=PerFile()))
        store(of, "put-append", b"o")

        told = outcomes(of.sync())

        assert {
            "put": ("created", ""),
            "no-op": ("skipped", "NO_OP"),
            "register-sync": ("registered", ""),
            "put-append": ("updated", "APPENDED"),
        } == {path: told[path] for path in told if path != "job"}
