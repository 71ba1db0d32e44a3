"""`lading schedules`: which runs begin by themselves, and when."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from lading.base import units
from lading.cli.frame import Group, err, open_ledger, out, print_columns, print_json

if TYPE_CHECKING:
    from lading.orchestration.models import Schedule


@click.group(cls=Group)
def schedules() -> None:
    """Runs that begin by themselves; `lading jobs edit` says when."""


@schedules.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each schedule.")
def list_schedules(*, as_json: bool) -> None:
    """List all schedules, with what keeps a run from beginning."""
    open_ledger()
    from lading.orchestration.models import Schedule
    from lading.orchestration.schedules.timetable import told

    found = list(Schedule.objects.order_by("name", "pk"))
    if as_json:
        for one in found:
            print_json(_described(one))
    elif found:
        rows = [
            [
                one.name,
                told(one.timetable),
                units.moment(one.due_at) if one.enabled else "off",
                str(one.run_id or ""),
                one.told,
            ]
            for one in found
        ]
        print_columns(("job", "when", "next", "run", "why there is none"), rows)
    else:
        out.print("No schedules yet: lading jobs edit JOB --cron '0 2 * * *'")


@schedules.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Let runs begin again; what was due meanwhile is not made up for."""
    open_ledger()
    from lading.orchestration.schedules import keeping

    keeping.switch(name, enabled=True)
    err.print(f"{name} is on")


@schedules.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Let no run begin by itself; `jobs run` still does."""
    open_ledger()
    from lading.orchestration.schedules import keeping

    keeping.switch(name, enabled=False)
    err.print(f"{name} is off: lading schedules enable {name}")


@schedules.command("next")
@click.argument("name")
@click.option("--count", type=click.IntRange(1, 1000), default=5, show_default=True, help="How many times.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each time.")
def following(name: str, count: int, *, as_json: bool) -> None:
    """Print when runs are due next, on the clocks of the schedule."""
    open_ledger()
    from lading.orchestration.ledger.clock import now
    from lading.orchestration.schedules import keeping, timetable

    at = now()
    for found in keeping.find(name):
        for moment in timetable.upcoming(found.timetable, found.last, at, count):
            if as_json:
                print_json({"job": found.name, "at": moment, "time": _shown(moment, found.zone)})
            else:
                out.print(_shown(moment, found.zone), markup=False)


def _shown(moment: float, zone: str) -> str:
    from lading.orchestration.limits.window import clock_of, local_zone

    return f"{datetime.fromtimestamp(moment, clock_of(zone or local_zone())):%a %Y-%m-%d %H:%M:%S %z}"


def _described(one: Schedule) -> dict[str, object]:
    fields = ("kind", "every", "cron", "zone", "catch_up", "overlap", "enabled", "last", "due_at", "run_id", "told")
    return {"job": one.name, **{field: getattr(one, field) for field in fields}}
