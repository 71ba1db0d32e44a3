"""What a store says instead of giving something: each has its meaning, and one message."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lading.base.errors import LadingError, Remedy, SourceMissing, SourceUnreadable, SourceVanished
from lading.ingest.engine.sources import errors
from lading.ingest.engine.sources.s3.access import Access
from lading.ingest.engine.sources.s3.location import Location
from lading.ingest.engine.sources.s3.source import S3Source
from tests.certificates import Authority
from tests.integration.s3.shops import QUICK, Shop
from tests.integration.s3.stores import FaultStore
from tests.store_processes import KEY, SECRET

pytestmark = pytest.mark.services


def listing(shop: Shop, **how: Any) -> list[str]:
    return list(shop.source(**how).names(""))


@pytest.mark.parametrize(
    ("status", "code", "error", "requests"),
    [
        (503, "SlowDown", errors.SourceSlow, QUICK.attempts),
        (429, "TooManyRequests", errors.SourceSlow, QUICK.attempts),
        (500, "InternalError", errors.SourceUnavailable, QUICK.attempts),
        (502, "BadGateway", errors.SourceUnavailable, QUICK.attempts),
        (400, "RequestTimeout", errors.SourceUnavailable, QUICK.attempts),
        (400, "ExpiredToken", errors.SourceLoginRefused, 2),
        (403, "InvalidAccessKeyId", errors.SourceLoginRefused, 2),
        (403, "SignatureDoesNotMatch", errors.SourceLoginRefused, 2),
        (403, "RequestTimeTooSkewed", errors.SourceLoginRefused, 2),
        (404, "NoSuchBucket", SourceMissing, 1),
        (403, "AccessDenied", SourceMissing, 1),
        (400, "IllegalLocationConstraintException", errors.SourceMisplaced, 2),
        (400, "SomethingNew", SourceMissing, 1),
    ],
)
def test_listings_that_are_refused(shop: Shop, status: int, code: str, error: type[LadingError], requests: int) -> None:
    """
    They are asked for again as often as that may help; nothing is taken for an empty bucket.

    Of a bucket elsewhere the library asks where it is.
    """
    shop.put("a")
    shop.store.rules({"status": status, "code": code})

    with pytest.raises(error) as met:
        listing(shop)
    assert code in str(met.value) or "region" in str(met.value)
    assert SECRET not in str(met.value)
    assert KEY not in str(met.value)
    assert shop.store.counts["LIST"] == requests


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (404, "NoSuchKey", SourceVanished),
        (403, "AccessDenied", SourceUnreadable),
        (403, "InvalidObjectState", errors.ObjectArchived),
        (400, "InvalidRequest", errors.ObjectRefused),
        (404, "NoSuchBucket", SourceMissing),
        (403, "ExpiredToken", errors.SourceLoginRefused),
    ],
)
def test_objects_that_are_refused(shop: Shop, status: int, code: str, error: type[LadingError]) -> None:
    """Most of it concerns one object only."""
    shop.put("a")
    shop.store.rules({"on": "GET", "status": status, "code": code})

    with pytest.raises(error):
        shop.read()


def test_an_archived_object_is_skipped_with_its_code(shop: Shop) -> None:
    """The others arrive."""
    shop.put("a")
    shop.put("b")
    shop.store.rules({"on": "GET", "under": "a", "status": 403, "code": "InvalidObjectState"})

    assert shop.sync() == {"a": ("skipped", "OBJECT_ARCHIVED"), "b": ("created", "")}


def test_a_bucket_elsewhere_says_where(shop: Shop) -> None:
    """One message, that tells what to set."""
    rule = {"status": 301, "code": "PermanentRedirect", "headers": {"x-amz-bucket-region": "eu-south-2"}}
    shop.store.rules(rule | {"times": None})

    with pytest.raises(errors.SourceMisplaced, match="eu-south-2"):
        listing(shop)


def test_fault_47_credentials_that_were_renewed_are_read_again(shop: Shop, tmp_path: Path) -> None:
    """Once; a run that met them at the wrong moment does not even notice."""
    shop.put("a")
    own = tmp_path / "keys"
    own.write_text(f"{KEY}\n{SECRET}\n")
    source = S3Source(Location(shop.name), shop.store.access(key_file=own), patience=QUICK)
    assert list(source.names("")) == ["a"]
    shop.store.rules({"status": 403, "code": "ExpiredToken", "times": 1})

    assert list(source.names("")) == ["a"]
    assert shop.store.counts["LIST"] == 2
    own.write_text("key")
    shop.store.rules({"status": 403, "code": "ExpiredToken", "times": 1})
    with pytest.raises(errors.SourceLoginRefused, match="no two lines"):
        list(source.names(""))


def test_a_refusal_without_a_body_is_asked_for_its_reason(shop: Shop) -> None:
    """A large object is looked at first, and such answers say a number only."""
    shop.put("a", b"x" * 100_000)
    shop.store.rules({"on": "HEAD", "status": 400}, {"on": "GET", "status": 400, "code": "ExpiredToken"})

    with pytest.raises(errors.SourceLoginRefused, match="ExpiredToken"):
        shop.stream()
    shop.store.rules({"on": "HEAD", "status": 403}, {"on": "GET", "status": 403, "code": "InvalidObjectState"})
    with pytest.raises(errors.ObjectArchived):
        shop.stream()


def test_fault_47_refused_credentials_ask_a_person_once(shop: Shop) -> None:
    """Thousands of objects do not meet them one after the other: who works at once meets them, and again when renewed."""
    for number in range(30):
        shop.put(f"{number:02}")
    shop.store.rules({"on": "GET", "status": 403, "code": "InvalidAccessKeyId"})

    with pytest.raises(errors.SourceLoginRefused) as met:
        shop.sync()
    assert met.value.remedy is Remedy.ASK_PERSON
    assert shop.store.counts["GET"] <= 8


def test_there_may_be_no_credentials_at_all(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing is sent then."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for how in ({"key_file": None}, {"key_file": None, "profile": "unknown"}, {"key_file": tmp_path / "missing"}):
        with pytest.raises(errors.SourceLoginRefused):
            list(S3Source(Location(shop.name), shop.store.access(**how), patience=QUICK).names(""))

    assert shop.store.counts["LIST"] == 0


def test_who_needs_no_credentials_sends_none(shop: Shop) -> None:
    """A public bucket."""
    shop.put("a")

    access = shop.store.access(key_file=None, anonymous=True)
    assert list(S3Source(Location(shop.name), access).names("")) == ["a"]


def test_fault_32_a_listing_that_fails_half_way_is_no_listing(shop: Shop) -> None:
    """Nobody can take what was not listed for vanished."""
    shop.store.fill(shop.name, [f"{number:05}" for number in range(3500)])
    shop.store.rules({"on": "LIST", "after": 2, "status": 500, "code": "InternalError"})
    source = shop.source()

    with pytest.raises(errors.SourceUnavailable):
        list(source.list(""))
    assert shop.store.counts["LIST"] == 2 + QUICK.attempts


def test_a_listing_that_is_cut_off_is_asked_for_again(shop: Shop) -> None:
    """Half of a page is none."""
    shop.store.fill(shop.name, [f"{number:05}" for number in range(1500)])
    shop.store.rules({"on": "LIST", "do": "truncate", "times": 1, "after": 1})

    assert len(listing(shop)) == 1500
    assert shop.store.counts["LIST"] == 3


@pytest.mark.parametrize("how", ["unsorted", "repeat"])
def test_fault_46_listings_that_are_odd(shop: Shop, how: str) -> None:
    """Keys that come twice are one; another order than that of keys is refused."""
    keys = [f"{number:03}" for number in range(100)]
    shop.store.fill(shop.name, keys)
    shop.store.rules({"on": "LIST", "do": how})

    if how == "repeat":
        assert listing(shop) == keys
    else:
        with pytest.raises(errors.SourceUnordered):
            listing(shop)


def test_a_store_that_is_not_there_is_waited_for(shop: Shop, key_file: Path) -> None:
    """As for a store that cannot answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    away = FaultStore(f"http://127.0.0.1:{port}", key_file)

    with pytest.raises(errors.SourceUnavailable, match=str(port)):
        list(away.source("bucket", patience=QUICK).names(""))


def test_a_store_that_says_nothing_is_asked_again(shop: Shop) -> None:
    """It has so long as the access says."""
    shop.put("a")
    shop.store.rules({"on": "LIST", "do": "hang", "times": 1, "headers": {"seconds": "3"}})
    access = shop.store.access(read_timeout=timedelta(seconds=0.5))

    assert list(S3Source(Location(shop.name), access, patience=QUICK).names("")) == ["a"]
    assert shop.store.counts["LIST"] == 2


@contextmanager
def encrypted(folder: Path) -> Iterator[int]:
    """Let somebody answer in TLS with a certificate that nobody knows."""
    signed = Authority.make(folder / "authority").sign("store", "IP:127.0.0.1")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(signed.certificate, signed.key)
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=_shake_hands, args=(server, context), daemon=True)
        thread.start()
        yield server.getsockname()[1]


def _shake_hands(server: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            accepted, _ = server.accept()
            context.wrap_socket(accepted, server_side=True).close()
        except ssl.SSLError:
            continue
        except OSError:
            return


def test_fault_48_a_certificate_that_is_not_trusted_is_told_once(tmp_path: Path, key_file: Path) -> None:
    """Nothing is tried again."""
    with encrypted(tmp_path) as port:
        source = S3Source(Location("bucket"), Access(endpoint=f"https://127.0.0.1:{port}", key_file=key_file))

        with pytest.raises(errors.SourceCertificateRefused):
            list(source.names(""))
    assert source.requests == 1


def test_a_file_of_certificates_that_is_not_there_is_told(tmp_path: Path, key_file: Path) -> None:
    """Not as a store that does not answer."""
    access = Access(endpoint="https://127.0.0.1:9", key_file=key_file, verify=tmp_path / "missing.pem")

    with pytest.raises(errors.SourceCertificateRefused, match=r"missing\.pem is not there"):
        list(S3Source(Location("bucket"), access).names(""))


def test_nothing_secret_is_said(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    """Neither in texts of values and errors nor in the log, at whatever level."""
    caplog.set_level(logging.DEBUG)
    access = shop.store.access(proxy="http://somebody:planted-proxy-password@127.0.0.1:9")
    with pytest.raises(errors.SourceUnavailable) as met:
        list(S3Source(Location(shop.name), access, patience=QUICK).names(""))
    shop.put("a")
    shop.sync()

    said = f"{access!r}{met.value}{met.value!r}{caplog.text}"
    assert "planted-proxy-password" not in said
    assert SECRET not in said
