"""From a resume to a file in memory."""

from __future__ import annotations

from lading.cv.engine.render.errors import NothingToRender
from lading.cv.engine.render.json_resume import to_json
from lading.cv.engine.render.rendered import Output, Rendered, Template
from lading.cv.engine.render.sheet import sheet_of
from lading.cv.engine.render.to_text import to_markdown, to_text
from lading.cv.engine.values import Document, Resume


def render(
    resume: Resume, output: Output, template: Template = Template.PLAIN, *, document: Document | None = None
) -> Rendered:
    """
    Return a resume as a file; the same resume gives the same bytes.

    With the `document` that it was read from, sections that were not understood are put in as they stand there, and of
    JSON Resume what Lading does not know is kept. Raise `NothingToRender` or `RenderFailed`.
    """
    sheet = sheet_of(resume, document)
    if not (sheet.name or sheet.contact or sheet.parts):
        raise NothingToRender("There is no text to render", hint="Look with `lading cv lint` at what was recovered")
    if output is Output.PDF:
        from lading.cv.engine.render.to_pdf import to_pdf

        return Rendered(output=output, template=template, content=to_pdf(sheet, template))
    if output is Output.DOCX:
        from lading.cv.engine.render.to_docx import to_docx

        return Rendered(output=output, template=template, content=to_docx(sheet, template))
    if output is Output.JSON_RESUME:
        return Rendered(output=output, template=None, content=to_json(resume, document))
    content = to_markdown(sheet) if output is Output.MARKDOWN else to_text(sheet)
    return Rendered(output=output, template=None, content=content)
