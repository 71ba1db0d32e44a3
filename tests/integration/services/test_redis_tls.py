"""Redis over TLS: what redis-py and Celery make of the address that Lading gives them."""

from __future__ import annotations

import os
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import celery
import kombu
import pytest
import redis

from lading.base import config
from lading.base.config import Settings
from lading.base.errors import BrokerUnreachable
from lading.orchestration import broker
from tests.certificates import Authority

REFUSED = (redis.ConnectionError, kombu.exceptions.OperationalError)
HERE = ("IP:127.0.0.1", "DNS:localhost")


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.make(tmp_path / "ca")


@pytest.fixture
def names() -> tuple[str, ...]:
    """Return what stands in the certificate that is shown."""
    return HERE


@pytest.fixture
def port(authority: Authority, names: tuple[str, ...], shared_ledger: Settings) -> Iterator[int]:
    """Return the port of a proxy that ends TLS before the embedded Redis."""
    shown = authority.sign("redis", *names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown.certificate, shown.key)
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(listener, context, shared_ledger.redis_socket), daemon=True).start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _accept(listener: socket.socket, context: ssl.SSLContext, behind: Path) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_relay, args=(client, context, behind), daemon=True).start()


def _relay(client: socket.socket, context: ssl.SSLContext, behind: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.connect(str(behind))
        try:
            with context.wrap_socket(client, server_side=True) as encrypted:
                while _passed(encrypted, server):
                    pass
        except OSError:  # the client refused the certificate, or went away
            client.close()


def _passed(encrypted: ssl.SSLSocket, server: socket.socket) -> bool:
    """Pass on what one side has said; False once a side has ended."""
    ready = [encrypted] if encrypted.pending() else select.select([encrypted, server], [], [])[0]
    for side in ready:
        data = side.recv(65536)
        if not data:
            return False
        (server if side is encrypted else encrypted).sendall(data)
    return True


def settings_for(port: int, authority: Authority, home: Path) -> Settings:
    """Return settings that say the CA and nothing else."""
    url = f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={authority.certificate}"
    return config.load(os.environ | {"LADING_HOME": str(home), "LADING_REDIS_URL": url}, home)


def test_locks_queues_and_results_go_over_tls(port: int, authority: Authority, tmp_path: Path) -> None:
    """All three get the same address; Celery has no default of what to verify, so it is told."""
    settings = settings_for(port, authority, tmp_path)
    with redis.Redis.from_url(settings.redis_client_url) as client:
        assert client.ping()
    app = celery.Celery(broker=settings.broker_url, backend=settings.result_url)
    with app.connection_for_write() as connection:
        connection.ensure_connection(max_retries=1, timeout=10)
        queue = connection.SimpleQueue("over-tls")
        queue.put("said")
        assert "said" == queue.get(timeout=10).payload
        queue.close()
    results: Any = app.backend
    assert results.client.set("over-tls", "stored")
    assert b"stored" == results.get("over-tls")


def test_a_redis_of_an_unknown_ca_is_refused_by_each(port: int, tmp_path: Path) -> None:
    """No command is sent to it."""
    settings = settings_for(port, Authority.make(tmp_path / "other"), tmp_path)
    with (
        redis.Redis.from_url(settings.redis_client_url) as client,
        pytest.raises(redis.ConnectionError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        client.ping()
    with (
        kombu.Connection(settings.broker_url) as connection,
        pytest.raises(kombu.exceptions.OperationalError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=10)


def by_redis_py(settings: Settings) -> None:
    broker._client(settings.redis_client_url).ping()


def by_kombu(settings: Settings) -> None:
    with kombu.Connection(settings.broker_url) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, timeout=10)


def by_the_result_backend(settings: Settings) -> None:
    made: Any = celery.Celery(broker=settings.broker_url, backend=settings.result_url, set_as_current=False)
    made.backend.client.ping()


each_client = pytest.mark.parametrize("client", [by_redis_py, by_kombu, by_the_result_backend])


def with_query(port: int, query: str, home: Path) -> Settings:
    url = f"rediss://127.0.0.1:{port}/0?{query}"
    return config.load({"HOME": str(home), "LADING_REDIS_URL": url}, home)


@pytest.mark.parametrize("names", [("DNS:queue.example",)])
@each_client
def test_each_client_refuses_the_certificate_of_another_host(
    port: int, authority: Authority, tmp_path: Path, client: Callable[[Settings], None]
) -> None:
    """Unless the address says that the name does not count."""
    query = f"ssl_ca_certs={authority.certificate}"
    with pytest.raises(REFUSED, match="CERTIFICATE_VERIFY_FAILED"):
        client(with_query(port, query, tmp_path))
    client(with_query(port, f"{query}&ssl_check_hostname=false", tmp_path))


@each_client
def test_nothing_is_verified_only_where_the_address_says_so(
    port: int, tmp_path: Path, client: Callable[[Settings], None]
) -> None:
    """In the words of redis-py or of Celery; where no CA is named, those of the system count."""
    for words in ("", "ssl_cert_reqs=CERT_REQUIRED"):
        with pytest.raises(REFUSED, match="CERTIFICATE_VERIFY_FAILED"):
            client(with_query(port, words, tmp_path))
    for words in ("ssl_cert_reqs=none", "ssl_cert_reqs=CERT_NONE"):
        client(with_query(port, words, tmp_path))


def test_a_refused_certificate_is_said_with_what_to_set(port: int, tmp_path: Path) -> None:
    """One sentence; a command ends with 4."""
    with pytest.raises(BrokerUnreachable) as caught, broker.translated():
        by_redis_py(with_query(port, "", tmp_path))
    assert "ssl_ca_certs in LADING_REDIS_URL" in caught.value.hint
