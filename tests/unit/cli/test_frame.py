"""What commands print on a terminal."""

from __future__ import annotations

import io

from lading.cli import frame


def test_a_name_cannot_write_to_the_terminal() -> None:
    """Escape sequences, C1 controls and a bell are shown; colours of our own, newlines and other letters stay."""
    console = frame._Plain(file=io.StringIO(), force_terminal=True, color_system="standard", width=200, highlight=False)

    console.print("a\x1b[2J\x1b]0;title\x07b\x7f\x9b31m é", markup=False, soft_wrap=True)
    console.print("[bold]ours[/]\nhere")

    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue() == "a␛[2J␛]0;title␇b␡\\x9b31m é\n\x1b[1mours\x1b[0m\nhere\n"
