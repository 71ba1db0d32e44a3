"""`lading limits`: what all workers together may ask of a zone, changed while they work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from lading.base import config, quantities, units
from lading.base.errors import UsageError
from lading.cli.frame import open_ledger, print_columns, print_json

if TYPE_CHECKING:
    from lading.orchestration.ledger.limits import Limits

HEAD = ("zone", "bandwidth", "requests", "connections", "now", "state")


@click.command()
@click.argument("zone", required=False)
@click.option(
    "--bandwidth", metavar="SIZE|off", help="Bytes a second over all workers and jobs: 50M, 512K; off: no limit."
)
@click.option("--requests", metavar="N|off", help="Requests a second over all workers and jobs; off: no limit.")
@click.option("--connections", metavar="N|default", help="Connections at a time; default: the one of the settings.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each zone.")
def limits(zone: str | None, *, as_json: bool, **options: str | None) -> None:
    """
    Show or change what may be asked of ZONE, over all workers and jobs; what is under way follows within seconds.

    ZONE is a line of the list, or the name of a zone where only one zone has it; default: the zone of the settings.
    """
    changes = changes_of(options)
    open_ledger()
    from lading.orchestration.ledger import limits as stored

    known = _known()
    if changes:
        stored.change(_named(zone, known), changes)
        known = _known()
    names = [_named(zone, known)] if zone else sorted(known)
    if as_json:
        for name in names:
            print_json(_as_json(name, known.get(name, stored.Limits())))
        return
    rows = [row_of(_as_json(name, known.get(name, stored.Limits()))) for name in names]
    print_columns(HEAD, rows, right={"bandwidth", "requests", "connections", "now"})


def _bandwidth(text: str) -> int | None:
    try:
        found = None if text == "off" else quantities.size(text)
    except ValueError as error:
        raise UsageError(f"--bandwidth: {error}") from error
    if found == 0:
        raise UsageError("A bandwidth of 0 would let nothing through", hint="`lading pause RUN` pauses a run")
    return found


def _number(nothing: str, option: str) -> Any:  # noqa: ANN401 - a function
    def read(text: str) -> int | None:
        if text == nothing:
            return None
        if not text.isdecimal() or not int(text):
            raise UsageError(f"--{option} takes a number above 0, or {nothing}, not {text!r}")
        return int(text)

    return read


#: option, column, what reads it
_READ: tuple[tuple[str, str, Any], ...] = (
    ("bandwidth", "bytes_per_second", _bandwidth),
    ("requests", "requests_per_second", _number("off", "requests")),
    ("connections", "connections", _number("default", "connections")),
)


def changes_of(options: dict[str, str | None]) -> dict[str, int | None]:
    """Return the limits that options change; `UsageError` for what is no limit."""
    return {column: read(text) for (name, column, read) in _READ if (text := options[name]) is not None}


def _known() -> dict[str, Limits]:
    """Return all zones that jobs go to, that have limits, or that the settings name."""
    from lading.ingest.app import assembly
    from lading.ingest.app.models import Job
    from lading.orchestration.ledger import limits as stored

    zones = {_usual(), *Job.objects.values_list("zone_identity", flat=True).distinct()}
    return {**{assembly.circuit_of(zone): stored.Limits() for zone in zones}, **stored.listed()}


def _usual() -> str:
    from lading.ingest.app import assembly
    from lading.ingest.app.definition import Definition

    return assembly.zone_identity(Definition(source="/", destination="/"))


def _named(zone: str | None, known: dict[str, Limits]) -> str:
    """Return the name under which limits of a zone are kept; `UsageError` where it could be several, or none."""
    from lading.ingest.app import assembly

    if zone is None:
        return assembly.circuit_of(_usual())
    full = assembly.circuit_of(zone.removeprefix("zone "))
    found = [name for name in known if name == full or name.endswith(f"/{zone}")]
    if full in found:
        return full
    if len(found) != 1:
        raise UsageError(
            f"{'Several zones are' if found else 'No zone is'} called {zone}",
            hint="Known: " + ", ".join(_short(name) for name in sorted(found or known)),
        )
    return found[0]


def _short(name: str) -> str:
    return name.removeprefix("zone ")


def row_of(told: dict[str, Any]) -> list[str]:
    """Return the line of a zone in the list, of what JSON says of it."""
    return [
        told["zone"],
        f"{units.size(told['bandwidth'])}/s" if told["bandwidth"] else "off",
        f"{told['requests']:,}/s" if told["requests"] else "off",
        str(told["connections"]),
        str(told["connections_now"]),
        told["waits"] or "answers",
    ]


def _as_json(name: str, found: Limits) -> dict[str, Any]:
    from lading.orchestration.ledger import circuits
    from lading.orchestration.limits import flow

    connections = found.connections or config.current().transfer.connections
    return {
        "zone": _short(name),
        "bandwidth": found.bytes_per_second,
        "requests": found.requests_per_second,
        "connections": connections,
        "connections_now": flow.connections_now(name, connections),
        "waits": circuits.reason_if_open(name),
    }
