"""`lading explain`: what a code means."""

from __future__ import annotations

import click
from rich.markup import escape

from lading.base import codes
from lading.cli.frame import out, print_columns, print_json


@click.command()
@click.argument("code", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each code.")
def explain(code: str | None, *, as_json: bool) -> None:
    """Say what CODE means and what to do about it; without CODE list all."""
    found = [codes.find(code)] if code else list(codes.catalogue().values())
    if as_json:
        for entry in found:
            print_json(
                {"code": entry.code, "remedy": entry.remedy.value, "meaning": entry.meaning, "action": entry.action}
            )
    elif code:
        out.print(f"[bold]{found[0].code}[/]  ({found[0].remedy.value})")
        out.print(escape(found[0].meaning), soft_wrap=True)
        out.print(f"→ {escape(found[0].action)}", soft_wrap=True)
    else:
        print_columns(
            ("code", "remedy", "meaning"), [(entry.code, entry.remedy.value, entry.meaning) for entry in found]
        )
