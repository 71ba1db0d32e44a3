"""Buckets as the source of a job: how they are written, what goes with them, where the store is looked up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lading.base import config
from lading.base.config_groups import Allowed
from lading.base.errors import AskPerson, LadingError, UsageError
from lading.cli.definition_options import definition_from
from lading.ingest.app import assembly, buckets, permits, task_names
from lading.ingest.app.automated_options import StartedS3, StartedWith
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.app.permits import SHELL, Submitter, Via
from lading.ingest.engine.filters import Filters
from lading.ingest.engine.sources.s3.source import S3Source
from lading.ingest.engine.values import DeleteMode, Operation

ALICE = Submitter(via=Via.REMOTE, user="alice")


def bucket(source: str = "s3://bucket/some/prefix", **options: Any) -> Definition:
    made: Definition = definition_from({"source": source, "destination": "/zone/home/lab", **options})
    return made


@pytest.fixture
def stores(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Two stores in the settings, and the keys of one."""
    (home / "two-lines").write_text("planted-id\nplanted-secret\n")
    monkeypatch.setenv("LADING_S3__ARCHIVE__ENDPOINT", "https://archive.example.org")
    monkeypatch.setenv("LADING_S3__ARCHIVE__KEY_FILE", str(home / "two-lines"))
    monkeypatch.setenv("LADING_S3__DEFAULT__REGION", "eu-west-1")
    config.current.cache_clear()
    yield
    config.current.cache_clear()


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("s3://bucket", "s3://bucket"),
        ("s3://bucket/", "s3://bucket"),
        ("s3://bucket/k", "s3://bucket/k"),
        ("S3://bucket/k/", "s3://bucket/k"),
        ("s3://bucket/a//b", "s3://bucket/a//b"),
        ("s3://bucket/é", "s3://bucket/é"),
    ],
)
def test_a_bucket_is_stored_in_one_way(written: str, stored: str) -> None:
    """So that it is one job however it is written; and found again as it was stored."""
    found = bucket(written)

    assert (found.source, found.is_bucket) == (stored, True)
    assert from_options(found.options()) == found
    assert task_names.names_for(found.source).transfer == "s3.transfer"
    assert task_names.names_of(found.options()) is task_names.S3


@pytest.mark.parametrize(
    "source", ["s3://", "s3:///key", "s3://user:key@bucket", "ftp://host/a", "https://host/bucket"]
)
def test_what_is_no_bucket_is_refused(source: str) -> None:
    """Before anything is stored."""
    with pytest.raises(UsageError):
        bucket(source)


@pytest.mark.parametrize("operation", [one for one in Operation if one is not Operation.PUT_APPEND])
@pytest.mark.parametrize("mode", DeleteMode)
def test_operations_and_delete_modes_go_together_as_for_folders(operation: Operation, mode: DeleteMode) -> None:
    """By one matrix: what is refused for a folder is refused for a bucket, in the same words."""
    options = {"operation": operation.value, "delete_mode": mode.value, "resource": "s3Resc"}
    said = []
    for source in ("/folder", "s3://bucket/prefix"):
        try:
            bucket(source, **options)
            said.append("")
        except UsageError as refused:
            said.append(str(refused))

    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"operation": "put-append"}, "replaced as a whole"),
        ({"after": "delete"}, "never writes to"),
        ({"after": "move", "after_folder": "/done"}, "never writes to"),
        ({"links": "follow"}, "neither links nor sockets"),
        ({"special": "record", "operation": "register-sync"}, "neither links nor sockets"),
        ({"s3_profile": "Not A Name"}, "cannot be the name of a profile"),
    ],
)
def test_what_does_not_go_with_a_bucket_is_refused_with_the_reason(options: dict[str, Any], told: str) -> None:
    """At the edge, whatever the job file says."""
    with pytest.raises(UsageError, match=told):
        bucket(**options)


def test_a_folder_has_no_store() -> None:
    """Whoever names one expects something else."""
    with pytest.raises(UsageError, match="is a folder"):
        bucket("/data", s3_profile="archive")


@pytest.mark.usefixtures("stores")
def test_a_job_names_a_store_and_the_settings_say_where_it_is(home: Path) -> None:
    """What is stored holds nothing of it."""
    found = bucket(s3_profile="archive")
    source = assembly.source_of(found)

    assert isinstance(source, S3Source)
    assert source.canonical == "s3://bucket/some/prefix"
    assert buckets.access_of(buckets.profile_of(found)).key_file == home / "two-lines"
    assert not [word for word in ("example.org", "two-lines", "planted") if word in str(found.options())]


@pytest.mark.usefixtures("stores")
def test_buckets_of_one_name_in_two_stores_are_two_sources() -> None:
    """The same one by the same store under another name is the same."""
    plain, archive = (assembly.source_identity(bucket(s3_profile=name)) for name in ("default", "archive"))

    assert plain == "s3://bucket/some/prefix"
    assert archive == "s3://bucket/some/prefix at https://archive.example.org"


@pytest.mark.usefixtures("stores")
def test_a_store_that_the_settings_do_not_have_pauses_the_run() -> None:
    """With the ones that there are, and the line to set."""
    with pytest.raises(AskPerson, match=r"only archive, default.*\[s3\.other\]"):
        assembly.source_of(bucket(s3_profile="other"))


def test_patterns_for_absolute_paths_see_the_path_of_the_store() -> None:
    """As a storage resource knows it."""
    rules = assembly.rules_of(bucket(exclude_file_match=("/bucket/some/prefix/a",)))

    assert isinstance(rules.filters, Filters)
    assert rules.filters.absolute.root == "/bucket/some/prefix"


@pytest.mark.parametrize(
    ("source", "profile", "listed", "goes"),
    [
        ("s3://bucket/in", None, "s3://bucket", True),
        ("s3://bucket/in/a", None, "s3://bucket/in/", True),
        ("s3://bucket/in", "default", "default=s3://bucket/in", True),
        ("s3://bucket/in", "archive", "archive=s3://bucket", True),
        ("s3://bucket/in", "archive", "s3://bucket", False),
        ("s3://bucket/in", None, "archive=s3://bucket", False),
        ("s3://bucket/inner", None, "s3://bucket/in", False),
        ("s3://bucket", None, "s3://bucket/in", False),
        ("s3://bucket2", None, "s3://bucket", False),
        ("s3://bucket/in/../out", None, "s3://bucket/in/x", False),
    ],
)
def test_a_remote_user_reads_the_listed_buckets_by_the_listed_stores(
    source: str, profile: str | None, listed: str, *, goes: bool
) -> None:
    """And nothing else; from a shell everything goes."""
    allowed = Allowed(buckets=(listed,), destinations=("/zone/home/lab",))
    definition = bucket(source, s3_profile=profile)
    permits.refuse(definition, SHELL, Allowed())
    if goes:
        permits.refuse(definition, ALICE, allowed)
        return
    with pytest.raises(LadingError, match=r"allowed\.buckets") as refused:
        permits.refuse(definition, ALICE, allowed)

    assert refused.value.code == "SOURCE_NOT_ALLOWED"


def test_a_remote_user_names_no_store_that_is_in_no_settings() -> None:
    """A job of `irods-sync` says itself where its keys are: any file of the worker could be one."""
    started = StartedWith(job_name="x", s3=StartedS3(key_file="/etc/shadow"))
    definition = bucket(irods_sync=started)

    with pytest.raises(LadingError, match=r"allowed\.buckets"):
        permits.refuse(definition, ALICE, Allowed(buckets=("s3://bucket",), destinations=("/zone/home/lab",)))


@pytest.mark.parametrize("listed", ["bucket", "s3://", "/data", "x y=s3://bucket", "s3:// bucket"])
def test_only_buckets_are_listed_as_such(listed: str) -> None:
    """A slip must not open more, or nothing, in silence."""
    with pytest.raises(ValueError, match="is no bucket"):
        Allowed(buckets=(listed,))
