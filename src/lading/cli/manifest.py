"""`lading manifest`: the bill of lading."""

from __future__ import annotations

import csv
import json
import sys
from typing import Any

import click

from lading.cli.frame import open_ledger


@click.command()
@click.argument("run", type=int)
@click.option(
    "--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", help="CSV (default) or JSON lines."
)
@click.option(
    "--outcome",
    type=click.Choice(["created", "updated", "registered", "unchanged", "deleted", "skipped", "failed"]),
    help="Only paths with this outcome.",
)
def manifest(run: int, form: str, outcome: str | None) -> None:
    """
    Print every path of RUN: path, logical path, outcome, size, checksum, code, reason, times.

    Unchanged paths are spelled out from the snapshot; once a later run has written over it they stand as one line for
    each range, with their count.
    """
    open_ledger()
    from lading.ingest.app import manifests
    from lading.orchestration.ledger import control

    control.find(run)
    values = (line.as_dict() for line in manifests.lines(run, outcome=outcome or ""))
    if form == "jsonl":
        _write_jsonl(values)
    else:
        _write_csv(values, manifests.COLUMNS)


def _write_jsonl(values: Any) -> None:  # noqa: ANN401 - an iterable of JSON objects
    for value in values:
        sys.stdout.write(json.dumps({"schema": 1, **value}, ensure_ascii=False) + "\n")


def _write_csv(values: Any, columns: tuple[str, ...]) -> None:  # noqa: ANN401 - an iterable of rows
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(values)
