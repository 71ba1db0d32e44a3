"""`lading plan`: what sync would do."""

from __future__ import annotations

from collections import Counter
from typing import Any

import click
from rich.markup import escape

from lading.base import units
from lading.cli.definition_options import definition_from, definition_options
from lading.cli.frame import open_ledger, out, print_json

#: how the sum of a verb reads where "to" and the verb would not
_COUNTED = {
    "keep": "unchanged",
    "collection": "collections to make",
    "look": "to read and compare",
    "fail": "that fail",
}


@click.command()
@click.argument("source", required=False, metavar="SRC")
@click.argument("destination", required=False, metavar="DEST")
@definition_options
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each path, then the counts.")
@click.option("--all", "all_paths", is_flag=True, help="Also list what would be left as it is.")
def plan(*, as_json: bool, all_paths: bool, **options: Any) -> None:  # noqa: ANN401 - click hands over the rest
    """
    Show what `sync` with the same words would do; touch nothing.

    A file whose times changed but not its size is shown as "look": whether it has to be sent is known once it is read.
    """
    definition = definition_from(options)
    open_ledger()
    from lading import services
    from lading.base import config
    from lading.cli import syncing
    from lading.ingest.app import planning
    from lading.ingest.app.bundle_offer import SmallFiles

    counts: Counter[str] = Counter()
    size = 0
    small = SmallFiles()
    with services.hold(config.current()):
        syncing.check(definition)
        dry = planning.DryRun(definition)
        for line in dry.lines():
            counts[line.verb] += line.count
            size += line.size if line.moves else 0
            small.note(line)
            if as_json:
                print_json(
                    {"path": line.path, "action": line.verb, "size": line.size, "code": line.code, "count": line.count}
                )
            elif all_paths or line.verb != "keep":
                out.print(
                    f"{line.verb:<10} {line.path}" + (f"  ({line.code})" if line.code else ""),
                    markup=False,
                    soft_wrap=True,
                )
        worries = dry.worries()
    offer = small.offer() if not definition.bundle else ""
    if as_json:
        print_json({"counts": dict(counts), "bytes": size, "held": worries, "hint": offer})
        return
    words = ", ".join(f"{number:,} {_COUNTED.get(verb, f'to {verb}')}" for verb, number in counts.items())
    out.print(f"[bold]{words or 'nothing to do'}[/], {units.size(size)} to move")
    for reason in worries:
        out.print(f"[yellow]The deletions would be held:[/] {escape(reason)}", soft_wrap=True)
    if offer:
        out.print(offer, markup=False, soft_wrap=True)
