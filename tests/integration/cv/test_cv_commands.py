"""`lading cv improve`, `render` and `models` as a person uses them."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lading.base import config
from lading.cli.cv import cv
from tests.integration.cv.samples import DAY, RESUME


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("LADING_HOME", str(tmp_path / "home"))
    config.current.cache_clear()
    yield
    config.current.cache_clear()


@pytest.fixture
def rough(tmp_path: Path) -> Path:
    """A CV with something of each kind to mend."""
    value = json.loads(json.dumps(RESUME))
    value["basics"]["phone"] = "0049 (0)431 5550123"
    value["work"] = value["work"][::-1]
    value["work"][1]["highlights"][0] = "I built a Python service that takes in 40 million readings a day"
    path = tmp_path / "cv.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(cv, [*map(str, arguments)])


def _json(result: Result) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(result.stdout)
    return value


def _model(monkeypatch: pytest.MonkeyPatch, url: str, name: str) -> None:
    monkeypatch.setenv("LADING_CV__MODEL_URL", url)
    monkeypatch.setenv("LADING_CV__MODEL_NAME", name)
    config.current.cache_clear()


def test_suggestions_are_listed_and_nothing_is_changed(rough: Path) -> None:
    """Twice the same, byte for byte; the file stays what it was."""
    before = hashlib.sha256(rough.read_bytes()).hexdigest()
    one, other = (_run("improve", rough, "--json", *DAY) for _ in range(2))
    codes = {suggestion["code"] for suggestion in _json(one)["suggestions"]}

    assert 0 == one.exit_code
    assert one.stdout == other.stdout
    assert {"PHONE_FORM", "ORDER_OF_POSITIONS", "FIRST_PERSON_DROPPED"} <= codes
    assert before == hashlib.sha256(rough.read_bytes()).hexdigest()


def test_people_see_before_after_and_reason(rough: Path) -> None:
    """Under three headings, the safe ones first."""
    shown = _run("improve", rough, *DAY).stdout

    assert "- 0049 (0)431 5550123" in shown
    assert "+ +49 431 5550123" in shown
    assert shown.index("PHONE_FORM") < shown.index("FIRST_PERSON_DROPPED")


def test_safe_ones_and_decisions_make_a_new_version(rough: Path, tmp_path: Path) -> None:
    """The words of an edit are the person's; the result can be rendered."""
    found = _json(_run("improve", rough, "--json", *DAY))["suggestions"]
    wording = next(one for one in found if one["code"] == "FIRST_PERSON_DROPPED")
    decisions = tmp_path / "decisions.json"
    words = "Built a Python service for 40 million readings a day"
    decisions.write_text(json.dumps([{"suggestion": wording["id"], "choice": "edit", "text": words}]))
    better = tmp_path / "better.json"
    made = _run("improve", rough, "--accept-safe", "--decisions", decisions, "-o", better, "--json", *DAY)
    value = json.loads(better.read_text())

    assert 0 == made.exit_code, made.stdout
    assert ("+49 431 5550123", words) == (value["basics"]["phone"], value["work"][0]["highlights"][0])
    assert {"moved", "changed"} == {one["change"] for one in _json(made)["result"]["changes"]}
    assert 0 == _run("render", better, "-o", tmp_path / "better.pdf").exit_code


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--accept-safe",), "USAGE"),
        (("--decisions", "none.json", "-o", "x.json"), "USAGE"),
        (("--model",), "CV_MODEL_NOT_CONFIGURED"),
        (("--accept-safe", "-o", "cv.json"), "USAGE"),
    ],
)
def test_what_makes_no_sense_is_refused(
    rough: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: str
) -> None:
    """With a code and a sentence; the original is never written to."""
    monkeypatch.chdir(rough.parent)
    before = rough.read_bytes()
    refused = _run("improve", "cv.json", "--json", *arguments)

    assert 2 == refused.exit_code
    assert code == _json(refused)["error"]["code"]
    assert before == rough.read_bytes()


def test_nothing_is_sent_without_consent(rough: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """The text is shown, word for word, and the code is 3."""
    _model(monkeypatch, address, "good")
    held = _run("improve", rough, "--model", *DAY)

    assert 3 == held.exit_code
    assert "40 million readings" in held.stderr
    assert "marlene@" not in held.stderr
    assert "POST http://127.0.0.1" in held.stderr


def test_a_model_s_suggestions_come_with_those_of_the_rules(
    rough: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """Marked as a model's, judged, and never among the safe ones."""
    _model(monkeypatch, address, "good")
    made = _run("improve", rough, "--model", "--consent", "--json", *DAY)
    value = _json(made)
    by_model = [one for one in value["suggestions"] if one["origin"] == "model"]

    assert 0 == made.exit_code
    assert by_model
    assert not any(one["safe"] for one in by_model)
    assert value["model"]["calls"] * 900 == value["model"]["prompt_tokens"]


def test_a_model_that_fails_leaves_the_rules(rough: Path, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Exit code 1 says that something is missing; what needs a person ends the asking."""
    _model(monkeypatch, address, "wants-key")
    made = _run("improve", rough, "--model", "--consent", "--json", *DAY)
    value = _json(made)

    assert 1 == made.exit_code
    assert ["CV_MODEL_KEY_REFUSED"] == [one["code"] for one in value["model"]["failures"]]
    assert "PHONE_FORM" in {one["code"] for one in value["suggestions"]}


@pytest.mark.parametrize("form", ["pdf", "docx", "md", "txt", "json"])
def test_every_form_is_written_and_comes_back(rough: Path, tmp_path: Path, form: str) -> None:
    """The ending says what it is; the report says what was compared."""
    path = tmp_path / f"out.{form}"
    made = _run("render", rough, "-o", path, "--json")
    value = _json(made)

    assert 0 == made.exit_code, made.stdout
    assert (form, "", value["sha256"]) == (
        value["format"],
        value["code"],
        hashlib.sha256(path.read_bytes()).hexdigest(),
    )
    assert 0o600 == path.stat().st_mode & 0o777


def test_what_is_lost_is_said_and_exits_1(rough: Path, tmp_path: Path) -> None:
    """A letter that no font has is missing in the PDF."""
    value = json.loads(rough.read_text())
    value["basics"]["label"] = "\u5c65\u6b74\u66f8"
    rough.write_text(json.dumps(value))
    made = _run("render", rough, "-o", tmp_path / "out.pdf")

    assert 1 == made.exit_code
    assert "/basics/label" in made.stdout
    assert "is not in the file" in made.stdout


def test_what_is_configured_is_told_without_the_key(rough: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And with a file every request, word for word; an address elsewhere is named as one."""
    assert "nothing is sent" in _run("models").stdout
    monkeypatch.setenv("LADING_CV__MODEL_KEY", "sk-secret")
    _model(monkeypatch, "https://api.example/v1", "large")
    told = _run("models", rough)

    assert "LEAVES this machine" in told.stdout
    assert "40 million readings" in told.stdout
    assert "sk-secret" not in told.stdout
    assert _json(_run("models", "--json"))["has_key"]


_TELL = """
import atexit, sys
heavy = {"typst", "docx", "httpx2", "lxml", "django", "celery", "redis"}
atexit.register(lambda: print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}), file=sys.stderr))
from lading.cli.main import main
sys.argv = ["lading", *sys.argv[1:]]
main()
"""


@pytest.mark.parametrize("command", ["lint", "improve"])
def test_neither_typesetter_nor_client_is_loaded_for_rules(rough: Path, command: str) -> None:
    """What is not used costs no time; the network could not be used by accident."""
    found = subprocess.run(
        [sys.executable, "-c", _TELL, "cv", command, str(rough), *DAY], capture_output=True, text=True, timeout=60
    )

    assert "[]" == found.stderr.strip().splitlines()[-1]
