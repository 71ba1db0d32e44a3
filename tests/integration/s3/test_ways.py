"""The ways to a store: through a proxy, in TLS, with the bucket in the host's name or behind it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lading.ingest.engine.sources.s3.access import Access, Addressing
from lading.ingest.engine.sources.s3.location import Location
from lading.ingest.engine.sources.s3.source import S3Source
from tests.certificates import Authority
from tests.integration.s3.shops import QUICK

pytestmark = pytest.mark.services

_LISTING = (
    b'<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key>'
    b"<LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag><Size>1</Size></Contents>"
    b"</ListBucketResult>"
)


class Handler(BaseHTTPRequestHandler):
    """Lists one object, whoever asks for whatever."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Server)
        self.server.asked.append((self.path.partition("?")[0], self.headers["Host"]))
        self.server.signed.append(self.headers.get("Proxy-Authorization", ""))
        self.send_response(200)
        self.send_header("Content-Type", "application/xml")
        self.send_header("Content-Length", str(len(_LISTING)))
        self.end_headers()
        self.wfile.write(_LISTING)


class Server(ThreadingHTTPServer):
    """Remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        #: path, and name of the host
        self.asked: list[tuple[str, str]] = []
        self.signed: list[str] = []


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Server]:
    with Server() as server:
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def listed(access: Access) -> list[str]:
    return list(S3Source(Location("a-bucket"), access, patience=QUICK).names(""))


@pytest.mark.parametrize(
    ("addressing", "asked"),
    [
        (Addressing.PATH, ("http://store.invalid/a-bucket", "store.invalid")),
        (Addressing.VIRTUAL, ("http://a-bucket.store.invalid/", "a-bucket.store.invalid")),
    ],
)
def test_a_proxy_is_asked_for_the_store_and_the_bucket_stands_where_the_profile_says(
    key_file: Path, addressing: Addressing, asked: tuple[str, str]
) -> None:
    """The name of the store is not even looked up here; the password of the proxy goes to the proxy."""
    with serving() as proxy:
        address = f"http://somebody:planted-proxy-password@127.0.0.1:{proxy.server_port}"
        access = Access(endpoint="http://store.invalid", key_file=key_file, proxy=address, addressing=addressing)

        assert listed(access) == ["a"]
        assert set(proxy.asked) == {asked}
        assert all(proxy.signed)


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
def test_a_store_in_tls_is_trusted_by_the_profile_s_authority_or_unseen(key_file: Path, tmp_path: Path) -> None:
    """A file of authorities holds for that store; who says so trusts everybody."""
    authority = Authority.make(tmp_path / "authority")
    signed = authority.sign("store", "IP:127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed.certificate, signed.key)
    with serving(context) as server:
        endpoint = f"https://127.0.0.1:{server.server_port}"
        for verify in (authority.certificate, False):
            access = Access(endpoint=endpoint, key_file=key_file, verify=verify, addressing=Addressing.PATH)
            assert listed(access) == ["a"]
