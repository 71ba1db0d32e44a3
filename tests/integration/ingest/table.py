"""Tables of a page of the documentation, read by tests so that neither can drift."""

from __future__ import annotations

from pathlib import Path

PAGES = Path(__file__).parents[3] / "docs" / "reference"


def table(page: str, name: str) -> dict[str, dict[str, str]]:
    """Return the rows of the table of that name by their first cell, each by the names of its columns."""
    text = (PAGES / page).read_text()
    marked = text.split(f"<!-- table: {name} -->")[1].split("<!-- end -->")[0]
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in marked.splitlines() if line.startswith("|")
    ]
    return {row[0]: dict(zip(head[1:], row[1:], strict=True)) for row in rows}
