"""`lading manifest`: the bill of lading."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from lading.cli.frame import Exit, Group, err, open_ledger, out, print_json


class _Printing(Group):
    """A group that takes what is none of its commands for the arguments of `print`."""

    def parse_args(self, ctx: click.Context, args: Sequence[str]) -> list[str]:
        """Let `manifest 5 --format jsonl` be `manifest print 5 --format jsonl`."""
        own = {*self.commands, *self.get_help_option_names(ctx)}
        return super().parse_args(ctx, [*args] if not args or args[0] in own else ["print", *args])


@click.group(cls=_Printing, subcommand_metavar="RUN | COMMAND ARGS…")
def manifest() -> None:
    """
    The bill of lading: what became of every path of a run.

    `lading manifest RUN` prints it (options: `lading manifest print --help`). When a run ends, it is written to a signed
    file, too, which `lading manifest verify` proves.
    """


@manifest.command("print")
@click.argument("run", type=int)
@click.option(
    "--format", "form", type=click.Choice(["csv", "jsonl"]), default="csv", help="CSV (default) or JSON lines."
)
@click.option(
    "--outcome",
    type=click.Choice(["created", "updated", "registered", "unchanged", "deleted", "skipped", "failed"]),
    help="Only paths with this outcome.",
)
def print_(run: int, form: str, outcome: str | None) -> None:
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


@manifest.command("verify")
@click.argument("which", metavar="FILE|RUN")
@click.option(
    "--public-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Public key of who signed it (PEM); without it: the keys of this installation.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as one JSON object.")
def verify(which: str, public_key: Path | None, *, as_json: bool) -> None:
    """
    Prove that the manifest in FILE, or that of RUN, is byte for byte what was signed.

    Exit: 0 it is; 1 it is not, and which line is the first wrong one; 2 it could not be verified.
    """
    from lading.cli import proving

    proof = proving.prove(which, public_key)
    if as_json:
        print_json(proof.as_dict())
    elif proof.is_good:
        out.print(proof.sentence, markup=False, soft_wrap=True)
    else:
        err.print("[bold red]lading:[/] ", end="")
        err.print(proof.sentence, markup=False, soft_wrap=True)
    raise SystemExit(int(Exit.GOOD if proof.is_good else Exit.FAILED_FILES))


@manifest.command("keygen")
@click.argument("path", type=click.Path(path_type=Path))
def keygen(path: Path) -> None:
    """Make a key (Ed25519) that signs manifests, in PATH; who has PATH.pub can verify them and nothing else."""
    from lading.ingest.engine import custody

    public = custody.generate(path)
    out.print(f"{path}: the key; keep it, and keep it secret", markup=False, soft_wrap=True)
    out.print(f"{path}.pub: its public half, {public.id}; give it to whoever verifies", markup=False, soft_wrap=True)
    err.print(f"Sign with it: export LADING_MANIFEST_KEY_FILE={path.absolute()}", markup=False, soft_wrap=True)


def _write_jsonl(values: Any) -> None:  # noqa: ANN401 - an iterable of JSON objects
    for value in values:
        sys.stdout.write(json.dumps({"schema": 1, **value}, ensure_ascii=False) + "\n")


def _write_csv(values: Any, columns: tuple[str, ...]) -> None:  # noqa: ANN401 - an iterable of rows
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(values)
