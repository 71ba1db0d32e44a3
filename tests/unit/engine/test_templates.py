"""Metadata, permissions and users out of a job file."""

from __future__ import annotations

import pytest

from lading.base.errors import UsageError
from lading.ingest.engine.templates import AclRow, ActAsRow, Facts, MetadataRow, Templates
from lading.ingest.engine.values import Entry, Kind
from lading.ingest.handlers import User


def facts(path: str, size: int = 3, owner: str = "nobody") -> Facts:
    entry = Entry(path.rpartition("/")[2], Kind.FILE, size, 1_700_000_000_999_999_999, 0, 1)
    return Facts(path=path, entry=entry, owner=lambda: owner)


def test_facts_and_groups_are_filled_in() -> None:
    """Groups come out of the path; braces are doubled to stand for themselves."""
    row = MetadataRow(
        match=r"(?P<project>[^/]+)/.*",
        attribute="{project}:{suffix}",
        value="{stem} {size} {mtime} {folder} {path} {owner} {{x}}",
        unit="{name}",
    )

    assert (("p1:.csv", "a.b 3 2023-11-14T22:13:20Z p1/in p1/in/a.b.csv nobody {x}", "a.b.csv"),) == Templates(
        metadata=(row,)
    ).avus(facts("p1/in/a.b.csv"))


def test_a_row_applies_where_its_patterns_do() -> None:
    """Both, if it has both."""
    row = MetadataRow(files="*.csv", match=r"raw/.*", attribute="kind", value="raw")
    templates = Templates(metadata=(row,))

    assert [1, 0, 0] == [len(templates.avus(facts(path))) for path in ("raw/a.csv", "raw/a.txt", "old/a.csv")]


def test_an_avu_without_a_value_is_left_out() -> None:
    """IRODS takes none; a group that took no part is empty."""
    row = MetadataRow(match=r"(?P<year>\d{4})?.*", attribute="year", value="{year}")
    templates = Templates(metadata=(row, row))

    assert () == templates.avus(facts("abc"))
    assert (("year", "2024", ""),) == templates.avus(facts("2024-x"))


def test_a_hidden_file_has_no_suffix() -> None:
    """The dot is part of its name."""
    row = MetadataRow(attribute="a", value="{stem}|{suffix}")

    assert (("a", ".profile|", ""),) == Templates(metadata=(row,)).avus(facts(".profile"))


def test_bytes_that_are_no_text_are_shown() -> None:
    """An AVU is always text."""
    row = MetadataRow(attribute="a", value="{name}")

    assert (("a", r"\xff.dat", ""),) == Templates(metadata=(row,)).avus(facts("\udcff.dat"))


def test_of_several_permissions_for_one_user_the_last_counts() -> None:
    """A later row is the more special one."""
    rows = (
        AclRow(permission="read", user="staff"),
        AclRow(permission="own", user="{pi}", match="(?P<pi>[^/]+)/.*"),
        AclRow(files="secret/", permission="null", user="staff"),
    )
    templates = Templates(acl=rows)

    assert (("read", "staff"), ("own", "ana")) == templates.acls(facts("ana/x"))
    assert (("own", "secret"), ("null", "staff")) == templates.acls(facts("secret/x"))


def test_the_first_row_that_names_somebody_says_who_writes() -> None:
    """By path, by the file's owner, or by a group of the path."""
    rows = (
        ActAsRow(files="shared/", user="service#other"),
        ActAsRow(owners={"uid1": "alice", "uid2": "bob#other"}),
        ActAsRow(match="by/(?P<who>[^/]+)/.*", user="{who}"),
    )
    templates = Templates(act_as=rows)

    assert User("service", "other") == templates.user(facts("shared/x", owner="uid1"))
    assert User("alice") == templates.user(facts("x", owner="uid1"))
    assert User("bob", "other") == templates.user(facts("x", owner="uid2"))
    assert User("carol") == templates.user(facts("by/carol/x"))
    assert templates.user(facts("x")) is None


def test_owners_are_only_asked_for_where_a_row_needs_them() -> None:
    """It costs a stat."""

    def unexpected() -> str:
        raise AssertionError("nobody needs the owner")

    told = Facts(path="a", entry=facts("a").entry, owner=unexpected)

    assert (("a", "a", ""),) == Templates(metadata=(MetadataRow(attribute="a", value="{name}"),)).avus(told)


@pytest.mark.parametrize(
    "row",
    [
        lambda: MetadataRow(attribute="a", value="{unknown}"),
        lambda: MetadataRow(attribute="a", value="{name.__class__}"),
        lambda: MetadataRow(attribute="a", value="{name!r}"),
        lambda: MetadataRow(attribute="a", value="{name:>9}"),
        lambda: MetadataRow(attribute="a", value="{"),
        lambda: MetadataRow(attribute="a", value="{}"),
        lambda: MetadataRow(attribute="a", value="x", match="("),
        lambda: MetadataRow(attribute="a", value="x", files="["),
        lambda: AclRow(permission="everything", user="a"),
        ActAsRow,
        lambda: ActAsRow(user="a", owners={"b": "c"}),
        lambda: ActAsRow(owners={"b": "#zone"}),
    ],
)
def test_a_row_that_cannot_work_is_refused_at_once(row: object) -> None:
    """Not when the first file comes."""
    with pytest.raises((ValueError, UsageError)):
        row()  # type: ignore[operator]


def test_the_digest_is_that_of_metadata_and_permissions() -> None:
    """Who writes changes nothing of what is there."""
    row = MetadataRow(attribute="a", value="b")

    assert "" == Templates(act_as=(ActAsRow(user="x"),)).digest
    assert Templates(metadata=(row,)).digest != Templates(metadata=(row, row)).digest
