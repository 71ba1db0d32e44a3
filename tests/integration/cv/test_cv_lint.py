"""`lading cv lint` from the outside: output and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lading.cli.cv import cv
from lading.cv.engine.lint.catalogue import catalogue
from tests.integration.cv.samples import DAY, RESUME
from tests.unit.cv.lint.workshop import OLD

HEADING_LOSES, HEADING_ADVICE, HEADING_JOB = "What software loses", "Advice", "Against the advertisement"


def _lint(*arguments: object) -> Result:
    return CliRunner().invoke(cv, ["lint", *map(str, arguments), *DAY])


def _json(*arguments: object) -> Any:
    return json.loads(_lint(*arguments, "--json").stdout)


def test_a_sound_cv_exits_with_0(resume: Path) -> None:
    """Advice alone is no loss."""
    found = _lint(resume)

    assert 0 == found.exit_code, found.output
    assert "16 of 16 fields recovered" in found.output


def test_a_loss_exits_with_1(resume: Path) -> None:
    """A CV without an address loses it."""
    basics = {key: value for key, value in RESUME["basics"].items() if key != "email"}
    resume.write_text(json.dumps({**RESUME, "basics": basics}), encoding="utf-8")
    found = _lint(resume)

    assert 1 == found.exit_code
    assert "MISSING_EMAIL" in found.output
    assert "15 of 16 fields recovered" in found.output
    assert "/basics/email" in found.output


def test_people_see_two_headings(resume: Path, job: Path) -> None:
    """What is lost comes first; the advertisement comes last, and only where there is one."""
    found = _lint(resume, "--job", job).output

    assert -1 < found.index(HEADING_LOSES) < found.index(HEADING_ADVICE) < found.index(HEADING_JOB)
    assert HEADING_JOB not in _lint(resume).output


def test_people_see_what_was_not_assessed_and_why(resume: Path) -> None:
    """It must not look like a pass."""
    assert "not assessed, no positions in JSON Resume: READERS_DISAGREE, TWO_COLUMNS" in _lint(resume).output


def test_the_json_says_every_rule_once(resume: Path) -> None:
    """In the order of the catalogue, with its outcome, and no grade anywhere."""
    value = _json(resume)

    assert 1 == value["schema"]
    assert list(catalogue().rules) == [rule["code"] for rule in value["rules"]]
    assert not {"score", "grade", "rank"} & set(value) | set(value["summary"]) & {"score", "grade"}
    assert value["job"] is None


def test_the_advertisement_is_answered(resume: Path, job: Path) -> None:
    """Each thing asked has one of four standings."""
    answers = {answer["name"]: answer["standing"] for answer in _json(resume, "--job", job)["job"]["answers"]}

    expected = {"Python": "evidenced", "Kubernetes": "listed only", "Terraform": "missing", "German": "listed only"}
    assert expected == answers


def test_an_advertisement_without_terms_exits_with_2(resume: Path, job: Path) -> None:
    """With a code and a sentence that says what to do, in JSON too."""
    job.write_text("We are nice.", encoding="utf-8")
    found = _lint(resume, "--job", job)
    value = json.loads(_lint(resume, "--job", job, "--json").stdout)

    assert 2 == found.exit_code
    assert "names no skill" in found.output
    assert ("JOB_WITHOUT_TERMS", 1) == (value["error"]["code"], value["schema"])
    assert value["error"]["hint"]


@pytest.mark.parametrize(
    ("content", "words"), [(b"\xff\xfe\x00\xd8", "UTF-8"), (b"Python " * 20_000, "100,000"), (None, "No such file")]
)
def test_an_unreadable_advertisement_exits_with_2(
    resume: Path, tmp_path: Path, content: bytes | None, words: str
) -> None:
    """It says what is wrong with it."""
    path = tmp_path / "odd.txt"
    if content is not None:
        path.write_bytes(content)
    found = _lint(resume, "--job", path)

    assert 2 == found.exit_code
    assert words in found.output


@pytest.mark.parametrize(("content", "code"), [(b"", "CV_EMPTY"), (b"\x7fELF\x02\x01\x01\x00" * 9, "CV_WRONG_TYPE")])
def test_a_file_that_is_no_cv_exits_with_2(tmp_path: Path, content: bytes, code: str) -> None:
    """With its code in JSON, and a sentence for people; the file stays as it is."""
    path = tmp_path / "cv.pdf"
    path.write_bytes(content)
    found = _lint(path)
    value = json.loads(_lint(path, "--json").stdout)

    assert 2 == found.exit_code
    assert code == value["error"]["code"]
    assert content == path.read_bytes()


def test_a_missing_file_exits_with_2(tmp_path: Path) -> None:
    """As every wrong command."""
    assert 2 == _lint(tmp_path / "none.pdf").exit_code


def test_control_characters_reach_no_terminal(tmp_path: Path) -> None:
    """A CV may hold anything; escape sequences are shown as what they are, and brackets are no mark-up."""
    path = tmp_path / "cv.json"
    work = [{"name": "\x1b[2J[bold]Firm[/bold]", "startDate": "soon \x1b[31m"}]
    path.write_text(json.dumps({**RESUME, "work": work}), encoding="utf-8")
    found = _lint(path, "--advice", "all")

    assert "\x1b" not in found.output
    assert "[bold]Firm[/bold]" in found.output


def test_a_cv_in_plain_text_is_checked(tmp_path: Path) -> None:
    """Layout is not assessed, and nothing of it passed."""
    path = tmp_path / "cv.txt"
    path.write_text(
        "\n".join(
            [
                "Marlene Beispiel",
                "marlene@beispiel.example",
                "",
                "Experience",
                "Engineer, Pegelamt",
                "Sep 2017 - Feb 2021",
                *(f"- {text}" for text in OLD),
            ]
        ),
        encoding="utf-8",
    )
    rules = {rule["code"]: rule["outcome"] for rule in _json(path)["rules"]}

    assert "not assessed" == rules["TWO_COLUMNS"]
    assert "failed" == rules["MISSING_PHONE"]
    assert "passed" == rules["MISSING_EMAIL"]
