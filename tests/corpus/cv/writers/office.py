"""LibreOffice: DOCX and PDF, from HTML and from what python-docx writes."""

from __future__ import annotations

import subprocess
import tempfile
from html import escape
from pathlib import Path

from tests.corpus.cv.writers import printed, word
from tests.corpus.cv.writers.layout import Kind, Row


def _convert(content: bytes, ending: str, target: str, reader: str = "") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"cv.{ending}")
        source.write_bytes(content)
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"]
        command += [f"--infilter={reader}"] if reader else []
        command += ["--convert-to", target, "--outdir", f"{folder}/out", str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return Path(folder, "out", f"cv.{target.partition(':')[0]}").read_bytes()


def pdf(rows: list[Row]) -> bytes:
    """Write a DOCX with Word's styles and let LibreOffice make the PDF."""
    return _convert(word.by_python_docx(rows), "docx", "pdf")


def docx(rows: list[Row]) -> bytes:
    """Let LibreOffice make a DOCX of HTML."""
    return _convert(printed.page(rows).encode(), "html", "docx:MS Word 2007 XML", "HTML (StarWriter)")


def _table(rows: list[Row]) -> bytes:
    """Return HTML with every entry in a table of two cells: dates left, the rest right."""
    parts: list[str] = []
    for row in rows:
        left, tab, right = (escape(part) for part in row.text.partition("\t"))
        if row.kind is Kind.NAME:
            parts.append(f"<h1>{left}</h1>")
        elif row.kind is Kind.HEADING:
            parts.append(f"<h2>{left}</h2>")
        else:
            cells = (left, f"<b>{right}</b>") if tab else ("", f"• {left}" if row.kind is Kind.BULLET else left)
            parts.append(
                f'<table width="100%"><tr><td width="28%">{cells[0]}</td><td width="72%">{cells[1]}</td></tr></table>'
                if row.kind in {Kind.ROLE, Kind.BULLET}
                else f"<p>{left}</p>"
            )
    return f'<html><head><meta charset="utf-8"></head><body>{"".join(parts)}</body></html>'.encode()


def table_pdf(rows: list[Row]) -> bytes:
    """Write entries as tables and print them with LibreOffice."""
    odt = _convert(_table(rows), "html", "odt:writer8", "HTML (StarWriter)")
    return _convert(odt, "odt", "pdf")


def table_docx(rows: list[Row]) -> bytes:
    """Write entries as tables and save them with LibreOffice as DOCX."""
    return _convert(_table(rows), "html", "docx:MS Word 2007 XML", "HTML (StarWriter)")
