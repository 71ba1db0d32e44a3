"""Every file that cannot be read as a CV is refused with a code and a sentence that says what to do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest

from lading.base.errors import Remedy, UsageError
from lading.cv.engine import errors
from lading.cv.engine.errors import DocumentRefused
from lading.cv.engine.extract import Limits, extract, extract_bytes
from tests.unit.cv.extract.files import docx, paragraph, pdf, show

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTITIES = (
    '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>&b;</w:body></w:document>'
)


def _zip(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/") + ".xml", content)
    return out.getvalue()


def _locked() -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf(show("Ines Tannwald"))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


_CASES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "no bytes": ("CV_EMPTY", lambda: b""),
    "spaces": ("CV_EMPTY", lambda: b" \n\t\n"),
    "a byte order mark alone": ("CV_EMPTY", lambda: b"\xef\xbb\xbf\n"),
    "a picture": ("CV_WRONG_TYPE", lambda: b"\x89PNG\r\n\x1a\n" + bytes(50)),
    "a web page": ("CV_WRONG_TYPE", lambda: b"<!DOCTYPE html><html><body>CV</body></html>"),
    "binary": ("CV_WRONG_TYPE", lambda: bytes(range(256))),
    "Word 97": ("CV_WRONG_TYPE", lambda: _OLE + bytes(600)),
    "a DOCX with a password": ("CV_ENCRYPTED", lambda: _OLE + bytes(60) + "EncryptedPackage".encode("utf-16-le")),
    "an archive": ("CV_WRONG_TYPE", lambda: _zip(readme="x")),
    "a broken archive": ("CV_BROKEN", lambda: docx(paragraph("x"))[:-40]),
    "a DOCX of entities": ("CV_BROKEN", lambda: _zip(word__document=_ENTITIES)),
    "a DOCX without a body": ("CV_BROKEN", lambda: _zip(word__document="<x/>")),
    "a DOCX that unpacks to 60 MB": ("CV_TOO_LARGE", lambda: docx(paragraph(" " * 60_000_000))),
    "a DOCX without text": ("CV_EMPTY", lambda: docx("<w:p/>")),
    "a DOCX of hidden text": ("CV_EMPTY", lambda: docx(paragraph("x", "<w:vanish/>"))),
    "a DOCX nested 90 deep": ("CV_BROKEN", lambda: docx("<w:sdt>" * 90 + paragraph("x") + "</w:sdt>" * 90)),
    "JSON of something else": ("CV_WRONG_TYPE", lambda: b'{"a": 1}'),
    "broken JSON": ("CV_BROKEN", lambda: b'{"basics": '),
    "JSON nested too deeply": ("CV_BROKEN", lambda: b'{"work": ' + b"[" * 60 + b"1" + b"]" * 60 + b"}"),
    "half a character": ("CV_BROKEN", lambda: b"\xff\xfea"),
    "a PDF with a password": ("CV_ENCRYPTED", _locked),
    "a PDF cut off": ("CV_BROKEN", lambda: pdf(show("Ines Tannwald"))[:30]),
    "a PDF of 21 pages": ("CV_TOO_MANY_PAGES", lambda: pdf(*[show("Ines Tannwald, still going on")] * 21)),
    "a PDF of pictures": ("CV_NO_TEXT_LAYER", lambda: pdf("q 500 0 0 800 0 0 cm /Im Do Q", image=True)),
    "a PDF without anything": ("CV_EMPTY", lambda: pdf("")),
}


@pytest.mark.parametrize("case", _CASES)
def test_a_file_that_is_no_cv_is_refused_with_its_code(case: str) -> None:
    """Each refusal skips the file and says what to do."""
    code, make = _CASES[case]

    with pytest.raises(DocumentRefused) as caught:
        extract_bytes(make())

    assert code == caught.value.code
    assert caught.value.remedy is Remedy.SKIP_FILE
    assert caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("limits", "content"),
    [
        (Limits(bytes=10), b"Ines Tannwald, Carpenter"),
        (Limits(characters=10), b"Ines Tannwald, Carpenter"),
        (Limits(characters=10), pdf(show("Ines Tannwald, Carpenter of stairs"))),
        (Limits(characters=10), docx(paragraph("Ines Tannwald, Carpenter"))),
        (Limits(objects=2), pdf(show("Ines Tannwald, Carpenter") + " 0 0 5 5 re f 9 9 5 5 re f 20 20 5 5 re f")),
    ],
)
def test_more_than_a_limit_is_too_large(limits: Limits, content: bytes) -> None:
    """Bytes, characters and drawn objects are counted in every format."""
    with pytest.raises(errors.TooLarge):
        extract_bytes(content, limits)


def test_a_reader_that_takes_too_long_is_stopped() -> None:
    """The wall clock of the child is bounded, and the child does not outlive it."""
    with pytest.raises(errors.ReaderGaveUp):
        extract_bytes(pdf(show("Ines Tannwald, Carpenter of stairs")), Limits(seconds=0.01))


def test_a_reader_that_takes_too_much_memory_is_stopped() -> None:
    """The address space of the child is bounded; what it cannot hold ends as a refusal, never as a crash of ours."""
    with pytest.raises(DocumentRefused):
        extract_bytes(docx(paragraph("a" * 30_000_000)), Limits(memory=90 * 1024 * 1024, characters=10**9))


def test_a_file_that_is_not_there_is_a_mistake_of_the_command(tmp_path: Path) -> None:
    """No file is another error than a file that is no CV."""
    with pytest.raises(UsageError):
        extract(tmp_path / "none.pdf")


def test_the_original_is_only_read(tmp_path: Path) -> None:
    """Bytes, times and the folder around a file stay as they are."""
    path = tmp_path / "cv.dat"
    path.write_bytes(pdf(show("Ines Tannwald, Carpenter of stairs")))
    path.chmod(0o400)
    before = path.read_bytes(), path.stat().st_mtime_ns

    extract(path)

    assert before == (path.read_bytes(), path.stat().st_mtime_ns)
    assert [path] == list(tmp_path.iterdir())


def test_no_code_is_used_twice() -> None:
    """Codes are what callers branch on."""
    codes = [
        kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, DocumentRefused)
    ]

    assert len(codes) == len(set(codes))
