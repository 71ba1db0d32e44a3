"""The settings: where they come from, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lading.base import config
from lading.base.config import ChecksumScheme, PutCall, Settings, load
from lading.base.config_sources import names_of, variable
from lading.base.errors import UsageError


def settings(tmp_path: Path, **variables: str) -> Settings:
    """Return the settings for these variables and a home in `tmp_path`."""
    return load({"HOME": str(tmp_path), "LADING_HOME": str(tmp_path / "home"), **variables}, tmp_path)


def test_everything_has_a_default(tmp_path: Path) -> None:
    """Without file and variables all parts are embedded in the XDG data folder."""
    found = load({"HOME": str(tmp_path)}, tmp_path)

    assert found.home == tmp_path / ".local/share/lading"
    assert (found.is_redis_embedded, found.is_zone_embedded, found.is_database_embedded) == (True, True, True)
    assert found.database_file == tmp_path / ".local/share/lading/ledger.sqlite3"
    assert found.secret_key_file == tmp_path / ".local/share/lading/secret_key"
    assert found.transfer.one_call_limit_bytes == 32 * 1024 * 1024


def test_the_xdg_data_folder_is_honoured(tmp_path: Path) -> None:
    """$XDG_DATA_HOME moves the home; a relative one is ignored, as the XDG rules say."""
    absolute = load({"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data")}, tmp_path)
    relative = load({"HOME": str(tmp_path), "XDG_DATA_HOME": "data"}, tmp_path)

    assert absolute.home == tmp_path / "data/lading"
    assert relative.home == tmp_path / ".local/share/lading"


def test_variables_win_over_the_file_and_the_file_over_defaults(tmp_path: Path) -> None:
    """Each source replaces single values of the one below, not whole groups."""
    (tmp_path / "lading.toml").write_text('log_level = "debug"\n[transfer]\nconnections = 3\nbatch_files = 7\n')

    found = settings(tmp_path, LADING_TRANSFER__CONNECTIONS="5")

    assert found.transfer.connections == 5
    assert found.transfer.batch_files == 7
    assert found.log_level is config.LogLevel.DEBUG
    assert found.transfer.connections_per_batch == 4


def test_the_named_file_is_read_instead_of_the_usual_ones(tmp_path: Path) -> None:
    """LADING_CONFIG comes before ./lading.toml, which comes before the one in the XDG config folder."""
    named, usual = tmp_path / "other.toml", tmp_path / ".config/lading/lading.toml"
    usual.parent.mkdir(parents=True)
    usual.write_text("window_per_slot = 1\n")
    assert settings(tmp_path).window_per_slot == 1

    (tmp_path / "lading.toml").write_text("window_per_slot = 2\n")
    assert settings(tmp_path).window_per_slot == 2

    named.write_text("window_per_slot = 3\n")
    assert settings(tmp_path, LADING_CONFIG="other.toml").window_per_slot == 3


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("LADING_TRANSFER__CONECTIONS", "LADING_TRANSFER__CONNECTIONS"),
        ("LADING_REDIS_URI", "LADING_REDIS_URL"),
        ("LADING_HOMME", "LADING_HOME"),
    ],
)
def test_an_unknown_variable_is_refused_with_the_nearest_one(tmp_path: Path, name: str, nearest: str) -> None:
    """A misspelt variable never passes unnoticed."""
    with pytest.raises(UsageError) as refused:
        settings(tmp_path, **{name: "1"})

    assert f"There is no setting {name}." in str(refused.value)
    assert nearest in refused.value.hint


def test_an_unknown_name_in_the_file_is_refused_with_its_place(tmp_path: Path) -> None:
    """The message names the file and the nearest setting."""
    (tmp_path / "lading.toml").write_text("[scan]\nentrys = 1\n")

    with pytest.raises(UsageError) as refused:
        settings(tmp_path)

    assert f"scan.entrys in {tmp_path / 'lading.toml'}" in refused.value.message
    assert "scan.entries" in refused.value.hint


def test_a_name_like_no_other_is_refused_with_the_list_of_all(tmp_path: Path) -> None:
    """Where nothing is near, the reference page is named."""
    with pytest.raises(UsageError, match=r"docs/reference/settings\.md"):
        settings(tmp_path, LADING_ZZZZZZ="1")


def test_the_switches_of_the_test_suite_are_no_settings(tmp_path: Path) -> None:
    """LADING_TEST_* variables are left alone."""
    assert settings(tmp_path, LADING_TEST_ANYTHING="1") == settings(tmp_path)


def test_an_empty_variable_is_as_if_not_set(tmp_path: Path) -> None:
    """`LADING_ZONE= lading sync` uses the embedded zone."""
    assert settings(tmp_path, LADING_ZONE="", LADING_SCAN__ENTRIES="") == settings(tmp_path)


def test_a_file_that_is_no_toml_is_refused_with_its_path(tmp_path: Path) -> None:
    """The reader learns which file, and where in it."""
    (tmp_path / "lading.toml").write_text("= 3")

    with pytest.raises(UsageError, match=r"lading\.toml cannot be read: .*line 1"):
        settings(tmp_path)


def test_a_missing_named_file_is_refused(tmp_path: Path) -> None:
    """LADING_CONFIG names a file that must be there."""
    with pytest.raises(UsageError, match=r"gone\.toml cannot be read"):
        settings(tmp_path, LADING_CONFIG="gone.toml")


def test_every_wrong_value_is_named_at_once_and_no_secret_with_it(tmp_path: Path) -> None:
    """All wrong settings are told in one go; what was typed is not repeated, since it may be a password."""
    (tmp_path / "lading.toml").write_text("[scan]\nentries = -4711\n")

    with pytest.raises(UsageError) as refused:
        settings(tmp_path, LADING_REDIS_URL="http://:hunter2@host", LADING_TRANSFER__CONNECTIONS="hunter2")

    message = str(refused.value)
    assert f"scan.entries in {tmp_path / 'lading.toml'}" in message
    assert "LADING_REDIS_URL: Value error, must start with redis:// or rediss:// or unix://" in message
    assert "LADING_TRANSFER__CONNECTIONS" in message
    assert "hunter2" not in message
    assert "4711" not in message


def test_a_wrong_home_is_named_alone(tmp_path: Path) -> None:
    """Settings that are derived from a wrong one do not add noise."""
    (tmp_path / "lading.toml").write_text("home = 3\n")

    with pytest.raises(UsageError) as refused:
        load({"HOME": str(tmp_path)}, tmp_path)

    assert refused.value.message.startswith(f"home in {tmp_path / 'lading.toml'}: ")
    assert ";" not in refused.value.message


def test_relative_paths_start_at_the_current_folder(tmp_path: Path) -> None:
    """Paths are absolute once they are read, so that a worker elsewhere means the same file."""
    found = settings(tmp_path, LADING_HOME="x/../y", LADING_ZONE="env.json")

    assert found.home == tmp_path / "y"
    assert found.zone == tmp_path / "env.json"


def test_a_size_may_be_written_with_a_unit(tmp_path: Path) -> None:
    """`16MiB` is 16,777,216 bytes."""
    assert settings(tmp_path, LADING_TRANSFER__CHUNK_BYTES="16MiB").transfer.chunk_bytes == 16 * 1024 * 1024


def test_leases_scale_together(tmp_path: Path) -> None:
    """Tests shorten all long durations by one factor; the settings themselves keep their values."""
    found = settings(tmp_path, LADING_TIME_SCALE="0.1")

    assert (found.lease_ttl, found.lease_renew, found.lease_sweep) == (
        timedelta(seconds=2),
        timedelta(seconds=0.5),
        timedelta(seconds=0.5),
    )
    assert found.lease.ttl_s == 20


def test_another_process_gets_the_same_settings_by_variables(tmp_path: Path) -> None:
    """`as_environ` carries every setting, secrets and non-defaults included, and no file is read."""
    (tmp_path / "lading.toml").write_text("[transfer]\nconnections = 3\n")
    found = settings(
        tmp_path,
        LADING_REDIS_URL="redis://u:pw@h:1/3",
        LADING_TRANSFER__PUT_CALL="open-write-close",
        LADING_TRANSFER__CHECKSUM="md5",
        LADING_TIME_SCALE="0.25",
        LADING_ZONE="/env.json",
    )

    assert load(found.as_environ(), tmp_path) == found
    assert (found.transfer.put_call, found.transfer.checksum) == (PutCall.OPEN_WRITE_CLOSE, ChecksumScheme.MD5)


@given(connections=st.integers(min_value=1, max_value=10**6), seconds=st.floats(min_value=0.001, max_value=10**6))
def test_numbers_survive_the_way_through_variables(connections: int, seconds: float) -> None:
    """A number is the same in every process."""
    folder = Path("/nowhere/at/all")
    found = load(
        {
            "LADING_HOME": str(folder),
            "LADING_TRANSFER__CONNECTIONS": str(connections),
            "LADING_SCAN__SECONDS": repr(seconds),
        },
        folder,
    )

    assert load(found.as_environ(), folder) == found


def test_settings_cannot_be_changed(tmp_path: Path) -> None:
    """The object is frozen, groups included."""
    found = settings(tmp_path)

    with pytest.raises(ValueError, match="frozen"):
        setattr(found, "home", tmp_path)  # noqa: B010 - the type checker forbids the plain assignment
    with pytest.raises(ValueError, match="frozen"):
        setattr(found.transfer, "connections", 2)  # noqa: B010 - as above


def test_the_process_reads_its_settings_once(home: Path) -> None:
    """`current` is made from the environment, once."""
    assert config.current() is config.current()
    assert config.current().home == home


def test_reading_settings_makes_no_file(tmp_path: Path) -> None:
    """`lading --help` leaves no trace."""
    settings(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_every_setting_is_in_the_reference() -> None:
    """docs/reference/settings.md names each setting and its variable."""
    page = (Path(__file__).parents[3] / "docs/reference/settings.md").read_text()

    assert [name for name in names_of(Settings) if f"`{name}`" not in page or f"`{variable(name)}`" not in page] == []
