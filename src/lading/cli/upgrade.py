"""`lading upgrade`: the ledger comes to rest, is backed up, and becomes that of this version."""

from __future__ import annotations

import shlex
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lading.base import config, crash
from lading.base.errors import UpgradeFailed, WorkersBusy
from lading.cli.frame import err, open_django, print_json

if TYPE_CHECKING:
    from lading.orchestration.ledger.schema import Comparison

#: seconds between looks at what is in hand; two in a row that find nothing are rest
_LOOK = 1.0

#: seconds in which workers that began anew are heard of
_BACK_WITHIN = 20.0

_WHAT_TO_START = "lading up, systemctl start 'lading-*', or docker compose up -d"


@click.command()
@click.option("--check", is_flag=True, help="Say what would be done; touch nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --check: one JSON object.")
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=600.0,
    show_default=True,
    metavar="SECONDS",
    help="How long workers may go on with what they have in hand.",
)
@click.option("--backed-up", is_flag=True, help="The ledger was backed up in another way: make no back-up.")
def upgrade(*, check: bool, as_json: bool, wait: float, backed_up: bool) -> None:
    """
    Bring the ledger to this version: drain, back up, migrate, start. Run it once, on one host, after installing.

    Workers on all hosts finish what they have in hand and take nothing new; they, `lading up`, `web`, `watch` and `metrics`
    begin anew once it is done, as the version that is installed where they run.
    """
    open_django()
    from lading.orchestration.ledger import schema, upgrading

    found = schema.compare()
    if check:
        _tell(found, as_json=as_json)
        return
    schema.refuse_newer(found.newer)
    if found.is_empty:
        schema.ensure()
        err.print("There was no ledger yet; now there is one of this version")
        return
    with schema.one_at_a_time():
        found = schema.compare()  # another one may have been at work
        if not found.pending:
            upgrading.release()
            err.print("The ledger is of this version: nothing to do")
            return
        at_work = _upgrade(found, wait, backed_up=backed_up)
    _welcome(at_work)


def _upgrade(found: Comparison, wait: float, *, backed_up: bool) -> Counter[str]:
    """Do all of it; return how many worker processes were at work before, by host."""
    from lading.orchestration.ledger import backups, upgrading
    from lading.orchestration.ledger.upgrading import Announced

    if not backed_up and not config.current().is_database_embedded:
        backups.dumping_tool()  # before anybody is kept from work
    has_failed = upgrading.announced() is Announced.FAILED
    try:
        with upgrading.announcing():
            at_work = upgrading.in_hand().processes
            _drain(found, wait)
            crash.point("upgrade_drained")
            kept = None if backed_up else _backed_up(has_failed=has_failed)
            crash.point("upgrade_backed_up")
            _migrate(found, kept)
    except UpgradeFailed:
        raise
    except BaseException:
        if (
            not has_failed
        ):  # nobody has worked since, and nobody shall: the back-up of that time is the one to go back to
            upgrading.release()
        raise
    return at_work


def _drain(found: Comparison, wait: float) -> None:
    """Return once nobody works; raise `WorkersBusy` where that takes too long and they cannot go on beside it."""
    from lading.orchestration.ledger import upgrading

    pause = _LOOK * min(config.current().time_scale, 1.0)
    ends, quiet, told = time.monotonic() + wait, 0, ""
    while quiet < 2:  # noqa: PLR2004 - see _LOOK
        held = upgrading.in_hand()
        quiet = quiet + 1 if held.is_nothing else 0
        if not held.is_nothing and told != (told := str(held)):
            err.print(f"Draining: {held}", soft_wrap=True)
        if time.monotonic() > ends and not held.is_nothing:
            if len(found.additive) == len(found.pending):
                err.print("They go on: every migration is an addition, beside which they may finish", soft_wrap=True)
                return
            raise WorkersBusy(
                f"After {wait:.0f} s there were {held}", hint="Give them more time (--wait SECONDS), or stop them there"
            )
        time.sleep(pause)
    err.print("Nobody works")


def _backed_up(*, has_failed: bool) -> Path:
    """Return a back-up of the ledger as it was before the first try."""
    from lading.orchestration.ledger import backups

    mark = _mark()
    if has_failed and mark.exists():  # nobody has worked since
        kept = Path(mark.read_text(encoding="utf-8").strip())
        if kept.exists():
            return kept
    kept = backups.back_up()
    mark.write_text(f"{kept}\n", encoding="utf-8")
    err.print(f"Backed up: {kept}", soft_wrap=True, markup=False)
    return kept


def _mark() -> Path:
    """Return the file that names the back-up until the upgrade went well."""
    return config.current().home / "backups" / "before-upgrade"


def _migrate(found: Comparison, kept: Path | None) -> None:
    from lading.orchestration.ledger import schema, upgrading

    if config.current().is_database_embedded:
        upgrading.hold(upgrading.HOLDS_LONG)
    try:
        schema.migrate()
    except Exception as error:
        upgrading.fail()
        raise _failed(error, kept) from error
    crash.point("upgrade_migrated")
    upgrading.release()
    _mark().unlink(missing_ok=True)
    err.print(f"Migrated: {', '.join('.'.join(label) for label in found.pending)}", soft_wrap=True)


def _failed(error: Exception, kept: Path | None) -> UpgradeFailed:
    from lading.orchestration.ledger import schema

    left = schema.compare().pending
    return UpgradeFailed(
        f"The migration {'.'.join(left[0]) if left else 'of the ledger'} failed and was undone: {error}",
        hint="Mend that and run `lading upgrade` again: what is waited for goes on waiting. "
        f"To go back: install the version that was there before, then {going_back_to(kept)}",
    )


def going_back_to(kept: Path | None) -> str:
    """Return the commands that make the ledger what it was."""
    from lading.orchestration.ledger import backups

    settings = config.current()
    if kept is None:
        return "restore your back-up"
    if settings.is_database_embedded:
        return f"lading ledger restore {shlex.quote(str(kept))} --yes"
    return f"{backups.restoring(kept)} && lading ledger restored --yes"


def _welcome(before: Counter[str]) -> None:
    """Say who is back, and what has to be started by hand."""
    from lading.orchestration.ledger import workers

    ends = time.monotonic() + _BACK_WITHIN
    while before - workers.by_host() and time.monotonic() < ends:
        time.sleep(_LOOK / 4)
    back = workers.by_host()
    for host, number in sorted(back.items()):
        err.print(f"Back at work: {number} on {host}", soft_wrap=True)
    for host, number in sorted((before - back).items()):
        err.print(f"Not back yet: {number} on {host}: {_WHAT_TO_START} there", soft_wrap=True)
    if not before:
        err.print(f"No worker was at work; to start: {_WHAT_TO_START}", soft_wrap=True)


def _tell(found: Comparison, *, as_json: bool) -> None:
    from lading.orchestration.ledger import upgrading

    state = "newer" if found.newer else "none" if found.is_empty else "older" if found.pending else "current"
    held = None if found.is_empty else upgrading.in_hand()
    if as_json:
        labels = {"migrations": [".".join(label) for label in found.pending]}
        labels |= {"unknown": [".".join(label) for label in found.newer]}
        at_work = {"batches": held.batches if held else 0, "workers": dict(held.processes) if held else {}}
        print_json({"ledger": state, **labels, **at_work})
        return
    says = {
        "none": "not there yet",
        "current": "of this version",
        "older": "of an older version",
        "newer": "newer than this",
    }
    err.print(f"The ledger {config.current().database_url} is {says[state]}", soft_wrap=True, markup=False)
    for label in found.pending:
        addition = " (an addition: older workers may finish beside it)" if label in found.additive else ""
        err.print(f"  to be applied  {'.'.join(label)}{addition}", soft_wrap=True, markup=False)
    for label in found.newer:
        must_end = " (this version cannot work beside it)" if label in found.breaking else ""
        err.print(f"  not known here  {'.'.join(label)}{must_end}", soft_wrap=True, markup=False)
    if held is not None:
        err.print(f"  {held}", soft_wrap=True, markup=False)
