"""Hooks and retries around files and collections, against a destination in memory."""

from __future__ import annotations

from collections.abc import Iterable

from lading.base.errors import AccessDenied, ConnectionLost
from lading.ingest import Event, Handler
from lading.ingest.engine.debts import Made, Subject
from lading.ingest.engine.destinations.memory import Call
from lading.ingest.engine.hooks import Calling, Hooks
from lading.ingest.engine.values import Operation
from tests.unit.engine.handlers import Objects, Recorder, job, synced
from tests.unit.engine.workshop import ROOT, only_work, outcomes, puts


def test_a_new_file_has_create_hooks_around_it() -> None:
    """They know path, entry, job and run."""
    recorder = Objects()
    of = job({"d/a": b"one"}, recorder)

    assert {"d/a": ("created", "")} == synced(of)
    assert ["pre_data_object_create d/a", "post_data_object_create d/a"] == recorder.calls
    event = recorder.events[0]
    assert ("job", 7, f"{ROOT}/d/a", Operation.PUT_SYNC, 3, 1) == (
        event.job,
        event.run,
        event.logical_path,
        event.operation,
        event.entry and event.entry.size,
        event.attempt,
    )


def test_a_changed_file_has_modify_hooks_and_one_with_the_same_bytes_none() -> None:
    """The pre-hook comes right before something happens."""
    recorder = Objects()
    of = job({"a": b"one", "b": b"two"}, recorder)
    synced(of)
    recorder.calls.clear()
    of.memory.touch("a")
    of.memory.write("b", b"2")

    assert {"a": ("unchanged", ""), "b": ("updated", "")} == synced(of)
    assert ["pre_data_object_modify b", "post_data_object_modify b"] == recorder.calls


def test_registered_files_have_the_same_hooks() -> None:
    """New: create; another size: modify."""
    recorder = Objects()
    of = job({"a": b"one"}, recorder, operation=Operation.REGISTER_SYNC)
    synced(of)
    of.memory.write("a", b"three")
    synced(of)

    assert [
        "pre_data_object_create a",
        "post_data_object_create a",
        "pre_data_object_modify a",
        "post_data_object_modify a",
    ] == recorder.calls


def test_collections_have_hooks_for_each_missing_level() -> None:
    """The highest first; when files arrive later they are modified."""
    recorder = Recorder()
    of = job({"d/e/a": b"one"}, recorder)
    synced(of)
    made = [call for call in recorder.calls if "collection" in call]
    recorder.calls.clear()
    of.memory.write("d/e/b", b"two")
    synced(of)

    levels = ["", "d", "d/e"]
    assert [f"{moment}_collection_create {level}" for level in levels for moment in ("pre", "post")] == made
    assert [
        "pre_collection_modify d/e",
        "pre_data_object_create d/e/b",
        "post_data_object_create d/e/b",
        "post_collection_modify d/e",
    ] == recorder.calls


def test_without_own_methods_nothing_is_asked_or_called() -> None:
    """A handler of no-ops costs no request."""
    of = job({"a": b"one"}, Handler())
    of.scan()

    assert 2 == puts(of, lambda: of.apply(only_work(job({"a": b"one"}))))


# --- failing hooks ---------------------------------------------------------------------------------------------------


def test_b1_a_hook_that_raises_fails_its_one_file() -> None:
    """All others of the piece of work arrive."""

    class Choosy(Handler):
        def pre_data_object_create(self, event: Event) -> None:
            if event.path == "b":
                raise RuntimeError("not this one")

    of = job({name: name.encode() for name in "abc"}, Choosy())
    results = {result.name: result for result in of.apply(only_work(of))}

    assert {"a": "created", "b": "failed", "c": "created"} == {n: r.outcome.value for n, r in results.items()}
    assert ("HOOK_FAILED", "pre_data_object_create: RuntimeError: not this one") == (
        results["b"].code,
        results["b"].reason,
    )
    assert {"a", "c"} == set(of.stored())


def test_b25_a_post_hook_that_failed_runs_in_the_next_run() -> None:
    """The object is there already: it is not sent again, its hook is called, and it counts as created."""
    recorder = Objects("post_data_object_create", times=1)
    of = job({"a": b"one"}, recorder)

    assert {"a": ("failed", "HOOK_FAILED")} == synced(of)
    recorder.calls.clear()
    assert {"a": ("created", "HOOK_OWED")} == synced(of)
    assert ["post_data_object_create a"] == recorder.calls
    assert {} == synced(of)
    assert set() == of.debts.owed  # type: ignore[attr-defined]


def test_a_lost_worker_between_put_and_hook_leaves_the_hook_to_the_next_attempt() -> None:
    """Nothing of the first attempt was recorded but the debt."""
    of = job({"a": b"one"}, Objects())
    work = only_work(of)
    results = of.applying(work)
    next(iter(results))  # the result is lost with the worker
    recorder = Objects()
    of.hooks = Hooks(Calling(handler=recorder))

    assert {"a": ("created", "")} == outcomes(of.apply(work, attempt=2))
    assert ["post_data_object_create a"] == recorder.calls


def test_a_stopped_run_leaves_its_hooks_to_the_next_run() -> None:
    """The put took effect, the batch never ended: the next run finds the object, and the debt."""
    of = job({"a": b"one"}, Objects())
    next(iter(of.applying(only_work(of))))  # the result goes with the batch that was called off
    recorder = Objects()
    of.hooks = Hooks(Calling(handler=recorder))

    assert {"a": ("created", "HOOK_OWED")} == synced(of)
    assert ["post_data_object_create a"] == recorder.calls


def test_a_collection_hook_that_failed_is_owed_too() -> None:
    """The files below fail with it, and come with the next run."""
    recorder = Recorder("post_collection_create", times=1)
    of = job({"a": b"one"}, recorder)

    assert {"a": ("failed", "HOOK_FAILED")} == synced(of)
    assert Subject(Made.COLLECTION, ROOT) in of.debts.owed  # type: ignore[attr-defined]
    recorder.calls.clear()
    assert {"a": ("created", "")} == synced(of)
    assert "post_collection_create " in recorder.calls
    assert set() == of.debts.owed  # type: ignore[attr-defined]


def test_a_failing_post_modify_of_a_collection_is_told_of_the_folder() -> None:
    """The files arrived."""
    of = job({"d/a": b"one"}, Recorder("post_collection_modify"))
    synced(of)
    of.memory.write("d/b", b"two")

    assert {"d/b": ("created", ""), "d": ("failed", "HOOK_FAILED")} == synced(of)


# --- retries ---------------------------------------------------------------------------------------------------------


class Patient(Objects):
    """Tries three times more, a second longer each time."""

    defined = Objects.defined | {"max_retries", "delay"}

    def max_retries(self, event: Event) -> int:
        return 3

    def delay(self, event: Event) -> float:
        return float(event.retries)


def test_a_failing_hook_is_tried_again_as_often_as_the_handler_says() -> None:
    """After the delays that it says."""
    recorder = Patient("pre_data_object_create", times=2)
    of = job({"a": b"one"}, recorder)

    assert {"a": ("created", "")} == synced(of)
    assert 3 == recorder.calls.count("pre_data_object_create a")
    assert 3.0 == sum(of.slept)


def test_a_post_hook_that_is_tried_again_sends_nothing_again() -> None:
    """Only the hook is called anew."""
    recorder = Patient("post_data_object_create", times=1)
    of = job({"a": b"one"}, recorder)
    work = only_work(of)

    assert 2 == puts(of, lambda: of.apply(work))
    assert 2 == recorder.calls.count("post_data_object_create a")


def test_errors_that_may_pass_are_tried_again_as_the_job_says() -> None:
    """Beyond what the engine does by itself; an error that does not pass is not."""
    of = job({"a": b"one", "b": b"two"}, None, retries=2, delay=0.5)
    of.destination.fail(Call.PUT, f"{ROOT}/a", ConnectionLost("broken"), times=6)
    of.destination.fail(Call.PUT, f"{ROOT}/b", AccessDenied("no"), times=1)

    assert {"a": ("created", ""), "b": ("failed", "ACCESS_DENIED")} == synced(of)


def test_b25_holds_for_many_files_and_any_one_that_fails() -> None:
    """Whichever hooks fail: in the end each object has had its post hook, and none was sent twice."""
    names = [f"{number:02d}" for number in range(30)]
    recorder = Objects("post_data_object_create", times=17)
    of = job({name: name.encode() for name in names}, recorder)
    rounds = 0
    while any(code for _, code in synced(of).values()) and rounds < 5:
        rounds += 1

    assert set(names) == called(recorder.events)
    assert 30 == sum(1 for call in recorder.calls if call.startswith("pre_data_object_create"))
    assert set() == of.debts.owed  # type: ignore[attr-defined]


def called(events: Iterable[Event]) -> set[str]:
    return {event.path for event in events if event.hook and event.hook.value == "post_data_object_create"}
