"""How the web is set up: passwords, cookies, hosts; where it listens."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings
from pydantic import SecretStr

from lading.base import config_remote
from lading.base.config import load
from lading.base.errors import UsageError
from lading.cli.main import main

_LOOK = """
import django, sys
django.setup()
from django.conf import settings as s
web = {name.partition(".")[0] for name in sys.modules} & {"ninja", "uvicorn", "whitenoise", "django_htmx"}
print(web, "lading.web.urls" in sys.modules, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_NAME, s.ALLOWED_HOSTS[-1])
"""


def test_passwords_are_hashed_so_that_guessing_costs_memory() -> None:
    """The first hasher is the one that new passwords get."""
    assert settings.PASSWORD_HASHERS[0].endswith("ScryptPasswordHasher")


def test_workers_import_nothing_of_the_web(home: Path) -> None:
    """Neither the API's library, nor the server, nor a template; with https the cookies are for https alone."""
    told = subprocess.run(
        [
            sys.executable,
            "-P",
            "-c",
            _LOOK,
        ],
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "lading.web.settings", "LADING_WEB__PUBLIC_URL": "https://lading.example.org"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout

    assert told.split() == ["set()", "False", "True", "__Host-lading", "lading.example.org"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LISTEN", "8420"),
        ("LISTEN", "host:port"),
        ("LISTEN", "127.0.0.1:70000"),
        ("PUBLIC_URL", "lading.example.org"),
        ("PUBLIC_URL", "https://lading.example.org/below"),
        ("SESSION_HOURS", "0"),
    ],
)
def test_a_wrong_setting_of_the_web_is_refused(tmp_path: Path, variable: str, value: str) -> None:
    """By its name."""
    with pytest.raises(UsageError, match=f"LADING_WEB__{variable}"):
        load({"LADING_HOME": str(tmp_path), f"LADING_WEB__{variable}": value}, tmp_path)


@pytest.mark.parametrize(
    ("listen", "says"),
    [("0.0.0.0:8420", "reached from other machines"), ("nonsense", "no address"), ("192.0.2.1:1", "reached from")],
)
def test_the_web_listens_to_others_only_under_a_public_address(home: Path, listen: str, says: str) -> None:
    """Passwords in clear on the network would be nobody's wish."""
    found = CliRunner().invoke(main, ["web", "--listen", listen])

    assert (found.exit_code, says in found.output) == (2, True), found.output


def test_a_token_comes_from_a_variable_or_from_a_file_of_ours(tmp_path: Path) -> None:
    """A file that others can read is refused; so is an address that is none."""
    file = tmp_path / "token"
    file.write_text("lading_a_b\n")
    file.chmod(0o640)
    with pytest.raises(UsageError, match="read by others"):
        config_remote.access("https://a.example", {"LADING_TOKEN_FILE": str(file)})
    file.chmod(0o600)
    found = config_remote.access("https://a.example/", {"LADING_TOKEN_FILE": str(file)})

    assert (found.url, found.token) == ("https://a.example", SecretStr("lading_a_b"))
    assert not found.is_open
    assert config_remote.access("http://a.example", {"LADING_TOKEN": "x"}).is_open
    for url in ("ftp://a.example", "a.example", "https://"):
        with pytest.raises(UsageError, match="no address"):
            config_remote.access(url, {"LADING_TOKEN": "x"})
    with pytest.raises(UsageError, match="needs a token"):
        config_remote.access("https://a.example", {})
