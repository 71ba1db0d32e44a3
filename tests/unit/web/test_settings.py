"""What Django and Celery are told."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db.utils import ConnectionHandler

from lading.base.config import load
from lading.base.errors import UsageError
from lading.web.secret_key import secret_key
from lading.web.settings import SQLITE_PRAGMAS, database
from tests.isolation import SESSION_HOME


def test_the_session_has_a_home_of_its_own() -> None:
    """No test ever opens the user's ledger."""
    assert Path(django_settings.LADING.home) == SESSION_HOME


def test_a_server_is_described_by_its_address(tmp_path: Path) -> None:
    """Each part of the address arrives; what is quoted in it is unquoted."""
    url = "postgresql://ada:p%40ss@db.example.org:5433/ledger?sslmode=require"
    found = database(load({"LADING_HOME": str(tmp_path), "LADING_DATABASE_URL": url}, tmp_path))

    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"], found["NAME"]) == ("ada", "p@ss", "ledger")
    assert (found["HOST"], found["PORT"]) == ("db.example.org", "5433")
    assert isinstance(found["OPTIONS"], dict)
    assert {"sslmode": "require", "connect_timeout": 10}.items() <= found["OPTIONS"].items()


def test_a_server_ends_the_transactions_of_who_froze_unless_the_address_says_otherwise(tmp_path: Path) -> None:
    """When a lease would have run out."""
    url = "postgresql://ada@db.example.org/ledger"

    def options(url: str) -> object:
        found = database(load({"LADING_HOME": str(tmp_path), "LADING_DATABASE_URL": url}, tmp_path))["OPTIONS"]
        assert isinstance(found, dict)
        return found["options"]

    assert "-c idle_in_transaction_session_timeout=20000" == options(url)
    assert "-c search_path=mine" == options(f"{url}?options=-c%20search_path%3Dmine")


@pytest.mark.django_db
def test_sqlite_is_opened_with_its_pragmas(tmp_path: Path) -> None:
    """Readers beside one writer; a commit is not a sync; a writer waits at its start."""
    described = database(load({"LADING_HOME": str(tmp_path)}, tmp_path))
    connection = ConnectionHandler({"default": described})["default"]
    with connection.cursor() as cursor:
        found = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous", "temp_store")
        ]
    connection.close()

    assert found == ["wal", 1, 2]
    assert described["OPTIONS"] == {"transaction_mode": "IMMEDIATE", "timeout": 30, "init_command": SQLITE_PRAGMAS}


def test_redelivery_waits_longer_than_a_lease() -> None:
    """A message that comes back finds its batch free."""
    options = django_settings.CELERY_BROKER_TRANSPORT_OPTIONS

    assert float(str(options["visibility_timeout"])) > django_settings.LADING.lease_ttl.total_seconds()


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    """The second call reads what the first one wrote."""
    path = tmp_path / "home/secret_key"
    first = secret_key(path)

    assert secret_key(path) == first
    assert len(first) >= 50
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["secret_key"]


def test_processes_that_start_together_have_one_key(tmp_path: Path) -> None:
    """Whoever comes second takes the key of the first."""
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        keys = pool.map(secret_key, [tmp_path / "secret_key"] * 8)

    assert len(set(keys)) == 1


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    """The message says what to type."""
    (tmp_path / "secret_key").write_text("known to all")
    (tmp_path / "secret_key").chmod(0o644)

    with pytest.raises(UsageError, match=r"chmod 600 .*secret_key"):
        secret_key(tmp_path / "secret_key")
