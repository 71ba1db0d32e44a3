"""What a file is, by its content."""

from __future__ import annotations

import codecs
import io
import re
import zipfile

from lading.cv.engine.document import Format
from lading.cv.engine.errors import Broken, Empty, Encrypted, WrongType

#: readers accept a PDF that begins with a little rubbish
_PDF_WITHIN = 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: first bytes -> what that is, for the sentence
_FOREIGN = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "PostScript"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_SAVE_AS = "Save the CV as PDF, DOCX, text, Markdown or JSON Resume, and give that file"
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|\?xml)\b", re.IGNORECASE | re.DOTALL)
_MARKDOWN = re.compile(r"^(?:#{1,6}\s+\S|\[[^\]]+\]\([^)]+\)|.*\*\*[^*]+\*\*)", re.MULTILINE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def kind_of(content: bytes) -> Format:
    """Say what the content is; raise `Empty`, `Encrypted`, `WrongType` or `Broken`."""
    if not content.strip():
        raise Empty("The file is empty", hint="Save the CV again and give that file")
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return Format.PDF
    if content.startswith(b"PK"):
        return _packed(content)
    if content.startswith(_OLE):
        raise _ole(content)
    for start, name in _FOREIGN:
        if content.startswith(start):
            raise WrongType(f"The file is {name}, not a CV as text", hint=_SAVE_AS)
    return _text(decode(content))


def decode(content: bytes) -> str:
    """Return bytes as text: UTF-8, UTF-16 with its mark, else Windows-1252; raise `WrongType` for anything binary."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise Broken("The text breaks off within a character", hint="Save it again as UTF-8") from error
    if b"\0" in content:
        raise WrongType("The file is no text and of no known kind", hint=_SAVE_AS)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    strange = sum(not (character.isprintable() or character in "\r\n\t\f") for character in text)
    if strange > len(text) // 50 or "\ufffd" in text:
        raise WrongType("The file is no text and of no known kind", hint=_SAVE_AS)
    return text


def _packed(content: bytes) -> Format:
    """Tell DOCX from other packages."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
    except (
        zipfile.BadZipFile,
        ValueError,
        RuntimeError,
    ) as error:  # the last where it is packed in a way that nobody knows
        raise Broken(
            "The file begins as a DOCX or archive, but is damaged", hint="Save it again and give that file"
        ) from error
    if "word/document.xml" in names or ("[Content_Types].xml" in names and any(n.startswith("word/") for n in names)):
        return Format.DOCX
    raise WrongType("The file is an archive or another office document, not a DOCX", hint=_SAVE_AS)


def _ole(content: bytes) -> Encrypted | WrongType:
    """Tell a DOCX with a password from an old Word document: both come in the same container."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        return Encrypted("The document needs a password", hint="Remove the password in Word and save it again")
    return WrongType("The file is a document of Word 97 to 2003", hint="Save it as DOCX or PDF, and give that file")


def _text(text: str) -> Format:
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise Empty("The file has no visible character", hint="Save the CV again and give that file")
    if text.lstrip().startswith("{"):
        return Format.JSON_RESUME
    if _HTML.match(text):
        raise WrongType("The file is HTML or XML", hint=_SAVE_AS)
    return Format.MARKDOWN if _MARKDOWN.search(text) else Format.TEXT
