"""
When another ingest tool last brought a file: its Redis keys, taken over so that both can be tried side by side.

The key is `sync_time:/`, the absolute path of the file, a colon and the target collection; its value is a time in
seconds. They are read once, in lots, into the ledger; the address, which may hold a password, is not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import islice

import redis

from lading.base.paths import from_bytes, join, to_bytes
from lading.ingest.app.models import SyncTime
from lading.ingest.engine.sources.base import Source
from lading.orchestration import broker

_PREFIX = b"sync_time:/"

#: keys asked for at a time
_LOT = 1_000

#: places asked for in one statement
_AT_ONCE = 500


def load(job_id: int, address: str, roots: Sequence[str], collection: str) -> int:
    """
    Read the keys of files below any of the roots that went to the collection; return how many there are.

    What was read for the job before is forgotten. Raise `BrokerUnreachable` if that Redis does not answer.
    """
    forget(job_id)
    count = 0
    with broker.translated(), redis.Redis.from_url(address, socket_timeout=60) as client:
        for lot in _lots(_found(client, roots, collection)):
            values = client.mget([key for key, _ in lot])
            times = {path: seconds for (_, path), value in zip(lot, values, strict=True) if (seconds := _time(value))}
            _keep(job_id, times)
            count += len(times)
    return count


def named(job_id: int, folder: str, names: Sequence[str]) -> dict[str, float]:
    """Return when files of a folder were brought, by name; those that never were are left out."""
    places = {_place(join(folder, name)): name for name in names}
    found: dict[str, float] = {}
    wanted = list(places)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = SyncTime.objects.filter(job_id=job_id, place__in=wanted[start : start + _AT_ONCE])
        found |= {places[bytes(place)]: at for place, at in rows.values_list("place", "at")}
    return found


def forget(job_id: int) -> None:
    """Forget the times of a job: they were used, or are read anew."""
    SyncTime.objects.filter(job_id=job_id).delete()


def roots_of(source: Source, named: str) -> list[str]:
    """Return the paths under which the other tool may know the source: as it is named, and without links."""
    return list(dict.fromkeys((source.canonical.rstrip("/"), named.rstrip("/"))))


def _found(client: redis.Redis, roots: Sequence[str], collection: str) -> Iterator[tuple[bytes, str]]:
    """Yield key and relative path of each file."""
    ends = (to_bytes(f":{collection.rstrip('/')}"), to_bytes(f":{collection.rstrip('/')}/"))
    for key in client.scan_iter(match=_PREFIX + b"*", count=_LOT):
        end = next((end for end in ends if key.endswith(end)), None)
        if end is None:
            continue
        path = b"/" + key[len(_PREFIX) : -len(end)].lstrip(b"/")
        for root in roots:
            below = to_bytes(root) + b"/"
            if path.startswith(below):
                yield key, from_bytes(path[len(below) :])
                break


def _lots(items: Iterable[tuple[bytes, str]]) -> Iterator[list[tuple[bytes, str]]]:
    waiting = iter(items)
    while lot := list(islice(waiting, _LOT)):
        yield lot


def _time(value: bytes | None) -> float:
    """Return the time; 0 for what is none."""
    try:
        return float(value or 0)
    except ValueError:
        return 0.0


def _keep(job_id: int, times: dict[str, float]) -> None:
    SyncTime.objects.bulk_create(
        [SyncTime(job_id=job_id, place=_place(path), at=at) for path, at in times.items()],
        update_conflicts=True,
        update_fields=["at"],
        unique_fields=["job", "place"],
        batch_size=_AT_ONCE,
    )


def _place(path: str) -> bytes:
    return blake2b(to_bytes(path), digest_size=16).digest()
