"""The child that reads hostile files is not believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lading.cv.engine import errors
from lading.cv.engine.errors import DocumentRefused
from lading.cv.engine.extract import Limits
from lading.cv.engine.extract.answer import document_of

_GOOD = {"format": "pdf", "sha256": "0", "size": 1, "lines": [{"number": 1, "text": "Ines"}], "reader": "r"}


def _line(**changes: object) -> dict[str, object]:
    return {**_GOOD, "lines": [{"number": 1, "text": "Ines", **changes}]}


def test_a_document_comes_back_as_it_was_written() -> None:
    """Enums and tuples are made of text and lists again."""
    document = document_of(json.dumps({"document": _line(hidden="not drawn")}).encode())

    assert ("Ines", "not drawn") == (document.concealed[0].text, document.concealed[0].hidden.value)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"{}",
        b"[]",
        b"{'document': 1}",
        json.dumps({"document": _line(number="x")}).encode(),
        json.dumps({"document": _line(hidden="no such reason")}).encode(),
        json.dumps({"document": _GOOD, "more": 1}).encode(),
    ],
)
def test_an_answer_of_another_shape_is_refused(answer: bytes) -> None:
    """Wrong types, unknown values and further keys are no document."""
    with pytest.raises(errors.Broken):
        document_of(answer)


@pytest.mark.parametrize(("code", "kind"), [("CV_ENCRYPTED", errors.Encrypted), ("NO_SUCH_CODE", DocumentRefused)])
def test_a_refusal_becomes_the_error_of_its_code(code: str, kind: type[DocumentRefused]) -> None:
    """A code that is not known is still a refusal."""
    answer = {"refused": {"code": code, "message": "m", "hint": "h"}}

    with pytest.raises(DocumentRefused) as caught:
        document_of(json.dumps(answer).encode())

    assert (kind, "m. h") == (type(caught.value), str(caught.value))


def test_the_page_names_every_code_and_limit() -> None:
    """A code that a caller can meet is documented, with the limits as they are."""
    page = (Path(__file__).parents[4] / "docs" / "reference" / "cv-files.md").read_text(encoding="utf-8")
    codes = {k.code for k in vars(errors).values() if isinstance(k, type) and issubclass(k, DocumentRefused)}
    limits = Limits()

    assert [] == [code for code in sorted(codes - {"CV_REFUSED"}) if f"`{code}`" not in page]
    assert f"| pages of a PDF | {limits.pages} |" in page
    assert f"| bytes of the file | {limits.bytes // 1024 // 1024} MiB |" in page
    assert f"| characters | {limits.characters:,} |" in page
    assert f"| seconds of reading | {limits.seconds:g} |" in page
