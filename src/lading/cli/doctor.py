"""`lading doctor`."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape

from lading.base import config
from lading.base.errors import LadingError, UsageError
from lading.cli.frame import err, open_ledger, out, print_json

if TYPE_CHECKING:
    from lading.cli import checks
    from lading.ingest.app.definition import Definition

#: bytes of each log that go into a bundle
_LOG_TAIL = 200_000

_SIGNS = {"good": "[green]✓[/]", "note": "[yellow]·[/]", "bad": "[bold red]✗[/]", "not run": "[yellow]?[/]"}


@click.command()
@click.argument("source", required=False, metavar="[s3://BUCKET/PREFIX]")
@click.option("--s3-profile", metavar="NAME", help="The store of the bucket: s3.NAME of the settings.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a zip with logs and settings, without secrets.",
)
def doctor(source: str | None, s3_profile: str | None, *, as_json: bool, bundle: Path | None) -> None:
    """
    Say what is reachable, which versions, and what is wrong with the way to mend it; exit 1 if something is.

    Buckets of stored jobs are asked for, too; one that no job has yet can be named.
    """
    from lading.cli import checks

    named = None if source is None else _bucket(source, s3_profile)
    try:
        open_ledger()
        from lading import services

        with services.hold(config.current()):
            found = list(checks.run_all())
            if named is not None:
                found.append(_look_at(named))
    except LadingError as error:
        found = [checks.bad("start", error.message, error.hint)]
    if as_json:
        print_json({"checks": [check.as_dict() for check in found]})
    else:
        for check in found:
            out.print(f"{_SIGNS[check.health.value]} {check.name:<13}{escape(check.detail)}", soft_wrap=True)
            if check.mend:
                out.print(f"  {'':<13}→ {escape(check.mend)}", soft_wrap=True)
    if bundle is not None:
        _write_bundle(bundle, [check.as_dict() for check in found])
        err.print(f"Written: {bundle}")
    raise SystemExit(1 if any(check.health is checks.Health.BAD for check in found) else 0)


def _bucket(source: str, profile: str | None) -> Definition:
    """Return what brings a bucket that is named; `UsageError` if it is none."""
    from lading.cli.definition_options import definition_from

    definition: Definition = definition_from({"source": source, "destination": "/", "s3_profile": profile})
    if not definition.is_bucket:
        raise UsageError(f"{source} is no bucket", hint="lading doctor s3://BUCKET/PREFIX")
    return definition


def _look_at(definition: Definition) -> checks.Check:
    from lading.cli import checks_s3

    return checks_s3.of_source(definition)


def _write_bundle(path: Path, checks: list[dict[str, str]]) -> None:
    """Put checks, settings (secrets show as stars) and the ends of the logs into one file for the owner only."""
    settings = config.current()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("doctor.json", json.dumps({"schema": 1, "checks": checks}, indent=2))
        bundle.writestr("settings.json", settings.model_dump_json(indent=2))
        for log in sorted(settings.log_folder.glob("*.log")):
            bundle.writestr(f"log/{log.name}", log.read_bytes()[-_LOG_TAIL:])
    path.chmod(0o600)
