"""What the store that misbehaves knows: objects, and what goes wrong with whom."""

from __future__ import annotations

import base64
import hashlib
import time
from bisect import bisect_left, insort
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

_BEGAN = 1_700_000_000


@dataclass
class Thing:
    """One object."""

    data: bytes
    modified: int
    headers: dict[str, str] = field(default_factory=dict)
    #: sizes of the parts it was put together from
    parts: list[int] = field(default_factory=list)
    etag: str = ""

    def __post_init__(self) -> None:
        self.etag = self.etag or hashlib.md5(self.data).hexdigest()

    def line(self, key: str) -> str:
        """Return it as a line of a listing."""
        when = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self.modified))
        return (
            f"<Contents><Key>{quote(key, safe='/')}</Key><LastModified>{when}</LastModified>"
            f"<ETag>&quot;{self.etag}&quot;</ETag><Size>{len(self.data)}</Size></Contents>"
        )


@dataclass
class Rule:
    """What goes wrong with some requests."""

    #: LIST, GET, HEAD; "" is any
    on: str = ""
    #: what the key, or the prefix and the start of a listing, begins with
    under: str = ""
    #: how often; None: always
    times: int | None = None
    #: requests that go well before
    after: int = 0
    #: every so many of them
    every: int = 1
    #: `status`, `truncate`, `reset`, `flip`, `hang`, `overwrite`, `unsorted`, `repeat`
    do: str = "status"
    status: int = 503
    code: str = "SlowDown"
    headers: dict[str, str] = field(default_factory=dict)
    met: int = 0

    def takes(self, on: str, *names: str) -> bool:
        """Say whether a request is concerned."""
        if (self.on and on != self.on) or (self.under and not any(name.startswith(self.under) for name in names)):
            return False
        self.met += 1
        past = self.met - self.after
        return past > 0 and (past - 1) % self.every == 0 and (self.times is None or past <= self.times * self.every)


@dataclass
class Shop:
    """All that the server knows."""

    buckets: dict[str, dict[str, Thing]] = field(default_factory=dict)
    keys: dict[str, list[str]] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    clock: int = _BEGAN

    def put(self, bucket: str, key: str, thing: Thing) -> None:
        """Put an object; each one is a second later."""
        self.clock += 1
        things, keys, lines = self.buckets[bucket], self.keys[bucket], self.lines[bucket]
        if key not in things:
            at = bisect_left(keys, key)
            insort(keys, key)
            lines.insert(at, "")
        things[key] = thing
        lines[bisect_left(keys, key)] = thing.line(key)

    def remove(self, bucket: str, key: str) -> None:
        """Remove an object."""
        if self.buckets[bucket].pop(key, None) is not None:
            at = bisect_left(self.keys[bucket], key)
            del self.keys[bucket][at], self.lines[bucket][at]

    def control(self, said: dict[str, Any]) -> None:
        """Do what the test says."""
        if "bucket" in said:
            name = said["bucket"]
            if said.get("gone"):
                del self.buckets[name]
            else:
                self.buckets[name], self.keys[name], self.lines[name] = {}, [], []
        for one in said.get("put", ()):
            data = base64.b64decode(one.pop("data"))
            self.put(one.pop("in"), one.pop("key"), Thing(data, self.clock, **one))
        for fill in said.get("fill", ()):
            things = {key: Thing(b"%08d" % number, _BEGAN) for number, key in enumerate(sorted(fill["keys"]))}
            self.buckets[fill["in"]] = things
            self.keys[fill["in"]] = list(things)
            self.lines[fill["in"]] = [thing.line(key) for key, thing in things.items()]
        if "rules" in said:
            self.rules, self.counts = [Rule(**rule) for rule in said["rules"]], Counter()
