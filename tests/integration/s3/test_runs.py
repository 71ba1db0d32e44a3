"""Buckets that are brought into a zone in memory as a run does it: counts of requests, odd keys, faults, and an oracle."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lading.base.paths import join
from lading.ingest.engine.deletion import TYPE_CHANGED
from lading.ingest.engine.plan import group
from lading.ingest.engine.scan import Budget
from lading.ingest.engine.sources.s3 import keys
from tests.integration.s3.shops import Shop
from tests.integration.s3.stores import FaultStore
from tests.unit.engine.s3.test_listing import KEYS
from tests.unit.engine.workshop import outcomes

pytestmark = pytest.mark.services


def test_new_objects_cost_one_request_each_and_unchanged_ones_a_thousandth(shop: Shop) -> None:
    """The listing is all that an unchanged bucket costs."""
    shop.store.fill(shop.name, [f"{number // 50:03}/{number:05}.txt" for number in range(300)])
    shop.store.rules()
    created = Counter(code for code, _ in shop.sync().values())
    first = shop.store.counts
    shop.store.rules()

    assert created == {"created": 300}
    assert first["GET"] == 300
    assert first["LIST"] <= 3
    assert shop.sync() == {}
    assert shop.store.counts.total() <= 3


def test_a_scan_in_pieces_goes_on_where_the_last_one_ended(shop: Shop) -> None:
    """Each piece by a source that has seen nothing; all of it is seen once, for few requests more."""
    names = [f"data-{number:05} of it.bin" for number in range(1500)]
    shop.store.fill(shop.name, [*names, *(f"data/{number}" for number in range(10)), "data-00777 of it.bin/deeper"])
    shop.store.rules()
    workshop = shop.workshop
    workshop.budget = Budget(entries=400, seconds=10**9)
    left, found = None, []
    while left is None or left:
        workshop.source = shop.source()
        scan = workshop.scanning(*(left or ()))
        found += [join(part.folder, one.entry.name) for part in scan.run() for one in part.actions]
        left = scan.leftover

    assert sorted(found) == sorted(
        [
            *(name if name != "data-00777 of it.bin" else keys.beside(name) for name in names),
            *(f"data/{number}" for number in range(10)),
            "data-00777 of it.bin/deeper",
        ]
    )
    assert shop.store.counts["LIST"] <= 60


def test_keys_that_no_path_can_be_arrive_under_names_that_lead_back(shop: Shop) -> None:
    """They are told of; none is dropped, and none is put in the place of another."""
    odd = ["a//b", "a/./b", "a/../b", "/c", "d\x01e", "f", "f/g", "h/", "i/j/", "k//"]
    for key in [*odd, "plain", "l/"]:
        shop.put(key, b"" if key == "l/" else f"content of {key}".encode())
    found = shop.sync()
    stored = {keys.key_of(path): data.decode() for path, data in shop.workshop.stored().items()}

    assert stored == {key: f"content of {key}" for key in [*odd, "plain"]}
    assert {path for path, told in found.items() if told == ("created", "KEY_MAPPED")} == {
        path for path in found if keys.is_mapped(path)
    }
    assert found["plain"] == ("created", "")
    assert found["f/g"] == ("created", "")
    assert len([told for told in found.values() if told[1]]) == len(odd) - 1
    assert shop.sync() == {}


def test_fault_45_an_object_that_was_overwritten_after_it_was_listed_is_taken_again(shop: Shop) -> None:
    """The version that is there by then arrives, and is the one that the snapshot knows."""
    for name in "abc":
        shop.put(name, b"first version of " + name.encode())
    shop.workshop.source = shop.source()
    works = list(group(shop.workshop.scan(), shop.workshop.rules))
    shop.put("b", b"second version")
    shop.remove("c")
    found = outcomes(result for work in works for result in shop.workshop.apply(work))

    assert found == {"a": ("created", ""), "b": ("created", ""), "c": ("skipped", "SOURCE_VANISHED")}
    assert shop.workshop.stored()["b"] == b"second version"
    assert shop.sync() == {}


def test_fault_44_damage_on_the_way_is_mended_by_reading_again(shop: Shop) -> None:
    """What lies damaged in the store is not."""
    shop.put("a", b"right in the store")
    shop.store.rules({"on": "GET", "do": "flip", "times": 2})

    assert shop.sync() == {"a": ("created", "")}
    assert shop.workshop.stored() == {"a": b"right in the store"}


def test_an_object_that_was_only_dated_again_is_not_read(shop: Shop) -> None:
    """Its ETag says that its bytes are the same; the snapshot has the new time."""
    shop.put("a")
    shop.sync()
    shop.put("a")
    shop.store.rules()

    assert shop.sync() == {}
    assert shop.store.counts["GET"] == 0
    assert shop.sync() == {}


def test_fault_43_a_store_that_wants_fewer_requests_gets_fewer_and_everything_arrives(shop: Shop) -> None:
    """Of many objects each fiftieth request is refused; the pace is known."""
    data = {f"{number // 100:02}/{number:04}": b"%d" % number * 1000 for number in range(300)}
    shop.store.fill(shop.name, data)
    shop.store.rules({"on": "GET", "every": 50, "after": 10})
    source = shop.source()
    shop.workshop.source = source
    found = Counter(told for told in outcomes(shop.workshop.sync()).values())

    assert found == {("created", ""): 300}
    assert shop.store.counts["503"] >= 5
    assert shop.store.counts["GET"] == 300 + shop.store.counts["503"]
    assert source.rate is None or source.rate > 0


CHANGES = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["put", "remove", "same"])), max_size=6)
FAULTS = st.lists(
    st.fixed_dictionaries(
        {
            "on": st.sampled_from(["GET", "LIST"]),
            "do": st.sampled_from(["status", "truncate", "reset", "reset-at-once"]),
            "every": st.integers(2, 7),
            "after": st.integers(0, 5),
            "times": st.integers(1, 3),
        }
    ),
    max_size=3,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(KEYS, st.lists(st.tuples(CHANGES, FAULTS), min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_whatever_happens_the_zone_has_what_the_bucket_has(
    faulty: FaultStore,
    first: set[str],
    rounds: list[tuple[list[tuple[int, str]], list[dict[str, object]]]],
    lot: random.Random,
) -> None:
    """Random keys, overwrites, removals and faults; what is gone is told as vanished and nothing else is."""
    shop = Shop(faulty)
    there = {key: key.encode() + b"content" for key in sorted(first)}
    brought: dict[str, bytes] = {}
    for key, data in there.items():
        shop.put(key, data)
    for changes, faults in rounds:
        for number, what in changes:
            if not there:
                break
            key = sorted(there)[number % len(there)]
            if what == "remove":
                shop.remove(key)
                del there[key]
            else:
                there[key] = there[key] if what == "same" else lot.randbytes(20)
                shop.put(key, there[key])
        shop.store.rules(*faults)
        shop.workshop.source = shop.source()
        parts = shop.workshop.scan()
        gone = {join(part.folder, known.name) for part in parts for known in part.vanished}
        lost = [folder for part in parts for folder in part.vanished_folders]
        gone |= {path for folder in lost for path in brought if path.startswith(f"{folder}/")}
        shop.gone |= gone
        failures = {failure.path: failure.code for part in parts for failure in part.failures}
        for work in group(parts, shop.workshop.rules):
            shop.workshop.apply(work)
        brought = shop.workshop.stored()
        live = {path: data for path, data in brought.items() if path not in shop.gone}

        assert set(failures.values()) <= {TYPE_CHANGED}
        assert {keys.key_of(path): data for path, data in live.items()} == {
            key: data for key, data in there.items() if not is_below(keys.path_of(key), failures)
        }
        if failures:
            return  # what was a folder is an object now: its collection has to be removed first, and nobody does that here


def is_below(path: str, others: Iterable[str]) -> bool:
    """Say whether a path is one of others, or in it."""
    return any(path == other or path.startswith(f"{other}/") for other in others)
