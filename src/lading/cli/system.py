"""Commands on the system itself: worker, up, zone."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lading.base.errors import UsageError
from lading.cli.frame import Group, err, open_ledger

if TYPE_CHECKING:
    from lading.services.status import Part

#: of the embedded zone's administrator, as whom everything is brought there
_HOME_COLLECTION = "/tempZone/home/rods"

#: all that there are
QUEUES = ("filesystem", "s3", "deletion", "cv", "cv-ai", "orchestration")
#: all but what waits for a language model: a slow one would take the slots of everything else
_USUAL = tuple(queue for queue in QUEUES if queue != "cv-ai")


@click.command()
@click.option(
    "--queues",
    default=",".join(_USUAL),
    metavar="Q,Q",
    help="Queues to take work from; default: all but cv-ai, which waits for a language model.",
)
@click.option("--slots", type=click.IntRange(1, 256), default=2, show_default=True, help="Processes, one batch each.")
def worker(queues: str, slots: int) -> None:
    """Take work from queues until told to stop (TERM: end what is in hand first)."""
    wanted = [queue.strip() for queue in queues.split(",") if queue.strip()]
    unknown = set(wanted) - set(QUEUES)
    if unknown or not wanted:
        raise UsageError(
            f"Unknown queues: {', '.join(sorted(unknown)) or 'none given'}", hint=f"There are {', '.join(QUEUES)}"
        )
    open_ledger(waits=True)
    from lading.cli import anew
    from lading.orchestration import hosting

    hosting.refuse_second_host()
    reason = hosting.run_worker(wanted, slots)
    if reason:
        anew.begin(reason)


@click.command()
@click.option("--workers", type=click.IntRange(0, 64), default=2, show_default=True, help="Worker processes.")
@click.option(
    "--web/--no-web", "wants_web", default=True, show_default=True, help="Serve the console and the API, too."
)
@click.option(
    "--allow",
    "allowed",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    metavar="FOLDER",
    help="Let jobs that come by the web read what lies in FOLDER, and write to the home collection of the embedded zone; "
    "may be repeated. For good: the settings allowed.sources and allowed.destinations.",
)
def up(workers: int, allowed: Sequence[Path], *, wants_web: bool) -> None:
    """Run everything embedded - Redis, zone, workers, console - and watch what is to be watched, until Ctrl-C."""
    _allow(allowed)
    open_ledger(waits=True)
    from lading import services
    from lading.base import config
    from lading.cli import anew, watching, web

    settings = config.current()
    if wants_web and not web.is_installed():
        err.print("[yellow]The console needs more packages: pip install 'lading\\[web]'[/]")
        wants_web = False
    if wants_web:
        web.tell_first_password()
        if not settings.allowed.sources:
            err.print("Nothing can be brought by the web yet: [bold]lading up --allow FOLDER[/]")
    with services.hold(settings, workers=workers, web=wants_web) as held, watching.beside():
        for line in aligned(held.status().parts):
            err.print(line, markup=False, soft_wrap=True)
        err.print("Ready. Ctrl-C stops everything.")
        told = _signals()
        reason = _until_told(told, held.restart_dead)
        err.print("Stopping …")
    if reason and not told:
        anew.begin(reason)


def aligned(parts: Sequence[Part]) -> list[str]:
    """Return a line for each part, columns below each other."""
    width = max((len(part.name) for part in parts), default=0)
    return [f"  {part.name:<{width}}  {part.state.value:<8}  {part.address}".rstrip() for part in parts]


@click.group(cls=Group)
def zone() -> None:
    """Run the embedded development zone by itself."""


@zone.command("up")
@click.option(
    "--home", type=click.Path(path_type=Path), help="Folder of catalogue and vault; default: zone in LADING_HOME."
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port on 127.0.0.1; default: the one it had, or a free one.",
)
@click.option("--user", "users", multiple=True, metavar="NAME", help="An ordinary user to have; may be repeated.")
@click.option("--tls-certificate", metavar="PEM", help="Certificate of the zone; turns TLS on.")
@click.option("--tls-key", metavar="PEM", help="Its key; default: it is in the same file.")
@click.option("--tls-authority", metavar="PEM", help="What clients check it against, for their environment files.")
@click.option("--tls-policy", metavar="POLICY", help="CS_NEG_REQUIRE (default with TLS), _DONT_CARE or _REFUSE.")
def zone_up(home: Path | None, port: int, users: Sequence[str], **tls: str | None) -> None:
    """Start the embedded zone and stay until Ctrl-C; any iRODS client can connect with the files it names."""
    from lading.zone import __main__ as program

    folder = _zone_home(home)
    options = [f"--user={name}" for name in users]
    options += [f"--{name.replace('_', '-')}={value}" for name, value in tls.items() if value]
    err.print("Any iRODS client connects with", soft_wrap=True)
    err.print(f"  export IRODS_ENVIRONMENT_FILE={folder}/irods_environment.json", soft_wrap=True, markup=False)
    err.print(f"  export IRODS_AUTHENTICATION_FILE={folder}/.irodsA", soft_wrap=True, markup=False)
    raise SystemExit(program.main(["--home", str(folder), "--port", str(port), *options]))


@zone.command("pam-password")
@click.argument("user")
@click.option("--home", type=click.Path(path_type=Path), help="Folder of the zone; default: zone in LADING_HOME.")
@click.password_option(help="Better not on the command line: it is asked for.")
def zone_pam_password(user: str, home: Path | None, password: str) -> None:
    """Let USER log in by PAM with a password that is asked for; a file of the zone stands in for PAM."""
    from lading.zone.home import Home

    Home(_zone_home(home)).set_pam_password(user, password)


def _zone_home(home: Path | None) -> Path:
    from lading.base import config

    return (home or config.current().zone_home).absolute()


def _allow(folders: Sequence[Path]) -> None:
    """Let jobs that come by the web read these folders; without a destination in the settings: write to the embedded home."""
    from lading.base import config

    if not folders:
        return
    config.allow("sources", tuple(folders))
    settings = config.current()
    if settings.is_zone_embedded and not settings.allowed.destinations:
        config.allow("destinations", (_HOME_COLLECTION,))


def _until_told(told: Sequence[int], look_after: Callable[[], Sequence[str]]) -> str:
    """Look after the parts until a signal was `told`, or until this has to make way: return why, else ""."""
    from lading.base import config
    from lading.orchestration.ledger import lookout, upgrading
    from lading.orchestration.ledger.upgrading import Announced

    while not told:
        for name in look_after():
            err.print(f"[yellow]{name} had ended and was started again[/]")
        time.sleep(lookout.EVERY * min(config.current().time_scale, 1.0))
        reason = lookout.why_to_leave()
        # what workers have in hand takes its time; an upgrade that does not wait for it is over before
        is_busy = reason and upgrading.announced() is Announced.UNDER_WAY and not upgrading.in_hand().is_nothing
        if reason and not is_busy:
            return reason
    return ""


def _signals() -> list[int]:
    """Return a list to which SIGINT and SIGTERM are added, instead of what they do otherwise."""
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: told.append(received))
    return told
