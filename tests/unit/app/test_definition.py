"""What a job file may say."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest

from lading.base.errors import UsageError
from lading.cli.definition_options import definition_from
from lading.cli.sync import sync
from lading.ingest.app.assembly import rules_of
from lading.ingest.app.definition import Definition, from_options
from lading.ingest.engine.twins import TwinRule, Twins
from lading.ingest.engine.values import Operation


@pytest.mark.parametrize("words", [{"priority": 0}, {"priority": 100_000}, {"name": "n" * 201}])
def test_values_that_not_every_database_holds_are_refused_at_the_edge(words: dict[str, object]) -> None:
    """A job file is not checked by the command line's own options."""
    with pytest.raises(UsageError, match=next(iter(words))):
        definition_from({"source": "/a", "destination": "/z/home", **words})


@pytest.mark.parametrize(
    "written",
    [
        'character_map = [["#\\\\", "_"], ["regex:[^ -~]", "~"], ["!", ""]]',
        '[character_map]\n"#\\\\" = "_"\n"regex:[^ -~]" = "~"\n"!" = ""',
    ],
)
def test_a_character_map_is_a_table_or_pairs_and_keeps_its_order(tmp_path: Path, written: str) -> None:
    """Also through a database that sorts keys."""
    file = tmp_path / "job.toml"
    file.write_text(f'source = "/a"\ndestination = "/z/home"\n{written}\n')
    definition = definition_from({"job_file": file})
    options = json.loads(json.dumps(definition.options(), sort_keys=True))

    assert (("#\\", "_"), ("regex:[^ -~]", "~"), ("!", "")) == from_options(options).character_map
    assert rules_of(definition).naming.characters.pairs == definition.character_map


@pytest.mark.parametrize(
    ("said", "why"),
    [({"a": "bc"}, "only one character"), ({"regex:(": "_"}, "regular expression"), ([["a"]], "character_map")],
)
def test_a_character_map_that_cannot_be_used_is_refused_at_the_edge(said: object, why: str) -> None:
    """With the reason."""
    with pytest.raises(UsageError, match=why):
        definition_from({"source": "/a", "destination": "/z/home", "character_map": said})


def test_what_becomes_of_twins_is_an_option() -> None:
    """They are brought and told of unless something else is said."""
    words = {"source": "/a", "destination": "/z/home"}

    assert TwinRule() == rules_of(definition_from(words)).twin_rule
    assert (
        TwinRule(twins=Twins.REFUSE, fold_case=True)
        == rules_of(definition_from({**words, "twins": "refuse", "case_twins": True})).twin_rule
    )


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ({"operation": "register-as-replica-sync"}, "needs a resource"),
        ({"operation": "put", "bulk_register": True}, "bulk_register is for registrations, not for put"),
        ({"operation": "register-sync", "keep_mtime": True}, "keep_mtime is for files that are put"),
        ({"operation": "no-op", "keep_mtime": True}, "keep_mtime is for files that are put"),
        ({"operation": "copy"}, "operation"),
    ],
)
def test_options_that_mean_nothing_for_the_operation_are_refused(words: dict[str, object], wrong: str) -> None:
    """Whoever gives them expects something else to happen."""
    with pytest.raises(UsageError, match=wrong):
        definition_from({"source": "/a", "destination": "/z/home", **words})


@pytest.mark.parametrize("operation", Operation)
def test_every_operation_can_be_asked_for_on_the_command_line(operation: Operation) -> None:
    """And comes back from the ledger as it was."""
    (option,) = (option for option in params() if option.name == "operation")
    words = {
        "operation": operation.value,
        "resource": "r",
        "bulk_register": operation.registers,
        "keep_mtime": operation.puts,
    }
    definition = definition_from({"source": "/a", "destination": "/z/home", **words})

    assert isinstance(option.type, click.Choice)
    assert operation.value in option.type.choices
    assert definition == from_options(definition.options())
    rules = rules_of(definition)
    assert (operation, "r", operation.registers, operation.puts) == (
        rules.operation,
        rules.resource,
        rules.bulk_register,
        rules.keep_mtime,
    )


def params() -> list[click.Parameter]:
    """Return the options of `sync`."""
    return sync.params


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"quiet": 5, "max_size": 10_000, "exclude_type": ("link", "socket")},
        {"character_map": [["a", "b"]], "delete_mode": "trash", "delete_limits": {"raw": "0"}},
    ],
)
def test_a_definition_means_the_same_once_it_was_stored(options: dict[str, object]) -> None:
    """What is planned before a job is stored believes the same snapshot as its runs."""
    given = Definition.model_validate({"source": "/s", "destination": "/tempZone/home/rods/d", **options})
    stored = from_options(json.loads(json.dumps(given.options())))
    assert given == stored
    assert rules_of(given).digest == rules_of(stored).digest
