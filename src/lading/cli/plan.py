"""`lading plan`: what sync would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from rich.markup import escape

from lading.base import units
from lading.cli.definition_options import definition_from, definition_options
from lading.cli.frame import open_ledger, out, print_json

#: how the sum of a verb reads where "to" and the verb would not
_COUNTED = {
    "keep": "unchanged",
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
            if as_json or all_paths or line.verb != "keep":
                told = {"path": line.path, "action": line.verb, "size": line.size, "code": line.code}
                tell_line({**told, "count": line.count}, as_json=as_json)
        worries = dry.worries()
    offer = small.offer() if not definition.bundle else ""
    tell(Told(counts=counts, bytes=size, held=worries, hint=offer), as_json=as_json)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a plan came to."""

    counts: Mapping[str, int]
    bytes: int
    #: why deletions would be held
    held: Sequence[str]
    hint: str


def tell_line(line: dict[str, Any], *, as_json: bool) -> None:
    """Print what would happen to one path."""
    if as_json:
        print_json(line)
        return
    code = f"  ({line['code']})" if line["code"] else ""
    out.print(f"{line['action']:<10} {line['path']}{code}", markup=False, soft_wrap=True)


def tell(found: Told, *, as_json: bool) -> None:
    """Print the counts."""
    if as_json:
        counts = dict(found.counts)
        print_json({"counts": counts, "bytes": found.bytes, "held": list(found.held), "hint": found.hint})
        return
    words = ", ".join(_counted(verb, number) for verb, number in found.counts.items())
    out.print(f"[bold]{words or 'nothing to do'}[/], {units.size(found.bytes)} to move")
    for reason in found.held:
        out.print(f"[yellow]The deletions would be held:[/] {escape(reason)}", soft_wrap=True)
    if found.hint:
        out.print(found.hint, markup=False, soft_wrap=True)


def _counted(verb: str, number: int) -> str:
    if verb == "collection":
        return f"{units.count(number, 'collection')} to make"
    return f"{number:,} {_COUNTED.get(verb, f'to {verb}')}"
