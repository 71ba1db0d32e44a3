"""LaTeX: with composed letters (OT1), with whole ones (T1), and in two columns. No outline fonts but Latin Modern."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.corpus.cv.writers.layout import Kind, Row

_SPECIAL = {
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "\\": "\\textbackslash{}",
    "–": "--",
    "—": "---",
    "·": "\\textperiodcentered{}",
    "•": "\\textbullet{}",
    "|": "\\textbar{}",
}
_HEAD = (
    "\\documentclass[11pt,a4paper]{article}\\usepackage[margin=2cm]{geometry}\\usepackage[utf8]{inputenc}"
    "\\usepackage[%s]{fontenc}%s\\pagestyle{empty}\\setlength{\\parindent}{0pt}"
)


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)


def _row(row: Row, *, dates_left: bool) -> str:
    text, _, aside = (_escaped(part) for part in row.text.partition("\t"))
    if row.kind is Kind.NAME:
        return f"{{\\LARGE\\bfseries {text}}}\\par\\smallskip"
    if row.kind is Kind.HEADING:
        return f"\\section*{{{text}}}"
    if row.kind is Kind.ROLE and dates_left and aside:
        return f"\\makebox[4.2cm][l]{{{text}}}\\textbf{{{aside}}}\\par"
    bold = f"\\textbf{{{text}}}" if row.kind is Kind.ROLE else text
    return f"{bold}\\hfill {aside}\\par" if aside else f"{bold}\\par"


def _body(rows: list[Row], *, dates_left: bool = False) -> str:
    out: list[str] = []
    inside = False
    for row in rows:
        if (row.kind is Kind.BULLET) is not inside:
            inside = not inside
            out.append("\\begin{itemize}\\setlength{\\itemsep}{0pt}" if inside else "\\end{itemize}")
        out.append(f"\\item {_escaped(row.text)}" if inside else _row(row, dates_left=dates_left))
    return "\n".join([*out, "\\end{itemize}"] if inside else out)


def _run(body: str, encoding: str) -> bytes:
    font = "\\usepackage{lmodern}" if encoding == "T1" else ""
    stable = "\\pdfinfoomitdate=1\\pdfsuppressptexinfo=-1\\pdftrailerid{}\n"
    source = f"{stable}{_HEAD % (encoding, font)}\\begin{{document}}\n{body}\n\\end{{document}}\n"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "cv.tex").write_text(source, encoding="utf-8")
        subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "cv.tex"],
            cwd=folder,
            check=True,
            capture_output=True,
            timeout=120,
        )
        return Path(folder, "cv.pdf").read_bytes()


def article(encoding: str = "T1", *, dates_left: bool = False) -> Callable[[list[Row]], bytes]:
    """Return a writer of one column; in OT1 a letter with an accent is drawn as two signs."""
    return lambda rows: _run(_body(rows, dates_left=dates_left), encoding)


def two_columns(rows: list[Row]) -> bytes:
    """Write two columns side by side."""
    narrow, wide = [row for row in rows[2:] if row.side], [row for row in rows[2:] if not row.side]
    body = (
        f"{_body(rows[:2])}\\bigskip\n\\begin{{minipage}}[t]{{0.30\\textwidth}}\\raggedright\n{_body(narrow)}\n"
        f"\\end{{minipage}}\\hfill\\begin{{minipage}}[t]{{0.65\\textwidth}}\n{_body(wide)}\n\\end{{minipage}}"
    )
    return _run(body, "T1")
