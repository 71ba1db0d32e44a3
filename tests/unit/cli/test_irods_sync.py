"""The words of `irods-sync`: what scripts for automated ingest may say, and what it becomes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from lading.base import config
from lading.base.errors import UsageError
from lading.cli.irods_sync_arguments import parsed
from lading.cli.irods_sync_log import Log
from lading.cli.main import main
from lading.ingest.app import buckets
from lading.ingest.app.automated_options import LogOptions, given_to
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.engine.deletion import DeleteScope
from lading.ingest.engine.filters import EntryType
from lading.ingest.engine.links import Links, Special
from lading.ingest.engine.values import DeleteMode, Operation

START = ("start", "/data/in", "/tempZone/home/rods/in")


def definition(*words: str, name: str = "nightly") -> Definition:
    from lading.cli.irods_sync_jobs import definition_of

    return definition_of(parsed([*START, *words]), name)


@pytest.fixture
def own_settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Settings that the test may change."""
    monkeypatch.delenv("CELERY_BROKER_URL", raising=False)
    monkeypatch.setenv("LADING_REDIS_URL", "")
    config.current.cache_clear()
    yield monkeypatch
    config.current.cache_clear()


def test_defaults_are_those_of_automated_ingest() -> None:
    """Registration without deletion; links and sockets as entries; fifty files in a task; a mirror if anything goes."""
    found = definition()

    assert (Operation.REGISTER_SYNC, DeleteMode.DO_NOT_DELETE, DeleteScope.MIRROR) == (
        found.operation,
        found.delete_mode,
        found.delete_scope,
    )
    assert (Links.RECORD, Special.RECORD, 50, None) == (found.links, found.special, found.batch_files, found.handler)


def test_options_may_take_several_words_and_be_cut_short() -> None:
    """Scripts do both."""
    found = parsed(["start", "/in", "/z/c", "--exclude_file_n", r".*\.bak", r".*\.tmp", "--sync", "-i", "5"])

    assert ([r".*\.bak", r".*\.tmp"], True, 5) == (found.exclude_file_name, found.synchronous, found.interval)


def test_what_is_left_out_keeps_its_meaning() -> None:
    """Types by Lading's names; patterns begin where the absolute path does."""
    found = definition(
        "--exclude_file_type",
        "regular, block,character,none",
        "--exclude_file_name",
        "/data/in/a",
        "--exclude_directory_name",
        ".*/b$",
    )
    from lading.ingest.app.selection_options import filters_of

    filters = filters_of(found, found.source)
    assert (EntryType.FILE, EntryType.DEVICE, EntryType.DEVICE) == found.exclude_type
    assert [False, False, True] == [filters.takes_file(path) for path in ("a", "ab", "x/a")]
    assert [False, True, True] == [filters.takes_folder(path) for path in ("x/b", "b/x", "a")]


def test_a_handler_is_told_what_the_job_was_started_with() -> None:
    """And nothing that is a secret."""
    found = definition("--event_handler", "h.py", "--interval", "60", "--ignore_cache", "--log_level", "debug")
    told = given_to(found)

    assert ("nightly", 60, True, "/data/in", "/tempZone/home/rods/in", "DEBUG") == (
        told["job_name"],
        told["interval"],
        told["ignore_cache"],
        told["root"],
        told["root_target_collection"],
        told["config"]["log"]["level"],
    )
    assert {"log", "profile"} == set(told["config"])
    assert found == from_options(json.loads(json.dumps(found.options())))


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("restart",),
        ("start", "/in"),
        (*START, "--interval", "0"),
        (*START, "--exclude_file_type", "bogus"),
        (*START, "--exclude_file_name", "("),
        (*START, "--log_level", "loud"),
        (*START, "--log_when", "never"),
        (*START, "--s3_multipart_chunksize_in_mib", "4"),
    ],
)
def test_words_that_make_no_sense_exit_with_2(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    """With one line that says why, whatever was wrong."""
    with pytest.raises(SystemExit) as left:
        parsed(words)

    assert 2 == left.value.code
    assert len(capsys.readouterr().err.splitlines()[-1]) < 250


@pytest.mark.parametrize("target", ["/", "relative/path", ""])
def test_a_target_that_is_no_collection_is_refused(target: str) -> None:
    """Before anything is stored."""
    from lading.cli.irods_sync_jobs import definition_of

    with pytest.raises(UsageError, match="cannot be the target"):
        definition_of(parsed(["start", "/in", target]), "x")


def test_a_file_of_keys_brings_a_bucket(own_settings: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The job knows where the keys are, and never what they are; the handler is told the path that a resource has."""
    keys = tmp_path / "keys"
    keys.write_text("AKEXAMPLE\nplanted-secret\n")
    words = ("--s3_keypair", str(keys), "--s3_endpoint_domain", "localhost:9000", "--s3_insecure_connection")
    found = definition(*words, "--s3_region_name", "here", "--s3_proxy_url", "http://proxy:1")
    store = buckets.profile_of(found)

    assert (found.source, found.links, found.special) == ("s3://data/in", Links.SKIP, Special.SKIP)
    assert (store.endpoint, store.region, store.key_file) == ("http://localhost:9000", "here", keys)
    assert store.proxy is not None
    assert store.proxy.get_secret_value() == "http://proxy:1"
    assert from_options(found.options()) == found
    assert "planted" not in json.dumps(found.options())
    told = given_to(found.model_copy(update={"handler_dialect": "automated-ingest"}))
    assert told["root"] == "/data/in"
    assert "keys" not in str(told)
    assert definition("--s3_keypair", str(keys)).irods_sync.s3.endpoint is None  # type: ignore[union-attr]


def test_a_store_of_the_settings_that_is_the_same_is_taken_by_its_name(
    own_settings: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """So that its other settings hold, too."""
    (keys := tmp_path / "keys").write_text("a\nb\n")
    own_settings.setenv("LADING_S3__MINE__ENDPOINT", "https://s3.example.org")
    own_settings.setenv("LADING_S3__MINE__KEY_FILE", str(keys))
    config.current.cache_clear()
    found = definition("--s3_keypair", str(keys), "--s3_endpoint_domain", "s3.example.org")

    assert (found.s3_profile, found.is_reached_by_hand) == ("mine", False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--s3_keypair", "/not/there"), "is not there"),
        (("--s3_insecure_connection",), "--s3_keypair FILE brings a bucket"),
        (("--s3_keypair", "/dev/null"), "is not there, or is no file"),
        (("--s3_keypair", __file__, "--s3_proxy_url", "http://u:p@h:1"), "holds a password"),
        (("--s3_keypair", __file__, "--s3_endpoint_domain", "https://h"), "takes HOST or HOST:PORT"),
        (("--s3_keypair", __file__, "--s3_endpoint_domain", "u:p@h"), "must not hold a key"),
    ],
)
def test_s3_options_that_make_no_sense_are_refused(
    own_settings: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    """Those that are given as they would be anyway are none."""
    with pytest.raises(UsageError, match=told):
        definition(*words)

    assert definition("--s3_region_name", "us-east-1").source == "/data/in"


def test_the_command_is_one_of_lading(own_settings: pytest.MonkeyPatch) -> None:
    """Its help is its own."""
    found = CliRunner().invoke(main, ["irods-sync", "start", "--help"])

    assert 0 == found.exit_code
    assert "--exclude_directory_name" in found.output


def test_the_broker_is_the_one_that_celery_had(own_settings: pytest.MonkeyPatch) -> None:
    """With password and TLS, which it did not take."""
    own_settings.setenv("CELERY_BROKER_URL", "rediss://:secret@queue.example:7000/3")
    config.current.cache_clear()
    verified = "?ssl_cert_reqs=required&ssl_check_hostname=true"
    assert f"rediss://:secret@queue.example:7000/3{verified}" == config.current().redis_client_url

    config.use_redis(host="other.example", port=None, database=5)
    assert f"rediss://:secret@other.example:7000/5{verified}" == config.current().redis_client_url


def test_another_broker_of_celery_is_not_ladings(own_settings: pytest.MonkeyPatch) -> None:
    """Whatever it is for."""
    own_settings.setenv("CELERY_BROKER_URL", "amqp://host//")
    config.current.cache_clear()

    assert config.current().is_redis_embedded


def test_the_zone_is_the_one_that_clients_had(own_settings: pytest.MonkeyPatch) -> None:
    """All five variables; a profile that is named wins; nothing shows the password."""
    from lading.ingest.engine.destinations.irods import ZoneProfile

    own_settings.setenv("LADING_ZONE", "")
    names = ("HOST", "PORT", "USER_NAME", "ZONE_NAME")
    for name, value in zip(names, ("zone.example", "1247", "al/ice", "tempZone"), strict=True):
        own_settings.setenv(f"IRODS_{name}", value)
    config.current.cache_clear()
    assert config.current().zone_url is None

    own_settings.setenv("IRODS_PASSWORD", "p@ss:w/rd")
    config.current.cache_clear()
    url = config.current().zone_url
    assert url is not None
    profile = ZoneProfile.from_url(url.get_secret_value())
    assert ("zone.example", 1247, "al/ice", "tempZone", "p@ss:w/rd") == (
        profile.host,
        profile.port,
        profile.user,
        profile.zone,
        profile.password,
    )
    assert "ss:w" not in f"{url} {url!r} {profile!r}"
    assert not config.current().is_zone_embedded

    own_settings.setenv("LADING_ZONE", "/profile.json")
    config.current.cache_clear()
    assert config.current().zone_url is None


@pytest.mark.parametrize("url", ["irods://alice@host:1247/zone", "irods://a:b@host/zone", "irods://a:b@host:x/zone"])
def test_an_address_of_a_zone_that_lacks_something_is_refused(url: str) -> None:
    """Without telling the password."""
    from lading.base.errors import ProfileInvalid
    from lading.ingest.engine.destinations.irods import ZoneProfile

    with pytest.raises(ProfileInvalid, match="is not irods://user:password@host:port/zone"):
        ZoneProfile.from_url(url)


def test_redis_options_stand_alone(own_settings: pytest.MonkeyPatch) -> None:
    """What is not said is that of a Redis on this host."""
    config.use_redis(host=None, port=None, database=2)

    assert "redis://localhost:6379/2" == config.current().redis_client_url


def test_the_log_is_a_json_object_a_line(tmp_path: Path) -> None:
    """`--log_when` needs no `--log_interval`; levels may be written small."""
    given = parsed([*START, "--log_filename", str(tmp_path / "log"), "--log_when", "midnight", "--log_level", "info"])
    log = Log(LogOptions(filename=given.log_filename, when=given.log_when, level=given.log_level))
    log.info("job_started", job_name="é")
    log.error("failed", path="a")
    first, second = map(json.loads, (tmp_path / "log").read_text().splitlines())

    assert ("job_started", "é", "info") == (first["event"], first["job_name"], first["level"])
    assert {"event", "logger", "level", "@timestamp", "path"} == set(second)


def test_without_a_level_only_warnings_are_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """On standard output, if no file is named."""
    log = Log(LogOptions())
    log.info("job_started")
    log.warning("job_ended")

    assert ["job_ended"] == [json.loads(line)["event"] for line in capsys.readouterr().out.splitlines()]


def test_a_log_that_cannot_be_written_is_refused() -> None:
    """Before anything is started."""
    with pytest.raises(UsageError, match="cannot be written"):
        Log(LogOptions(filename="/nowhere/at/all"))
