"""Metadata, permissions, users and a handler's answers, against a destination in memory."""

from __future__ import annotations

from collections.abc import Callable

from lading.base.errors import AccessDenied
from lading.ingest import Event, Handler
from lading.ingest.engine.destinations.memory import Call
from lading.ingest.engine.snapshot import as_plain
from lading.ingest.engine.templates import AclRow, ActAsRow, MetadataRow
from lading.ingest.engine.values import Operation
from tests.unit.engine.handlers import job, synced
from tests.unit.engine.workshop import ROOT, Workshop, only_work, puts, store

KIND = MetadataRow(attribute="kind", value="raw")
SIZE = MetadataRow(attribute="size", value="{size}", unit="B")
STAFF = AclRow(permission="read", user="staff")


def avus(of: Workshop, name: str) -> set[tuple[str, str, str]]:
    return set(of.destination.objects[f"{ROOT}/{name}"].avus)


def test_metadata_and_permissions_travel_with_the_file() -> None:
    """In the same request."""
    of = job({"a": b"one"}, None, KIND, SIZE, STAFF)
    work = only_work(of)

    assert 2 == puts(of, lambda: of.apply(work))  # the collection, and the file
    assert {("kind", "raw", ""), ("size", "3", "B")} == avus(of, "a")
    assert (("read", "staff"),) == of.destination.objects[f"{ROOT}/a"].acls


def test_a_changed_file_loses_what_is_not_true_any_more() -> None:
    """The template gave another value for the old content."""
    of = job({"a": b"one"}, None, KIND, SIZE)
    synced(of)
    of.memory.write("a", b"three")
    synced(of)

    assert {("kind", "raw", ""), ("size", "5", "B")} == avus(of, "a")


def test_an_adopted_object_gets_its_metadata() -> None:
    """It is as if it had been brought."""
    of = job({"a": b"one"}, None, KIND, STAFF)
    store(of, "a", b"one")

    assert {"a": ("unchanged", "ADOPTED")} == synced(of)
    assert {("kind", "raw", "")} == avus(of, "a")
    assert (("read", "staff"),) == of.destination.objects[f"{ROOT}/a"].acls


def test_a_file_of_which_only_the_time_changed_gets_only_that() -> None:
    """Where a template says it; nothing is sent, and the outcome says so. Otherwise there is no request at all."""
    times = MetadataRow(files="a", attribute="time", value="{mtime}")
    of = job({"a": b"one", "b": b"two"}, None, times, KIND)
    synced(of)
    before = avus(of, "a")
    for name in "ab":
        of.memory.retime(name)

    requests = puts(of, lambda: synced(of))
    assert 1 == requests
    assert before != avus(of, "a")
    assert len(before) == len(avus(of, "a"))


def test_registered_files_have_metadata_too() -> None:
    """With further requests."""
    of = job({"a": b"one"}, None, KIND, SIZE, operation=Operation.REGISTER_SYNC)
    synced(of)
    of.memory.write("a", b"three")
    synced(of)

    assert {("kind", "raw", ""), ("size", "5", "B")} == avus(of, "a")


def changed(of: Workshop, *rows: MetadataRow | AclRow) -> None:
    """Let the job have other templates, as the ledger shows its snapshot then."""
    of.rules = job({}, None, *rows).rules
    for segments in of.snapshots.folders.values():
        segments.update({lo: as_plain(segment) for lo, segment in segments.items()})


def test_other_templates_renew_metadata_only() -> None:
    """One request for each file, no content; from then on there is nothing to do."""
    of = job({"a": b"one", "b": b"two"}, None, KIND)
    synced(of)
    changed(of, SIZE)

    assert 2 == puts(of, lambda: outcome_is(of, {"a": ("updated", "METADATA"), "b": ("updated", "METADATA")}))
    assert {("kind", "raw", ""), ("size", "3", "B")} == avus(of, "a")
    assert 0 == puts(of, lambda: outcome_is(of, {}))


def test_other_permissions_are_renewed_too() -> None:
    """Also where no metadata are said."""
    of = job({"a": b"one"}, None, KIND)
    synced(of)
    changed(of, STAFF)
    synced(of)

    assert (("read", "staff"),) == of.destination.objects[f"{ROOT}/a"].acls


def test_a_changed_file_under_other_templates_is_sent_with_them() -> None:
    """Its snapshot said nothing of the new ones."""
    of = job({"a": b"one"}, None, KIND)
    synced(of)
    changed(of, SIZE)
    of.memory.write("a", b"three")

    assert {"a": ("updated", "")} == synced(of)
    assert ("size", "5", "B") in avus(of, "a")


def test_metadata_that_could_not_be_renewed_are_renewed_by_the_next_run() -> None:
    """The object is not doubted for that."""
    of = job({"a": b"one"}, None, KIND)
    synced(of)
    changed(of, SIZE)
    of.destination.fail(Call.DECORATE, None, AccessDenied("no"))

    assert {"a": ("failed", "ACCESS_DENIED")} == synced(of)
    assert {"a": ("updated", "METADATA")} == synced(of)


def outcome_is(of: Workshop, expected: dict[str, tuple[str, str]]) -> None:
    assert expected == synced(of)


# --- answers ---------------------------------------------------------------------------------------------------------


class Answering(Handler):
    """Answers by what a test says."""

    def __init__(self, **answers: Callable[[Event], object]) -> None:
        self.defined = frozenset(answers)
        self.__dict__.update(answers)


def test_a_skipped_file_has_the_handlers_reason() -> None:
    """And nothing happens to it."""
    of = job({"a": b"one", "b": b"two"}, Answering(skip=lambda event: "not yet" if event.path == "a" else None))
    results = {result.name: result for result in of.apply(only_work(of))}

    assert ("skipped", "HANDLER_SKIPPED", "not yet") == (
        results["a"].outcome.value,
        results["a"].code,
        results["a"].reason,
    )
    assert {"b"} == set(of.stored())


def test_nonsense_fails_the_one_file() -> None:
    """With the question in the reason."""
    of = job({"a": b"one", "b": b"two"}, Answering(resource=lambda event: 3 if event.path == "a" else None))

    assert {"a": ("failed", "HANDLER_ANSWER"), "b": ("created", "")} == synced(of)


def test_resource_and_physical_path_are_the_handlers() -> None:
    """B31, B32: what is registered under another path is found there by the next run."""
    answers = Answering(resource=lambda _: "tape", target_path=lambda event: f"/tape/{event.path}")
    of = job({"a": b"one"}, answers, operation=Operation.REGISTER_SYNC)
    synced(of)
    listed = of.destination.objects[f"{ROOT}/a"].listed
    of.memory.write("a", b"three")

    assert ("tape", "/tape/a") == (listed.resource, listed.physical_path)
    assert {"a": ("updated", "")} == synced(of)


def owners(of: Workshop) -> dict[str, str]:
    return {path.removeprefix(f"{ROOT}/"): item.owner for path, item in of.destination.objects.items()}


def test_users_come_from_the_handler_or_the_job_file() -> None:
    """The handler goes first; what neither says is written by the job's own user."""
    rows = [ActAsRow(files="b", user="bob"), ActAsRow(owners={"uid": "carol#other"})]
    of = job(
        {"a": b"1", "b": b"2", "c": b"3", "d": b"4"},
        Answering(act_as=lambda event: "alice" if event.path == "a" else None),
        *rows,
    )
    of.memory.owners["c"] = "uid"
    synced(of)

    assert {"a": "alice", "b": "bob", "c": "carol#other", "d": "rods"} == owners(of)
