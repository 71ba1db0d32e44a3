"""What rendering gives."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Output(StrEnum):
    """In what form a resume is taken away."""

    PDF = "pdf"
    DOCX = "docx"
    MARKDOWN = "md"
    TEXT = "txt"
    JSON_RESUME = "json"


class Template(StrEnum):
    """How a PDF or a word-processor file looks."""

    #: nothing but text: for online forms and the software behind them
    PLAIN = "plain"
    #: serifs, lines under the headings
    CLASSIC = "classic"
    #: a coloured rule and headings
    ACCENT = "accent"
    #: small margins and type for long careers
    COMPACT = "compact"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One file, in memory."""

    output: Output
    #: None where the form has no looks
    template: Template | None
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def media_type(self) -> str:
        """As the web names it."""
        return {
            Output.PDF: "application/pdf",
            Output.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Output.MARKDOWN: "text/markdown; charset=utf-8",
            Output.TEXT: "text/plain; charset=utf-8",
            Output.JSON_RESUME: "application/json",
        }[self.output]
