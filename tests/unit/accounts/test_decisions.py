"""What accounts decide without a ledger: roles, waits, grants, names."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.accounts.grants import narrow
from lading.accounts.roles import Caller, NotPermitted, Role, role_of
from lading.accounts.throttle import FREE_FOR_ADDRESS, LONGEST, wait_after
from lading.accounts.tokens import narrower
from lading.base.config_groups import Allowed
from lading.base.errors import UsageError


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("needed", list(Role))
def test_a_role_covers_those_before_it(role: Role, needed: Role) -> None:
    """In the order in which they are defined; the lesser of two is never more than either."""
    assert role.covers(needed) == (list(Role).index(role) >= list(Role).index(needed))
    assert role.covers(role.or_less(needed))
    assert needed.covers(role.or_less(needed))


def test_a_role_has_a_name() -> None:
    """And nothing else has."""
    assert role_of("operator") is Role.OPERATOR
    with pytest.raises(UsageError):
        role_of("root")


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (9, 16), (14, 512), (15, LONGEST), (9_999, LONGEST)]
)
def test_each_failure_doubles_the_wait(failures: int, seconds: float) -> None:
    """From the fifth on, up to a quarter of an hour; an address may fail more often than a name."""
    assert wait_after(failures) == seconds
    assert wait_after(failures + FREE_FOR_ADDRESS - 5, FREE_FOR_ADDRESS) == seconds


@pytest.mark.parametrize(
    ("allowed", "granted", "found"),
    [
        (["/data"], [], ["/data"]),
        (["/data"], ["/data/lab"], ["/data/lab"]),
        (["/data/lab"], ["/data"], ["/data/lab"]),
        (["/data"], ["/scratch"], []),
        (["/data"], ["/database"], []),
        (["/data", "/scratch"], ["/data/a", "/data/b", "/scratch"], ["/data/a", "/data/b", "/scratch"]),
        ([], ["/data"], []),
    ],
)
def test_what_is_granted_lies_within_what_is_allowed(allowed: list[str], granted: list[str], found: list[str]) -> None:
    """The table of `grants`; a grant of one kind says nothing of another one."""
    outer = Allowed(sources=tuple(map(Path, allowed)), destinations=tuple(allowed), handlers=("a:B",))
    sources = narrow(outer, [("source", value) for value in granted])
    destinations = narrow(outer, [("destination", value) for value in granted])

    assert list(map(str, sources.sources)) == list(destinations.destinations) == found
    assert sources.destinations == tuple(allowed)
    assert sources.handlers == ("a:B",)


def test_names_are_granted_one_by_one() -> None:
    """A handler that the settings do not list is not allowed by a grant."""
    outer = Allowed(handlers=("a:B", "a:C"), users=("ada",))

    assert narrow(outer, [("handler", "a:C"), ("handler", "a:D")]).handlers == ("a:C",)
    assert narrow(outer, [("user", "grace")]).users == ()


def test_a_token_for_some_jobs_sees_those_alone() -> None:
    """Patterns as a shell has them, and upper case is another name."""
    caller = Caller(user_id=1, name="ada", role=Role.OPERATOR, jobs=("lab-*", "weekly"))

    assert [caller.sees(name) for name in ("lab-a", "weekly", "Lab-a", "weekly2", "")] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert Caller(user_id=1, name="ada", role=Role.VIEWER).sees("anything")


def test_a_token_makes_none_that_sees_more() -> None:
    """It makes one that sees what it sees, or a part of that by the same patterns."""
    assert narrower((), ["a"]) == ["a"]
    assert narrower(("a", "b"), ["a"]) == ["a"]
    assert narrower(("a", "b"), []) == ("a", "b")
    with pytest.raises(NotPermitted):
        narrower(("a",), ["*"])
