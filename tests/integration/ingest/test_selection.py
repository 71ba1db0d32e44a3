"""Filters, links, special files and files that are not complete yet, from the filesystem to the catalogue."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from lading.base.config import Settings
from lading.base.errors import UsageError
from lading.ingest.app.definition import Definition
from lading.ingest.engine.links import Links, Special
from lading.ingest.engine.values import Operation
from lading.orchestration.models import RunState
from tests import oracle
from tests.carrying import begun, carry, collection_for, counts, definition_for, outcomes, step, sync


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return an empty folder."""
    root = tmp_path / "source"
    root.mkdir()
    return root


def fill(root: Path, **files: bytes) -> None:
    for name, data in files.items():
        (root / name).write_bytes(data)


def there(settings: Settings, source: Path) -> dict[str, str]:
    """Return the checksums of the objects, all of them good and as the vault has them."""
    found = oracle.zone_tree(settings.home, collection_for(source))
    assert all(seen.state == oracle.GOOD for seen in found.values())
    return {path: seen.checksum for path, seen in found.items()}


def avus(settings: Settings, path: str) -> set[tuple[str, str, str]]:
    with oracle.session(settings.home) as irods:
        return {(avu.name, avu.value, avu.units or "") for avu in irods.data_objects.get(path).metadata.items()}


def registered_path(settings: Settings, path: str) -> str:
    with oracle.session(settings.home) as irods:
        return str(irods.data_objects.get(path).replicas[0].path)


def test_b1_one_failing_file_never_keeps_another_from_being_brought(source: Path, shared_ledger: Settings) -> None:
    """A dangling link, a link to a folder, a vanished file and a pipe have their own outcomes; the rest arrives."""
    fill(source, a=b"1", m=b"2", z=b"3", vanishing=b"4")
    (source / "folder").mkdir()
    (source / "b-dangling").symlink_to("nowhere")
    (source / "c-to-folder").symlink_to("folder")
    os.mkfifo(source / "d-pipe")
    run = begun(definition_for(source, links=Links.RECORD))
    step(run)
    (source / "vanishing").unlink()
    carry(run)

    assert {
        "b-dangling": ("failed", "LINK_DANGLING"),
        "c-to-folder": ("failed", "LINK_TO_FOLDER"),
        "d-pipe": ("skipped", "NOT_A_FILE"),
        "vanishing": ("skipped", "SOURCE_VANISHED"),
    } == {path: found for path, found in outcomes(run).items() if found[0] != "created"}
    assert {"created": 3, "skipped": 2, "failed": 2} == counts(run)
    assert {"a", "m", "z"} == there(shared_ledger, source).keys()


def test_fault_35_links_are_recorded_by_put(source: Path, shared_ledger: Settings) -> None:
    """The bytes that the link leads to, and an AVU that says where; a second run has nothing to do."""
    fill(source, a=b"content")
    (source / "link").symlink_to("a")
    definition = definition_for(source, links=Links.RECORD)
    sync(definition)

    assert {"a": oracle.sha2(b"content"), "link": oracle.sha2(b"content")} == there(shared_ledger, source)
    wanted = {("link_target", f"{os.path.realpath(source)}/a", "automated_ingest")}
    assert wanted == avus(shared_ledger, f"{collection_for(source)}/link")
    assert {"unchanged": 2} == counts(sync(definition))


def test_fault_35_other_content_behind_a_recorded_link_is_sent(source: Path, shared_ledger: Settings) -> None:
    """And so is the content of another file that it leads to by now, of the same size and time."""
    fill(source, a=b"one", b=b"two")
    os.utime(source / "a", ns=(1, 1))
    os.utime(source / "b", ns=(1, 1))
    (source / "link").symlink_to("a")
    definition = definition_for(source, links=Links.RECORD, include=("link",))
    sync(definition)
    (source / "link").unlink()
    (source / "link").symlink_to("b")
    run = sync(definition)

    assert {"link": ("updated", "")} == outcomes(run)
    assert {"link": oracle.sha2(b"two")} == there(shared_ledger, source)
    wanted = {("link_target", f"{os.path.realpath(source)}/b", "automated_ingest")}
    assert wanted == avus(shared_ledger, f"{collection_for(source)}/link")


def test_fault_35_links_and_sockets_are_registered_as_such(source: Path, shared_ledger: Settings) -> None:
    """Even a link that leads to nothing; a pipe is not."""
    (source / "link").symlink_to("nowhere")
    os.mkfifo(source / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(source / "s"))
        options = {"operation": Operation.REGISTER_SYNC, "links": Links.RECORD, "special": Special.RECORD}
        run = sync(definition_for(source, **options))

    collection, real = collection_for(source), os.path.realpath(source)
    assert {"link": ("registered", ""), "s": ("registered", ""), "pipe": ("skipped", "NOT_A_FILE")} == outcomes(run)
    assert f"{real}/link" == registered_path(shared_ledger, f"{collection}/link")
    assert {("link_target", f"{real}/nowhere", "automated_ingest")} == avus(shared_ledger, f"{collection}/link")
    assert {("socket_target", "socket", "automated_ingest")} == avus(shared_ledger, f"{collection}/s")


def test_fault_35_a_registered_link_that_leads_elsewhere_by_now_says_so(source: Path, shared_ledger: Settings) -> None:
    """Its old AVU goes."""
    definition = definition_for(source, operation=Operation.REGISTER_SYNC, links=Links.RECORD)
    (source / "link").symlink_to("here")
    sync(definition)
    (source / "link").unlink()
    (source / "link").symlink_to("elsewhere")
    run = sync(definition)

    assert {"link": ("updated", "")} == outcomes(run)
    wanted = {("link_target", f"{os.path.realpath(source)}/elsewhere", "automated_ingest")}
    assert wanted == avus(shared_ledger, f"{collection_for(source)}/link")


def test_fault_35_links_are_followed_inside_the_root_only(source: Path, shared_ledger: Settings) -> None:
    """A cycle and a way out are skipped; a pipe blocks nobody; what is followed counts as files."""
    fill(source, a=b"1")
    (source / "folder").mkdir()
    (source / "folder" / "b").write_bytes(b"2")
    (source.parent / "outside").write_bytes(b"not ours")
    (source / "file-link").symlink_to("a")
    (source / "folder-link").symlink_to("folder")
    (source / "way-out").symlink_to("../outside")
    (source / "folder" / "loop").symlink_to("..")
    os.mkfifo(source / "pipe")
    definition = definition_for(source, links=Links.FOLLOW)
    run = sync(definition)

    wanted = {"a": b"1", "file-link": b"1", "folder/b": b"2", "folder-link/b": b"2"}
    assert {path: oracle.sha2(data) for path, data in wanted.items()} == there(shared_ledger, source)
    assert {
        "way-out": ("skipped", "LINK_OUTSIDE"),
        "folder/loop": ("skipped", "LINK_CYCLE"),
        "folder-link/loop": ("skipped", "LINK_CYCLE"),
        "pipe": ("skipped", "NOT_A_FILE"),
    } == {path: found for path, found in outcomes(run).items() if found[0] != "created"}
    assert {"unchanged": 4, "skipped": 4} == counts(sync(definition))


def test_fault_35_by_default_nothing_special_is_brought(source: Path, shared_ledger: Settings) -> None:
    """Links, a loop of links, a pipe and a socket are skipped, each with its code."""
    fill(source, a=b"1")
    (source / "link").symlink_to("a")
    (source / "loop").symlink_to("loop")
    os.mkfifo(source / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(source / "s"))
        run = sync(definition_for(source))

    assert {"created": 1, "skipped": 4} == counts(run)
    assert {"a"} == there(shared_ledger, source).keys()


def test_fault_36_hard_links_sparse_and_empty_files(source: Path, shared_ledger: Settings) -> None:
    """Each name is a file; a hole is zeros, streamed; nothing is a content, too."""
    fill(source, one=b"same", empty=b"")
    os.link(source / "one", source / "two")
    with (source / "sparse").open("wb") as sparse:
        sparse.truncate(40 * 1024 * 1024)
        sparse.seek(20 * 1024 * 1024)
        sparse.write(b"island")
    definition = definition_for(source)

    assert {"created": 4} == counts(sync(definition))
    assert [] == oracle.differences(source, shared_ledger.home, collection_for(source))
    assert {"unchanged": 4} == counts(sync(definition))


def test_pending_files_are_told_and_come_with_a_later_run(source: Path, shared_ledger: Settings) -> None:
    """The run is good; nothing has to change for them to come."""
    fill(source, old=b"1", fresh=b"2")
    definition = definition_for(source, quiet=3600)
    os.utime(source / "old", (1, 1))
    run = sync(definition)
    assert RunState.DONE == run.state
    assert {"old": ("skipped", "NOT_QUIET"), "fresh": ("skipped", "NOT_QUIET")} == outcomes(run)

    by_age = definition_for(source, min_age=3600, name="by-age")
    assert {"old": ("created", ""), "fresh": ("skipped", "TOO_YOUNG")} == outcomes(sync(by_age))
    os.utime(source / "fresh", (1, 1))
    assert {"fresh": ("created", "")} == outcomes(sync(by_age))


def test_a_retried_path_is_judged_by_the_filters_too(source: Path, shared_ledger: Settings) -> None:
    """A file that failed and is being written by now waits."""
    from lading.ingest.app import retrying

    (source / "link").symlink_to("nowhere")
    (source / "keep").symlink_to("nowhere")
    definition = definition_for(source, links=Links.RECORD, min_age=3600)
    run = sync(definition)
    assert {"failed": 2} == counts(run)
    for name in ("link", "keep"):
        (source / name).unlink()
        fill(source, **{name: b"written"})
    os.utime(source / "keep", (1, 1))

    again = carry(retrying.retry_failed(run.pk))
    assert {"link": ("skipped", "TOO_YOUNG"), "keep": ("created", "")} == outcomes(again)


def test_an_ignored_folder_is_forgotten_with_all_below(source: Path, shared_ledger: Settings) -> None:
    """Its objects stay; taken again, its files are adopted without being sent."""
    deep = source / "data" / "deep"
    deep.mkdir(parents=True)
    fill(source, a=b"1")
    fill(deep, b=b"2")
    definition = definition_for(source, ignore_file=".ignored")
    sync(definition)
    fill(source, **{".ignored": b"data/\n"})
    sync(definition)
    assert {"a", ".ignored", "data/deep/b"} == there(shared_ledger, source).keys()
    (source / ".ignored").unlink()

    run = sync(definition)

    assert {"unchanged": 2} == counts(run)
    assert 0 == sum(batch.bytes for batch in run.batch_set.all())


@pytest.mark.parametrize(
    "options",
    [
        {"exclude_regex": ("(",)},
        {"filter_rules": ("*.tif",)},
        {"min_size": "10"},
        {"max_age": "soon"},
        {"exclude_type": ("door",)},
        {"done_marker": "a/b"},
        {"min_size": "2M", "max_size": "1M"},
    ],
)
def test_filters_that_cannot_be_understood_are_refused_at_once(options: dict[str, object]) -> None:
    """Before a job is stored."""
    with pytest.raises((UsageError, ValueError)):
        Definition(source="/a", destination="/z/home", **options)


def test_types_may_be_separated_by_commas() -> None:
    """As one word of the command line has them."""
    made = Definition(source="/a", destination="/z/home", exclude_type=("link,pipe", "socket"))

    assert ["link", "pipe", "socket"] == [one.value for one in made.exclude_type]
    assert made == Definition.model_validate(made.options())
