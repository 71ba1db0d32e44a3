"""Pages of the catalogue are read whole, and the best replica is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import pytest

from lading.base.errors import NameRefused
from lading.ingest.engine.destinations.irods import query
from lading.ingest.engine.destinations.irods.packing import Request
from lading.ingest.engine.destinations.irods.wire import Reply
from lading.ingest.engine.values import ReplicaState

Row = tuple[str, ...]


def replica(name: str, *, number: int = 0, state: int = 1, size: int = 1) -> Row:
    return (name, str(number), str(state), str(size), "", "01700000000", "disk", f"/vault/{name}")


def page(rows: Sequence[Row], cursor: int = 0) -> Reply:
    width = len(rows[0]) if rows else 0
    columns = [
        "<SqlResult_PI>\n<attriInx>1</attriInx>\n<reslen>9</reslen>\n"
        + "".join(f"<value>{escape(row[number])}</value>\n" for row in rows)
        + "</SqlResult_PI>\n"
        for number in range(width)
    ]
    padding = "<SqlResult_PI>\n<attriInx>0</attriInx>\n<reslen>0</reslen>\n</SqlResult_PI>\n" * (50 - width)
    head = f"<rowCnt>{len(rows)}</rowCnt>\n<attriCnt>{width}</attriCnt>\n<continueInx>{cursor}</continueInx>\n"
    body = f"<GenQueryOut_PI>\n{head}<totalRowCount>0</totalRowCount>\n{''.join(columns)}{padding}</GenQueryOut_PI>\n"
    return Reply(0, body.encode(), b"")


NOTHING = Reply(-808000, b"", b"")


class Catalogue:
    """Answers with prepared pages and keeps the questions."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.asked: list[bytes] = []

    def ask(self, request: Request) -> Reply:
        self.asked.append(request.message)
        return self.replies.pop(0)


def test_pages_follow_each_other_until_the_cursor_is_used_up() -> None:
    """The second question carries the cursor of the first answer."""
    catalogue = Catalogue(page([replica("a"), replica("b")], cursor=5), page([replica("c")]))
    assert ["a", "b", "c"] == [listed.name for listed in query.objects_in(catalogue, "/zone")]
    assert b"<continueInx>5</continueInx>" in catalogue.asked[1]


def test_a_full_last_page_ends_with_no_rows() -> None:
    """Servers hand out a cursor for every full page, even if nothing follows."""
    catalogue = Catalogue(page([replica("a")], cursor=5), NOTHING)
    assert ["a"] == [listed.name for listed in query.objects_in(catalogue, "/zone")]


def test_pages_are_asked_for_when_they_are_needed() -> None:
    """A consumer that stops early costs no more than it read."""
    catalogue = Catalogue(page([replica("a"), replica("b")], cursor=5))
    assert "a" == next(iter(query.objects_in(catalogue, "/zone"))).name
    assert 1 == len(catalogue.asked)


def test_a_good_replica_is_better_than_one_with_a_lower_number() -> None:
    """Replicas of one object may even lie on two pages."""
    catalogue = Catalogue(
        page([replica("a", number=0, state=0), replica("a", number=1)], cursor=1),
        page([replica("a", number=2), replica("b", number=3, state=4)]),
    )
    listed = list(query.objects_in(catalogue, "/zone"))
    assert [("a", 1, ReplicaState.GOOD), ("b", 3, ReplicaState.WRITE_LOCKED)] == [
        (item.name, item.replica_number, item.state) for item in listed
    ]


def test_named_objects_are_the_best_of_their_replicas() -> None:
    """In whatever order the rows come."""
    catalogue = Catalogue(page([replica("a", number=2), replica("a", number=1), replica("a", number=0, state=0)]))
    assert 1 == query.best_named(catalogue, "/zone", ["a"])["a"].replica_number


def test_markup_quotes_and_control_characters_are_read() -> None:
    """What no XML parser lets pass is a name all the same."""
    name = "<&>\"'\x01\x1b \n\r\t"
    catalogue = Catalogue(page([replica(name)]))
    assert [name] == [listed.name for listed in query.objects_in(catalogue, "/zone")]


def test_names_are_asked_for_in_lists_of_bounded_length() -> None:
    """A hundred names at once, each once, quotes alone."""
    names = [f"name {number}" for number in range(201)] + ["it's", "name 0"]
    catalogue = Catalogue(NOTHING, NOTHING, NOTHING, NOTHING)
    query.best_named(catalogue, "/zone", names)
    assert 4 == len(catalogue.asked)
    lists = [message.count(b"','") + 1 for message in catalogue.asked if b"in (" in message]
    assert [100, 100] == lists
    assert 1 == sum(b"= 'it's'" in message for message in catalogue.asked)


def test_long_names_make_shorter_lists() -> None:
    """A condition stays below ten thousand characters."""
    catalogue = Catalogue(*[NOTHING] * 10)
    query.best_named(catalogue, "/zone", [f"{number:03}" + "x" * 250 for number in range(60)])
    assert max(map(len, catalogue.asked)) < 10_000


def test_no_names_need_no_question() -> None:
    """Nothing is sent."""
    assert {} == query.best_named(Catalogue(), "/zone", [])


def test_a_collection_that_nobody_can_ask_for_is_refused() -> None:
    """A quote makes servers miscount, and what joins conditions then ends the value."""
    with pytest.raises(NameRefused):
        query.equals("/zone/it's a && b")


def test_a_name_that_only_resembles_the_one_asked_for_is_left_out() -> None:
    """A name with a quote and a join is asked for by a pattern, which others may meet."""
    catalogue = Catalogue(page([replica("it's && x"), replica("it_s && x")]))
    assert ["it's && x"] == list(query.best_named(catalogue, "/zone", ["it's && x"]))
    assert b"like 'it_s &amp;&amp; x'" in catalogue.asked[0]
