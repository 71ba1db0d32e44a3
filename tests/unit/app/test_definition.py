"""What a job file may say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lading.base.errors import UsageError
from lading.cli.definition_options import definition_from
from lading.ingest.app.assembly import rules_of
from lading.ingest.app.definition import from_options
from lading.ingest.engine.twins import TwinRule, Twins


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
