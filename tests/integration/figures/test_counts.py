"""What a run costs in requests, messages and commands: bounded by folders and batches, never by files."""

from __future__ import annotations

from pathlib import Path

from lading.ingest.engine.values import Operation
from tests.integration.figures.conftest import FILES, FOLDERS, Sync

#: messages that are no batch: the summary of the run
_OTHER_MESSAGES = 1

#: takings of connections for one batch: for its collections, for its files, and the first of a process
_TAKINGS = 3


def test_a_new_file_costs_one_request_and_its_share_of_a_folder(sync: Sync) -> None:
    """At most 1.1 requests per new file, folders and listings included; the run counts as the zone does."""
    done = sync()

    assert done.totals["created"] == FILES
    assert done.requests / FILES <= 1.1
    assert done.totals["requests"] == done.requests


def test_an_unchanged_tree_costs_no_request(sync: Sync) -> None:
    """The second run asks the zone nothing, and writes one batch that scans and one that ends the run."""
    sync()
    again = sync()

    assert again.totals["unchanged"] == FILES
    assert again.requests == 0
    assert again.batches == 2


def test_a_registered_file_costs_one_request(sync: Sync) -> None:
    """At most 1.05 requests per new file, folders and listings included."""
    done = sync(operation=Operation.REGISTER_SYNC)

    assert done.totals["registered"] == FILES
    assert done.requests / FILES <= 1.05
    assert sync(operation=Operation.REGISTER_SYNC).requests == 0


def test_files_registered_in_bulk_share_a_request(sync: Sync) -> None:
    """At most 0.07 requests per new file, folders, listings and the question for the resource included."""
    done = sync(operation=Operation.REGISTER_SYNC, bulk_register=True)

    assert done.totals["registered"] == FILES
    assert done.requests / FILES <= 0.07
    assert sync(operation=Operation.REGISTER_SYNC, bulk_register=True).requests == 0


def test_a_kept_time_costs_one_request_more(sync: Sync) -> None:
    """At most 2.1 requests per new file."""
    done = sync(keep_mtime=True)

    assert done.totals["created"] == FILES
    assert 2.0 <= done.requests / FILES <= 2.1


def test_a_modified_file_costs_one_request_and_a_grown_one_four(sync: Sync, source: Path) -> None:
    """At most 1.1 by put-sync; by put-append a look for all of a folder, open, seek, write and close."""
    sync()
    for number, path in enumerate(sorted(source.rglob("*.dat"))):
        path.write_bytes(f"{number:08d}".encode() * 100)
    modified = sync()
    sync(operation=Operation.PUT_APPEND)
    for path in source.rglob("*.dat"):
        path.write_bytes(path.read_bytes() + b"more")
    grown = sync(operation=Operation.PUT_APPEND)

    assert (modified.totals["updated"], grown.totals["updated"]) == (FILES, FILES)
    assert modified.requests / FILES <= 1.1
    assert 4.0 < grown.requests / FILES <= 4.1
    assert grown.totals["bytes"] == 4 * FILES


def test_each_batch_is_one_message(sync: Sync) -> None:
    """Rows first, messages once: nothing is sent twice while all goes well."""
    done = sync()

    assert done.redis["lpush"] == done.batches + _OTHER_MESSAGES


def test_connections_are_taken_once_for_a_batch_and_not_for_a_file(sync: Sync) -> None:
    """The limit of connections is a script in Redis: it is called a few times for each batch."""
    done = sync()

    assert done.batches < FOLDERS
    assert 0 < done.redis["eval"] <= _TAKINGS * done.batches


def test_metadata_and_permissions_cost_no_request_of_their_own(sync: Sync) -> None:
    """At most 1.1 requests per new file with two AVUs and one permission: they travel with the data."""
    rows = [{"attribute": "kind", "value": "raw"}, {"attribute": "size", "value": "{size}", "unit": "B"}]
    done = sync(metadata=rows, acl=[{"permission": "read", "user": "public"}])

    assert done.totals["created"] == FILES
    assert done.requests / FILES <= 1.1


def test_bundles_of_a_hundred_cost_a_tenth_of_a_request_per_file(sync: Sync) -> None:
    """At most 0.1, with fifty files in a folder; collections, looks, re-reads and the end of the run included."""
    done = sync(bundle=100)

    assert done.totals["created"] == FILES
    assert done.requests / FILES <= 0.1
    assert done.totals["requests"] == done.requests


def test_after_bundles_an_unchanged_tree_costs_next_to_no_request(sync: Sync) -> None:
    """The snapshot speaks for all files; the end of the run looks once for tars that were left."""
    sync(bundle=100)
    again = sync(bundle=100)

    assert again.totals["unchanged"] == FILES
    assert again.requests == 1
