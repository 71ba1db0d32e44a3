"""The catalogue: codes for ever, sources for advice, and pages made from it."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from lading.cv.engine.lint import page
from lading.cv.engine.lint.asking import Questions
from lading.cv.engine.lint.catalogue import Heading, catalogue
from lading.cv.engine.lint.report import ProblemReport, Report
from tests.unit.cv.lint.spoilt import FAILS
from tests.unit.cv.lint.workshop import sound

RULES = list(catalogue().rules.values())
ROOT = Path(__file__).parents[4]
REPORT = TypeAdapter(Report | ProblemReport)


def _published() -> str:
    return resources.files("lading.cv.engine.lint").joinpath("data/lint.schema.json").read_text(encoding="utf-8")


def test_codes_are_never_reused() -> None:
    """The list of all codes ever is committed; a new rule is a new line, a retired one keeps its line."""
    lines = Path(__file__).with_name("codes.txt").read_text(encoding="utf-8").splitlines()
    ever = [line.split()[0] for line in lines if not line.startswith("#")]
    retired = {line.split()[0] for line in lines if line.endswith(" retired")}

    assert len(ever) == len(set(ever))
    assert set(ever) - retired == set(catalogue().rules)


def test_a_code_is_entered_once() -> None:
    """Two checks under one code would be two meanings."""
    questions = Questions()
    questions.rule("ONCE")(lambda _: iter(()))

    with pytest.raises(ValueError, match="ONCE is there twice"):
        questions.rule("ONCE")(lambda _: iter(()))


def test_advice_names_its_source_and_country_and_observations_have_none() -> None:
    """An opinion is somebody's, somewhere."""
    for rule in RULES:
        assert (rule.heading is Heading.ADVICE) == (rule.source is not None), rule.code
        assert rule.source is None or (rule.source.name and rule.source.country)


def test_every_text_is_a_sentence() -> None:
    """A title is a phrase; meaning and action end with a full stop."""
    for rule in RULES:
        assert re.fullmatch(r"[A-Z][^.]*[^.\s]", rule.title), rule.code
        assert rule.meaning.endswith(".")
        assert rule.action.endswith(".")


def test_no_rule_speaks_of_a_score() -> None:
    """There is no grade, so no text may sound like one."""
    texts = " ".join(f"{rule.title} {rule.meaning} {rule.action}" for rule in RULES).casefold()

    assert not re.search(r"\b(?:score|grade|ranking|points out of)\b", texts)


def test_the_position_of_a_rule_is_its_place_in_the_catalogue() -> None:
    """Reports are sorted by it."""
    assert [*range(len(RULES))] == [catalogue().position(rule.code) for rule in RULES]
    assert [rule.code for rule in RULES] == [rule.code for rule in sound().review().rules]


def test_the_page_is_made_from_the_catalogue() -> None:
    """Run `python -m lading.cv.engine.lint.page` with both paths after a change."""
    assert page.page() == (ROOT / "docs/reference/cv-lint.md").read_text(encoding="utf-8")


def test_the_published_schema_is_that_of_the_report() -> None:
    """It is packaged, and made from the shapes that are written."""
    assert page.schema() == _published()


def _values(shape: dict[str, Any], value: Any, whole: dict[str, Any]) -> None:
    """Fail where a value is not of a JSON schema; knows the words that the published schema uses."""
    shape = whole["$defs"][shape["$ref"].rpartition("/")[2]] if "$ref" in shape else shape
    if "anyOf" in shape:
        assert any(_fits(option, value, whole) for option in shape["anyOf"])
        return
    assert "const" not in shape or shape["const"] == value
    assert "enum" not in shape or value in shape["enum"]
    kinds: dict[str, Any] = {
        "object": dict,
        "array": list,
        "string": str,
        "integer": int,
        "boolean": bool,
        "null": type(None),
    }
    assert isinstance(value, kinds[shape["type"]]), shape
    if shape["type"] == "object":
        assert set(shape["properties"]) >= set(value) >= set(shape.get("required", ()))
        for name, inner in value.items():
            _values(shape["properties"][name], inner, whole)
    for inner in value if shape["type"] == "array" else ():
        _values(shape["items"], inner, whole)


def _fits(shape: dict[str, Any], value: Any, whole: dict[str, Any]) -> bool:
    try:
        _values(shape, value, whole)
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize("code", list(FAILS))
def test_every_report_is_of_the_published_schema(code: str) -> None:
    """Whatever is found, and with an advertisement."""
    report = FAILS[code](sound()).review(job="Requirements:\n- 5 years of Python\n- Kubernetes\n- German")
    whole = json.loads(_published())

    _values(whole, json.loads(json.dumps(report.as_json())), whole)


def test_the_schema_knows_a_report_from_something_else() -> None:
    """A report with an outcome of its own invention is refused."""
    value = json.loads(json.dumps(sound().review().as_json()))
    value["rules"][0]["outcome"] = "nearly passed"
    whole = json.loads(_published())

    assert not _fits(whole, value, whole)
    with pytest.raises(ValidationError):
        REPORT.validate_python(value)


def test_a_report_knows_its_rules_by_code() -> None:
    """A code that is not in the catalogue is a mistake of the caller."""
    with pytest.raises(KeyError):
        sound().review().of("NO_SUCH_RULE")
