"""The text in which old clients send a PAM password."""

from __future__ import annotations

import pytest

from lading.zone.api.legacy_auth import read_context


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("a_user=alice;a_pw=x;a_ttl=0", {"a_user": "alice", "a_pw": "x", "a_ttl": "0"}),
        ("a_pw=", {"a_pw": ""}),
        (r"a_pw=a\;b\=c\\d;a_ttl=1", {"a_pw": r"a;b=c\d", "a_ttl": "1"}),
        ("a_pw=with=sign;a_ttl=1", {"a_pw": "with=sign", "a_ttl": "1"}),
        ("a_pw=two\nlines;a_ttl=1", {"a_pw": "two\nlines", "a_ttl": "1"}),
    ],
)
def test_pairs_are_read_with_what_a_backslash_keeps(text: str, found: dict[str, str]) -> None:
    """Passwords may hold what separates pairs."""
    assert found == read_context(text)
