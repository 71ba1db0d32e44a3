"""GenQuery1."""

from __future__ import annotations

import re

import pytest

from lading.zone.catalog.conditions import like_to_regex, split_compound, unquote
from lading.zone.catalog.genquery1 import Option, Query, Statement, Viewer, compile_query
from lading.zone.codes import Code
from lading.zone.registry import IrodsError
from tests.unit.zone.desk import HOME, QUERY, Desk, Seat, query

ALL = Viewer(user_id=None)


def compiled(
    selects: list[int], conditions: list[tuple[int, str]], viewer: Viewer = ALL, options: int = 0
) -> Statement:
    asked = Query(selects=tuple((number, 1) for number in selects), conditions=tuple(conditions), options=options)
    return compile_query(asked, viewer, {"demoResc": 7, "root;leaf": 8})


def test_the_tables_of_a_query_are_tied_together() -> None:
    """Data objects and collections share an id."""
    sql = compiled([403, 501], [(501, "= '/a'")]).sql

    assert "d.coll_id = c.coll_id" in sql


def test_two_conditions_on_one_avu_column_speak_of_two_avus() -> None:
    """`has A and has B`, not `is A and B at once`."""
    statement = compiled([403], [(600, "= 'a'"), (600, "= 'b'")])

    assert ("a", "b") == statement.parameters
    assert "dm1.meta_attr_name = ?" in statement.sql


@pytest.mark.parametrize(
    ("condition", "value"),
    [("= 'it's'", "it's"), ("= ''", ""), ("= 'a' b'", "a' b"), ("like '%x_'", "%x_"), ("= 'a && b'", "a && b")],
)
def test_a_value_runs_from_the_first_quote_to_the_last(condition: str, value: str) -> None:
    """Quotes inside are not escaped on the wire."""
    assert value == compiled([403], [(403, condition)]).parameters[0]


def test_a_hierarchy_is_compared_as_text_and_stored_as_an_id() -> None:
    """The table knows the leaf alone."""
    assert (8,) == compiled([403], [(422, "= 'root;leaf'")]).parameters
    assert (8,) == compiled([403], [(422, "like 'root;%'")]).parameters
    assert () == compiled([403], [(422, "= 'gone'")]).parameters


def test_others_than_administrators_see_what_they_may_read() -> None:
    """The filter is part of the statement."""
    statement = compiled([403], [], Viewer(user_id=5))

    assert "R_OBJT_ACCESS va" in statement.sql
    assert (5,) == statement.parameters


def test_upper_case_compares_upper_case() -> None:
    """On both sides."""
    assert "upper(d.data_name) = upper(?)" in compiled([403], [(403, "= 'a'")], options=Option.UPPER_CASE_WHERE).sql


@pytest.mark.parametrize("condition", ["", "'x'", "; drop table R_DATA_MAIN", "between '1'"])
def test_what_is_no_condition_is_refused(condition: str) -> None:
    """No text of a client becomes SQL."""
    with pytest.raises(IrodsError) as refused:
        compiled([403], [(403, condition)])
    assert Code.CAT_INVALID_ARGUMENT == refused.value.code


def test_an_unknown_column_is_refused() -> None:
    """Selected or conditioned."""
    for selects, conditions in (([999], []), ([403], [(999, "= 'x'")])):
        with pytest.raises(IrodsError) as refused:
            compiled(selects, conditions)
        assert Code.CAT_UNKNOWN_TABLE == refused.value.code


def test_compounds_split_outside_quotes() -> None:
    """A pair of ampersands inside a value stays."""
    assert [("= 'a'", ""), ("= 'b'", "OR")] == split_compound("= 'a' || = 'b'")
    assert [("= 'a && b'", "")] == split_compound("= 'a && b'")
    assert "x" == unquote("'x'")


@pytest.mark.parametrize(("pattern", "text"), [("a%", "abc"), ("a_c", "abc"), ("a\\%", "a%"), ("%", "")])
def test_like_patterns_match_as_sql_does(pattern: str, text: str) -> None:
    """Percent, underscore, and both escaped."""
    assert re.fullmatch(like_to_regex(pattern), text)


def pages(seat: Seat, size: int) -> list[int]:
    """Return the number of rows of each page."""
    counts: list[int] = []
    cursor = 0
    while True:
        reply = seat.ask(QUERY, query([403], {501: f"= '{HOME}'"}, size, cursor))
        if reply.status == Code.CAT_NO_ROWS_FOUND:
            return [*counts, 0]
        counts.append(int(re.search(r"<rowCnt>(\d+)", str(reply.msg))[1]))  # type: ignore[index]
        cursor = int(re.search(r"<continueInx>(-?\d+)", str(reply.msg))[1])  # type: ignore[index]
        if not cursor:
            return counts


@pytest.mark.parametrize(("size", "counts"), [(2, [2, 2, 1]), (5, [5, 0]), (6, [5])])
def test_a_full_page_promises_another_one(rods: Seat, size: int, counts: list[int]) -> None:
    """Even if nothing follows."""
    for number in range(5):
        rods.put(f"{HOME}/f{number}", b"")

    assert counts == pages(rods, size)


def test_closing_a_query_answers_with_a_body(rods: Seat) -> None:
    """Clients parse it."""
    for number in range(3):
        rods.put(f"{HOME}/f{number}", b"")
    rods.ask(QUERY, query([403], {}, 1))

    reply = rods.ask(QUERY, query([403], {}, 0, 1))

    assert 0 == reply.status
    assert "<GenQueryOut_PI>" in str(reply.msg)
    assert 50 == str(reply.msg).count("<SqlResult_PI>")


def test_a_long_result_is_read_page_by_page_and_new_queries_see_what_is_new(desk: Desk, rods: Seat) -> None:
    """The open query keeps the state it began with; the connection's next one does not."""
    with desk.catalog.write() as database:
        coll = database.execute("SELECT coll_id FROM R_COLL_MAIN WHERE coll_name = ?", (HOME,)).fetchone()[0]
        database.executemany(
            "INSERT INTO R_DATA_MAIN (data_id, coll_id, data_name, data_repl_num, data_path, data_owner_name,"
            " data_owner_zone, resc_id) VALUES (?, ?, ?, 0, '', 'rods', 'tempZone', 1)",
            [(number, coll, f"f{number}") for number in range(100_000, 106_000)],
        )
    first = rods.ask(QUERY, query([403], {501: f"= '{HOME}'"}, 4000))
    rods.put(f"{HOME}/late", b"")

    assert "<continueInx>1</continueInx>" in str(first.msg)
    assert [("late",)] == rods.rows([403], {403: "= 'late'"})
    rest = rods.ask(QUERY, query([403], {}, 4000, 1))
    assert "<rowCnt>2000</rowCnt>" in str(rest.msg)
    assert "<continueInx>0</continueInx>" in str(rest.msg)


def test_a_ticket_widens_what_a_connection_sees(desk: Desk, rods: Seat) -> None:
    """Only of the object that it was made for."""
    desk.add_user("alice")
    for name in ("open", "closed"):
        rods.put(f"{HOME}/{name}", b"x")
    data_id = rods.rows([401], {403: "= 'open'"})[0][0]
    with desk.catalog.write() as database:
        database.execute(
            "INSERT INTO R_TICKET_MAIN (ticket_id, ticket_string, ticket_type, user_id, object_id, object_type)"
            " VALUES (1, 'secret', 'read', 1, ?, 'data')",
            (int(data_id),),
        )
    alice = desk.seat("alice")
    alice.dispatcher.agent.ticket = "secret"

    assert [("open",)] == alice.rows([403], {501: f"= '{HOME}'"})
    assert alice.open(f"{HOME}/open") > 0
    assert Code.CAT_NO_ACCESS_PERMISSION == alice.open(f"{HOME}/closed")
