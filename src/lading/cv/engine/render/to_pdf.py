"""A sheet as PDF, set by typst with templates of our own. The text is data: nothing in it is ever run."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from functools import cache
from importlib import resources
from pathlib import Path

import typst

from lading.cv.engine.render.errors import RenderFailed
from lading.cv.engine.render.rendered import Template
from lading.cv.engine.render.sheet import Sheet
from lading.cv.engine.values import Language

#: a word of more letters does not fit into a line and may be broken anywhere after so many
_LONGEST_WORD = 60
_LONG = re.compile(rf"\S{{{_LONGEST_WORD},}}")
#: what the PDF promises to programs that read it aloud; a letter without a glyph breaks the promise
_STANDARDS: tuple[tuple[typst.PDFStandard, ...], ...] = (("ua-1",), ())


@cache
def _compiler() -> typst.Compiler:
    """Return the typesetter: no fonts of the system, so that the same resume gives the same bytes everywhere."""
    folder = Path(str(resources.files(__package__).joinpath("templates")))
    return typst.Compiler(root=folder, ignore_system_fonts=True)


def to_pdf(sheet: Sheet, template: Template) -> bytes:
    """Return the PDF; the same sheet gives the same bytes. Raise `RenderFailed`."""
    folder = Path(str(resources.files(__package__).joinpath("templates")))
    inputs = {"cv": _data(sheet)}
    failure: typst.TypstError | None = None
    for standards in _STANDARDS:
        try:
            content = _compiler().compile(
                input=folder / f"{template.value}.typ", format="pdf", sys_inputs=inputs, pdf_standards=list(standards)
            )
        except typst.TypstError as error:
            failure = error
            continue
        assert isinstance(content, bytes)
        return content
    raise RenderFailed(
        f"The typesetter gave up: {failure}", hint="Take the resume away as docx or Markdown, and report this"
    ) from failure


def _data(sheet: Sheet) -> str:
    """Return the sheet as JSON; a text that is too long for a line gets places where it may be broken."""
    value = asdict(sheet)
    value["language"] = "en" if sheet.language is Language.UNKNOWN else sheet.language.value
    return json.dumps(_breakable(value), ensure_ascii=False)


def _breakable(value: object) -> object:
    if isinstance(value, str):
        return _LONG.sub(lambda word: "\u200b".join(re.findall(f".{{1,{_LONGEST_WORD}}}", word[0])), value)
    if isinstance(value, dict):
        return {key: _breakable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_breakable(inner) for inner in value]
    return value
