"""
A store for tests: moto's server as a process of its own, which counts requests and can be told to misbehave.

Counts and faults concern whoever is tested: requests of the test itself carry a header that says so.
"""

from __future__ import annotations

import json
import random
import re
import sys
import threading
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import boto3
from botocore.config import Config

from tests import store_processes
from tests.store_processes import KEY, SECRET

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

#: says that a request is the test's own
_OWN = "X-Of-The-Test"
_CONTROL = "/_store"

_ERROR = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{0}</Code><Message>{0}</Message></Error>'


@dataclass(frozen=True, kw_only=True)
class Faults:
    """How the store misbehaves."""

    #: share of the requests that are told to slow down
    busy: float = 0.0
    #: code with which every request is refused; "" for none
    refuse: str = ""
    #: whether every GET of an object is denied
    denied: bool = False
    #: pages of listings that are given before listings are refused; None: all of them
    pages: int | None = None
    #: keys on a page; None: as many as are asked for
    page: int | None = None
    #: keys after which each listing ends as if there were no more; None: where it ends
    short: int | None = None
    #: what keys begin with that are in no listing
    hidden: str = ""
    #: share of the objects whose first bytes alone arrive
    cut: float = 0.0


@dataclass
class Weather:
    """What stands between the world and moto."""

    inner: Callable[..., Iterable[bytes]]
    faults: Faults = field(default_factory=Faults)
    counts: Counter[str] = field(default_factory=Counter)
    lot: random.Random = field(default_factory=lambda: random.Random(1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"] == _CONTROL:
            return self._control(environ, start)
        if environ.get(f"HTTP_{_OWN.upper().replace('-', '_')}"):
            return self.inner(environ, start)
        if self.faults.page:
            environ["QUERY_STRING"] = re.sub(r"max-keys=\d+", f"max-keys={self.faults.page}", environ["QUERY_STRING"])
        with self.lock:
            status, code, cuts = self._lot(kind_of(environ))
        if code:
            start(status, [("Content-Type", "application/xml")])
            return [_ERROR.format(code).encode()]
        if kind_of(environ) == "LIST" and (self.faults.hidden or self.faults.short is not None):
            return self._listed(environ, start)
        return _cut(self.inner(environ, start)) if cuts else self.inner(environ, start)

    def _listed(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """List less than there is, and say that it is all."""
        said: list[Any] = []
        body = b"".join(self.inner(environ, lambda *words: said.extend(words))).decode()
        left = [self.faults.short]

        def seen(match: re.Match[str]) -> str:
            if self.faults.hidden and f"<Key>{self.faults.hidden}" in match[0]:
                return ""
            if left[0] is not None:
                left[0] -= 1
                return match[0] if left[0] >= 0 else ""
            return match[0]

        body = re.sub(r"<Contents>.*?</Contents>", seen, body, flags=re.DOTALL)
        body = re.sub(r"<IsTruncated>\w+<", "<IsTruncated>false<", body)
        data = body.encode()
        kept = [(name, value) for name, value in said[1] if name.lower() != "content-length"]
        start(said[0], [*kept, ("Content-Length", str(len(data)))])
        return [data]

    def _lot(self, kind: str) -> tuple[str, str, bool]:
        """Count a request; return status and code with which it is refused, and whether its answer is cut."""
        self.counts[kind] += 1
        if self.faults.refuse:
            return "403 Forbidden", self.faults.refuse, False
        if kind == "GET" and self.faults.denied:
            return "403 Forbidden", "AccessDenied", False
        if kind == "LIST" and self.faults.pages is not None and self.counts["LIST"] > self.faults.pages:
            return "403 Forbidden", "AccessDenied", False
        if self.lot.random() < self.faults.busy:
            self.counts["busy"] += 1
            return "503 Slow Down", "SlowDown", False
        return "", "", kind == "GET" and self.lot.random() < self.faults.cut

    def _control(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        size = int(environ.get("CONTENT_LENGTH") or 0)
        said = json.loads(environ["wsgi.input"].read(size)) if size else {}
        with self.lock:
            if "fill" in said:
                _fill(**said["fill"])
            elif said:
                self.faults, self.counts = Faults(**said), Counter()
            told = json.dumps(self.counts).encode()
        start("200 OK", [("Content-Type", "application/json")])
        return [told]


def _fill(bucket: str, prefix: str, count: int, size: int) -> None:
    """Put many objects at once, past the protocol."""
    from moto.core.models import DEFAULT_ACCOUNT_ID
    from moto.s3.models import s3_backends

    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    for number in range(count):
        content = f"{number:08d}".encode() * (size // 8)
        backend.put_object(bucket, f"{prefix}{number // 500:03d}/{number:06d}.dat", content)


def kind_of(environ: dict[str, Any]) -> str:
    """Return what a request asks for."""
    asked = parse_qs(environ["QUERY_STRING"], keep_blank_values=True)
    if "list-type" in asked or "versions" in asked:
        return "LIST"
    return "TAGS" if "tagging" in asked else str(environ["REQUEST_METHOD"])


def _cut(body: Iterable[bytes]) -> Iterator[bytes]:
    """Give the first half and say no more: the connection ends, although the length promised more."""
    whole = b"".join(body)
    yield whole[: len(whole) // 2]


@dataclass(frozen=True)
class Behind:
    """A server to which requests are handed on as they are."""

    port: int

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Ask it, and answer as it does."""
        size = int(environ.get("CONTENT_LENGTH") or 0)
        headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        inner = HTTPConnection("127.0.0.1", self.port, timeout=30)
        inner.request(
            environ["REQUEST_METHOD"],
            environ["REQUEST_URI"],
            environ["wsgi.input"].read(size) if size else None,
            headers,
        )
        answer = inner.getresponse()
        kept = [(name, value) for name, value in answer.getheaders() if name not in {"Transfer-Encoding", "Connection"}]
        start(f"{answer.status} {answer.reason}", kept)
        body = answer.read()
        inner.close()
        return [body]


def main() -> None:
    """Serve until the process is ended; the port is said on the standard output."""
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
    from werkzeug.serving import make_server

    class Quiet(MotoRequestHandler):
        def log_request(self, *_: object, **__: object) -> None:
            """Say nothing of what went well."""

    behind = sys.argv[1:]
    weather = Weather(Behind(int(behind[0])) if behind else DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, weather, threaded=True, request_handler=Quiet)
    print(server.server_port, flush=True)
    server.serve_forever()


# --- the test's side -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Store:
    """A store that runs."""

    endpoint: str

    @property
    def client(self) -> S3Client:
        """A client whose requests are neither counted nor disturbed."""
        made = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
        )
        made.meta.events.register("before-sign.s3", lambda request, **_: request.headers.add_header(_OWN, "1"))
        return made

    @property
    def queues(self) -> SQSClient:
        """A client for its queues."""
        return boto3.client(
            "sqs",
            endpoint_url=self.endpoint,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            region_name="us-east-1",
        )

    @property
    def counts(self) -> Counter[str]:
        """The requests since the weather was set last, by kind."""
        with urllib.request.urlopen(self.endpoint + _CONTROL) as answer:  # noqa: S310 - the address is ours
            return Counter(json.load(answer))

    def set(self, faults: Faults | None = None, **changes: Any) -> None:
        """Let the store misbehave, or no more; counting begins anew."""
        self._say(asdict(replace(faults or Faults(), **changes)))

    def fill(self, bucket: str, *, prefix: str = "", count: int, size: int) -> None:
        """Put many objects into a bucket, 500 under each further prefix."""
        self._say({"fill": {"bucket": bucket, "prefix": prefix, "count": count, "size": size}})

    def _say(self, what: dict[str, Any]) -> None:
        told = json.dumps(what).encode()
        urllib.request.urlopen(self.endpoint + _CONTROL, told).close()  # noqa: S310 - the address is ours


@contextmanager
def serving(folder: Path) -> Iterator[Store]:
    """Let a store run that has each folder of `folder` as a bucket: rclone, whose answers the weather passes on."""
    with store_processes.rclone(folder, asks_for_keys=False) as behind, running(behind.rpartition(":")[2]) as found:
        yield found


@contextmanager
def running(*behind: str) -> Iterator[Store]:
    """Let a store run: moto, or what is behind a port."""
    with store_processes.module("tests.s3_store", *behind) as endpoint:
        yield Store(endpoint)


if __name__ == "__main__":
    main()
