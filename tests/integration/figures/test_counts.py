"""What a run costs in requests, messages and commands: bounded by folders and batches, never by files."""

from __future__ import annotations

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


def test_each_batch_is_one_message(sync: Sync) -> None:
    """Rows first, messages once: nothing is sent twice while all goes well."""
    done = sync()

    assert done.redis["lpush"] == done.batches + _OTHER_MESSAGES


def test_connections_are_taken_once_for_a_batch_and_not_for_a_file(sync: Sync) -> None:
    """The limit of connections is a script in Redis: it is called a few times for each batch."""
    done = sync()

    assert done.batches < FOLDERS
    assert 0 < done.redis["eval"] <= _TAKINGS * done.batches
