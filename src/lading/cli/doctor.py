"""`lading doctor`."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import click
from rich.markup import escape

from lading.base import config
from lading.base.errors import LadingError
from lading.cli.frame import err, open_ledger, out, print_json

#: bytes of each log that go into a bundle
_LOG_TAIL = 200_000

_SIGNS = {"good": "[green]✓[/]", "note": "[yellow]·[/]", "bad": "[bold red]✗[/]", "not run": "[yellow]?[/]"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option(
    "--bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write a zip with logs and settings, without secrets.",
)
def doctor(*, as_json: bool, bundle: Path | None) -> None:
    """Say what is reachable, which versions, and what is wrong with the way to mend it; exit 1 if something is."""
    from lading.cli import checks

    try:
        open_ledger()
        from lading import services

        with services.hold(config.current()):
            found = list(checks.run_all())
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


def _write_bundle(path: Path, checks: list[dict[str, str]]) -> None:
    """Put checks, settings (secrets show as stars) and the ends of the logs into one file for the owner only."""
    settings = config.current()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("doctor.json", json.dumps({"schema": 1, "checks": checks}, indent=2))
        bundle.writestr("settings.json", settings.model_dump_json(indent=2))
        for log in sorted(settings.log_folder.glob("*.log")):
            bundle.writestr(f"log/{log.name}", log.read_bytes()[-_LOG_TAIL:])
    path.chmod(0o600)
