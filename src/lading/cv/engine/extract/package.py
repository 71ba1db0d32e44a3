"""The parts of a DOCX, unpacked within limits."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lading.cv.engine.errors import Broken, TooLarge
from lading.cv.engine.extract.limits import Limits

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_AGAIN = "Open it in Word or LibreOffice, save it as DOCX and give that file"


def w(name: str) -> str:
    """Return the full name of an element or attribute of WordprocessingML."""
    return _W + name


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What a part refers to: an address, a header, a picture."""

    kind: str
    target: str


class Package:
    """The parts of one DOCX. Nothing is written to a disk, nothing outside is fetched."""

    def __init__(self, content: bytes, limits: Limits) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError) as error:
            raise Broken("The DOCX is damaged", hint=_AGAIN) from error
        self._left = limits.unpacked
        if sum(info.file_size for info in self._zip.infolist()) > limits.unpacked:
            raise self._too_large()
        self.names = set(self._zip.namelist())

    def part(self, name: str) -> Element | None:
        """Return the root of a part, or None where there is no such part; raise `Broken` or `TooLarge`."""
        if name not in self.names:
            return None
        try:
            with self._zip.open(name) as packed:
                content = packed.read(self._left + 1)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
            raise Broken(f"The part {name} of the DOCX is damaged", hint=_AGAIN) from error
        self._left -= len(content)
        if self._left < 0:
            raise self._too_large()
        try:
            root: Element = fromstring(content)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise Broken(f"The part {name} of the DOCX is no XML that is safe to read", hint=_AGAIN) from error
        return root

    def relations(self, name: str) -> dict[str, Relation]:
        """Return what a part refers to, by id."""
        folder, _, base = name.rpartition("/")
        root = self.part(f"{folder}/_rels/{base}.rels")
        found: dict[str, Relation] = {}
        for element in root.iter(_RELATION) if root is not None else ():
            target = element.get("Target", "")
            if element.get("TargetMode") != "External":
                target = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
            found[element.get("Id", "")] = Relation(kind=element.get("Type", "").rpartition("/")[2], target=target)
        return found

    @staticmethod
    def _too_large() -> TooLarge:
        return TooLarge(
            "The DOCX unpacks to far more than a CV has", hint="Remove pictures and attachments, save it again"
        )
