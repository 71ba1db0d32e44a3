"""The command line, as far as it goes without services."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from lading.base import errors
from lading.cli import plan, system
from lading.cli.definition_options import definition_from
from lading.cli.frame import Exit, exit_for
from lading.cli.main import COMMANDS, main
from lading.cli.sync import parse_allowed
from lading.ingest.engine.values import Operation
from lading.services import ServiceMissing
from lading.services.status import Part, State


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself(command: str) -> None:
    """`--help` works without a ledger, and says what the list of commands says."""
    found = CliRunner().invoke(main, [command, "--help"])

    assert 0 == found.exit_code, found.output
    assert "usage:" in found.output.lower()


@pytest.mark.parametrize("group", ["accounts", "cv", "cv reviews", "jobs", "ledger", "manifest", "schedules", "zone"])
def test_the_list_of_commands_says_whole_sentences(group: str) -> None:
    """None is cut off in the middle."""
    found = CliRunner().invoke(main, [*group.split(), "--help"], terminal_width=80)

    assert 0 == found.exit_code, found.output
    assert "Commands:" in found.output
    assert "..." not in found.output.split("Commands:")[1]


def test_a_plan_counts_one_collection_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    """It said "1 collections to make"."""
    plan.tell(plan.Told(counts={"create": 2, "collection": 1}, bytes=4, held=(), hint=""), as_json=False)
    plan.tell(plan.Told(counts={"collection": 1200}, bytes=0, held=(), hint=""), as_json=False)

    assert "2 to create, 1 collection to make, 4 B to move\n1,200 collections to make" in capsys.readouterr().out


def test_the_parts_of_what_is_up_stand_below_each_other() -> None:
    """The names of workers are longer than that of Redis."""
    named = {"redis": "redis.sock", "worker-2803-ef2fb1": "", "web-2803-ef2fb1": "http://127.0.0.1:8420"}
    parts = [Part(name=name, state=State.RUNNING, address=address) for name, address in named.items()]

    lines = system.aligned(parts)

    assert 1 == len({line.index(State.RUNNING.value) for line in lines})
    assert lines[0].index("redis.sock") == lines[2].index("http")


def test_line_one_of_the_help_says_that_nothing_is_deleted() -> None:
    """It is the first thing that people ask of a sync."""
    found = CliRunner().invoke(main, ["--help"])

    assert "nothing is deleted by default" in " ".join(found.output.split("Options:")[0].split())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError("x"), Exit.USAGE),
        (errors.SourceMissing("x"), Exit.USAGE),
        (errors.DestinationRefused("x"), Exit.USAGE),
        (errors.LoginRefused("x"), Exit.USAGE),
        (errors.PasswordUnavailable("x"), Exit.USAGE),
        (errors.CertificateRefused("x"), Exit.USAGE),
        (errors.EncryptionRefused("x"), Exit.USAGE),
        (errors.ProfileInvalid("x"), Exit.USAGE),
        (errors.ZoneUnreachable("x"), Exit.UNREACHABLE),
        (errors.BrokerUnreachable("x"), Exit.UNREACHABLE),
        (errors.TargetFull("x"), Exit.HELD),
        (errors.StopRun("x"), Exit.USAGE),
        (ServiceMissing("x"), Exit.UNREACHABLE),
        (errors.SkipFile("x"), Exit.FAILED_FILES),
    ],
)
def test_exit_codes_follow_what_can_be_done(error: errors.LadingError, code: Exit) -> None:
    """Scripts rely on them."""
    assert code == exit_for(error)


@pytest.mark.parametrize(("text", "allowed"), [("0", (0, 0.0)), ("12", (12, 0.0)), ("5%", (0, 0.05))])
def test_allowed_failures_are_a_number_or_a_share(text: str, allowed: tuple[int, float]) -> None:
    """`--max-failed`."""
    assert allowed == parse_allowed(text)


def test_other_words_for_allowed_failures_are_refused() -> None:
    """A typing error must not allow everything."""
    with pytest.raises(errors.UsageError, match="some"):
        parse_allowed("some")


def test_a_definition_takes_words_over_the_job_file(tmp_path: Path) -> None:
    """The file is the base, the command line wins."""
    job = tmp_path / "job.toml"
    job.write_text(f'source = "{tmp_path}"\ndestination = "/z/home/x"\noperation = "put"\nexclude = ["*.tmp"]\n')
    made = definition_from({"job_file": job, "operation": "register-sync", "include": ()})

    assert Operation.REGISTER_SYNC == made.operation
    assert ("*.tmp",) == made.exclude
    assert str(tmp_path) == made.source


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "source is missing"),
        ({"source": "/a"}, "destination is missing"),
        ({"source": "", "destination": "/z"}, "source is missing"),
        ({"source": "/a", "destination": "/z", "priority": "much"}, "priority"),
    ],
)
def test_a_definition_that_lacks_something_says_what(options: dict[str, object], words: str) -> None:
    """One sentence, with the name of the field."""
    with pytest.raises(errors.UsageError, match=words):
        definition_from(options)


def test_a_finding_without_a_line_names_its_field_and_nothing_after_it(tmp_path: Path) -> None:
    """What is missing stands nowhere, so there is nothing to quote: no colon before it."""
    cv = tmp_path / "cv.md"
    cv.write_text(
        "# Ada Example\n\nada@example.org\n\n## Experience\n\n### Steward, Institute\nMar 2019 - Apr 2021\n\n- Built a store\n"
    )
    found = CliRunner().invoke(main, ["cv", "lint", str(cv)])

    assert "MISSING_LOCATION" in found.output
    assert "/basics/location" in [line.strip() for line in found.output.splitlines()]
