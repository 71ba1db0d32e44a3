"""APIs that no recording and no test of the client reaches, spoken to as a client does."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator

import pytest

from lading.zone.testing import running_zone
from tests.contract.zone import client
from tests.contract.zone.client import Line, Message, Person

pytestmark = pytest.mark.services

HOME = "/tempZone/home/rods"


@pytest.fixture
def rods() -> Iterator[Person]:
    """The administrator of a new zone, logged in."""
    with running_zone() as zone:
        person = Person(zone.port, "rods", zone.password)
        yield person
        person.leave()


def ask_json(person: Person, number: int, document: object) -> Message:
    return person.ask(number, client.envelope(json.dumps(document)))


def answer(reply: Message) -> dict[str, object]:
    document: dict[str, object] = json.loads(client.open_envelope(reply.msg))
    return document


def query2(person: Person, text: str) -> list[list[str]]:
    reply = person.ask(
        10221,
        f"<Genquery2Input_PI><query_string>{client.escape(text)}</query_string><zone></zone><sql_only>0</sql_only>"
        "<column_mappings>0</column_mappings></Genquery2Input_PI>",
    )
    assert 0 == reply.status, reply.error
    rows: list[list[str]] = json.loads(html.unescape(client.read_xml(reply.msg).findtext("myStr") or ""))
    return rows


def test_access_changes_are_applied_together(rods: Person) -> None:
    """Two users get their levels by one request (20005)."""
    rods.act("add", "user", "alice", "rodsuser")
    rods.act("add", "user", "bob", "rodsuser")
    changes = [{"entity_name": "alice", "acl": "read"}, {"entity_name": "bob", "acl": "own"}]

    reply = ask_json(rods, 20005, {"logical_path": HOME, "operations": changes})

    assert (0, {}) == (reply.status, answer(reply))
    assert [["alice", "read_object"], ["bob", "own"], ["rods", "own"]] == query2(
        rods,
        "select COLL_ACCESS_USER_NAME, COLL_ACCESS_PERM_NAME where COLL_NAME = '/tempZone/home/rods'"
        " order by COLL_ACCESS_USER_NAME",
    )


def test_no_access_changes_when_one_user_is_unknown(rods: Person) -> None:
    """The refusal names the operation, and the one before it is undone (20005)."""
    rods.act("add", "user", "alice", "rodsuser")
    changes = [{"entity_name": "alice", "acl": "read"}, {"entity_name": "nobody", "acl": "own"}]

    reply = ask_json(rods, 20005, {"logical_path": HOME, "operations": changes})

    assert (-130000, 1) == (reply.status, answer(reply)["operation_index"])
    assert [["rods"]] == query2(rods, f"select COLL_ACCESS_USER_NAME where COLL_NAME = '{HOME}'")


def test_no_avu_is_added_when_one_operation_is_unknown(rods: Person) -> None:
    """All or none (20002)."""
    operations = [
        {"operation": "add", "attribute": "a", "value": "v"},
        {"operation": "multiply", "attribute": "a", "value": "v"},
    ]

    reply = ask_json(rods, 20002, {"entity_name": HOME, "entity_type": "collection", "operations": operations})

    assert (-1811000, 1) == (reply.status, answer(reply)["operation_index"])
    assert [] == query2(rods, f"select META_COLL_ATTR_NAME where COLL_NAME = '{HOME}'")


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("COLL_NAME = '/tempZone/home/rods/it''s'", ["it's"]),
        ("COLL_NAME like '/tempZone/home/rods/a%'", ["a1", "a2"]),
        ("COLL_NAME in ('/tempZone/home/rods/a1', '/tempZone/home/rods/b1')", ["a1", "b1"]),
        ("COLL_PARENT_NAME = '/tempZone/home/rods' and not COLL_NAME like '%a_'", ["b1", "it's"]),
        ("COLL_NAME between '/tempZone/home/rods/a2' and '/tempZone/home/rods/b1'", ["a2", "b1"]),
        (
            "COLL_PARENT_NAME = '/tempZone/home/rods' and (COLL_NAME like '%/a1' or COLL_NAME like '%/b1')",
            ["a1", "b1"],
        ),
    ],
)
def test_conditions_of_genquery2_select_what_they_say(rods: Person, condition: str, found: list[str]) -> None:
    """Each kind of condition (10221)."""
    for name in ("a1", "a2", "b1", "it's"):
        rods.make_collection(f"{HOME}/{name}")

    rows = query2(rods, f"select COLL_NAME where {condition} order by COLL_NAME")

    assert [[f"{HOME}/{name}"] for name in found] == rows


def test_genquery2_counts_groups_and_limits(rods: Person) -> None:
    """Aggregates, group by, order, offset and limit (10221)."""
    for name in ("a", "a/x", "a/y", "b", "b/z"):
        rods.make_collection(f"{HOME}/{name}")

    counted = query2(
        rods,
        f"select COLL_PARENT_NAME, count(COLL_ID) where COLL_PARENT_NAME like '{HOME}/%' group by COLL_PARENT_NAME"
        " order by COLL_PARENT_NAME desc",
    )
    second = query2(rods, f"select COLL_NAME where COLL_NAME like '{HOME}/_' order by COLL_NAME offset 1 limit 1")

    assert [[f"{HOME}/b", "1"], [f"{HOME}/a", "2"]] == counted
    assert [[f"{HOME}/b"]] == second


def test_genquery2_hides_what_a_user_may_not_read(rods: Person) -> None:
    """Another user's collection is not there (10221)."""
    rods.act("add", "user", "alice", "rodsuser")
    rods.give_password("alice", "alice's password")
    rods.make_collection(f"{HOME}/hidden")
    alice = Person(rods.port, "alice", "alice's password")

    found = query2(alice, "select COLL_NAME where COLL_PARENT_NAME like '/tempZone/home%'")
    alice.leave()

    assert ["/tempZone/home/alice"] in found
    assert [f"{HOME}/hidden"] not in found


@pytest.mark.parametrize(
    "text", ["", "select", "select NO_SUCH_COLUMN", "select COLL_NAME where", "select COLL_NAME; x"]
)
def test_genquery2_refuses_what_it_cannot_read(rods: Person, text: str) -> None:
    """A mistake is an error, never an empty result (10221)."""
    reply = rods.ask(10221, f"<Genquery2Input_PI><query_string>{text}</query_string></Genquery2Input_PI>")

    assert -816000 == reply.status


def test_an_open_for_reading_is_sent_to_this_host(rods: Person) -> None:
    """There is one server; where nothing lies there is nothing to read (10220)."""
    rods.put_empty(f"{HOME}/file")
    pairs = (
        "<KeyValPair_PI><ssLen>1</ssLen><keyWord>getResourceInfoOpType</keyWord><svalue>OPEN</svalue></KeyValPair_PI>"
    )

    there = rods.ask(10220, f"<DataObjInp_PI><objPath>{HOME}/file</objPath>{pairs}</DataObjInp_PI>")
    missing = rods.ask(10220, f"<DataObjInp_PI><objPath>{HOME}/none</objPath>{pairs}</DataObjInp_PI>")

    text = html.unescape(client.read_xml(there.msg).findtext("myStr") or "")
    assert {"host": "127.0.0.1", "resource_hierarchy": "demoResc"} == json.loads(text)
    assert -310000 == missing.status


def test_a_stored_query_runs_under_its_alias(rods: Person) -> None:
    """What an administrator stored, anybody may run (722)."""
    rods.act("add", "specificQuery", "select coll_name from R_COLL_MAIN where coll_name = ?", "one")

    reply = rods.ask(
        722, f"<specificQueryInp_PI><sql>one</sql><arg1>{HOME}</arg1><maxRows>10</maxRows></specificQueryInp_PI>"
    )

    assert [HOME] == [value.text for value in client.read_xml(reply.msg).iter("value")]


def test_the_zone_report_is_for_administrators(rods: Person) -> None:
    """It tells where files lie (10205)."""
    rods.act("add", "user", "alice", "rodsuser")
    rods.give_password("alice", "alice's password")
    alice = Person(rods.port, "alice", "alice's password")

    refused = alice.ask(10205, "")
    alice.leave()
    report = json.loads(client.read_xml(rods.ask(10205, "").msg).findtext("buf") or "")

    assert -830000 == refused.status
    assert ["demoResc"] == [entry["name"] for entry in report["zones"][0]["servers"][0]["resources"]]


def test_what_is_not_there_is_never_a_success(rods: Person) -> None:
    """SYS_UNMATCHED_API_NUM, and the connection goes on."""
    unknown = rods.ask(666, "<StructFileExtAndRegInp_PI></StructFileExtAndRegInp_PI>")

    assert -12000 == unknown.status
    assert 0 == rods.ask(700, "").status


def test_nothing_is_answered_before_the_login(rods: Person) -> None:
    """SYS_NO_API_PRIV."""
    line = Line(rods.port)
    line.send("RODS_CONNECT", 0, client.startup("rods"))
    line.receive()
    line.send(client.REQUEST, 801)

    reply = line.receive()
    line.close()

    assert -13000 == reply.status
