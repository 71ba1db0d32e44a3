"""Text and Markdown."""

from __future__ import annotations

from tests.corpus.cv.writers.layout import Kind, Row


def text(rows: list[Row]) -> bytes:
    """Write plain text as somebody types it."""
    lines: list[str] = []
    for row in rows:
        if row.kind is Kind.HEADING:
            lines += ["", row.text, "-" * len(row.text)]
        elif row.kind is Kind.BULLET:
            lines.append(f"- {row.text}")
        else:
            if row.kind is Kind.ROLE:
                lines.append("")
            lines.append(row.text.replace("\t", "      "))
    return ("\n".join(lines) + "\n").encode()


def markdown(rows: list[Row]) -> bytes:
    """Write Markdown."""
    marks = {
        Kind.NAME: "# {}\n",
        Kind.LABEL: "*{}*\n",
        Kind.CONTACT: "{}  ",
        Kind.HEADING: "\n## {}\n",
        Kind.ROLE: "\n### {}\n",
        Kind.LINE: "{}\n",
        Kind.BULLET: "* {}",
    }
    return "\n".join(marks[row.kind].format(row.text.replace("\t", " | ")) for row in rows).encode() + b"\n"
