"""What addresses say about TLS."""

from __future__ import annotations

from pathlib import Path

import pytest

from lading.base.config import load
from lading.base.config_tls import is_here, of_database, of_redis, redis_address
from lading.base.errors import UsageError

CA = "/etc/ca.pem"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", "ssl_cert_reqs=required&ssl_check_hostname=true"),
        ("?ssl_cert_reqs=CERT_REQUIRED", "ssl_cert_reqs=required&ssl_check_hostname=true"),
        ("?ssl_cert_reqs=optional", "ssl_cert_reqs=required&ssl_check_hostname=true"),
        ("?ssl_cert_reqs=none", "ssl_cert_reqs=none&ssl_check_hostname=false"),
        ("?ssl_cert_reqs=CERT_NONE&ssl_check_hostname=True", "ssl_cert_reqs=none&ssl_check_hostname=false"),
        ("?ssl_check_hostname=False", "ssl_cert_reqs=required&ssl_check_hostname=false"),
        (f"?ssl_ca_certs={CA}", f"ssl_cert_reqs=required&ssl_check_hostname=true&ssl_ca_certs={CA}"),
        ("?health=1&ssl_cert_reqs=none", "health=1&ssl_cert_reqs=none&ssl_check_hostname=false"),
    ],
)
def test_a_redis_with_tls_is_verified_unless_the_address_says_otherwise(said: str, meant: str) -> None:
    """In the words of Celery or of redis-py; written out, so that no client has its own idea. Twice is once."""
    assert f"rediss://u:p%40@h:1/2?{meant}" == redis_address(f"rediss://u:p%40@h:1/2{said}")
    assert f"rediss://h/0?{meant}" == redis_address(f"rediss://h/0?{meant}")


@pytest.mark.parametrize("url", ["redis://h/1", "unix:///run/redis.sock?db=1"])
def test_an_address_without_tls_stays_as_it_is(url: str) -> None:
    """Word for word."""
    assert url == redis_address(url)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("redis://u:secret@h/?ssl_cert_reqs=required", "only rediss://"),
        ("rediss://u:secret@h/?ssl_cert_req=none", "ssl_cert_req: not known"),
        ("rediss://u:secret@h/?ssl_cert_reqs=yes", "required or none"),
        ("rediss://u:secret@h/?ssl_check_hostname=perhaps", "true or false"),
        ("rediss://u:secret@h/?ssl_ca_certs=ca.pem", "absolute"),
    ],
)
def test_what_means_nothing_is_refused_when_the_settings_are_read(tmp_path: Path, url: str, reason: str) -> None:
    """The setting is named, the password is not shown."""
    with pytest.raises(UsageError, match=reason) as caught:
        load({"HOME": str(tmp_path), "LADING_REDIS_URL": url}, tmp_path)
    assert "LADING_REDIS_URL" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "words", "whole"),
    [
        ("redis://h", "in clear", False),
        ("rediss://h", "TLS, certificate and host name verified with the CAs of the system", True),
        (f"rediss://h?ssl_ca_certs={CA}", f"TLS, certificate and host name verified with {CA}", True),
        (
            "rediss://h?ssl_check_hostname=false&ssl_ca_path=/d",
            "certificate but not the host name verified with /d",
            False,
        ),
        ("rediss://h?ssl_cert_reqs=none", "TLS, nothing is verified", False),
    ],
)
def test_what_is_verified_of_a_redis_can_be_said(url: str, words: str, whole: bool) -> None:
    """For `lading doctor`."""
    assert str(of_redis(url)).endswith(words)
    assert whole is of_redis(url).is_whole


@pytest.mark.parametrize(
    ("query", "words", "whole"),
    [
        ("", "in clear unless the server wants TLS; nothing is verified", False),
        ("?sslmode=disable", "in clear", False),
        ("?sslmode=require", "TLS, nothing is verified", False),
        ("?sslmode=verify-ca", "certificate but not the host name verified with ~/.postgresql/root.crt", False),
        (f"?sslmode=verify-full&sslrootcert={CA}", f"TLS, certificate and host name verified with {CA}", True),
        ("?sslmode=verify-full&sslrootcert=system", "host name verified with the CAs of the system", True),
    ],
)
def test_what_is_verified_of_a_database_can_be_said(query: str, words: str, whole: bool) -> None:
    """As libpq does it."""
    found = of_database(f"postgresql://u:secret@h/n{query}")
    assert str(found).endswith(words)
    assert whole is found.is_whole


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("localhost", True),
        ("", True),
        ("/run/postgresql", True),
        ("h", False),
        ("10.0.0.1", False),
    ],
)
def test_this_machine_is_known_by_its_name(host: str, here: bool) -> None:
    """A socket is here, too."""
    assert here is is_here(host)
