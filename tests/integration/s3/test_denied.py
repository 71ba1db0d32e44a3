"""Objects that are listed and not given: one fails alone, all of them are a matter for somebody."""

from __future__ import annotations

import pytest

from lading.base.errors import Remedy, SourceUnreadable
from lading.ingest.engine.sources.errors import SourceDenied
from lading.ingest.engine.sources.s3 import permission
from tests.integration.s3.shops import Shop

pytestmark = pytest.mark.services

DENIED = {"status": 403, "code": "AccessDenied"}


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    permission._readable.clear()


def test_a_bucket_that_lists_and_gives_nothing_is_told_once(shop: Shop) -> None:
    """Not once for each object; and not as if the objects were to blame."""
    for number in range(40):
        shop.put(f"{number % 4}/{number:02}")
    shop.store.rules({"on": "GET", **DENIED})

    with pytest.raises(SourceDenied, match=r"Nothing of s3://.* may be read: .* denies all of the \d+ objects") as met:
        shop.sync()
    assert met.value.remedy is Remedy.ASK_PERSON
    assert shop.store.counts["GET"] <= 8 * 8, "those at work at once, and a few others for each"


def test_an_object_that_is_denied_among_others_fails_alone(shop: Shop) -> None:
    """Whoever has shown that others are given is not asked again for each that is not."""
    for number in range(30):
        shop.put(f"{'secret' if number % 3 == 0 else 'open'}/{number:02}")
    shop.store.rules({"on": "GET", "under": "secret/", **DENIED})
    found = shop.sync()

    assert {path for path, told in found.items() if told == ("failed", "SOURCE_UNREADABLE")} == {
        f"secret/{number:02}" for number in range(0, 30, 3)
    }
    assert sum(told == ("created", "") for told in found.values()) == 20
    assert shop.store.counts["GET"] <= 30 + 8 * 8


def test_one_that_others_beside_it_show_to_be_denied_alone(shop: Shop) -> None:
    """One that lies in an archive, or is gone, is not denied; a bucket of one object has no others."""
    shop.put("a")
    shop.store.rules({"on": "GET", **DENIED})
    with pytest.raises(SourceUnreadable):
        shop.read("a")

    shop.put("b")
    shop.store.rules(
        {"on": "GET", "under": "a", **DENIED}, {"on": "GET", "under": "b", "status": 403, "code": "InvalidObjectState"}
    )
    with pytest.raises(SourceUnreadable):
        shop.read("a")


def test_large_objects_are_asked_about_first_and_told_the_same(shop: Shop) -> None:
    """HEAD and GET are one permission."""
    shop.put("a", b"x" * 100_000)
    shop.put("b", b"x" * 100_000)
    shop.store.rules({"on": "HEAD", "status": 403}, {"on": "GET", **DENIED})

    with pytest.raises(SourceDenied):
        shop.stream("a")
