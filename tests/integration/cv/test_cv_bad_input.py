"""Bad input to `lading cv`: each has a code, a sentence that says what to do, and leaves the original as it was."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from click.testing import CliRunner, Result

from lading.base import config
from lading.cli.cv import cv
from tests.integration.cv.samples import DAY
from tests.unit.cv.extract.files import docx, paragraph, pdf, show

_SOUND = pdf(show("Ines Tannwald, carpenter of stairs, Kiel"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(_SOUND))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


#: what -> name of the file, its content, code, what the person is told to do
_FILES: dict[str, tuple[str, Callable[[], bytes], str, str]] = {
    "empty": ("cv.pdf", lambda: b"", "CV_EMPTY", "Save the CV again"),
    "blank": ("cv.txt", lambda: b" \n\t\n", "CV_EMPTY", "Save the CV again"),
    "huge": ("cv.pdf", lambda: _SOUND + b"%" * (11 << 20), "CV_TOO_LARGE", "Remove pictures"),
    "encrypted document": (
        "cv.docx",
        lambda: _OLE + bytes(60) + "EncryptedPackage".encode("utf-16-le"),
        "CV_ENCRYPTED",
        "Remove the password",
    ),
    "password": ("cv.pdf", _locked, "CV_ENCRYPTED", "without a password"),
    "zip bomb": ("cv.docx", lambda: docx(paragraph(" " * 60_000_000)), "CV_TOO_LARGE", "Remove"),
    "a picture named as a PDF": ("cv.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50), "CV_WRONG_TYPE", "as PDF, DOCX"),
    "a page of the web named as a DOCX": (
        "cv.docx",
        lambda: b"<!DOCTYPE html><html><body>CV</body></html>",
        "CV_WRONG_TYPE",
        "as PDF, DOCX",
    ),
    "500 pages": ("cv.pdf", lambda: pdf(*[show("Ines Tannwald")] * 500), "CV_TOO_MANY_PAGES", "Give the CV alone"),
    "no text layer": (
        "cv.pdf",
        lambda: pdf("q 500 0 0 800 0 0 cm /Im Do Q", image=True),
        "CV_NO_TEXT_LAYER",
        "text recognition",
    ),
    "cut off": ("cv.pdf", lambda: _SOUND[:40], "CV_BROKEN", "Export it again"),
}


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("LADING_HOME", str(tmp_path / "home"))
    config.current.cache_clear()
    yield
    config.current.cache_clear()


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(cv, [*map(str, arguments)])


def _error(result: Result) -> dict[str, Any]:
    error: dict[str, Any] = json.loads(result.stdout)["error"]
    return error


@pytest.mark.parametrize("command", ["lint", "improve", "render"])
@pytest.mark.parametrize("case", _FILES)
def test_a_file_that_cannot_be_reviewed(tmp_path: Path, case: str, command: str) -> None:
    """Every command refuses it alike: code 2, one sentence, what to do; nothing is written, nothing is changed."""
    name, make, code, words = _FILES[case]
    folder = tmp_path / "mine"
    folder.mkdir()
    path = folder / name
    path.write_bytes(make())
    before = path.read_bytes(), path.stat().st_mtime_ns
    arguments = ("-o", folder / "out.pdf") if command == "render" else ()
    shown, told = _run(command, path, *arguments), _run(command, path, *arguments, "--json")

    assert (2, 2) == (shown.exit_code, told.exit_code), shown.output
    assert code == _error(told)["code"]
    assert words in _error(told)["hint"]
    assert words in " ".join(shown.output.split())
    assert "Traceback" not in shown.output
    assert before == (path.read_bytes(), path.stat().st_mtime_ns)
    assert [path] == list(folder.iterdir())


@pytest.mark.parametrize("command", ["lint", "improve"])
def test_an_advertisement_that_asks_for_nothing(resume: Path, job: Path, command: str) -> None:
    """It must not look as if nothing were missing."""
    job.write_text("We are nice. Come and see.", encoding="utf-8")
    told = _run(command, resume, "--job", job, "--json", *DAY)

    assert 2 == told.exit_code
    assert "JOB_WITHOUT_TERMS" == _error(told)["code"]
    assert _error(told)["hint"]


def test_a_language_that_is_not_known(tmp_path: Path) -> None:
    """The rules about words say that they could not look, and why; nothing of them has passed."""
    words = "Ranskan kielen opettaja Turun lukiossa, jossa vastasin kahdeksasta kurssista ja kokeista vuosittain. "
    path = tmp_path / "cv.txt"
    path.write_text(f"Sanna Testinen\nsanna@example.fi\n+358 9 555 0121\n\n{words * 4}\n", encoding="utf-8")
    told = json.loads(_run("lint", path, "--json", "--advice", "all", *DAY).stdout)
    rules = {rule["code"]: rule for rule in told["rules"]}

    assert "und" == told["document"]["language"]
    for code in ("FILLER_PHRASE", "FIRST_PERSON"):
        assert "not assessed" == rules[code]["outcome"]
        assert rules[code]["reason"]


@pytest.mark.parametrize(
    "case",
    [
        ("wants-key", "CV_MODEL_KEY_REFUSED", "cv.model_key"),
        ("unknown", "CV_MODEL_UNKNOWN", "cv.model_name"),
        ("small", "CV_MODEL_CONTEXT_TOO_SMALL", "context"),
        ("cuts-quietly", "CV_MODEL_CONTEXT_TOO_SMALL", "context"),
    ],
)
def test_a_model_that_cannot_be_used(
    resume: Path, monkeypatch: pytest.MonkeyPatch, address: str, case: tuple[str, str, str]
) -> None:
    """An endpoint without its key, a wrong name, a context too small: the code, what to do, and the rules' suggestions."""
    model, code, words = case
    monkeypatch.setenv("LADING_CV__MODEL_URL", address)
    monkeypatch.setenv("LADING_CV__MODEL_NAME", model)
    config.current.cache_clear()
    before = resume.read_bytes()
    told = json.loads(_run("improve", resume, "--model", "--consent", "--json", *DAY).stdout)
    shown = _run("improve", resume, "--model", "--consent", *DAY)

    assert 1 == shown.exit_code
    assert {code} == {failure["code"] for failure in told["model"]["failures"]}
    assert words in shown.output.lower()
    assert "Traceback" not in shown.output
    assert before == resume.read_bytes()
